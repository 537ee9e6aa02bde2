package snapshot

import (
	"encoding/json"
	"fmt"
)

// Stage is the pointer document of a stage: what it serves, and the settings that act
// without a new deployment (REST data plane spec, 14).
type Stage struct {
	APIID        string            `json:"apiId"`
	Name         string            `json:"name"`
	DeploymentID string            `json:"deploymentId"`
	AccountID    string            `json:"accountId"`
	Variables    map[string]string `json:"variables,omitempty"`
}

// EncodeStage returns the stored form of a stage document.
func EncodeStage(s Stage) ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode stage %s/%s: %w", s.APIID, s.Name, err)
	}
	return b, nil
}

// DecodeStage reads the stored form of a stage document.
func DecodeStage(b []byte) (Stage, error) {
	var s Stage
	if err := json.Unmarshal(b, &s); err != nil {
		return Stage{}, fmt.Errorf("decode stage document: %w", err)
	}
	return s, nil
}

// StageKey is where the stage document of an API's stage is kept in the store.
func StageKey(apiID, stage string) (partition, sort string) {
	return "serve#" + apiID, "stage#" + stage
}

// DataKey is where the snapshot of a deployment is kept in the store.
func DataKey(apiID, deploymentID string) (partition, sort string) {
	return "serve#" + apiID, "snapshot#" + deploymentID
}
