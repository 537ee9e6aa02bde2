package v2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const httpProxy = `{"integrationType":"HTTP_PROXY","integrationMethod":"ANY","integrationUri":"https://example.com/{id}","payloadFormatVersion":"1.0"}`

func TestRoute(t *testing.T) {
	h := newHarness(t).http().integration(httpProxy)
	h.set("route", h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /pets/{id}","target":"integrations/{integration}","operationName":"getPet"}`)["routeId"])
	const want = `{"apiGatewayManaged":false,"apiKeyRequired":false,"authorizationType":"%s","operationName":"getPet","routeId":"{route}","routeKey":"GET /pets/{id}","target":"integrations/{integration}"}`
	h.is(200, "GET", "/v2/apis/{api}/routes/{route}", "", replaceFirst(want, "%s", "NONE"))
	h.is(200, "PATCH", "/v2/apis/{api}/routes/{route}", `{"authorizationType":"AWS_IAM"}`, replaceFirst(want, "%s", "AWS_IAM"))
	h.conflict("Route with key GET /pets/{name} already exists for this API", "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /pets/{name}"}`)
	for _, key := range []string{"GET", "get /", "GET pets", "GET /pets/", "GET /{a", "GET /x{a}", "GET /{a+}/b", "$connect", "TRACE /", "GET /a//b"} {
		h.badRequest(`The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`,
			"POST", "/v2/apis/{api}/routes", `{"routeKey":"`+key+`"}`)
	}
	for message, body := range map[string]string{
		"Invalid target specified: x. The target must be of the form integrations/{integrationId}":            `{"routeKey":"GET /a","target":"x"}`,
		"Invalid Integration identifier specified nothere":                                                    `{"routeKey":"GET /a","target":"integrations/nothere"}`,
		"Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid authorizer.": `{"routeKey":"GET /a","authorizationType":"JWT","authorizerId":"x"}`,
		"Authorization scopes are supported with the authorization type JWT only":                             `{"routeKey":"GET /a","authorizationScopes":["x"]}`,
		"Invalid model identifier specified: Pet":                                                             `{"routeKey":"GET /a","requestModels":{"application/json":"Pet"}}`,
		"Invalid request parameter specified: header.a":                                                       `{"routeKey":"GET /a","requestParameters":{"header.a":{"required":true}}}`,
		"modelSelectionExpression is supported for WebSocket APIs only":                                       `{"routeKey":"GET /a","modelSelectionExpression":"a"}`,
	} {
		h.badRequest(message, "POST", "/v2/apis/{api}/routes", body)
	}
	h.conflict("Cannot delete Integration '{integration}' because it is referenced by Route '{route}'.", "DELETE", "/v2/apis/{api}/integrations/{integration}", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/routes/{route}", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/integrations/{integration}", "")
	h.notFound("Invalid Route identifier specified {route}", "GET", "/v2/apis/{api}/routes/{route}", "")
	h.notFound("Invalid Integration identifier specified {integration}", "GET", "/v2/apis/{api}/integrations/{integration}", "")
}

func replaceFirst(s, old, with string) string {
	for i := 0; i+len(old) <= len(s); i++ {
		if s[i:i+len(old)] == old {
			return s[:i] + with + s[i+len(old):]
		}
	}
	return s
}

// A list comes in pages, and a deleted element between two of them does no harm.
func TestPages(t *testing.T) {
	h := newHarness(t).http()
	for _, key := range []string{"GET /a", "GET /b", "GET /c", "GET /d"} {
		h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"`+key+`"}`)
	}
	first := h.ok(200, "GET", "/v2/apis/{api}/routes?maxResults=2", "")
	if diff := cmp.Diff([]string{"GET /a", "GET /b"}, members(first, "routeKey")); diff != "" {
		t.Error(diff)
	}
	h.set("b", members(first, "routeId")[1])
	h.ok(204, "DELETE", "/v2/apis/{api}/routes/{b}", "")
	h.set("token", first["nextToken"])
	second := h.ok(200, "GET", "/v2/apis/{api}/routes?maxResults=2&nextToken={token}", "")
	if diff := cmp.Diff([]string{"GET /c", "GET /d"}, members(second, "routeKey")); diff != "" || second["nextToken"] != nil {
		t.Error(diff, second["nextToken"])
	}
	h.badRequest("Invalid nextToken parameter specified", "GET", "/v2/apis/{api}/routes?nextToken=x", "")
	h.badRequest("Invalid maxResults parameter specified. Must be between 1 and 500", "GET", "/v2/apis/{api}/routes?maxResults=0", "")
	h.badRequest("Invalid nextToken parameter specified", "GET", "/v2/apis?nextToken=!", "")
}

// The extensions of Postern are written by the members that AWS has for WebSocket APIs.
func TestExtensions(t *testing.T) {
	h := newHarness(t).http()
	h.integration(`{"integrationType":"AWS_PROXY","payloadFormatVersion":"2.0","integrationUri":"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/` + function + `/response-streaming-invocations"}`)
	h.ok(201, "POST", "/v2/apis/{api}/models", `{"name":"Pet","schema":"{\"type\":\"object\"}"}`)
	h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"POST /pets","target":"integrations/{integration}","apiKeyRequired":true,
		"requestModels":{"application/json":"Pet"},"requestParameters":{"route.request.header.X-A":{"required":true},"route.request.querystring.b":{"required":false}}}`)
	h.integration(httpProxy)
	h.set("route", h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"GET /pets/{id}","target":"integrations/{integration}"}`)["routeId"])
	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"$default","autoDeploy":true}`)
	h.ok(201, "POST", "/v2/tags/arn:aws:apigateway:us-east-1::%2Fapis%2F{api}", `{"tags":{"postern:cache:{route}":"ttl=60 request.querystring.page request.path.id"}}`)
	s := h.served("$default")
	get, err := s.Route(0)
	if err != nil {
		t.Fatal(err)
	}
	if get.Cache == nil || get.Cache.TTLSeconds != 60 || cmp.Diff(get.Cache.KeyParameters, []string{"request.querystring.page", "request.path.id"}) != "" {
		t.Errorf("cache %+v", get.Cache)
	}
	post, err := s.Route(1)
	if err != nil {
		t.Fatal(err)
	}
	if !post.APIKeyRequired || post.RequestModels["application/json"] != "Pet" || s.HTTP.Models["Pet"] != `{"type":"object"}` ||
		cmp.Diff(post.RequiredParameters, []string{"request.header.X-A"}) != "" || post.Integration.ResponseTransferMode != "STREAM" {
		t.Errorf("route %+v", post)
	}
	h.badRequest("Invalid time to live of a cache specified: x", "POST", "/v2/tags/arn:aws:apigateway:us-east-1::%2Fapis%2F{api}", `{"tags":{"postern:cache:{route}":"ttl=x"}}`)
	h.conflict("Cannot delete model 'Pet', is referenced in route: POST /pets", "DELETE", "/v2/apis/{api}/models/"+members(h.ok(200, "GET", "/v2/apis/{api}/models", ""), "modelId")[0], "")
}
