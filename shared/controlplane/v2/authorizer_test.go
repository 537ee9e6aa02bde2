package v2_test

import "testing"

func TestAuthorizer(t *testing.T) {
	h := newHarness(t).http().integration(httpProxy)
	h.set("jwt", h.ok(201, "POST", "/v2/apis/{api}/authorizers", `{"name":"jwt","authorizerType":"JWT","identitySource":["$request.header.Authorization"],"jwtConfiguration":{"issuer":"https://issuer.example/","audience":["a"]}}`)["authorizerId"])
	h.is(200, "PATCH", "/v2/apis/{api}/authorizers/{jwt}", `{"jwtConfiguration":{"audience":["b"]}}`,
		`{"authorizerId":"{jwt}","authorizerType":"JWT","identitySource":["$request.header.Authorization"],"jwtConfiguration":{"issuer":"https://issuer.example/","audience":["b"]},"name":"jwt"}`)
	h.set("lambda", h.ok(201, "POST", "/v2/apis/{api}/authorizers", `{"name":"lambda","authorizerType":"REQUEST","identitySource":["$request.header.a","$context.routeKey"],"authorizerUri":"`+invocation+`","authorizerPayloadFormatVersion":"2.0","enableSimpleResponses":true}`)["authorizerId"])
	h.is(200, "GET", "/v2/apis/{api}/authorizers/{lambda}", "", `{"authorizerId":"{lambda}","authorizerType":"REQUEST","identitySource":["$request.header.a","$context.routeKey"],
		"authorizerUri":"`+invocation+`","authorizerPayloadFormatVersion":"2.0","enableSimpleResponses":true,"authorizerResultTtlInSeconds":300,"name":"lambda"}`)
	h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /{id}","target":"integrations/{integration}","authorizationType":"JWT","authorizerId":"{jwt}","authorizationScopes":["s"]}`)
	h.conflict("Cannot delete authorizer 'jwt', is referenced by route: GET /{id}", "DELETE", "/v2/apis/{api}/authorizers/{jwt}", "")
	h.badRequest("Authorizer {jwt} is of type JWT, which does not serve the authorization type CUSTOM", "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /a","authorizationType":"CUSTOM","authorizerId":"{jwt}"}`)
	h.ok(204, "DELETE", "/v2/apis/{api}/authorizers/{lambda}", "")
	h.notFound("Invalid Authorizer identifier specified {lambda}", "GET", "/v2/apis/{api}/authorizers/{lambda}", "")
	for _, c := range []struct{ message, body string }{
		{"Invalid issuer: x. Issuer must have a valid URL", `{"name":"n","authorizerType":"JWT","identitySource":["$request.header.a"],"jwtConfiguration":{"issuer":"x","audience":["a"]}}`},
		{"Audience list must have at least 1 item", `{"name":"n","authorizerType":"JWT","identitySource":["$request.header.a"],"jwtConfiguration":{"issuer":"https://a.example"}}`},
		{"Invalid identity source specified: $context.a. A JWT authorizer needs one $request.header.NAME or $request.querystring.NAME", `{"name":"n","authorizerType":"JWT","identitySource":["$context.a"],"jwtConfiguration":{"issuer":"https://a.example","audience":["a"]}}`},
		{"Authorizer name must be unique. Authorizer jwt already exists in this API.", `{"name":"jwt","authorizerType":"JWT","identitySource":["$request.header.a"]}`},
		{"AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer", `{"name":"n","authorizerType":"REQUEST","identitySource":["$request.header.a"],"authorizerUri":"` + invocation + `"}`},
		{"Simple responses are supported with the authorizer payload format version 2.0 only", `{"name":"n","authorizerType":"REQUEST","identitySource":[],"authorizerUri":"` + invocation + `","authorizerPayloadFormatVersion":"1.0","enableSimpleResponses":true}`},
		{"Caching of authorizer results requires at least one identity source", `{"name":"n","authorizerType":"REQUEST","identitySource":[],"authorizerUri":"` + invocation + `","authorizerPayloadFormatVersion":"1.0","authorizerResultTtlInSeconds":5}`},
		{"authorizerUri must be specified for REQUEST authorizers", `{"name":"n","authorizerType":"REQUEST","identitySource":[]}`},
	} {
		h.badRequest(c.message, "POST", "/v2/apis/{api}/authorizers", c.body)
	}
}
