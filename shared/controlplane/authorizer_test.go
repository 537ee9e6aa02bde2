package controlplane_test

import (
	"testing"
)

const guarded = `{
  "openapi": "3.0.1", "info": {"title": "guarded", "version": "1"},
  "components": {"securitySchemes": {"auth": {"type": "apiKey", "name": "Authorization", "in": "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "request", "identitySource": "method.request.header.Authorization",
      "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"}}}},
  "paths": {"/a": {"get": {"security": [{"auth": []}], "x-amazon-apigateway-integration": {"type": "mock"}}}}
}`

func TestImportedAuthorizers(t *testing.T) {
	h := newHarness(t)
	h.api = h.ok(201, "POST", "/restapis?mode=import", guarded)["id"].(string)
	method := "/restapis/{api}/resources/" + h.resourcesByPath()["/a"] + "/methods/GET"
	got := h.ok(200, "GET", method, "")
	authorizer, _ := got["authorizerId"].(string)
	if got["authorizationType"] != "CUSTOM" || authorizer == "" {
		t.Fatalf("method %v", got)
	}
	h.badRequest("/a GET: authorizationType: CUSTOM is not supported yet", "POST", "/restapis/{api}/deployments", `{}`)

	// Both members in one request, in this order (recorded answers, 4).
	h.ok(200, "PATCH", method, patch("replace", "/authorizationType", "NONE", "replace", "/authorizerId", ""))
	h.deploy(`{}`)
	got = h.ok(200, "PATCH", method, patch("replace", "/authorizerId", authorizer, "replace", "/authorizationType", "CUSTOM"))
	if got["authorizationType"] != "CUSTOM" || got["authorizerId"] != authorizer {
		t.Errorf("after update: %v", got)
	}
	const invalid = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."
	h.badRequest(invalid, "PATCH", method, patch("replace", "/authorizationType", "COGNITO_USER_POOLS"))
	h.badRequest(invalid, "PATCH", method, patch("replace", "/authorizerId", "nobody"))
	// An import in place keeps the identifier of an authorizer by its name.
	h.ok(200, "PUT", "/restapis/{api}", guarded)
	if got = h.ok(200, "GET", method, ""); got["authorizerId"] != authorizer {
		t.Errorf("after merging: %v", got)
	}
}
