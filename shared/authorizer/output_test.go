package authorizer

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/postern-gateway/postern/shared/policy"
)

const allowAll = `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]}`

// REST data plane spec, 11.3.
func TestParseOutput(t *testing.T) {
	document := []byte(allowAll)
	deny := `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
	for _, c := range []struct {
		name, payload string
		want          Output
	}{
		{"all members", `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"s":"x","n":1,"f":1.50,"b":true,"e":""},"usageIdentifierKey":"k"}`,
			Output{PrincipalID: "me", Document: document, Context: map[string]string{"s": "x", "n": "1", "f": "1.50", "b": "true", "e": ""}, UsageIdentifierKey: "k"}},
		{"one statement without a list", `{"principalId":"me","policyDocument":` + deny + `}`,
			Output{PrincipalID: "me", Document: []byte(deny)}},
		{"nothing but nulls", `{"principalId":"me","policyDocument":` + allowAll + `,"context":null,"usageIdentifierKey":null}`,
			Output{PrincipalID: "me", Document: document}},
		{"an empty context and other members", `{"principalId":"me","policyDocument":` + allowAll + `,"context":{},"isAuthorized":false}`,
			Output{PrincipalID: "me", Document: document}},
		{"names in another case are others", `{"principalId":"me","PrincipalId":"you","policyDocument":` + allowAll + `,"Context":{"a":{}}}`,
			Output{PrincipalID: "me", Document: document}},
	} {
		got, err := ParseOutput([]byte(c.payload), false)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got, cmpopts.IgnoreFields(Output{}, "Policy")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		r := policy.Request{Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/"}
		want := policy.Allow
		if string(c.want.Document) == deny {
			want = policy.ExplicitDeny
		}
		if d := got.Policy.Evaluate(&r); d.Effect != want || d.Statement != 0 {
			t.Errorf("%s: %v by %d", c.name, d.Effect, d.Statement)
		}
		if got.Size() < len(c.want.Document) {
			t.Errorf("%s: takes %d bytes", c.name, got.Size())
		}
	}
}

// Every broken answer is a configuration error of the authorizer (REST data plane spec, 11.3).
func TestBrokenOutputs(t *testing.T) {
	with := func(statement string) string {
		return `{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[` + statement + `]}}`
	}
	for name, payload := range map[string]string{
		"nothing": ``, "null": `null`, "no JSON": `oops`, "a string": `"Unauthorized"`, "a list": `[]`, "true": `true`, "half": `{"principalId":"me"`,
		"no principal":            `{"policyDocument":` + allowAll + `}`,
		"empty principal":         `{"principalId":"","policyDocument":` + allowAll + `}`,
		"null principal":          `{"principalId":null,"policyDocument":` + allowAll + `}`,
		"a number for principal":  `{"principalId":7,"policyDocument":` + allowAll + `}`,
		"no policy":               `{"principalId":"me"}`,
		"null policy":             `{"principalId":"me","policyDocument":null}`,
		"policy as text":          `{"principalId":"me","policyDocument":"{}"}`,
		"policy without elements": `{"principalId":"me","policyDocument":{}}`,
		"no statements":           with(``),
		"unknown version":         `{"principalId":"me","policyDocument":{"Version":"2020-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}`,
		"no effect":               with(`{"Action":"*","Resource":"*"}`),
		"effect in lower case":    with(`{"Effect":"allow","Action":"*","Resource":"*"}`),
		"no action":               with(`{"Effect":"Allow","Resource":"*"}`),
		"no resource":             with(`{"Effect":"Allow","Action":"*"}`),
		"resource undefined":      with(`{"Effect":"Allow","Action":"*","Resource":null}`),
		"resource that is no ARN": with(`{"Effect":"Allow","Action":"*","Resource":"/pets"}`),
		"a principal":             with(`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`),
		"unknown operator":        with(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringIs":{"aws:SourceIp":"x"}}}`),
		"member twice":            with(`{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}`),
		"resource of 513":         with(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:execute-api:eu-west-1:123456789012:` + strings.Repeat("x", 513-43) + `"}`),
		"object in context":       `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":{}}}`,
		"list in context":         `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":[1]}}`,
		"null in context":         `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":null}}`,
		"context as text":         `{"principalId":"me","policyDocument":` + allowAll + `,"context":"a"}`,
		"key as number":           `{"principalId":"me","policyDocument":` + allowAll + `,"usageIdentifierKey":1}`,
		"context of a megabyte":   `{"principalId":"me","policyDocument":` + allowAll + `,"context":{"a":"` + strings.Repeat("x", MaxOutput) + `"}}`,
		"deeply nested":           `{"principalId":"me","policyDocument":` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_000) + `}`,
	} {
		var e *OutputError
		if _, err := ParseOutput([]byte(payload), false); !errors.As(err, &e) {
			t.Errorf("%s: %v, want an OutputError", name, err)
		} else if !strings.HasPrefix(e.Reason, "Execution failed due to configuration error: ") || len(e.Reason) > 2*maxMessage {
			t.Errorf("%s: %.200s", name, e.Reason)
		}
	}
	ok := with(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:execute-api:eu-west-1:123456789012:` + strings.Repeat("x", 512-43) + `"}`)
	if _, err := ParseOutput([]byte(ok), false); err != nil {
		t.Errorf("a resource of 512 characters: %v", err)
	}
}

func TestFailures(t *testing.T) {
	if _, err := ParseOutput([]byte(`{"errorMessage":"Unauthorized","errorType":"Error"}`), true); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("failure with the word: %v", err)
	}
	for _, payload := range []string{
		`{"errorMessage":"unauthorized"}`, `{"errorMessage":"Unauthorized!"}`, `{"errorMessage":" Unauthorized"}`, `oops`, ``, `null`, `"Unauthorized"`,
		`{"errorMessage":"2026-01-01T00:00:00Z 1-2-3 Task timed out after 3.00 seconds"}`, `{"errorMessage":["Unauthorized"]}`,
		fmt.Sprintf(`{"errorMessage":%q}`, strings.Repeat("x", 1<<20)),
	} {
		var e *OutputError
		if _, err := ParseOutput([]byte(payload), true); !errors.As(err, &e) || len(e.Reason) > 2*maxMessage {
			t.Errorf("failure %.60s: %v, want an OutputError", payload, err)
		}
	}
	// A success that reads like a failure is none.
	if _, err := ParseOutput([]byte(`{"errorMessage":"Unauthorized"}`), false); errors.Is(err, ErrUnauthorized) {
		t.Error("an answer passed for a failure")
	}
}

func FuzzParseOutput(f *testing.F) {
	f.Add([]byte(`{"principalId":"me","policyDocument":`+allowAll+`,"context":{"s":"x","n":1e3}}`), false, false)
	f.Add([]byte(`{"isAuthorized":true,"context":{"a":[1,{"b":null}]}}`), false, true)
	f.Add([]byte(`{"errorMessage":"Unauthorized"}`), true, false)
	f.Fuzz(func(t *testing.T, payload []byte, failed, simple bool) {
		r := policy.Request{Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/"}
		out, err := ParseOutput(payload, failed)
		if (out == nil) == (err == nil) {
			t.Fatalf("ParseOutput() = %v, %v", out, err)
		}
		if out != nil {
			out.Policy.Evaluate(&r)
		}
		h, err := ParseHTTPOutput(payload, failed, simple)
		if (h == nil) == (err == nil) {
			t.Fatalf("ParseHTTPOutput() = %v, %v", h, err)
		}
		if h != nil {
			h.Decide(&r)
			for name := range h.Members {
				if _, ok := h.Variable(name); !ok {
					t.Errorf("%q is gone", name)
				}
			}
		}
	})
}
