package controlplane_test

import (
	"strings"
	"testing"
)

const lambdaURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations"

func TestIntegrationFieldsByType(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"MOCK drops uri and method", `{"type":"MOCK","httpMethod":"GET","uri":"http://x.example"}`, `{"type":"MOCK"`},
		{"HTTP", `{"type":"HTTP","httpMethod":"GET","uri":"https://example.com/{id}"}`, `{"type":"HTTP","httpMethod":"GET","uri":"https://example.com/{id}","connectionType":"INTERNET"`},
		{"HTTP_PROXY with stage variables", `{"type":"HTTP_PROXY","httpMethod":"ANY","uri":"https://${stageVariables.h}/${stageVariables.p}?${stageVariables.q}"}`, `{"type":"HTTP_PROXY","httpMethod":"ANY","uri":"https://${stageVariables.h}/${stageVariables.p}?${stageVariables.q}","connectionType":"INTERNET"`},
		{"AWS_PROXY", `{"type":"AWS_PROXY","httpMethod":"POST","uri":"` + lambdaURI + `"}`, `{"type":"AWS_PROXY","httpMethod":"POST","uri":"` + lambdaURI + `"`},
		{"AWS", `{"type":"AWS","httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/1/q","credentials":"arn:aws:iam::123456789012:role/r"}`, `{"type":"AWS","httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/1/q","credentials":"arn:aws:iam::123456789012:role/r"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t).create()
			path := pet(h)
			resource := strings.Split(path, "/")[4]
			want := c.want + `,"passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"` + resource + `","cacheKeyParameters":[]}`
			h.is(201, "PUT", path+"/integration", c.body, want)
			h.is(200, "GET", path+"/integration", "", want)
			h.is(200, "GET", path, "", `{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"POST","methodIntegration":`+want+`}`)
		})
	}
}

func TestIntegrationRefusals(t *testing.T) {
	cases := []struct{ name, body, message string }{
		{"not a URL", `{"type":"HTTP","httpMethod":"GET","uri":"example.com"}`, "Invalid HTTP endpoint specified for URI"},
		{"no method", `{"type":"HTTP","uri":"https://example.com"}`, "Enumeration value for HttpMethod must be non-empty"},
		{"not an ARN", `{"type":"AWS","httpMethod":"POST","uri":"nothing"}`, "Invalid ARN specified in the request"},
		{"ARN without path or action", `{"type":"AWS","httpMethod":"POST","uri":"arn:aws:iam::123456789012:role/r"}`, "AWS ARN for integration must contain path or action"},
		{"proxy to another service", `{"type":"AWS_PROXY","httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/1/q"}`, "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."},
		{"timeout", `{"type":"MOCK","timeoutInMillis":49}`, "Timeout should be between 50 ms and 29000 ms"},
		{"timeout of a stream", `{"type":"HTTP_PROXY","httpMethod":"GET","uri":"https://example.com","responseTransferMode":"STREAM","timeoutInMillis":900001}`, "Timeout should be between 50 ms and 900000 ms"},
		{"stream of a mock", `{"type":"MOCK","responseTransferMode":"STREAM"}`, "responses stream from integrations of type HTTP_PROXY and AWS_PROXY only"},
		{"mapping", `{"type":"MOCK","requestParameters":{"integration.request.header.X":"nothing"}}`, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: nothing]"},
		{"undeclared source", `{"type":"MOCK","requestParameters":{"integration.request.header.X":"method.request.header.Y"}}`, "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.request.header.Y]"},
		{"content type", `{"type":"MOCK","requestTemplates":{"123":"x"}}`, "Validation Result: warnings : [], errors : [Invalid content type specified: 123]"},
	}
	h := newHarness(t).create()
	path := pet(h)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.t = t
			h.badRequest(c.message, "PUT", path+"/integration", c.body)
		})
	}
	h.t = t
	h.refused(400, "SerializationException", "class java.lang.Boolean can not be converted to an String",
		"PUT", path+"/integration", `{"type":"HTTP_PROXY","httpMethod":"GET","requestParameters":{"integration.request.header.X":true}}`)
}

