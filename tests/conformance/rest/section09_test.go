package rest

import "github.com/postern-gateway/postern/tests/conformance/harness"

const (
	gatewayResponses  = "x-amazon-apigateway-gateway-responses"
	gatewayParameters = "gatewayresponse.header."
)

// customised has gateway responses of its own.
var customised = merged(validators, obj{"components": schemes, gatewayResponses: obj{
	"BAD_REQUEST_PARAMETERS": obj{"statusCode": 422, "responseParameters": obj{
		gatewayParameters + "Access-Control-Allow-Origin": "'*'", gatewayParameters + "X-Query": "method.request.querystring.q", gatewayParameters + "X-Header": "method.request.header.X-H",
		gatewayParameters + "X-Stage": "context.stage", gatewayParameters + "X-Variable": "stageVariables.path"},
		"responseTemplates": obj{"application/json": `{"type":"$context.error.responseType","m":$context.error.messageString,"raw":"$context.error.message","v":"$stageVariables.path","q":"$method.request.querystring.q","#if":1}`}},
	"BAD_REQUEST_BODY":             obj{"statusCode": 400, "responseTemplates": obj{"application/json": `{"why":"$context.error.validationErrorString"}`, "application/xml": "<why/>"}},
	"MISSING_AUTHENTICATION_TOKEN": obj{"statusCode": 404, "responseTemplates": obj{"application/json": `{"message":"nothing here"}`}},
	"INTEGRATION_FAILURE":          obj{"responseTemplates": obj{"application/json": `{"failed":true}`}},
	"DEFAULT_5XX":                  obj{"statusCode": 599, "responseParameters": obj{gatewayParameters + "X-Five": "'yes'"}, "responseTemplates": obj{"application/json": `{"five":"$context.error.responseType"}`}},
	"REQUEST_TOO_LARGE":            obj{"statusCode": 499},
}})

// section09 is gateway responses.
var section09 = []fact{
	{name: "MISSING_AUTHENTICATION_TOKEN", section: "9.1", api: "unrouted", do: "GET /nowhere", want: noToken},
	{name: "BAD_REQUEST_PARAMETERS", section: "9.1", api: "validators", in: mock(), op: requires("a", "query", "b", "query"), want: missing("a, b")},
	{name: "BAD_REQUEST_BODY", section: "9.1", api: "validators", in: httpProxy(), op: bodyOnly, do: "POST {}", body: "[]", want: invalidBody, noCall: true},
	{name: "UNSUPPORTED_MEDIA_TYPE", section: "9.1", tag: "peer", in: httpCustom(with("passthroughBehavior", "NEVER")), do: "POST {}", want: unsupported, noCall: true},
	{name: "INTEGRATION_FAILURE", section: "9.1", in: lambdaProxy(), fn: output{Error: "x"}, want: badGateway},
	{name: "INTEGRATION_TIMEOUT", section: "9.1", in: httpProxy(with("timeoutInMillis", 60)), backend: answer{Delay: 400e6}, want: timedOut},
	{name: "API_CONFIGURATION_ERROR", section: "9.1", in: mock(template("{}")), want: internal},
	{name: "ACCESS_DENIED", section: "9.1", api: "policy", in: says("in"), want: anonymous(".*")},

	{name: "an explicit type", section: "9.2", api: "customised", do: "GET /nowhere", want: want{Status: 404, Body: harness.JSON(`{"message":"nothing here"}`), Header: obj{"x-amzn-ErrorType": "MissingAuthenticationTokenException"}}},
	{name: "the default of the class", section: "9.2", api: "customised", in: mock(template("{}")), want: want{Status: 599, Body: harness.JSON(`{"five":"API_CONFIGURATION_ERROR"}`), Header: obj{"X-Five": "yes", "x-amzn-ErrorType": "InternalServerErrorException"}}},
	{name: "the default of the class for a time-out", section: "9.2", api: "customised", in: httpProxy(with("timeoutInMillis", 60)), backend: answer{Delay: 400e6}, want: want{Status: 599, Body: harness.JSON(`{"five":"INTEGRATION_TIMEOUT"}`)}},
	{name: "no default for the other class", section: "9.2", api: "customised", in: httpCustom(with("passthroughBehavior", "NEVER")), do: "POST {}", want: unsupported},
	{name: "an integration failure keeps its status", section: "9.2", api: "customised", in: lambdaProxy(with("httpMethod", "GET")), want: want{Status: 500, Body: harness.JSON(`{"failed":true}`)}},
	{name: "parameters", section: "9.2", api: "customised", in: mock(), op: requires("need", "query"), do: "GET {}?q=v", head: []string{"X-H: h"},
		want: want{Status: 422, Header: obj{"Access-Control-Allow-Origin": "*", "X-Query": "v", "X-Header": "h", "X-Stage": "prod", "X-Variable": "from-stage"}}},
	{name: "a parameter that is not there", section: "9.2", api: "customised", in: mock(), op: requires("need", "query"), want: want{Status: 422, Header: obj{"X-Query": harness.Absent}}},
	{name: "templates are substitution", section: "9.2", api: "customised", in: mock(), op: requires("need", "query"), do: "GET {}?q=v",
		want: want{Status: 422, Body: harness.JSON(`{"type":"BAD_REQUEST_PARAMETERS","m":"Missing required request parameters: [need]","raw":"Missing required request parameters: [need]","v":"from-stage","q":"v","#if":1}`)}},
	{name: "the template for Accept", section: "9.2", tag: "unconfirmed", api: "customised", in: mock(), op: bodyOnly, do: "POST {}", head: []string{"Accept: application/xml"}, body: "[]", want: want{Status: 400, Body: "<why/>", Header: obj{"Content-Type": "application/xml"}}},
	{name: "the template for JSON", section: "9.2", tag: "unconfirmed", api: "customised", in: mock(), op: bodyOnly, do: "POST {}", head: []string{"Accept: text/x"}, body: "[]", want: want{Status: 400, Header: obj{"Content-Type": "application/json"}, Body: harness.Contains(`{"why":"`)}},
	{name: "backend answers are no gateway responses", section: "9.2", api: "customised", in: httpProxy(), backend: answer{Status: 500, Body: "mine"}, want: want{Status: 500, Body: "mine", Header: obj{"x-amzn-ErrorType": harness.Absent, "X-Five": harness.Absent}}},

	{name: "errors of the execution have a space", section: "9.3", in: mock(template("{}")), want: want{Status: 500, Body: `{"message": "Internal server error"}`}},
	{name: "validation has a space", section: "9.3", api: "validators", in: mock(), op: requires("q", "query"), want: want{Status: 400, Body: `{"message": "Missing required request parameters: [q]"}`}},
	{name: "errors before have none", section: "9.3", tag: "unconfirmed", api: "unrouted", do: "GET /nowhere", want: want{Status: 403, Body: `{"message":"Missing Authentication Token"}`}},
	{name: "Forbidden has none", section: "9.3", tag: "unconfirmed", api: "unrouted", sent: raw("GET", "/nostage"), want: want{Status: 403, Body: `{"message":"Forbidden"}`}},
	{name: "the length of an error", section: "9.3", in: mock(template("{}")), want: header36, localOnly: "a function URL frames bodies itself"},
}

var header36 = want{Status: 500, Header: obj{"Content-Length": "36"}}
