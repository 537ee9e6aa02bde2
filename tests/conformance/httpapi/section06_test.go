package httpapi

import "github.com/postern-gateway/postern/tests/conformance/harness"

// reply is an answer of a function of format 1.0, which has to be whole.
var reply = output{Payload: `{"statusCode":200}`}

// event1 is a fact about an event of format 1.0.
func event1(name, do string, event obj, head ...string) fact {
	return fact{name: name, section: "6", do: do, in: function1(), fn: reply, head: head, want: ok, event: event}
}

func section06() []fact {
	keyed := func(key string, f fact) fact { f.key = key; return f }
	posts := func(body string, f fact) fact { f.body = body; return f }
	in := func(api string, f fact) fact { f.api = api; return f }
	local := func(f fact) fact { f.localOnly = oneLine; return f }
	return []fact{
		event1("the version", "GET <>", obj{"version": "1.0"}),
		event1("every member is there", "GET <>", obj{"": harness.Keys{"version", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
			"multiValueQueryStringParameters", "requestContext", "pathParameters", "stageVariables", "body", "isBase64Encoded"}}),
		event1("empty members are null", "GET <>", obj{"queryStringParameters": harness.Null, "multiValueQueryStringParameters": harness.Null,
			"pathParameters": harness.Null, "stageVariables": harness.Null, "body": harness.Null}),
		event1("no body is no base64", "GET <>", obj{"isBase64Encoded": false}),
		event1("header names are canonical", "GET <>", obj{"headers/X-Mixed-Case": "Value", "headers/Content-Length": "0", "headers/X-Amzn-Trace-Id": harness.Present}, "x-mixed-CASE: Value"),
		event1("multi-value headers", "GET <>", obj{"multiValueHeaders/X-Mixed-Case": list{"Value"}}, "x-mixed-CASE: Value"),
		event1("cookies stay a header", "GET <>", obj{"headers/Cookie": "a=1; b=2", "cookies": harness.Absent}, "Cookie: a=1; b=2"),
		local(event1("the last of repeated headers", "GET <>", obj{"headers/X-A": "2", "multiValueHeaders/X-A": list{"1", "2"}}, "X-A: 1", "X-A: 2")),
		event1("the last of repeated query parameters", "GET <>?a=1&b=2&a=3", obj{"queryStringParameters": obj{"a": "3", "b": "2"}}),
		event1("multi-value query parameters", "GET <>?a=1&b=2&a=3", obj{"multiValueQueryStringParameters": obj{"a": list{"1", "3"}, "b": list{"2"}}}),
		event1("query values are decoded", "GET <>?k=a%20b+c", obj{"queryStringParameters": obj{"k": "a b c"}}),
		keyed("GET <>/{id}", event1("the resource is the route's path", "GET <>/7", obj{"resource": "<>/{id}", "requestContext/resourcePath": "<>/{id}"})),
		keyed("GET <>/{id}", event1("the path stays encoded", "GET <>/a%20b", obj{"path": "/prod<>/a%20b"})),
		keyed("GET <>/{id}", event1("the path of the context is decoded", "GET <>/a%20b", obj{"requestContext/path": "/prod<>/a b"})),
		keyed("GET <>/{id}", event1("path parameters", "GET <>/a%20b", obj{"pathParameters": obj{"id": "a b"}})),
		keyed("GET <>/{id}", event1("the resource's identifier is the route key", "GET <>/7", obj{"requestContext/resourceId": "GET <>/{id}"})),
		event1("members of the context", "GET <>", obj{"requestContext": harness.Keys{"accountId", "apiId", "authorizer", "domainName", "domainPrefix", "extendedRequestId", "httpMethod",
			"identity", "path", "protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage"}}),
		event1("the identifiers of the request are one", "GET <>", obj{"": harness.Match(`.*"extendedRequestId":"([A-Za-z0-9_-]{15}=)".*"requestId":"[A-Za-z0-9_-]{15}=".*`)}),
		event1("members of the identity", "GET <>", obj{"requestContext/identity": harness.Keys{"accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType",
			"cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "sourceIp", "user", "userAgent", "userArn"}}),
		event1("an unknown identity", "GET <>", obj{"requestContext/identity/accessKey": harness.Null, "requestContext/identity/userArn": harness.Null, "requestContext/identity/sourceIp": "127.0.0.1"}),
		event1("no authorizer", "GET <>", obj{"requestContext/authorizer": obj{"claims": nil, "scopes": nil}}),
		event1("account, API and stage", "GET <>", obj{"requestContext/accountId": "123456789012", "requestContext/apiId": "{{api}}", "requestContext/stage": "prod"}),
		event1("domain name and prefix", "GET <>", obj{"requestContext/domainName": "{{domain}}", "requestContext/domainPrefix": "{{label}}"}),
		event1("the protocol", "GET <>", obj{"requestContext/protocol": "HTTP/1.1"}),
		event1("the method", "DELETE <>", obj{"httpMethod": "DELETE", "requestContext/httpMethod": "DELETE"}),
		event1("the time", "GET <>", obj{"requestContext/requestTime": harness.Match(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`)}),
		posts("hello", event1("a body", "POST <>", obj{"body": "hello", "isBase64Encoded": false}, "Content-Type: text/plain")),
		in("variables", event1("stage variables", "GET <>", obj{"stageVariables": obj{"path": "from-stage", "function": "conformance"}})),
	}
}
