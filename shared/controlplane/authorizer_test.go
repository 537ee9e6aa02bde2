package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	h.deploy(`{}`)

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

const authorizersPath = "/restapis/{api}/authorizers"

const (
	functionURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"
	poolARN     = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"
)

func TestCreateAuthorizer(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"token", `{"name":"a","type":"TOKEN","authorizerUri":"` + functionURI + `","identitySource":"method.request.header.Authorization"}`,
			`{"authType":"custom","authorizerResultTtlInSeconds":300,"authorizerUri":"` + functionURI + `","identitySource":"method.request.header.Authorization","name":"a","type":"TOKEN"}`},
		{"request without identity", `{"name":"a","type":"REQUEST","authorizerUri":"` + functionURI + `","identitySource":"","authorizerCredentials":"","authorizerResultTtlInSeconds":0}`,
			`{"authType":"custom","authorizerResultTtlInSeconds":0,"authorizerUri":"` + functionURI + `","name":"a","type":"REQUEST"}`},
		{"request with all sources", `{"name":"a","type":"REQUEST","authType":"x","authorizerUri":"` + functionURI + `","identitySource":"method.request.header.A, method.request.querystring.b,stageVariables.c,context.identity.sourceIp","authorizerCredentials":"arn:aws:iam::123456789012:role/r"}`,
			`{"authType":"x","authorizerCredentials":"arn:aws:iam::123456789012:role/r","authorizerResultTtlInSeconds":300,"authorizerUri":"` + functionURI + `","identitySource":"method.request.header.A, method.request.querystring.b,stageVariables.c,context.identity.sourceIp","name":"a","type":"REQUEST"}`},
		{"user pools", `{"name":"a","type":"COGNITO_USER_POOLS","providerARNs":["` + poolARN + `"],"identitySource":"method.request.header.Authorization","identityValidationExpression":"x.*"}`,
			`{"authType":"cognito_user_pools","identitySource":"method.request.header.Authorization","identityValidationExpression":"x.*","name":"a","providerARNs":["` + poolARN + `"],"type":"COGNITO_USER_POOLS"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t).create()
			id := h.ok(201, "POST", authorizersPath, c.body)["id"].(string)
			want := `{"id":"` + id + `",` + c.want[1:]
			h.is(200, "GET", authorizersPath+"/"+id, "", want)
			h.is(200, "GET", authorizersPath, "", `{"item":[`+want+`]}`)
		})
	}
}

func TestCreateAuthorizerRefusals(t *testing.T) {
	h := newHarness(t).create()
	lambda := func(kind, members string) string {
		return `{"name":"a","type":"` + kind + `","authorizerUri":"` + functionURI + `"` + members + `}`
	}
	const header = `,"identitySource":"method.request.header.Authorization"`
	badURI := func(uri string) string {
		return "Invalid Authorizer URI: " + uri + ". Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation."
	}
	badSource := func(source string) string {
		return "Invalid token source expression: " + source + ". The source must be a method request header, matching 'method.request.header.[a-zA-Z0-9._-]+'."
	}
	cases := []struct{ message, body string }{
		{"Authorizer name cannot be blank", `{"name":" ","type":"TOKEN"}`},
		{badSource(""), lambda("TOKEN", "")},
		{badSource("method.request.querystring.key"), lambda("TOKEN", `,"identitySource":"method.request.querystring.key"`)},
		{badSource("method.request.header."), lambda("TOKEN", `,"identitySource":"method.request.header."`)},
		{"Identity source must be set if authorizer caching is enabled (TTL is greater than 0)", lambda("REQUEST", "")},
		{"Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: method.request.path.p]", lambda("REQUEST", `,"identitySource":"method.request.header.A,method.request.path.p"`)},
		{"Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ]", lambda("REQUEST", `,"identitySource":"method.request.header.A,"`)},
		{"Invalid authorizer result TTL specified: 3601. Must be between 0 and 3600", lambda("TOKEN", header+`,"authorizerResultTtlInSeconds":3601`)},
		{"Invalid authorizer result TTL specified: -1. Must be between 0 and 3600", lambda("TOKEN", header+`,"authorizerResultTtlInSeconds":-1`)},
		{"Invalid ARN specified in the request", lambda("TOKEN", header+`,"authorizerCredentials":"role"`)},
		{"Invalid identity validation expression specified: (", lambda("TOKEN", header+`,"identityValidationExpression":"("`)},
		{"providerARNs: an authorizer of type TOKEN has no user pools", lambda("TOKEN", header+`,"providerARNs":["`+poolARN+`"]`)},
		{badURI(""), `{"name":"a","type":"TOKEN"` + header + `}`},
		{badURI("arn:aws:lambda:us-east-1:123456789012:function:auth"), `{"name":"a","type":"TOKEN","authorizerUri":"arn:aws:lambda:us-east-1:123456789012:function:auth"` + header + `}`},
		{badURI(strings.Replace(functionURI, "apigateway:us-east-1", "apigateway:region", 1)), `{"name":"a","type":"TOKEN","authorizerUri":"` + strings.Replace(functionURI, "apigateway:us-east-1", "apigateway:region", 1) + `"` + header + `}`},
		{"providerARNs: an authorizer of type COGNITO_USER_POOLS needs a user pool", `{"name":"a","type":"COGNITO_USER_POOLS"` + header + `}`},
		{"Invalid Cognito User Pool ARN specified: pool", `{"name":"a","type":"COGNITO_USER_POOLS","providerARNs":["pool"]` + header + `}`},
		{"authorizerUri: an authorizer of type COGNITO_USER_POOLS calls no function", `{"name":"a","type":"COGNITO_USER_POOLS","authorizerUri":"` + functionURI + `","providerARNs":["` + poolARN + `"]` + header + `}`},
	}
	for _, c := range cases {
		h.badRequest(c.message, "POST", authorizersPath, c.body)
	}
	h.ok(201, "POST", authorizersPath, strings.Replace(lambda("TOKEN", header), "function:auth", "function:${stageVariables.f}", 1))
	h.badRequest("Authorizer name must be unique. Authorizer a already exists in this RestApi.", "POST", authorizersPath, lambda("TOKEN", header))
	h.notFound("Invalid API identifier specified "+account+":nosuchapi0", "POST", "/restapis/nosuchapi0/authorizers", lambda("TOKEN", header))
	h.notFound("Invalid API identifier specified "+account+":nosuchapi0", "GET", "/restapis/nosuchapi0/authorizers", "")
}

func TestUpdateAuthorizer(t *testing.T) {
	h := newHarness(t).create()
	one := authorizersPath + "/" + h.ok(201, "POST", authorizersPath, `{"name":"a","type":"TOKEN","authorizerUri":"`+functionURI+`","identitySource":"method.request.header.A"}`)["id"].(string)
	cases := []struct {
		name, operations, member string
		want                     any
	}{
		{"name", patch("replace", "/name", "b"), "name", "b"},
		{"time", patch("replace", "/authorizerResultTtlInSeconds", "0"), "authorizerResultTtlInSeconds", 0.0},
		{"validation", patch("replace", "/identityValidationExpression", "x+"), "identityValidationExpression", "x+"},
		{"no validation", patch("replace", "/identityValidationExpression", ""), "identityValidationExpression", nil},
		{"type with what it needs", patch("replace", "/type", "COGNITO_USER_POOLS", "replace", "/authorizerUri", "", "add", "/providerARNs", poolARN), "providerARNs", []any{poolARN}},
		{"second pool", patch("add", "/providerARNs", poolARN+"b"), "providerARNs", []any{poolARN, poolARN + "b"}},
		{"first pool removed", patch("remove", "/providerARNs", poolARN), "providerARNs", []any{poolARN + "b"}},
		{"back", patch("remove", "/providerARNs", poolARN+"b", "replace", "/authorizerUri", functionURI, "replace", "/type", "REQUEST", "remove", "/identitySource", "-"), "identitySource", nil},
		{"a source added", patch("add", "/identitySource", "method.request.querystring.q"), "identitySource", "method.request.querystring.q"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.t = t
			if diff := cmp.Diff(c.want, h.ok(200, "PATCH", one, c.operations)[c.member]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	h.t = t
	h.badRequest("Invalid patch path  '/type' specified for op 'add'. Please choose supported operations", "PATCH", one, patch("add", "/type", "x"))
	h.badRequest("Invalid patch value 'x' specified for path '/type'. Must be one of: [TOKEN, REQUEST, COGNITO_USER_POOLS]", "PATCH", one, patch("replace", "/type", "x"))
	h.badRequest("Invalid patch value '3601' specified for path '/authorizerResultTtlInSeconds'. Must be an integer between 0 and 3600", "PATCH", one, patch("replace", "/authorizerResultTtlInSeconds", "3601"))
	h.badRequest("Authorizer name cannot be blank", "PATCH", one, patch("replace", "/name", ""))
	const missing = "Invalid Authorizer identifier specified"
	h.notFound(missing, "PATCH", authorizersPath+"/none", patch("replace", "/name", "x"))
	h.notFound(missing, "GET", authorizersPath+"/none", "")
	h.notFound(missing, "GET", "/restapis/nosuchapi0/authorizers/none", "")
}

func TestDeleteAuthorizerInUse(t *testing.T) {
	h := newHarness(t).create()
	id := h.ok(201, "POST", authorizersPath, `{"name":"a","type":"TOKEN","authorizerUri":"`+functionURI+`","identitySource":"method.request.header.A"}`)["id"].(string)
	method := "/restapis/{api}/resources/" + h.resource(h.root, "test") + "/methods/GET"
	h.ok(201, "PUT", method, `{"authorizationType":"CUSTOM","authorizerId":"`+id+`"}`)
	h.refused(409, "ConflictException", "Cannot delete authorizer 'a', is referenced in method: GET//test", "DELETE", authorizersPath+"/"+id, "")
	h.refused(409, "ConflictException", "Cannot change the type of authorizer 'a', is referenced in method: GET//test", "PATCH", authorizersPath+"/"+id,
		patch("replace", "/type", "COGNITO_USER_POOLS", "replace", "/authorizerUri", "", "add", "/providerARNs", poolARN))
	h.ok(204, "DELETE", method, "")
	h.ok(202, "DELETE", authorizersPath+"/"+id, "")
	h.notFound("Invalid Authorizer identifier specified", "DELETE", authorizersPath+"/"+id, "")
}
