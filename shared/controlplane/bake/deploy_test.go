package bake

import (
	"bytes"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// A document becomes an API of the kind that it says, and the same bytes each time.
func TestProtocol(t *testing.T) {
	const document = "openapi: 3.0.1\ninfo: {title: pets, version: '1'}\npaths:\n  /pets:\n    get:\n      responses: {'200': {description: ok}}\n" +
		"      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'https://example.com/', payloadFormatVersion: '1.0'}\n"
	for marker, http := range map[string]bool{"": false, "x-postern-protocol: REST\n": false, "x-postern-protocol: HTTP\n": true} {
		for _, stage := range []string{"local", "$default"} {
			o := Options{Name: "pets", Stage: stage, Variables: map[string]string{"a": "b"}, Account: "123456789012", Region: "us-east-1"}
			if stage == "$default" && !http {
				continue
			}
			first, err := Compile(t.Context(), []byte(document+marker), o)
			if err != nil {
				t.Fatalf("%q: %v", marker, err)
			}
			again, err := Compile(t.Context(), []byte(document+marker), o)
			if err != nil || !bytes.Equal(first.Snapshot, again.Snapshot) || first.Stage.DeploymentID != again.Stage.DeploymentID {
				t.Errorf("%q: another result: %v", marker, err)
			}
			s, err := snapshot.Open(first.Snapshot)
			if err != nil || (s.HTTP != nil) != http || s.Len() != 1 || first.Stage.Name != stage || first.Stage.Variables["a"] != "b" {
				t.Errorf("%q: %v, HTTP %v, stage %+v", marker, err, s.HTTP, first.Stage)
			}
		}
	}
	if _, err := Compile(t.Context(), []byte(document+"x-postern-protocol: SOAP\n"), Options{Name: "pets", Stage: "local"}); err == nil || !strings.Contains(err.Error(), "SOAP") {
		t.Errorf("an unknown protocol: %v", err)
	}
}
