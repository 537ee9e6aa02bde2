package rest

import (
	"net/http/httptest"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestContextVariables(t *testing.T) {
	f := fixture{methods: []snapshot.Method{lambdaMethod("/pets/{id}", "GET")},
		lambda: &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, Payload: []byte(`{"statusCode":404}`), RequestID: "fn-req"}}}
	r := httptest.NewRequest("GET", "http://"+testDomain+"/pets/7", nil)
	r.RemoteAddr = "203.0.113.9:1"
	r.Header.Set("User-Agent", "curl/8")
	inv := &Invocation{Request: r, Stage: f.stage(t), pipeline: f.pipeline(t), Target: target("/pets/7"), writer: httptest.NewRecorder()}
	if err := inv.run(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"requestId": testRequestID, "accountId": "123456789012", "apiId": "a1b2c3d4e5", "deploymentId": "dep123", "stage": "prod",
		"domainName": testDomain, "domainPrefix": "a1b2c3d4e5", "httpMethod": "GET", "path": "/prod/pets/7", "protocol": "HTTP/1.1",
		"requestTime": "04/Mar/2020:19:15:17 +0000", "requestTimeEpoch": "1583349317250", "identity.sourceIp": "203.0.113.9", "identity.userAgent": "curl/8",
		"resourceId": "res987", "resourcePath": "/pets/{id}", "status": "404", "responseLength": "0", "integration.status": "404",
		"integrationStatus": "200", "integration.integrationStatus": "200", "integration.requestId": "fn-req",
	} {
		if got, ok := inv.ContextVariable(name); !ok || got != want {
			t.Errorf("$context.%s = %q, %t; want %q", name, got, ok, want)
		}
	}
	for _, name := range []string{"extendedRequestId", "xrayTraceId"} {
		if got, ok := inv.ContextVariable(name); !ok || got == "" {
			t.Errorf("$context.%s is empty", name)
		}
	}
	for _, name := range []string{"identity.caller", "authorizer.principalId", "error.message", "wafResponseCode", "isCanaryRequest", "nonsense", ""} {
		if got, ok := inv.ContextVariable(name); ok {
			t.Errorf("$context.%s = %q, want none", name, got)
		}
	}
}
