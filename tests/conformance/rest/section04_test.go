package rest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// renderMock is a MOCK whose request template is text.
func status(text string) obj { return mock(template(text)) }

func passthrough(behaviour string, t ...string) obj {
	in := httpCustom(with("passthroughBehavior", behaviour))
	if t != nil {
		in["requestTemplates"] = pairs(t)
	}
	return in
}

func typed(name, behaviour, contentType, text string, t []string, w want, s *seen) fact {
	f := fact{name: name, section: "4.6", in: passthrough(behaviour, t...), do: "POST {}", body: text, want: w, seen: s, noCall: s == nil}
	if contentType != "" {
		f.head = []string{"Content-Type: " + contentType}
	}
	return f
}

var (
	js  = []string{"application/json", "T:$input.body"}
	xml = []string{"application/xml", "X:$input.body"}
)

// selected is an HTTP integration whose status codes choose.
func selected(status int, w want) fact {
	return fact{name: "the status " + http.StatusText(status) + " chooses", section: "6", in: httpCustom(responds(
		"default", response("200"), `4\d{2}`, response("404"), `^5.*`, response("503"))), do: "POST {}", backend: answer{Status: status}, want: w}
}

func binary(name, contentType, handling, sent string, w want, s *seen) fact {
	in := httpCustom()
	if handling != "" {
		in["contentHandling"] = handling
	}
	f := fact{name: "request: " + name, section: "4.7", api: "binary", in: in, do: "POST {}", head: []string{"Content-Type: " + contentType}, body: sent, want: w, seen: s}
	return f
}

func binaryBack(name, contentType, accept, handling, sent string, w want) fact {
	var changes []change
	if handling != "" {
		changes = append(changes, with("contentHandling", handling))
	}
	f := fact{name: "response: " + name, section: "4.7", api: "binary", in: httpCustom(answers(changes...)), do: "POST {}", backend: answer{Header: []string{"Content-Type: " + contentType}, Body: sent}, want: w}
	if accept != "" {
		f.head = []string{"Accept: " + accept}
	}
	return f
}

const (
	bytesText = "\x00\xff\xfe1"
	base64    = "AP/+MQ=="
	utf8Text  = "\x00\ufffd\ufffd1"
)

