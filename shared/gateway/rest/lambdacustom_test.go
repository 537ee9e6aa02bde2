package rest

import (
	"errors"
	"net/http"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// customMethod is a method whose AWS integration invokes a function: success is the default
// response, errors that end in "not found" are a 404.
func customMethod(mappings ...string) snapshot.Method {
	m := httpMethod("AWS", "/x", "POST", lambdaURI, mappings...)
	m.Integration.HTTPMethod = "POST"
	m.Integration.Responses = []snapshot.IntegrationResponse{
		{StatusCode: "200", Parameters: []snapshot.Mapping{
			{Target: "method.response.header.version", Source: "integration.response.header.X-Amz-Executed-Version"},
			{Target: "method.response.header.failed", Source: "integration.response.header.x-amz-function-error"},
		}},
		{StatusCode: "404", SelectionPattern: ".*not found", Templates: []snapshot.Template{{ContentType: "application/json", Text: `{"error":$input.json('$.errorMessage')}`}}},
		{StatusCode: "418", SelectionPattern: "200|202"},
	}
	for _, status := range []string{"200", "404", "418"} {
		m.Responses[status] = snapshot.MethodResponse{Headers: []string{"version", "failed"}}
	}
	return m
}

func TestLambdaCustom(t *testing.T) {
	template := snapshot.Template{ContentType: "application/json", Text: `{"id":$input.json('$.id')}`}
	for _, c := range []struct {
		name     string
		template bool
		body     string
		answer   integration.LambdaResponse
		sent     string
		status   int
		want     string
	}{
		// REST data plane spec, 6.
		{"passthrough", false, `{"a":1}`, integration.LambdaResponse{StatusCode: 200, Payload: []byte(`[1]`)}, `{"a":1}`, 200, `[1]`},
		{"template", true, `{"id":7}`, integration.LambdaResponse{StatusCode: 200, Payload: []byte(`"x"`)}, `{"id":7}`, 200, `"x"`},
		{"empty body", false, ``, integration.LambdaResponse{StatusCode: 200, Payload: []byte(`null`)}, `{}`, 200, `null`},
		{"error selected", false, `{}`, integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"pet not found","errorType":"E"}`)}, `{}`, 404, `{"error":"pet not found"}`},
		{"error not selected", false, `{}`, integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"boom"}`)}, `{}`, 200, `{"errorMessage":"boom"}`},
		{"errorMessage without failure", false, `{}`, integration.LambdaResponse{StatusCode: 200, Payload: []byte(`{"errorMessage":"not found"}`)}, `{}`, 404, `{"error":"not found"}`},
		{"a list is no error", false, `{}`, integration.LambdaResponse{StatusCode: 200, Payload: []byte(`[{"errorMessage":"not found"}]`)}, `{}`, 200, `[{"errorMessage":"not found"}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := customMethod()
			if c.template {
				m.Integration.RequestTemplates = []snapshot.Template{template}
			}
			l := &fakeLambda{answer: c.answer}
			a := fixture{methods: []snapshot.Method{m}, lambda: l}.do(t, "POST /x", c.body)
			if a.status != c.status || a.body != c.want || string(l.last.Payload) != c.sent || l.last.InvocationType != "RequestResponse" {
				t.Errorf("%d %s after %s, want %d %s", a.status, a.body, l.last.Payload, c.status, c.want)
			}
		})
	}
}

func TestLambdaCustomHeaders(t *testing.T) {
	l := &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, Payload: []byte(`{}`), Header: http.Header{"X-Amz-Executed-Version": {"$LATEST"}, "X-Amz-Function-Error": {"Handled"}}}}
	a := fixture{methods: []snapshot.Method{customMethod("integration.request.header.X-Amz-Log-Type", "'Tail'")}, lambda: l}.do(t, "POST /x", `{}`)
	if a.get("version") != "$LATEST" || a.get("failed") != "Handled" || a.get("X-Amzn-Trace-Id") == "" {
		t.Errorf("answered %v", a.header)
	}
	for name, want := range map[string]string{
		"X-Amz-Log-Type": "Tail", "Accept": "application/json", "User-Agent": "AmazonAPIGateway_a1b2c3d4e5",
		"X-Amzn-Lambda-Integration-Tag": testRequestID, "X-Amzn-Apigateway-Api-Id": "a1b2c3d4e5",
		"X-Amz-Source-Arn": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/POST/x",
	} {
		if got := l.last.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// X-Amz-Invocation-Type 'Event' is asynchronous: Lambda answers 202 with nothing, the client gets
// the default response (REST data plane spec, 4.4).
func TestLambdaCustomEvent(t *testing.T) {
	l := &fakeLambda{answer: integration.LambdaResponse{StatusCode: 202}}
	a := fixture{methods: []snapshot.Method{customMethod("integration.request.header.x-amz-invocation-type", "'Event'")}, lambda: l}.do(t, "POST /x", `{"a":1}`)
	if a.status != 200 || a.body != "" || l.last.InvocationType != "Event" {
		t.Errorf("%d %q after %s", a.status, a.body, l.last.InvocationType)
	}
}

func TestLambdaCustomRefusals(t *testing.T) {
	refusal := `{"Type":"User","message":"Could not parse request body into json: no"}`
	for _, c := range []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"no JSON", &integration.LambdaServiceError{StatusCode: 400, Code: "InvalidRequestContentException", Body: []byte(refusal)}, 400, refusal},
		{"no JSON, message only", &integration.LambdaServiceError{StatusCode: 400, Code: "InvalidRequestContentException", Message: "no"}, 400, `{"Type":"User","message":"no"}`},
		{"access denied", &integration.LambdaServiceError{StatusCode: 403, Code: "AccessDeniedException"}, 500, `{"message": "Internal server error"}`},
		{"throttled", &integration.LambdaServiceError{StatusCode: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded."}, 500, `{"message": "Internal server error"}`},
		{"too large", &integration.LambdaServiceError{StatusCode: 413, Code: "RequestTooLargeException"}, 413, `{"message":"Request Too Long"}`},
		{"no such function", &integration.FunctionNotFoundError{Function: "f"}, 500, `{"message": "Internal server error"}`},
		{"role", &integration.CredentialsError{Role: "r", Err: errors.New("x")}, 500, `{"message": "Internal server error"}`},
	} {
		a := fixture{methods: []snapshot.Method{customMethod()}, lambda: &fakeLambda{err: c.err}}.do(t, "POST /x", "not JSON")
		if a.status != c.status || a.body != c.body {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
	m := customMethod()
	m.Integration.HTTPMethod = "GET"
	if a := (fixture{methods: []snapshot.Method{m}, lambda: returning(`{}`)}).do(t, "POST /x", "{}"); a.status != 500 {
		t.Errorf("GET: %d", a.status)
	}
}

// Both kinds of Lambda integration are invoked by the role of the definition.
func TestLambdaCredentials(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/r"
	for _, m := range []snapshot.Method{customMethod(), lambdaMethod("/x", "POST")} {
		m.Integration.Credentials = role
		l := returning(`{}`)
		if a := (fixture{methods: []snapshot.Method{m}, lambda: l}).do(t, "POST /x", "{}"); a.status != 200 || l.last.Credentials != role {
			t.Errorf("%s: %d, %q", m.Integration.Type, a.status, l.last.Credentials)
		}
	}
}

func TestValidText(t *testing.T) {
	for in, want := range map[string]string{"": "", "é": "é", "a\xffb\xc3": "a\uFFFDb\uFFFD"} {
		if got := string(validText([]byte(in))); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
