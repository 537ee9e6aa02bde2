package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"
)

// scripts/invoke on each sample event of the authorizer: the real executable, behind a Runtime API.
func TestInvokeEveryAuthorizerEvent(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]string{
		"authorizer-token.json":       `"Action":"execute-api:Invoke","Effect":"Allow"`,
		"authorizer-request-1.0.json": `"Action":"execute-api:Invoke","Effect":"Allow"`,
		"authorizer-request-2.0.json": `"isAuthorized":true`,
	} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(filepath.Join(bin, "invoke"), "-function", "authorizer", "-event", filepath.Join("events", event))
			cmd.Dir = root
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			var answer struct {
				PrincipalID string            `json:"principalId"`
				Context     map[string]string `json:"context"`
			}
			if err := json.Unmarshal(out, &answer); err != nil || !bytes.Contains(out, []byte(want)) || answer.Context["scope"] != "pets.read" {
				t.Errorf("%v: %s\n%s", err, out, stderr.String())
			}
			if simple := event == "authorizer-request-2.0.json"; !simple && answer.PrincipalID != "minka" {
				t.Errorf("principal %q", answer.PrincipalID)
			}
		})
	}
}
