package authorizer

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const policy = `{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]}`

// REST data plane spec, 11.3.
func TestParseOutput(t *testing.T) {
	good := []struct {
		name, payload string
		want          Output
	}{
		{"all members", `{"principalId":"me","policyDocument":` + policy + `,"context":{"s":"x","n":1,"f":1.50,"b":true},"usageIdentifierKey":"k"}`,
			Output{PrincipalID: "me", Policy: []byte(policy), Context: map[string]string{"s": "x", "n": "1", "f": "1.50", "b": "true"}, UsageIdentifierKey: "k"}},
		{"one statement without a list", `{"principalId":"me","policyDocument":{"Statement":{"Effect":"Deny"}}}`,
			Output{PrincipalID: "me", Policy: []byte(`{"Statement":{"Effect":"Deny"}}`)}},
	}
	for _, c := range good {
		got, err := ParseOutput([]byte(c.payload), false)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if diff := cmp.Diff(&c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	for name, payload := range map[string]string{
		"null": `null`, "no JSON": `oops`, "a string": `"Unauthorized"`, "no principal": `{"policyDocument":` + policy + `}`,
		"no policy": `{"principalId":"me"}`, "policy without statements": `{"principalId":"me","policyDocument":{}}`,
		"object in context": `{"principalId":"me","policyDocument":` + policy + `,"context":{"a":{}}}`,
		"list in context":   `{"principalId":"me","policyDocument":` + policy + `,"context":{"a":[1]}}`,
		"null in context":   `{"principalId":"me","policyDocument":` + policy + `,"context":{"a":null}}`,
	} {
		var e *OutputError
		if _, err := ParseOutput([]byte(payload), false); !errors.As(err, &e) {
			t.Errorf("%s: %v, want an OutputError", name, err)
		}
	}
	if _, err := ParseOutput([]byte(`{"errorMessage":"Unauthorized"}`), true); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("failure with the word: %v", err)
	}
	for _, payload := range []string{`{"errorMessage":"unauthorized"}`, `{"errorMessage":"Unauthorized!"}`, `oops`} {
		var e *OutputError
		if _, err := ParseOutput([]byte(payload), true); !errors.As(err, &e) {
			t.Errorf("failure %s: %v, want an OutputError", payload, err)
		}
	}
}

// REST data plane spec, 11.2.
func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		source, validation string
		values             []string
		want               bool
	}{
		{"method.request.header.Authorization", "", []string{"x"}, true},
		{"method.request.header.Authorization", "", []string{""}, false},
		{"method.request.header.Authorization", `^Bearer [-0-9a-z]+$`, []string{"Bearer abc-1"}, true},
		{"method.request.header.Authorization", `Bearer`, []string{"Bearer abc"}, false},
		{"method.request.header.Authorization", `(a+)+b`, []string{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"}, false},
		{"method.request.header.A, method.request.querystring.b", "", []string{"x", "y"}, true},
		{"method.request.header.A,method.request.querystring.b", "", []string{"x", ""}, false},
		{"", "", nil, true},
	} {
		id, err := NewIdentity(c.source, c.validation)
		if err != nil {
			t.Fatal(err)
		}
		if len(id.Sources) != len(c.values) {
			t.Errorf("%q has sources %q", c.source, id.Sources)
		}
		if got := id.Admits(c.values); got != c.want {
			t.Errorf("%q %q admits %q: %v, want %v", c.source, c.validation, c.values, got, c.want)
		}
	}
	if _, err := NewIdentity("x", "("); err == nil {
		t.Error("a broken expression compiled")
	}
}

func FuzzParseOutput(f *testing.F) {
	f.Add([]byte(`{"principalId":"me","policyDocument":`+policy+`,"context":{"s":"x"}}`), false)
	f.Add([]byte(`{"errorMessage":"Unauthorized"}`), true)
	f.Fuzz(func(t *testing.T, payload []byte, failed bool) {
		out, err := ParseOutput(payload, failed)
		if (out == nil) == (err == nil) {
			t.Errorf("ParseOutput() = %v, %v", out, err)
		}
	})
}
