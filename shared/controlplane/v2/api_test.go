package v2_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAPI(t *testing.T) {
	h := newHarness(t).http()
	const want = `{"apiEndpoint":"https://{api}.execute-api.us-east-1.amazonaws.com","apiId":"{api}","apiKeySelectionExpression":"$request.header.x-api-key",
		"createdDate":"` + nowText + `","disableExecuteApiEndpoint":false,"ipAddressType":"ipv4","name":"pets","protocolType":"HTTP",
		"routeSelectionExpression":"$request.method $request.path","tags":{}`
	h.is(200, "GET", "/v2/apis/{api}", "", want+`}`)
	h.is(200, "PATCH", "/v2/apis/{api}", `{"description":"d","corsConfiguration":{"allowOrigins":["https://a.example"],"allowMethods":["get"],"maxAge":60}}`,
		want+`,"description":"d","corsConfiguration":{"allowOrigins":["https://a.example"],"allowMethods":["get"],"maxAge":60}}`)
	h.ok(204, "DELETE", "/v2/apis/{api}/cors", "")
	h.is(200, "PATCH", "/v2/apis/{api}", `{"description":""}`, want+`}`)
	if diff := cmp.Diff([]string{h.fill("{api}")}, members(h.ok(200, "GET", "/v2/apis", ""), "apiId")); diff != "" {
		t.Error(diff)
	}
	if got := h.count("serve#{api}"); got != 1 {
		t.Errorf("%d rows for the data plane, want the protocol", got)
	}
	h.ok(204, "DELETE", "/v2/apis/{api}", "")
	h.notFound("Invalid API identifier specified 123456789012:{api}", "GET", "/v2/apis/{api}", "")
	h.notFound("Invalid API identifier specified 123456789012:{api}", "POST", "/v2/apis/{api}/routes", `{"routeKey":"$default"}`)
	for _, partition := range []string{"serve#{api}", "v2apis", "v2stages", "leftovers"} {
		if got := h.count(partition); got != 0 {
			t.Errorf("%d rows are left in %s", got, partition)
		}
	}
}

func TestAPIRefusals(t *testing.T) {
	h := newHarness(t)
	for message, body := range map[string]string{
		"API name must be non-empty":                                      `{"name":"","protocolType":"HTTP"}`,
		"Route selection expression must be specified for WebSocket APIs": `{"name":"n","protocolType":"WEBSOCKET"}`,
		"allow-credentials is not supported if 'allow-origin' is *":       `{"name":"n","protocolType":"HTTP","corsConfiguration":{"allowOrigins":["*"],"allowCredentials":true}}`,
		"Method ANY is not supported":                                     `{"name":"n","protocolType":"HTTP","corsConfiguration":{"allowMethods":["ANY"]}}`,
		"Invalid format for origin. The origin must be formatted as 'scheme://host:port' or '*', but is https://*.example.com":                      `{"name":"n","protocolType":"HTTP","corsConfiguration":{"allowOrigins":["https://*.example.com"]}}`,
		"CORS configuration is supported for HTTP APIs only":                                                                                        `{"name":"n","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action","corsConfiguration":{}}`,
		"Invalid selection expression specified for routeSelectionExpression: $request.header.a. Variables must begin with one of: [request.body.]": `{"name":"n","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.header.a"}`,
		"Target must be specified with routeKey and credentialsArn":                                                                                 `{"name":"n","protocolType":"HTTP","routeKey":"GET /"}`,
		"Invalid route selection expression specified: $request.body.a. For HTTP APIs it must be ${request.method} ${request.path}":                 `{"name":"n","protocolType":"HTTP","routeSelectionExpression":"$request.body.a"}`,
		"Invalid tag key: postern:nothing. There is no setting nothing":                                                                             `{"name":"n","protocolType":"HTTP","tags":{"postern:nothing":"x"}}`,
	} {
		h.badRequest(message, "POST", "/v2/apis", body)
	}
}

func TestQuickCreate(t *testing.T) {
	h := newHarness(t)
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"q","protocolType":"HTTP","target":"`+function+`"}`)["apiId"])
	stage := h.ok(200, "GET", "/v2/apis/{api}/stages/$default", "")
	if stage["autoDeploy"] != true || stage["apiGatewayManaged"] != true || stage["lastDeploymentStatusMessage"] != "Successfully deployed stage with deployment ID '"+stage["deploymentId"].(string)+"'" {
		t.Errorf("stage %v", stage)
	}
	s := h.served("$default")
	route, err := s.Route(s.HTTP.DefaultRoute - 1)
	if err != nil {
		t.Fatal(err)
	}
	if i := route.Integration; route.Key != "$default" || i.URI != function || i.Type != "AWS_PROXY" || i.PayloadFormatVersion != "2.0" || i.TimeoutMillis != 30000 {
		t.Errorf("route %+v", route)
	}
	if diff := cmp.Diff([]string{h.fill("{api}/$default")}, h.stages); diff != "" {
		t.Error(diff)
	}
	h.ok(200, "PATCH", "/v2/apis/{api}", `{"target":"https://example.com/","routeKey":"GET /x"}`)
	if s := h.served("$default"); s.HTTP.DefaultRoute != 0 {
		t.Error("the route is still $default")
	} else if route, err := s.Route(0); err != nil || route.Key != "GET /x" || route.Integration.URI != "https://example.com/" || route.Integration.Method != "ANY" {
		t.Errorf("route %+v, %v", route, err)
	}
}