// section04 is the types of integrations.
var section04 = []fact{
	{name: "a fixed method", section: "4.1", in: httpCustom(with("httpMethod", "PUT")), do: "POST {}", want: ok, seen: &seen{Method: "PUT"}},
	{name: "the client's method", section: "4.1", in: httpProxy(), verb: anyMethod, do: "PATCH {}", want: ok, seen: &seen{Method: "PATCH"}},
	{name: "placeholders are filled from mappings", section: "4.1", under: "/{id}", in: httpProxy(with("uri", "{{backend}}/x/{p}/y"), maps("path.p", "method.request.path.id")), do: "GET {}/7", want: ok, seen: &seen{Target: "/x/7/y"}},
	{name: "path parameters are no placeholders", section: "4.1", tag: "peer", under: "/{id}", in: httpProxy(with("uri", "{{backend}}/x/{id}")), do: "GET {}/7", want: ok, seen: &seen{Target: harness.Match(`/x/(\{id\}|%7Bid%7D)`)}},
	{name: "a stage variable in the path", section: "4.1", api: "variables", in: httpProxy(with("uri", "{{backend}}/${stageVariables.path}/x")), want: ok, seen: &seen{Target: "/from-stage/x"}},
	{name: "a stage variable as the host", section: "4.1", api: "variables", in: httpProxy(with("uri", "http://${stageVariables.host}:${stageVariables.port}/x")), want: internal},
	{name: "a stage variable in the query", section: "4.1", api: "variables", in: httpProxy(with("uri", "{{backend}}/x?v=${stageVariables.path}")), want: ok, seen: &seen{Target: "/x?v=from-stage"}},
	{name: "a stage variable that is not there", section: "4.1", api: "variables", in: httpProxy(with("uri", "{{backend}}/x${stageVariables.none}y")), want: ok, seen: &seen{Target: "/xy"}},
	{name: "a stage variable as the function", section: "4.1", api: "variables", in: lambdaProxy(with("uri", "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.function}/invocations")), want: ok, event: obj{"httpMethod": "GET"}},
	{name: "the query of a proxy", section: "4.1", in: httpProxy(with("uri", "{{backend}}/x?a=9&b=1"), maps("querystring.b", "'3'")), do: "GET {}?a=2", want: ok, seen: &seen{Check: sameQuery("a=9", "a=2", "b=1", "b=3")}},
	{name: "only the mapped query", section: "4.1", in: httpCustom(maps("querystring.b", "method.request.querystring.a")), do: "POST {}?a=2&c=3", want: ok, seen: &seen{Target: "/b?b=2"}},

	{name: "a status chooses the response", section: "4.2", in: mock(template(`{"statusCode": 404}`), responds("default", response("200"), "404", response("404"))), want: want{Status: 404, Body: ""}},
	{name: "a status without a response of its own", section: "4.2", in: mock(template(`{"statusCode": 500}`), responds("default", response("200"), "404", response("404"))), want: ok},
	{name: "a status as text", section: "4.2", in: status(`{"statusCode": "200"}`), want: internal},
	{name: "no status", section: "4.2", in: status(`{}`), want: internal},
	{name: "no JSON", section: "4.2", in: status(`hello`), want: internal},
	{name: "a status that is no integer", section: "4.2", tag: "inferred", in: status(`{"statusCode": true}`), want: internal},
	{name: "a name without quotes", section: "4.2", in: status(`{statusCode: 200}`), want: ok},
	{name: "single quotes", section: "4.2", tag: "peer", in: status(`{'statusCode': 200}`), want: ok},
	{name: "a comma too many", section: "4.2", tag: "peer", in: status(`{"statusCode": 200,}`), want: ok},
	{name: "quotes that do not match", section: "4.2", tag: "peer", in: status(`{"statusCode': 200}`), want: internal},
	{name: "a brace too few", section: "4.2", tag: "peer", in: status(`{"statusCode": 200`), want: internal},
	{name: "no response template", section: "4.2", in: mock(), want: body("")},
	{name: "the payload of the response is empty", section: "4.2", in: mock(answers(renders("[$input.body]"))), do: "POST {}", body: `{"a":1}`, want: body("[{}]")},
	{name: "the client's parameters in the response", section: "4.2", in: mock(answers(renders("[$input.params('q')]"))), do: "GET {}?q=1", want: body("[1]")},
	{name: "the context in the response", section: "4.2", in: mock(answers(renders("[$context.httpMethod]"))), want: body("[GET]")},
	{name: "a body in place of a template", section: "4.2", in: mock(with("requestTemplates", obj{}), with("passthroughBehavior", "WHEN_NO_MATCH")), do: "POST {}", body: `{"statusCode": 200}`, want: ok},

	{name: "HTTP chooses the status", section: "4.3", in: httpCustom(), do: "POST {}", backend: answer{Status: 400, Body: "x"}, want: want{Status: 200, Body: "x"}},
	{name: "HTTP proxy passes the status", section: "4.3", in: httpProxy(), backend: answer{Status: 400, Body: "x", Header: []string{"X-A: b"}}, want: want{Status: 400, Body: "x", Header: obj{"X-A": "b"}}},
	{name: "HTTP proxy passes the body", section: "4.3", in: httpProxy(), do: "POST {}", body: "a\nb", want: ok, seen: &seen{Body: "a\nb", Method: "POST"}},
	{name: "redirects are not followed", section: "4.3", tag: "unconfirmed", in: httpProxy(), backend: answer{Status: 302, Header: []string{"Location: {{backend}}/other"}}, want: want{Status: 302}, seen: &seen{Target: "/b"}},
	{name: "several lines of a header", section: "4.3", tag: "inferred", in: httpProxy(), backend: answer{Header: []string{"X-A: 1", "X-A: 2"}}, want: header("X-A", "1,2")},
	{name: "a host that does not exist", section: "4.3", in: httpProxy(with("uri", "http://does-not-exist.invalid/")), want: internal},
	{name: "a backend that resets", section: "4.3", tag: "unconfirmed", in: httpProxy(), backend: answer{Reset: true}, want: refused(504, "InternalServerErrorException", "Network error communicating with endpoint")},
	{name: "a backend that is not there", section: "4.3", tag: "unconfirmed", in: httpProxy(with("uri", "http://127.0.0.1:1/")), want: refused(504, "InternalServerErrorException", "Network error communicating with endpoint")},
	{name: "an answer to HEAD", section: "4.3", in: httpProxy(), do: "HEAD {}", backend: answer{Body: "abc"}, want: body("")},
	{name: "an answer without a body", section: "4.3", in: httpProxy(), backend: answer{Status: 204}, want: want{Status: 204, Body: ""}},

	{name: "a service path", section: "4.4", in: service("s3:path/{bucket}/{key}", with("httpMethod", "GET"), maps("path.bucket", "'b'", "path.key", "'k'")), do: "GET {}", want: ok, seen: &seen{Method: "GET", Target: "/b/k"}},
	{name: "a queue's path", section: "4.4", in: service("sqs:path/123456789012/q", maps("header.Content-Type", "'application/x-www-form-urlencoded'"), template("Action=SendMessage&MessageBody=$util.urlEncode($input.body)")), do: "POST {}", body: `{"a": 1}`, want: ok, seen: &seen{Method: "POST", Target: "/123456789012/q", Body: "Action=SendMessage&MessageBody=%7B%22a%22%3A+1%7D"}},
	{name: "an action of a query service", section: "4.4", in: service("sns:action/Publish", maps("querystring.Message", "'hi'")), do: "POST {}", want: ok, seen: &seen{Method: "POST", Check: contains("Action=Publish", "Message=hi")}},
	{name: "an action of a JSON service", section: "4.4", in: service("dynamodb:action/GetItem"), do: "POST {}", body: "{}", want: ok, seen: &seen{Target: harness.AnyOf{"/", "/?Action=GetItem"}, Method: "POST", Body: "{}", Header: obj{"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}}},
	{name: "an action of Kinesis", section: "4.4", in: service("kinesis:action/PutRecord"), do: "POST {}", body: "{}", want: ok, seen: got("X-Amz-Target", "Kinesis_20131202.PutRecord", "Content-Type", "application/x-amz-json-1.1")},
	{name: "an action of Step Functions", section: "4.4", in: service("states:action/StartExecution"), do: "POST {}", body: "{}", want: ok, seen: got("X-Amz-Target", "AWSStepFunctions.StartExecution", "Content-Type", "application/x-amz-json-1.0")},
	{name: "an event bus with mapped headers", section: "4.4", in: service("events:path//", maps("header.X-Amz-Target", "'AWSEvents.PutEvents'", "header.Content-Type", "'application/x-amz-json-1.1'")), do: "POST {}", body: "{}", want: ok, seen: got("X-Amz-Target", "AWSEvents.PutEvents", "Content-Type", "application/x-amz-json-1.1")},
	{name: "a service's error passes", section: "4.4", in: service("s3:path/b/k", with("httpMethod", "GET"), responds("default", response("200"), "404", response("404"))), do: "GET {}", backend: answer{Status: 404, Body: "<Error/>"}, want: want{Status: 404, Body: "<Error/>"}},
	{name: "a service's error without a response of its own", section: "4.4", in: service("s3:path/b/k", with("httpMethod", "GET")), do: "GET {}", backend: answer{Status: 404, Body: "<Error/>"}, want: body("<Error/>")},
	{name: "a function that nobody waits for", section: "4.4", in: lambdaCustom(maps("header.X-Amz-Invocation-Type", "'Event'")), do: "POST {}", body: `{"a":1}`, fn: output{Payload: `"unseen"`}, want: body(""), event: obj{"a": 1}},

	{name: "an integration method other than POST", section: "4.5", in: lambdaProxy(with("httpMethod", "GET")), want: internal, noCall: true},
	{name: "mappings are ignored", section: "4.5", in: lambdaProxy(maps("header.X-Mapped", "'1'")), want: ok, event: obj{"headers/X-Mapped": harness.Absent}},
	{name: "a function that fails", section: "4.5", in: lambdaProxy(), fn: output{Error: "broken"}, want: badGateway},
	{name: "a function that ends", section: "4.5", in: lambdaProxy(), fn: output{Exit: true}, want: badGateway},
	{name: "a function that is throttled", section: "4.5", in: lambdaProxy(with("uri", otherFunction)), backend: answer{Status: 429, Header: []string{"X-Amzn-ErrorType: TooManyRequestsException"}, Body: `{"Reason":"ConcurrentInvocationLimitExceeded","message":"Rate Exceeded."}`}, want: internal},
	{name: "a function without permission", section: "4.5", in: lambdaProxy(with("uri", otherFunction)), backend: answer{Status: 403, Header: []string{"X-Amzn-ErrorType: AccessDeniedException"}, Body: `{"Message":"no"}`}, want: internal},

	typed("a template matches", "WHEN_NO_MATCH", "application/json", "{}", js, ok, &seen{Body: "T:{}"}),
	typed("parameters of the type are ignored", "WHEN_NO_MATCH", "application/json; charset=utf-8", "{}", js, ok, &seen{Body: "T:{}"}),
	typed("no type is JSON", "WHEN_NO_MATCH", "", "{}", js, ok, &seen{Body: "T:{}"}),
	typed("no match passes", "WHEN_NO_MATCH", "text/x", "raw", js, ok, &seen{Body: "raw"}),
	typed("no templates pass", "WHEN_NO_MATCH", "text/x", "raw", nil, ok, &seen{Body: "raw"}),
	typed("WHEN_NO_TEMPLATES: a template matches", "WHEN_NO_TEMPLATES", "application/xml", "<a/>", xml, ok, &seen{Body: "X:<a/>"}),
	typed("WHEN_NO_TEMPLATES: no match", "WHEN_NO_TEMPLATES", "text/x", "raw", js, unsupported, nil),
	typed("WHEN_NO_TEMPLATES: no type without JSON", "WHEN_NO_TEMPLATES", "", "{}", xml, unsupported, nil),
	typed("WHEN_NO_TEMPLATES: no templates pass", "WHEN_NO_TEMPLATES", "text/x", "raw", nil, ok, &seen{Body: "raw"}),
	typed("NEVER: a template matches", "NEVER", "application/json", "{}", js, ok, &seen{Body: "T:{}"}),
	typed("NEVER: no match", "NEVER", "text/x", "raw", js, unsupported, nil),
	typed("NEVER: no templates", "NEVER", "application/json", "{}", nil, unsupported, nil),
	typed("a default template", "NEVER", "text/x", "raw", []string{"$default", "D:$input.body"}, ok, &seen{Body: "D:raw"}),
	{name: "the response template for JSON", section: "4.6", in: mock(answers(with("responseTemplates", obj{"application/json": "J", "application/xml": "X"}))), want: body("J")},
	{name: "the response template for Accept", section: "4.6", in: mock(answers(with("responseTemplates", obj{"application/json": "J", "application/xml": "X"}))), head: []string{"Accept: application/xml"}, want: body("X")},
	{name: "the response template falls back to JSON", section: "4.6", in: mock(answers(with("responseTemplates", obj{"application/json": "J", "application/xml": "X"}))), head: []string{"Accept: text/x"}, want: body("J")},
	{name: "the response template falls back to the first", section: "4.6", in: mock(answers(with("responseTemplates", obj{"application/xml": "X"}))), head: []string{"Accept: text/x"}, want: body("X")},
	{name: "no response template is raw", section: "4.6", in: httpCustom(), do: "POST {}", backend: answer{Body: "raw"}, want: body("raw")},
	{name: "an empty response template is raw", section: "4.6", in: httpCustom(answers(renders(""))), do: "POST {}", backend: answer{Body: "raw"}, want: body("raw")},

	binary("text is UTF-8", "text/x", "", bytesText, ok, &seen{Body: utf8Text}),
	binary("text converted to text", "text/x", "CONVERT_TO_TEXT", bytesText, ok, &seen{Body: utf8Text}),
	binary("text converted to binary", "text/x", "CONVERT_TO_BINARY", base64, ok, &seen{Body: bytesText}),
	binary("text that is no base64", "text/x", "CONVERT_TO_BINARY", "%%%", internal, nil),
	binary("binary", "image/png", "", bytesText, ok, &seen{Body: bytesText}),
	binary("binary converted to text", "image/png", "CONVERT_TO_TEXT", bytesText, ok, &seen{Body: base64}),
	binary("binary converted to binary", "image/png", "CONVERT_TO_BINARY", bytesText, ok, &seen{Body: bytesText}),
	binary("parameters of a type", "image/png; a=b", "CONVERT_TO_TEXT", bytesText, ok, &seen{Body: base64}),
	binary("a type with any subtype", "application/x-any", "CONVERT_TO_TEXT", bytesText, ok, &seen{Body: base64}),
	binary("a type that is not listed", "image/jpeg", "CONVERT_TO_TEXT", "text", ok, &seen{Body: "text"}),
	{name: "request: a template for binary", section: "4.7", api: "binary", in: httpCustom(templates("image/png", "T:$input.body")), do: "POST {}", head: []string{"Content-Type: image/png"}, body: bytesText, want: internal, noCall: true},
	{name: "request: a template for binary converted to text", section: "4.7", api: "binary", in: httpCustom(templates("image/png", "T:$input.body"), with("contentHandling", "CONVERT_TO_TEXT")), do: "POST {}", head: []string{"Content-Type: image/png"}, body: bytesText, want: ok, seen: &seen{Body: "T:" + base64}},
	binaryBack("text, for text", "text/x", "text/x", "", bytesText, body(utf8Text)),
	binaryBack("text, for text, converted to text", "text/x", "", "CONVERT_TO_TEXT", bytesText, body(utf8Text)),
	binaryBack("text, for text, converted to binary", "text/x", "", "CONVERT_TO_BINARY", base64, body(bytesText)),
	binaryBack("text, for text, not base64", "text/x", "", "CONVERT_TO_BINARY", "%%%", internal),
	binaryBack("text, for binary", "text/x", "image/png", "", base64, body(bytesText)),
	binaryBack("text, for binary, not base64", "text/x", "image/png", "", "%%%", internal),
	binaryBack("text, for binary, converted to text", "text/x", "image/png", "CONVERT_TO_TEXT", "abc", body("abc")),
	binaryBack("text, for binary, converted to binary", "text/x", "image/png", "CONVERT_TO_BINARY", base64, body(bytesText)),
	binaryBack("binary, for text", "image/png", "text/x", "", bytesText, body(base64)),
	binaryBack("binary, for text, converted to text", "image/png", "", "CONVERT_TO_TEXT", bytesText, body(base64)),
	binaryBack("binary, for text, converted to binary", "image/png", "", "CONVERT_TO_BINARY", bytesText, body(bytesText)),
	binaryBack("binary, for binary", "image/png", "image/png", "", bytesText, body(bytesText)),
	binaryBack("binary, for binary, converted to text", "image/png", "image/png", "CONVERT_TO_TEXT", bytesText, body(base64)),
	binaryBack("binary, for binary, converted to binary", "image/png", "image/png", "CONVERT_TO_BINARY", bytesText, body(bytesText)),
	binaryBack("only the first of Accept counts", "image/png", "text/x,image/png", "", bytesText, body(base64)),
	{name: "no binary types: text for binary", section: "4.7", in: httpCustom(), do: "POST {}", head: []string{"Accept: image/png"}, backend: answer{Header: []string{"Content-Type: image/png"}, Body: bytesText}, want: body(utf8Text)},
}

const otherFunction = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:other/invocations"

func contains(parts ...string) func(*harness.Received) string {
	return func(r *harness.Received) string {
		for _, p := range parts {
			if text := harness.Problem("target and body", r.Target+"\n"+r.Body, true, harness.Contains(p)); text != "" {
				return text
			}
		}
		return ""
	}
}

func sameQuery(parts ...string) func(*harness.Received) string {
	return func(r *harness.Received) string {
		_, query, _ := strings.Cut(r.Target, "?")
		all := strings.Split(query, "&")
		slices.Sort(all)
		slices.Sort(parts)
		if !slices.Equal(all, parts) {
			return "the query is " + query
		}
		return ""
	}
}
