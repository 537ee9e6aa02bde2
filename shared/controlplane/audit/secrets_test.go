package audit

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// model is what the test needs of a service model.
type model struct {
	Operations map[string]struct {
		HTTP  struct{ Method string }
		Input *struct{ Shape string }
	}
	Shapes map[string]struct {
		Type               string
		Members            map[string]struct{ Shape string }
		Member, Key, Value struct{ Shape string }
	}
}

func readModel(t *testing.T, service string) *model {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../scripts/wiregen/models", service+".json"))
	if err != nil {
		t.Fatal(err)
	}
	m := new(model)
	if err := json.Unmarshal(b, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// walk calls visit with the camel-case name of every member below a shape, and returns an example
// of it in which each text names its place.
func (m *model) walk(shape, path string, depth int, visit func(name string)) any {
	s := m.Shapes[shape]
	if depth > 8 {
		return nil
	}
	switch s.Type {
	case "structure":
		example := map[string]any{}
		for name, member := range s.Members {
			name = strings.ToLower(name[:1]) + name[1:]
			visit(name)
			example[name] = m.walk(member.Shape, path+"/"+name, depth+1, visit)
		}
		return example
	case "list":
		return []any{m.walk(s.Member.Shape, path, depth+1, visit)}
	case "map":
		return map[string]any{"key": m.walk(s.Value.Shape, path+"/{key}", depth+1, visit)}
	case "string", "blob":
		return path
	}
	return nil
}

// suspicious are names that could be those of secrets.
var suspicious = regexp.MustCompile(`(?i)secret|password|token|credential|private|key|value|body|cert|variable|auth.*data`)

// harmless are suspicious names whose values are no secrets, with the reason.
var harmless = map[string]string{
	"allowCredentials":                    "a boolean",
	"apiKey":                              "an identifier",
	"keyId":                               "an identifier",
	"keyType":                             "an enumeration",
	"stageKeys":                           "APIs and stages",
	"tagKeys":                             "names",
	"apiKeyRequired":                      "a boolean",
	"apiKeySource":                        "an enumeration",
	"apiKeySelectionExpression":           "an expression over the request",
	"cacheKeyParameters":                  "names of parameters",
	"apiMappingKey":                       "a path",
	"integrationResponseKey":              "an expression",
	"requestParameterKey":                 "a name",
	"routeKey":                            "a method and a path",
	"routeResponseKey":                    "an expression",
	"validateRequestBody":                 "a boolean",
	"certificateArn":                      "an ARN",
	"certificateBody":                     "public",
	"certificateChain":                    "public",
	"certificateName":                     "a name",
	"certificateUploadDate":               "a time",
	"clientCertificateId":                 "an identifier",
	"ownershipVerificationCertificateArn": "an ARN",
	"regionalCertificateArn":              "an ARN",
	"regionalCertificateName":             "a name",
	"insecureSkipVerification":            "a boolean",
	"valueGlob":                           "a pattern of a header that chooses a route",
	"nextToken":                           "a position",
}

// Every member of every input that changes something is either treated as a secret, or known not
// to be one, or its name is above suspicion.
func TestEverySecretIsInTheTable(t *testing.T) {
	seen := map[string]bool{}
	for _, service := range []string{"apigateway", "apigatewayv2"} {
		m := readModel(t, service)
		for name, op := range m.Operations {
			if op.Input == nil || op.HTTP.Method == "GET" || strings.HasPrefix(name, "TestInvoke") {
				continue
			}
			example := m.walk(op.Input.Shape, "at:", 0, func(member string) {
				seen[member] = true
				if suspicious.MatchString(member) && secrets[member] == 0 && harmless[member] == "" {
					t.Errorf("%s of %s: could %q be a secret? Put it into the table of secrets, or among the harmless names", name, service, member)
				}
			})
			var h hider
			hidden, err := json.Marshal(h.tree(example.(map[string]any)))
			if err != nil {
				t.Fatal(err)
			}
			for secret := range secrets {
				// The value of a patch operation is one by its path alone.
				text := strings.ReplaceAll(string(hidden), "at:/patchOperations/value", "")
				if strings.Contains(text, "/"+secret+`"`) || strings.Contains(text, "/"+secret+"/") {
					t.Errorf("%s of %s shows %s: %s", name, service, secret, hidden)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		if !seen[name] {
			t.Errorf("no input has the secret %s", name)
		}
	}
}

func TestSecretsInPatches(t *testing.T) {
	for path, secret := range map[string]bool{
		"/credentials": true, "/variables/token": true, "/variables": true, "/canarySettings/stageVariableOverrides/a": true,
		"/value": true, "/Credentials": true, "/name": false, "/~1body/GET/caching/enabled": false, "/description": false, "": false,
	} {
		var h hider
		list := []any{map[string]any{"op": "replace", "path": path, "value": "s3cret"}, map[string]any{"op": "remove", "path": path}}
		h.tree(map[string]any{"patchOperations": list})
		if got := list[0].(map[string]any)["value"]; (got == hiddenText) != secret {
			t.Errorf("%q: the record shows %v", path, got)
		}
		if _, ok := list[1].(map[string]any)["value"]; ok {
			t.Errorf("%q: a value appeared", path)
		}
		if got := h.text("not s3cret!"); (got == "not "+hiddenText+"!") != secret {
			t.Errorf("%q: the message became %q", path, got)
		}
	}
}

func TestUnexpectedShapesOfSecrets(t *testing.T) {
	var h hider
	got := h.tree(map[string]any{"value": nil, "variables": "text", "body": json.Number("1"), "credentials": []any{"a"}, "patchOperations": "text"})
	want := map[string]any{"value": nil, "variables": hiddenText, "body": hiddenText, "credentials": hiddenText, "patchOperations": "text"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
