package authorizer

import (
	"errors"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/policy"
)

// HTTP API spec, 12.
func TestParseHTTPOutput(t *testing.T) {
	const arn = "arn:aws:execute-api:eu-west-1:123456789012:abc/$default/GET/pets"
	deny := strings.Replace(allowAll, `"Allow"`, `"Deny"`, 1)
	other := strings.Replace(allowAll, `"*"`, `"arn:aws:execute-api:eu-west-1:123456789012:abc/*/POST/*"`, 1)
	for _, c := range []struct {
		name, payload string
		simple        bool
		want          policy.Effect
		principal     string
		context       string
	}{
		{"yes", `{"isAuthorized":true}`, true, policy.Allow, "", ""},
		{"no", `{"isAuthorized": false , "context": null}`, true, policy.ImplicitDeny, "", ""},
		{"yes, with a context of all types", `{"isAuthorized":true,"context":{"s": "x", "n": 1.0, "b": false, "a": [1, 2], "m": {"k": null}}}`, true, policy.Allow, "", `{"s":"x","n":1.0,"b":false,"a":[1,2],"m":{"k":null}}`},
		{"a principal has no meaning in a simple response", `{"isAuthorized":true,"principalId":"me"}`, true, policy.Allow, "", ""},
		{"policy", `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"k":"v"}}`, false, policy.Allow, "me", `{"k":"v"}`},
		{"policy without principal", `{"policyDocument":` + allowAll + `}`, false, policy.Allow, "", ""},
		{"policy that denies", `{"principalId":"me","policyDocument":` + deny + `}`, false, policy.ExplicitDeny, "me", ""},
		{"policy about another route", `{"principalId":"me","policyDocument":` + other + `}`, false, policy.ImplicitDeny, "me", ""},
	} {
		out, err := ParseHTTPOutput([]byte(c.payload), false, c.simple)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		d := out.Decide(&policy.Request{Action: "execute-api:Invoke", Resource: arn})
		if d.Effect != c.want || out.PrincipalID != c.principal || string(out.Context) != c.context {
			t.Errorf("%s: %v, principal %q, context %s", c.name, d.Effect, out.PrincipalID, out.Context)
		}
	}
}

func TestBrokenHTTPOutputs(t *testing.T) {
	for _, c := range []struct {
		name, payload  string
		failed, simple bool
	}{
		{"the word of REST APIs", `{"errorMessage":"Unauthorized"}`, true, true},
		{"the word of REST APIs, for a policy", `{"errorMessage":"Unauthorized"}`, true, false},
		{"policy in simple mode", `{"principalId":"me","policyDocument":` + allowAll + `}`, false, true},
		{"simple response in policy mode", `{"isAuthorized":true}`, false, false},
		{"text for a boolean", `{"isAuthorized":"true"}`, false, true},
		{"number for a boolean", `{"isAuthorized":1}`, false, true},
		{"null for a boolean", `{"isAuthorized":null}`, false, true},
		{"another case", `{"isauthorized":true}`, false, true},
		{"context that is a list", `{"isAuthorized":true,"context":[]}`, false, true},
		{"context that is text", `{"isAuthorized":true,"context":"x"}`, false, true},
		{"broken policy", `{"policyDocument":{"Statement":[]}}`, false, false},
		{"principal that is a number", `{"principalId":1,"policyDocument":` + allowAll + `}`, false, false},
		{"null", `null`, false, true},
		{"nothing", ``, false, true},
		{"a megabyte", `{"isAuthorized":true,"context":{"a":"` + strings.Repeat("x", MaxOutput) + `"}}`, false, true},
	} {
		var e *OutputError
		if out, err := ParseHTTPOutput([]byte(c.payload), c.failed, c.simple); !errors.As(err, &e) || out != nil {
			t.Errorf("%s: %v, want an OutputError", c.name, err)
		}
	}
}

// $context.authorizer.x and payload 1.0 show members as text.
func TestHTTPVariables(t *testing.T) {
	out, err := ParseHTTPOutput([]byte(`{"principalId":"me","policyDocument":`+allowAll+`,"context":{"s":"x\"y","n":1.50,"b":true,"a":[1,"2"],"m":{"k":1},"z":null}}`), false, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"s": `x"y`, "n": "1.50", "b": "true", "a": `[1,"2"]`, "m": `{"k":1}`, "z": "null", "principalId": "me"} {
		if got, ok := out.Variable(name); !ok || got != want {
			t.Errorf("%s is %q, %v", name, got, ok)
		}
	}
	if v, ok := out.Variable("none"); ok {
		t.Errorf("an unknown member is %q", v)
	}
}
