package v2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestWebSocket(t *testing.T) {
	h := newHarness(t).webSocket()
	h.badRequest("At least one route is required before deploying the Api.", "POST", "/v2/apis/{api}/deployments", `{}`)
	h.set("auth", h.ok(201, "POST", "/v2/apis/{api}/authorizers", `{"name":"a","authorizerType":"REQUEST","identitySource":["route.request.querystring.token"],"authorizerUri":"`+invocation+`"}`)["authorizerId"])
	h.integration(`{"integrationType":"AWS_PROXY","integrationUri":"` + invocation + `"}`)
	h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"$connect","authorizationType":"CUSTOM","authorizerId":"{auth}","apiKeyRequired":true,"target":"integrations/{integration}"}`)
	h.ok(201, "POST", "/v2/apis/{api}/models", `{"name":"Join","schema":"{\"type\":\"object\",\"required\":[\"room\"]}"}`)
	h.integration(`{"integrationType":"MOCK","requestTemplates":{"200":"{\"statusCode\":200}"},"templateSelectionExpression":"200","requestParameters":{"integration.request.header.id":"context.connectionId"}}`)
	h.set("default", h.ok(201, "POST", "/v2/apis/{api}/integrations/{integration}/integrationresponses", `{"integrationResponseKey":"$default","responseTemplates":{"$default":"ok"}}`)["integrationResponseId"])
	h.ok(201, "POST", "/v2/apis/{api}/integrations/{integration}/integrationresponses", `{"integrationResponseKey":"/4\\d\\d/"}`)
	h.conflict("Integration response with key $default already exists for this integration", "POST", "/v2/apis/{api}/integrations/{integration}/integrationresponses", `{"integrationResponseKey":"$default"}`)
	h.badRequest("Invalid integration response key specified: 200. It must be $default or a regular expression between slashes", "POST", "/v2/apis/{api}/integrations/{integration}/integrationresponses", `{"integrationResponseKey":"200"}`)
	h.ok(200, "PATCH", "/v2/apis/{api}/integrations/{integration}/integrationresponses/{default}", `{"templateSelectionExpression":"$integration.response.statuscode"}`)
	h.set("route", h.ok(201, "POST", "/v2/apis/{api}/routes", `{"routeKey":"join","modelSelectionExpression":"$request.body.action","requestModels":{"join":"Join"},"routeResponseSelectionExpression":"$default","target":"integrations/{integration}"}`)["routeId"])
	h.set("response", h.ok(201, "POST", "/v2/apis/{api}/routes/{route}/routeresponses", `{"routeResponseKey":"$default"}`)["routeResponseId"])
	h.badRequest("Invalid route response key specified: other. Only $default is supported", "POST", "/v2/apis/{api}/routes/{route}/routeresponses", `{"routeResponseKey":"other"}`)
	h.is(200, "GET", "/v2/apis/{api}/routes/{route}/routeresponses/{response}", "", `{"routeResponseId":"{response}","routeResponseKey":"$default"}`)
	h.badRequest("AutoDeploy is supported for HTTP APIs only", "POST", "/v2/apis/{api}/stages", `{"stageName":"a","autoDeploy":true}`)
	h.badRequest("Stage name only allows a-zA-Z0-9_-", "POST", "/v2/apis/{api}/stages", `{"stageName":"$default"}`)
	h.badRequest("Currently, authorization is restricted to the $connect route only", "POST", "/v2/apis/{api}/routes", `{"routeKey":"x","authorizationType":"AWS_IAM"}`)
	h.badRequest("Invalid route key specified: $other. Keys that start with '$' are reserved, except $connect, $disconnect and $default", "POST", "/v2/apis/{api}/routes", `{"routeKey":"$other"}`)

	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"prod"}`)
	if h.stage("prod") != nil {
		t.Error("a stage without a deployment is served")
	}
	h.ok(201, "POST", "/v2/apis/{api}/deployments", `{"stageName":"prod"}`)
	s := h.served("prod")
	route, err := s.WebSocketRoute(s.WebSocket.Routes["join"])
	if err != nil {
		t.Fatal(err)
	}
	want := &snapshot.WebSocketRoute{
		ID: h.fill("{route}"), Key: "join", AuthorizationType: "NONE", ModelSelectionExpression: "$request.body.action", RequestModels: map[string]string{"join": "Join"}, Replies: true,
		Integration: &snapshot.WebSocketIntegration{
			ID: h.fill("{integration}"), Type: "MOCK", TimeoutMillis: 29000, TemplateSelectionExpression: "200", PassthroughBehavior: "WHEN_NO_MATCH",
			RequestTemplates:  []snapshot.Template{{ContentType: "200", Text: `{"statusCode":200}`}},
			RequestParameters: []snapshot.Mapping{{Target: "integration.request.header.id", Source: "context.connectionId"}},
			Responses: []snapshot.WebSocketIntegrationResponse{
				{Key: `/4\d\d/`},
				{Key: "$default", TemplateSelectionExpression: "$integration.response.statuscode", Templates: []snapshot.Template{{ContentType: "$default", Text: "ok"}}},
			},
		},
	}
	if diff := cmp.Diff(want, route); diff != "" {
		t.Error(diff)
	}
	connect, err := s.WebSocketRoute(s.WebSocket.Routes["$connect"])
	if err != nil || connect.AuthorizerID != h.fill("{auth}") || !connect.APIKeyRequired || connect.Integration.Type != "AWS_PROXY" {
		t.Errorf("$connect %+v, %v", connect, err)
	}
	if a := s.WebSocket.Authorizers[h.fill("{auth}")]; a.URI != invocation || a.Type != "REQUEST" || s.WebSocket.RouteSelectionExpression != "$request.body.action" {
		t.Errorf("%+v %+v", a, s.WebSocket)
	}
	// A route response alone does not make a route reply (WebSocket API spec, 5).
	h.ok(200, "PATCH", "/v2/apis/{api}/routes/{route}", `{"routeResponseSelectionExpression":""}`)
	h.ok(201, "POST", "/v2/apis/{api}/deployments", `{"stageName":"prod"}`)
	s = h.served("prod")
	if silent, err := s.WebSocketRoute(s.WebSocket.Routes["join"]); err != nil || silent.Replies {
		t.Errorf("%+v, %v", silent, err)
	}
	h.ok(204, "DELETE", "/v2/apis/{api}/routes/{route}/routeresponses/{response}", "")
	h.ok(204, "DELETE", "/v2/apis/{api}/integrations/{integration}/integrationresponses/{default}", "")
	h.notFound("Invalid RouteResponse identifier specified {response}", "GET", "/v2/apis/{api}/routes/{route}/routeresponses/{response}", "")
	h.notFound("Invalid IntegrationResponse identifier specified {default}", "GET", "/v2/apis/{api}/integrations/{integration}/integrationresponses/{default}", "")
}

