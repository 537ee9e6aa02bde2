package wire_test

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewaymanagementapi"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func TestRoutes(t *testing.T) {
	for _, c := range []struct{ method, target, operation string }{
		{"POST", "/restapis", "CreateRestApi"},
		{"POST", "/restapis?mode=import", "ImportRestApi"},
		{"POST", "/restapis?failonwarnings=true&mode=import&endpointConfigurationTypes=EDGE", "ImportRestApi"},
		{"POST", "/restapis?mode=other", "CreateRestApi"},
		{"POST", "/apikeys", "CreateApiKey"},
		{"POST", "/apikeys?format=csv&mode=import", "ImportApiKeys"},
		{"PUT", "/restapis/a1", "PutRestApi"},
		{"PATCH", "/restapis/a1", "UpdateRestApi"},
		{"GET", "/restapis/a1/models/M", "GetModel"},
		{"GET", "/restapis/a1/models/M/default_template", "GetModelTemplate"},
		{"GET", "/restapis/a1/resources/r", "GetResource"},
		{"POST", "/restapis/a1/resources/r/methods/GET", "TestInvokeMethod"},
		{"PUT", "/restapis/a1/resources/r/methods/GET", "PutMethod"},
		{"DELETE", "/restapis/a1/stages/s/cache/data", "FlushStageCache"},
		{"GET", "/v2/apis/a1/routes/r", "GetRoute"},
		{"PUT", "/v2/apis/a1", "ReimportApi"},
		{"PUT", "/v2/apis", "ImportApi"},
		{"GET", "/v2/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Fapis%2Fa1", "GetTags"},
		{"GET", "/@connections/abc=", "GetConnection"},
		{"GET", "/%40connections/abc%3D", "GetConnection"},
	} {
		got := ""
		mux := allServices(t, func(operation string, _ any) (any, error) { got = operation; return nil, nil })
		body := `{"name":"n","body":"openapi: 3.0.1","authorizationType":"NONE"}` // what some of them require
		if w := exchange(mux, c.method, c.target, body); got != c.operation {
			t.Errorf("%s %s: operation %q (answer %d %s), want %s", c.method, c.target, got, w.Code, w.Body, c.operation)
		}
	}
}

func TestLabelsAndQueries(t *testing.T) {
	for _, c := range []struct {
		method, target string
		want           any
	}{
		{"GET", "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1?limit=5&position=p%2Bq+r", &apigateway.GetTagsRequest{
			ResourceArn: ptr("arn:aws:apigateway:us-east-1::/restapis/a1"), Limit: ptr(int32(5)), Position: ptr("p+q r")}},
		{"DELETE", "/tags/arn?tagKeys=a&tagKeys=b%26c", &apigateway.UntagResourceRequest{
			ResourceArn: ptr("arn"), TagKeys: []string{"a", "b&c"}}},
		{"GET", "/domainnames/example.com/basepathmappings/(none)", &apigateway.GetBasePathMappingRequest{
			DomainName: ptr("example.com"), BasePath: ptr("(none)")}},
		{"GET", "/domainnames/example.com/basepathmappings/%28none%29", &apigateway.GetBasePathMappingRequest{
			DomainName: ptr("example.com"), BasePath: ptr("(none)")}},
		{"GET", "/domainnames/example.com/basepathmappings/a%2Fb+c?domainNameId=", &apigateway.GetBasePathMappingRequest{
			DomainName: ptr("example.com"), BasePath: ptr("a/b+c"), DomainNameId: ptr("")}},
		{"POST", "/restapis?mode=import&basepath=split&failonwarnings=false", &apigateway.ImportRestApiRequest{
			FailOnWarnings: ptr(false), Parameters: map[string]string{"basepath": "split"}, Body: []byte{}}},
		{"PUT", "/restapis/a1?mode=overwrite&ignore=documentation", &apigateway.PutRestApiRequest{
			RestApiId: ptr("a1"), Mode: ptr("overwrite"), Parameters: map[string]string{"ignore": "documentation"}, Body: []byte{}}},
		{"PATCH", "/v2/apis/a1?", &apigatewayv2.UpdateApiRequest{ApiId: ptr("a1")}},
		{"POST", "/@connections/L0SM9cOFvHcCIhw%3D", &apigatewaymanagementapi.PostToConnectionRequest{
			ConnectionId: ptr("L0SM9cOFvHcCIhw="), Data: []byte{}}},
	} {
		var got any
		mux := allServices(t, func(_ string, in any) (any, error) { got = in; return nil, nil })
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s: want (-), got (+), answer %d %s:\n%s", c.method, c.target, w.Code, w.Body, diff)
		}
	}
}

// A partial update tells absent, null and empty apart only as far as HTTP APIs do: null is absent.
func TestPartialUpdate(t *testing.T) {
	var got any
	mux := allServices(t, func(_ string, in any) (any, error) { got = in; return nil, nil })
	exchange(mux, "PATCH", "/v2/apis/a1", `{"description":"","name":null,"disableExecuteApiEndpoint":false,"corsConfiguration":{"allowOrigins":[],"maxAge":0}}`)
	want := &apigatewayv2.UpdateApiRequest{
		ApiId:                     ptr("a1"),
		Description:               ptr(""),
		DisableExecuteApiEndpoint: ptr(false),
		CorsConfiguration:         &apigatewayv2.Cors{AllowOrigins: []string{}, MaxAge: ptr(int32(0))},
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

// A body cannot set members that travel elsewhere.
func TestBodyDoesNotSetLabels(t *testing.T) {
	var got any
	mux := allServices(t, func(_ string, in any) (any, error) { got = in; return nil, nil })
	exchange(mux, "PUT", "/restapis/a1/resources/r1/methods/POST/integration",
		`{"type":"HTTP","httpMethod":"GET","restapi_id":"other","http_method":"PUT","restApiId":"other"}`)
	want := &apigateway.PutIntegrationRequest{RestApiId: ptr("a1"), ResourceId: ptr("r1"), HttpMethod: ptr("POST"),
		Type: ptr(apigateway.IntegrationTypeHttp), IntegrationHttpMethod: ptr("GET")}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}

func ptr[T any](v T) *T { return &v }
