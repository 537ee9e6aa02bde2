package rest

import (
	"slices"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

func returns(name, payload string, w want) fact {
	return fact{name: name, section: "5.2", in: lambdaProxy(), fn: output{Payload: payload}, want: w}
}

func accepted(name, accept, payload string, w want) fact {
	f := fact{name: name, section: "5.2", api: "binary", in: lambdaProxy(), fn: output{Payload: payload}, want: w}
	if accept != "" {
		f.head = []string{"Accept: " + accept}
	}
	return f
}

const encoded = `{"body":"` + base64 + `","isBase64Encoded":true,"headers":{"Content-Type":"text/x"}}`

// section05 is Lambda proxy integrations.
var section05 = []fact{
	{name: "the keys of the event", section: "5.1", in: lambdaProxy(), want: ok, event: obj{
		"requestContext/identity": harness.Keys{"accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType", "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "sourceIp", "user", "userAgent", "userArn"},
		"requestContext":          harness.Keys{"accountId", "apiId", "deploymentId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "identity", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage"},
		"resource":                harness.Present, "path": harness.Present, "httpMethod": "GET", "headers": harness.Present, "multiValueHeaders": harness.Present,
	}},
	{name: "what is not there is null", section: "5.1", in: lambdaProxy(), want: ok, event: obj{"queryStringParameters": harness.Null, "multiValueQueryStringParameters": harness.Null, "pathParameters": harness.Null, "stageVariables": harness.Null, "body": harness.Null, "isBase64Encoded": false}},
	{name: "the request context", section: "5.1", in: lambdaProxy(), head: []string{"User-Agent: me/1"}, want: ok, event: obj{
		"requestContext/accountId": "123456789012", "requestContext/apiId": "{{api}}", "requestContext/domainName": "{{domain}}", "requestContext/domainPrefix": "{{label}}", "requestContext/httpMethod": "GET", "requestContext/protocol": "HTTP/1.1",
		"requestContext/stage": "prod", "requestContext/requestTime": harness.Match(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`), "requestContext/requestId": harness.Match("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
		"requestContext/identity/sourceIp": "127.0.0.1", "requestContext/identity/userAgent": "me/1", "requestContext/identity/accessKey": harness.Null, "requestContext/identity/userArn": harness.Null,
		"requestContext/authorizer": harness.Absent, "requestContext/isCanaryRequest": harness.Absent}},
	{name: "no user agent", section: "5.1", in: lambdaProxy(), want: ok, event: obj{"requestContext/identity/userAgent": harness.Null}},
	{name: "resource and path", section: "5.1", under: "/{id}", in: lambdaProxy(), do: "GET {}/7", want: ok, event: obj{"resource": "/5-1-resource-and-path/{id}", "path": "/5-1-resource-and-path/7", "requestContext/resourcePath": "/5-1-resource-and-path/{id}", "requestContext/path": "/prod/5-1-resource-and-path/7", "pathParameters": obj{"id": "7"}}},
	{name: "a text body", section: "5.1", in: lambdaProxy(), do: "POST {}", body: "häl\nlo", want: ok, event: obj{"body": "häl\nlo", "isBase64Encoded": false, "httpMethod": "POST"}},
	{name: "an empty chunked body", section: "5.1", in: lambdaProxy(), sent: &harness.Request{Method: "POST", Target: "{}", Chunked: true}, want: ok, event: obj{"body": harness.Null}},
	{name: "invalid text is replaced", section: "5.1", in: lambdaProxy(), do: "POST {}", body: bytesText, want: ok, event: obj{"body": utf8Text, "isBase64Encoded": false}},
	{name: "a binary body", section: "5.1", api: "binary", in: lambdaProxy(), do: "POST {}", head: []string{"Content-Type: image/png"}, body: bytesText, want: ok, event: obj{"body": base64, "isBase64Encoded": true}},
	{name: "a text body where types are binary", section: "5.1", api: "binary", in: lambdaProxy(), do: "POST {}", head: []string{"Content-Type: text/x"}, body: "a", want: ok, event: obj{"body": "a", "isBase64Encoded": false}},
	{name: "stage variables", section: "5.1", api: "variables", in: lambdaProxy(), want: ok, event: obj{"stageVariables/path": "from-stage"}},
	{name: "a query parameter without a value", section: "5.1", tag: "inferred", in: lambdaProxy(), do: "GET {}?a=&b", want: ok, event: obj{"queryStringParameters": obj{"a": "", "b": ""}}},
	{name: "headers that events keep", section: "5.1", in: lambdaProxy(), do: "POST {}", head: []string{"Via: 1.1 x", "Content-Encoding: x"}, body: "a", want: ok, event: obj{"headers/Via": "1.1 x", "headers/Content-Encoding": "x", "headers/Host": "{{domain}}", "multiValueHeaders/Host": harness.AnyOf{harness.Present}}},

	returns("an empty object", `{}`, want{Status: 200, Body: ""}),
	returns("a status alone", `{"statusCode":200}`, want{Status: 200, Body: "", Header: obj{"Content-Type": "application/json"}}),
	returns("headers alone", `{"headers":{"X-A":"b"}}`, header("X-A", "b")),
	returns("a status as text", `{"statusCode":"201"}`, want{Status: 201}),
	returns("a status that is no number", `{"statusCode":"test"}`, badGateway),
	returns("an unknown key", `{"statusCode":200,"extra":1}`, badGateway),
	returns("a string", `"hello"`, badGateway),
	returns("null", `null`, badGateway),
	returns("a list", `[]`, badGateway),
	returns("a number", `1`, badGateway),
	returns("invalid JSON", `{`, badGateway),
	returns("headers that are null", `{"headers":null,"body":"x"}`, body("x")),
	returns("a boolean header", `{"headers":{"X-A":true}}`, header("X-A", "true")),
	returns("a numeric header", `{"headers":{"X-A":12}}`, header("X-A", "12")),
	returns("a header that is an object", `{"headers":{"X-A":{}}}`, badGateway),
	returns("a header that is a list", `{"headers":{"X-A":["a"]}}`, badGateway),
	returns("multi-value headers that are no list", `{"multiValueHeaders":{"X-A":"a"}}`, badGateway),
	returns("an error object", `{"errorMessage":"a","errorType":"b"}`, badGateway),
	returns("a body that is an object", `{"body":{}}`, badGateway),
	returns("a body that is a number", `{"body":1}`, badGateway),
	returns("a body", `{"statusCode":404,"body":"nothing"}`, want{Status: 404, Body: "nothing"}),
	returns("several values", `{"multiValueHeaders":{"X-A":["1","2"]}}`, header("X-A", "1,2")),
	returns("both maps", `{"multiValueHeaders":{"X-A":["1","2"]},"headers":{"x-a":"3"}}`, header("X-A", "1,2,3")),
	returns("an identical pair", `{"multiValueHeaders":{"X-A":["1"]},"headers":{"X-A":"1"}}`, header("X-A", "1")),
	returns("a content type of its own", `{"headers":{"Content-Type":"text/x"},"body":"a"}`, header("Content-Type", "text/x")),
	returns("an error type of its own", `{"statusCode":400,"headers":{"X-Amzn-ErrorType":"Mine"}}`, want{Status: 400, Header: obj{"X-Amzn-ErrorType": "Mine"}}),
	{name: "several values are lines of their own", section: "5.2", in: lambdaProxy(), fn: output{Payload: `{"multiValueHeaders":{"X-cAse":["1","2"]},"headers":{"x-case":"3"}}`}, want: want{Lines: []string{"X-cAse: 1", "X-cAse: 2", "X-cAse: 3"}}, localOnly: "a function URL joins values"},
	{name: "the default is an empty body with a length", section: "5.2", in: lambdaProxy(), fn: output{Payload: `{"statusCode":200}`}, want: header("Content-Length", "0", "Content-Type", "application/json"), localOnly: "a function URL frames bodies itself"},
	returns("base64 where nothing is binary", encoded, body(base64)),
	accepted("base64 for a type that is binary", "image/png", encoded, body(bytesText)),
	accepted("base64 for a type that is not binary", "text/x", encoded, body(base64)),
	accepted("base64 without Accept", "", encoded, body(base64)),
	accepted("base64 for any subtype of a type", "image/*", encoded, body(base64)),
	accepted("base64 for anything", "*/*", encoded, body(base64)),
	accepted("base64 for a subtype of a listed type", "application/x-any", encoded, body(bytesText)),
	accepted("base64 for any subtype of a listed type", "application/*", encoded, body(bytesText)),
	accepted("base64 for the first type only", "text/x, image/png", encoded, body(base64)),
	accepted("text for a type that is binary", "image/png", `{"body":"abc"}`, body("abc")),
	accepted("no base64", "image/png", `{"body":"%%%","isBase64Encoded":true}`, internal),
}

// section06 is functions behind templates, and the selection of responses.
var section06 = slices.Concat([]fact{
	selected(200, ok), selected(201, ok), selected(404, want{Status: 404}), selected(400, want{Status: 404}), selected(500, want{Status: 503}), selected(502, want{Status: 503}),
}, []fact{
	{name: "the body is the event", section: "6", in: lambdaCustom(), do: "POST {}", body: `{"a":1}`, want: ok, event: obj{"": harness.JSON(`{"a":1}`)}},
	{name: "an empty body is an object", section: "6", in: lambdaCustom(), want: ok, event: obj{"": harness.JSON(`{}`)}},
	{name: "the template's output is the event", section: "6", in: lambdaCustom(template(`{"q": "$input.params('q')"}`)), do: "GET {}?q=1", want: ok, event: obj{"": harness.JSON(`{"q":"1"}`)}},
	{name: "a template's output that is no JSON", section: "6", tag: "unconfirmed", in: lambdaCustom(template(`nope`)), want: want{Body: harness.Match(`\{"Type":"User","[mM]essage":"Could not parse request body into json: .*`)}, noCall: true},
	{name: "the output is the body", section: "6", in: lambdaCustom(), fn: output{Payload: `{"b": 2}`}, want: body(`{"b": 2}`)},
	{name: "an error is an answer", section: "6", in: lambdaCustom(), fn: output{Error: "broken"}, want: want{Status: 200, Body: harness.Contains(`"errorMessage":"broken"`)}},
	{name: "the error's message chooses", section: "6", in: lambdaCustom(responds("default", response("200"), ".*not found.*", response("404"))), fn: output{Error: "it was not found here"}, want: want{Status: 404}},
	{name: "a pattern has to match it all", section: "6", tag: "unconfirmed", in: lambdaCustom(responds("default", response("200"), "not found", response("404"))), fn: output{Error: "it was not found here"}, want: ok},
	{name: "a dot is no line break", section: "6", in: lambdaCustom(responds("default", response("200"), ".*", response("404"))), fn: output{Error: "a\nb"}, want: ok},
	{name: "a pattern for line breaks", section: "6", in: lambdaCustom(responds("default", response("200"), `(\n|.)+`, response("404"))), fn: output{Error: "a\nb"}, want: want{Status: 404}},
	{name: "any error", section: "6", in: lambdaCustom(responds("default", response("200"), ".+", response("500"))), fn: output{Error: "x"}, want: want{Status: 500}},
	{name: "any error is no success", section: "6", in: lambdaCustom(responds("default", response("200"), ".+", response("500"))), fn: output{Payload: `{"a":1}`}, want: ok},
	{name: "the status does not choose", section: "6", in: lambdaCustom(responds("default", response("202"), "200", response("201"))), fn: output{Payload: `{}`}, want: want{Status: 202}},
	{name: "a message in a success chooses", section: "6", in: lambdaCustom(responds("default", response("200"), "bad", response("400"))), fn: output{Payload: `{"errorMessage":"bad"}`}, want: want{Status: 400}},
	{name: "no match and no default", section: "6", in: lambdaCustom(responds("bad", response("400"))), fn: output{Payload: `{}`}, want: internal},
	{name: "no match of a status and no default", section: "6", in: httpCustom(responds("404", response("404"))), do: "POST {}", want: internal},
	{name: "a status without a method response", section: "6", in: httpCustom(), op: obj{"responses": obj{"404": obj{"description": ""}}}, do: "POST {}", want: internal},
	{name: "a function without permission", section: "6", in: lambdaCustom(with("uri", otherFunction)), do: "POST {}", body: "{}", backend: answer{Status: 403, Header: []string{"X-Amzn-ErrorType: AccessDeniedException"}, Body: `{"Message":"no"}`}, want: internal},
	{name: "the response template", section: "6", in: lambdaCustom(answers(renders(`$input.path('$.a.b')`))), fn: output{Payload: `{"a":{"b":"c"}}`}, want: body("c")},
})