func TestModelTemplate(t *testing.T) {
	h := newHarness(t).webSocket()
	h.set("model", h.ok(201, "POST", "/v2/apis/{api}/models", `{"name":"Pet","schema":"{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}}}"}`)["modelId"])
	if got := h.ok(200, "GET", "/v2/apis/{api}/models/{model}/template", "")["value"]; got != "#set($inputRoot = $input.path('$'))\n{\n  \"id\" : 42\n}" {
		t.Errorf("%q", got)
	}
	h.badRequest("Invalid model schema specified. The schema of a model of the content type application/json must be JSON", "POST", "/v2/apis/{api}/models", `{"name":"Bad","schema":"{"}`)
	h.conflict("Model name already exists for this API", "POST", "/v2/apis/{api}/models", `{"name":"Pet","schema":"{}"}`)
	h.badRequest("Model name must be alphanumeric: a-b", "POST", "/v2/apis/{api}/models", `{"name":"a-b","schema":"{}"}`)
	h.ok(200, "PATCH", "/v2/apis/{api}/models/{model}", `{"description":"d"}`)
	h.ok(204, "DELETE", "/v2/apis/{api}/models/{model}", "")
	h.notFound("Invalid Model identifier specified {model}", "GET", "/v2/apis/{api}/models/{model}", "")
}