func TestUpdateIntegration(t *testing.T) {
	h := newHarness(t).create()
	path := pet(h)
	h.ok(200, "PATCH", path, patch("add", "/requestParameters/method.request.header.X", "false"))
	h.ok(201, "PUT", path+"/integration", `{"type":"HTTP","httpMethod":"GET","uri":"https://example.com","cacheNamespace":"n"}`)
	h.is(200, "PATCH", path+"/integration", patch(
		"replace", "/uri", "https://example.org",
		"replace", "/httpMethod", "POST",
		"replace", "/timeoutInMillis", "100",
		"add", "/requestParameters/integration.request.header.Y", "method.request.header.X",
		"add", "/requestTemplates/application~1json", "{}",
		"add", "/cacheKeyParameters/method.request.header.X", "-",
		"replace", "/passthroughBehavior", "NEVER",
		"replace", "/contentHandling", "CONVERT_TO_TEXT",
		"replace", "/tlsConfig/insecureSkipVerification", "true",
	), `{"type":"HTTP","httpMethod":"POST","uri":"https://example.org","connectionType":"INTERNET","passthroughBehavior":"NEVER","timeoutInMillis":100,"cacheNamespace":"n","cacheKeyParameters":["method.request.header.X"],"requestParameters":{"integration.request.header.Y":"method.request.header.X"},"requestTemplates":{"application/json":"{}"},"contentHandling":"CONVERT_TO_TEXT","tlsConfig":{"insecureSkipVerification":true}}`)
	h.is(200, "PATCH", path+"/integration", patch(
		"remove", "/requestParameters/integration.request.header.Y", "-",
		"remove", "/requestTemplates/application~1json", "-",
		"remove", "/cacheKeyParameters/method.request.header.X", "-",
		"replace", "/contentHandling", "",
		"replace", "/tlsConfig/insecureSkipVerification", "false",
	), `{"type":"HTTP","httpMethod":"POST","uri":"https://example.org","connectionType":"INTERNET","passthroughBehavior":"NEVER","timeoutInMillis":100,"cacheNamespace":"n","cacheKeyParameters":[],"tlsConfig":{"insecureSkipVerification":false}}`)
	h.badRequest("Timeout should be between 50 ms and 29000 ms", "PATCH", path+"/integration", patch("replace", "/timeoutInMillis", "30000"))
	h.badRequest("Invalid HTTP endpoint specified for URI", "PATCH", path+"/integration", patch("replace", "/uri", "nothing"))
	h.ok(204, "DELETE", path+"/integration", "")
	h.notFound("Invalid Integration identifier specified", "GET", path+"/integration", "")
}

func TestIntegrationResponse(t *testing.T) {
	h := newHarness(t).create()
	path := pet(h)
	h.ok(201, "PUT", path+"/integration", `{"type":"MOCK"}`)
	response := path + "/integration/responses/200"
	h.is(201, "PUT", response, `{}`, `{"statusCode":"200"}`)
	h.is(201, "PUT", response, `{"selectionPattern":""}`, `{"statusCode":"200","selectionPattern":""}`)
	h.is(200, "GET", response, "", `{"statusCode":"200","selectionPattern":""}`)
	h.badRequest("Validation Result: warnings : [], errors : [Invalid content type specified: 123]", "PUT", response, `{"responseTemplates":{"123":"x"}}`)

	parameters := `{"responseParameters":{"method.response.header.X":"'x'"}}`
	h.badRequest("Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.X]", "PUT", response, parameters)
	h.ok(201, "PUT", path+"/responses/200", `{"responseParameters":{"method.response.header.X":false}}`)
	h.is(201, "PUT", response, parameters, `{"statusCode":"200","responseParameters":{"method.response.header.X":"'x'"}}`)
	h.is(200, "PATCH", response, patch("replace", "/selectionPattern", "4\\d\\d", "add", "/responseTemplates/text~1plain", "hello", "remove", "/responseParameters/method.response.header.X", "-"),
		`{"statusCode":"200","selectionPattern":"4\\d\\d","responseTemplates":{"text/plain":"hello"}}`)
	h.ok(204, "DELETE", response, "")
	h.notFound("Invalid Response status code specified", "GET", response, "")
}
