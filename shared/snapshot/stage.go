package snapshot

import (
	"encoding/json"
	"fmt"
	"maps"
)

// Stage is the pointer document of a stage: what it serves, and the settings that act
// without a new deployment (REST data plane spec, 14).
type Stage struct {
	APIID        string            `json:"apiId"`
	Name         string            `json:"name"`
	DeploymentID string            `json:"deploymentId"`
	AccountID    string            `json:"accountId"`
	Variables    map[string]string `json:"variables,omitempty"`
	// Canary is nil on a stage without one.
	Canary *Canary `json:"canary,omitempty"`
	// AccessLog is nil on a stage that writes no access log.
	AccessLog *AccessLog `json:"accessLog,omitempty"`
	// MethodSettings are those of single methods and of "*/*".
	MethodSettings map[string]MethodSetting `json:"methodSettings,omitempty"`
	// Cache is nil on a stage without one.
	Cache *StageCache `json:"cache,omitempty"`
	// ClientCertificateID names the certificate that backends are shown, or is empty.
	ClientCertificateID string `json:"clientCertificateId,omitempty"`
	// CacheFlushed and AuthorizersFlushed are marks in milliseconds since 1970, 0 if there was no
	// flush: entries of the stage's cache, or kept results of its authorizers, that were made
	// before the mark, or while another mark was known, are stale.
	CacheFlushed       int64 `json:"cacheFlushed,omitempty"`
	AuthorizersFlushed int64 `json:"authorizersFlushed,omitempty"`
}

// Canary is the deployment that a share of a stage's requests is served from.
type Canary struct {
	DeploymentID string `json:"deploymentId"`
	// Percent is the share, from 0 to 100, by chance for each request.
	Percent float64 `json:"percent"`
	// Overrides take the place of the stage's variables of the same names, or add to them.
	Overrides map[string]string `json:"overrides,omitempty"`
	// UseStageCache says that both share cache entries as long as they serve one deployment.
	UseStageCache bool `json:"useStageCache,omitempty"`
}

// AccessLog says what a stage writes about each request.
type AccessLog struct {
	// Format is text with $context variables (REST data plane spec, 8.5).
	Format string `json:"format"`
	// DestinationARN is that of a log group or a delivery stream.
	DestinationARN string `json:"destinationArn"`
}

// ForCanary returns the document as the canary's requests see it: with the canary's deployment,
// and with its variables over those of the stage. Canary must not be nil.
func (s Stage) ForCanary() Stage {
	s.DeploymentID = s.Canary.DeploymentID
	s.Variables = Overlay(s.Variables, s.Canary.Overrides)
	return s
}

// Overlay returns variables with those of over in place of, or beside, its own. Neither map is
// changed.
func Overlay(variables, over map[string]string) map[string]string {
	if len(over) == 0 {
		return variables
	}
	merged := make(map[string]string, len(variables)+len(over))
	maps.Copy(merged, variables)
	maps.Copy(merged, over)
	return merged
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
