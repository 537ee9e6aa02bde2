package rest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestTestAuthorizer(t *testing.T) {
	allowed := saysPolicy(statement("Allow", "*"))
	for _, c := range []struct {
		name   string
		f      integration.Lambda
		change func(*snapshot.Authorizer)
		header http.Header
		status int
		log    string
	}{
		{"allowed", saying(allowed), nil, http.Header{"Authorization": {"token-1"}}, 0, "Using valid authorizer policy for principal: "},
		{"denied, which is a success", saying(saysPolicy(statement("Deny", "*"))), nil, http.Header{"Authorization": {"token-1"}}, 0, "Successfully completed authorizer execution"},
		{"no identity", saying(allowed), nil, nil, 401, "the authorizer is not called"},
		{"the one word", throwing("Unauthorized"), nil, http.Header{"Authorization": {"t"}}, 401, "Unauthorized"},
		{"crash", throwing("undefined is not a function"), nil, http.Header{"Authorization": {"t"}}, 500, "undefined is not a function"},
		{"broken policy", saying(`{"principalId":"me","policyDocument":{}}`), nil, http.Header{"Authorization": {"t"}}, 500, "Could not parse policy"},
		{"broken URI", saying(allowed), func(a *snapshot.Authorizer) { a.URI = "arn:x" }, http.Header{"Authorization": {"t"}}, 500, "Invalid ARN specified in the request"},
		{"no client", nil, nil, http.Header{"Authorization": {"t"}}, 500, "no Lambda client is configured"},
		{"user pool without any", nil, func(a *snapshot.Authorizer) {
			a.Type, a.URI, a.ProviderARNs = "COGNITO_USER_POOLS", "", []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"}
		}, http.Header{"Authorization": {"t"}}, 500, "user pools"},
		{"unknown type", nil, func(a *snapshot.Authorizer) { a.Type = "JWT" }, http.Header{"Authorization": {"t"}}, 500, "authorizer"},
	} {
		fix := guarded(c.f, c.change)
		got, err := fix.pipeline(t).TestAuthorizer(t.Context(), snapshot.AuthorizerTest{
			Authorizer: fix.api.Authorizers["auth"], Path: "/x?q=1", Header: c.header,
			Stage: snapshot.Stage{APIID: "a1b2c3d4e5", AccountID: "123456789012"},
		}, "us-east-1")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got.ClientStatus != c.status || !strings.Contains(got.Log, c.log) || !strings.HasPrefix(got.Log, "Execution log for request ") {
			t.Errorf("%s: %d\n%s", c.name, got.ClientStatus, got.Log)
		}
		if succeeded := got.ClientStatus == 0; succeeded != (got.PrincipalID == "me") || succeeded != json.Valid([]byte(got.Policy)) {
			t.Errorf("%s: principal %q, policy %s", c.name, got.PrincipalID, got.Policy)
		}
		if strings.Contains(got.Log, "Incoming identity: token-1") {
			t.Errorf("%s: the log shows the token\n%s", c.name, got.Log)
		}
	}
}

// The events of both types (REST data plane spec, 11.1).
func TestAuthorizerEvents(t *testing.T) {
	ask := func(change func(*snapshot.Authorizer), request string, headers ...string) map[string]any {
		t.Helper()
		l := &fakeLambda{answer: integration.LambdaResponse{Payload: []byte(saysPolicy(statement("Allow", "*")))}}
		fix := guarded(l, change)
		if got := fix.do(t, request, "a body", headers...); got.status != 200 {
			t.Fatalf("%s: %d %s", request, got.status, got.body)
		}
		var event map[string]any
		if err := json.Unmarshal(l.last.Payload, &event); err != nil {
			t.Fatal(err)
		}
		return event
	}
	want := `{"authorizationToken":"Bearer a.b.c","methodArn":"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/POST/pets/7","type":"TOKEN"}`
	if got, _ := json.Marshal(ask(nil, "POST /pets/7?x=1", "Authorization", "Bearer a.b.c")); string(got) != want {
		t.Errorf("TOKEN event %s", got)
	}
	event := ask(func(a *snapshot.Authorizer) { a.Type, a.IdentitySource = "REQUEST", "" }, "GET /pets")
	for member, want := range map[string]string{
		"type": `"REQUEST"`, "methodArn": `"arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/pets"`, "resource": `"/pets"`, "path": `"/pets"`, "httpMethod": `"GET"`,
		"queryStringParameters": `{}`, "multiValueQueryStringParameters": `{}`, "pathParameters": `{}`, "stageVariables": `{}`,
	} {
		if got, _ := json.Marshal(event[member]); string(got) != want {
			t.Errorf("%s is %s, want %s", member, got, want)
		}
	}
	if len(event) != 12 {
		t.Errorf("the event has %d members", len(event))
	}
	for _, absent := range []string{"body", "isBase64Encoded", "authorizationToken"} {
		if _, ok := event[absent]; ok {
			t.Errorf("the event has %s", absent)
		}
	}
	context := event["requestContext"].(map[string]any)
	if _, ok := context["authorizer"]; ok || context["requestId"] != testRequestID || context["stage"] != "prod" {
		t.Errorf("requestContext %v", context)
	}
	event = ask(func(a *snapshot.Authorizer) { a.Type = "REQUEST" }, "GET /pets/7?a=1&a=2", "Authorization", "t")
	for member, want := range map[string]string{
		"queryStringParameters": `{"a":"2"}`, "multiValueQueryStringParameters": `{"a":["1","2"]}`, "pathParameters": `{"id":"7"}`, "resource": `"/pets/{id}"`, "path": `"/pets/7"`,
	} {
		if got, _ := json.Marshal(event[member]); string(got) != want {
			t.Errorf("%s is %s, want %s", member, got, want)
		}
	}
}
