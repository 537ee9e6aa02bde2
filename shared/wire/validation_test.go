package wire_test

import (
	"net/http"
	"strings"
	"testing"
)

// Expected texts: REST control plane recordings, 1.3, as far as recorded; the others apply its rules for the path to the
// constraint texts of the same framework.
func TestConstraintViolations(t *testing.T) {
	long := strings.Repeat("é", 256)
	for _, c := range []struct{ name, method, target, body, message string }{
		{
			"two violations, body before URI",
			"PATCH", "/restapis/a1/resources/r1/methods/GET/responses/Y",
			`{"patchOperations":[{"op":"X","path":"/responseModels/x"}]}`,
			`2 validation errors detected: Value 'X' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'Y' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
		},
		{
			"list positions count from 1",
			"PATCH", "/restapis/a1", `{"patchOperations":[{"op":"add"},{"op":"Add"}]}`,
			`1 validation error detected: Value 'Add' at 'updateRestApiInput.patchOperations.2.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]`,
		},
		{
			"list of enums",
			"POST", "/restapis", `{"name":"a","endpointConfiguration":{"types":["wrong"]}}`,
			`1 validation error detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]`,
		},
		{
			"list of enums prints the whole list",
			"POST", "/restapis", `{"name":"a","endpointConfiguration":{"types":["EDGE","wrong"]}}`,
			`1 validation error detected: Value '[EDGE, wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]`,
		},
		{
			"documentation location type",
			"POST", "/restapis/a1/documentation/parts", `{"location":{"type":"X"},"properties":"{}"}`,
			`1 validation error detected: Value 'X' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: [RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]`,
		},
		{
			"required members of the body",
			"POST", "/restapis/a1/models", `{"name":null}`,
			`2 validation errors detected: Value null at 'createModelInput.name' failed to satisfy constraint: Member must not be null; Value null at 'createModelInput.contentType' failed to satisfy constraint: Member must not be null`,
		},
		{
			"required member of an absent body",
			"POST", "/restapis", ``,
			`1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null`,
		},
		{
			"required query parameter",
			"DELETE", "/tags/arn", ``,
			`1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null`,
		},
		{
			"pattern must match the whole value",
			"PUT", "/restapis/a1/resources/r1/methods/GET/responses/2000", `{}`,
			`1 validation error detected: Value '2000' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`,
		},
		{
			"enum in the URI",
			"GET", "/restapis/a1/gatewayresponses/NOPE", ``,
			`1 validation error detected: Value 'NOPE' at 'responseType' failed to satisfy constraint: Member must satisfy enum value set: [DEFAULT_4XX, DEFAULT_5XX, RESOURCE_NOT_FOUND, UNAUTHORIZED, INVALID_API_KEY, ACCESS_DENIED, AUTHORIZER_FAILURE, AUTHORIZER_CONFIGURATION_ERROR, INVALID_SIGNATURE, EXPIRED_TOKEN, MISSING_AUTHENTICATION_TOKEN, INTEGRATION_FAILURE, INTEGRATION_TIMEOUT, API_CONFIGURATION_ERROR, UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST_PARAMETERS, BAD_REQUEST_BODY, REQUEST_TOO_LARGE, THROTTLED, QUOTA_EXCEEDED, WAF_FILTERED]`,
		},
		{
			"enum of a member without an enum shape",
			"GET", "/v2/apis/a1/exports/OAS30?outputType=XML", ``,
			`1 validation error detected: Value 'XML' at 'outputType' failed to satisfy constraint: Member must satisfy enum value set: [YAML, JSON]`,
		},
		{
			"too short",
			"POST", "/v2/portalproducts", `{"displayName":""}`,
			`1 validation error detected: Value '' at 'createPortalProductInput.displayName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
		},
		{
			"too long, in characters",
			"POST", "/v2/portalproducts", `{"displayName":"` + long + `"}`,
			`1 validation error detected: Value '` + long + `' at 'createPortalProductInput.displayName' failed to satisfy constraint: Member must have length less than or equal to 255`,
		},
		{
			"too long an element of a list",
			"PATCH", "/v2/portals/p1", `{"includedPortalProductArns":["short"]}`,
			`1 validation error detected: Value '[short]' at 'updatePortalInput.includedPortalProductArns' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 20]`,
		},
		{
			"too large an integer",
			"PATCH", "/v2/apis/a1/integrations/i1", `{"timeoutInMillis":30001}`,
			`1 validation error detected: Value '30001' at 'updateIntegrationInput.timeoutInMillis' failed to satisfy constraint: Member must have value less than or equal to 30000`,
		},
		{
			"too small an integer in the query",
			"GET", "/v2/domainnames/d/routingrules?maxResults=0", ``,
			`1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1`,
		},
		{
			"value of a map",
			"PATCH", "/v2/apis/a1/stages/s", `{"routeSettings":{"GET /x":{"loggingLevel":"LOUD"}}}`,
			`1 validation error detected: Value 'LOUD' at 'updateStageInput.routeSettings.GET /x.member.loggingLevel' failed to satisfy constraint: Member must satisfy enum value set: [ERROR, INFO, OFF]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			mux := allServices(t, func(string, any) (any, error) {
				t.Error("the endpoint was called")
				return nil, nil
			})
			got := wantError(t, exchange(mux, c.method, c.target, c.body), http.StatusBadRequest, "ValidationException")
			if got != c.message {
				t.Errorf("message\n%s\nwant\n%s", got, c.message)
			}
		})
	}
}

// What the model does not constrain, or an exclusion leaves to the operation, reaches the operation.
func TestNoViolation(t *testing.T) {
	for _, c := range []struct{ name, method, target, body string }{
		{"empty name of a model", "POST", "/restapis/a1/models", `{"name":"","contentType":""}`},
		{"wrong verb of a method", "PUT", "/restapis/a1/resources/r1/methods/WRONG", `{"authorizationType":"NONE"}`},
		{"empty import document", "POST", "/restapis?mode=import", ``},
		{"message over the limit", "POST", "/@connections/c1", strings.Repeat("x", 131073)},
		{"length at its bound, in characters", "POST", "/v2/portalproducts", `{"displayName":"` + strings.Repeat("é", 255) + `"}`},
		{"documentation status code *", "POST", "/restapis/a1/documentation/parts",
			`{"location":{"type":"RESPONSE","statusCode":"*"},"properties":"{}"}`},
		{"empty partial update", "PATCH", "/v2/apis/a1", `{}`},
		{"members the model does not know", "PATCH", "/v2/apis/a1", `{"later":{"x":[1,{"y":null}]},"name":"n"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			called := false
			mux := allServices(t, func(string, any) (any, error) { called = true; return nil, nil })
			if w := exchange(mux, c.method, c.target, c.body); !called {
				t.Errorf("answer %d %s, the endpoint was not called", w.Code, w.Body)
			}
		})
	}
}
