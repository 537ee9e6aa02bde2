package httpapi

import "github.com/postern-gateway/postern/tests/conformance/harness"

// event2 is a fact about an event of format 2.0.
func event2(name, do string, event obj, head ...string) fact {
	return fact{name: name, section: "5", do: do, in: function(), head: head, want: ok, event: event}
}

func section05() []fact {
	keyed := func(key string, f fact) fact { f.key = key; return f }
	posts := func(body string, f fact) fact { f.body = body; return f }
	in := func(api string, f fact) fact { f.api = api; return f }
	local := func(f fact) fact { f.localOnly = oneLine; return f }
	query := func(name, sent, param string, v any) fact {
		return event2(name, "GET <>?"+sent, obj{"queryStringParameters/" + param: v})
	}
	all := posts("x", keyed("POST <>/{id}", event2("every member", "POST <>/7?q=1", obj{"": harness.Keys{"version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers",
		"queryStringParameters", "requestContext", "body", "pathParameters", "isBase64Encoded", "stageVariables"}}, "Cookie: a=1")))
	order := posts("x", keyed("POST <>/{id}", event2("the order of members", "POST <>/7?q=1", obj{"": harness.Match(`\{"version":.*,"routeKey":.*,"rawPath":.*,"rawQueryString":.*,"cookies":.*,"headers":.*,` +
		`"queryStringParameters":.*,"requestContext":.*,"body":.*,"pathParameters":.*,"isBase64Encoded":.*,"stageVariables":.*\}`)}, "Cookie: a=1")))
	return []fact{
		event2("the version", "GET <>", obj{"version": "2.0"}),
		event2("empty members are left out", "GET <>", obj{"": harness.Keys{"version", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "isBase64Encoded"}}),
		in("variables", all),
		in("variables", order),
		keyed("ANY <>/{rest+}", event2("the route key", "PUT <>/a", obj{"routeKey": "ANY <>/{rest+}", "requestContext/routeKey": "ANY <>/{rest+}"})),
		keyed("GET <>/{id}", event2("rawPath is decoded", "GET <>/a%20b", obj{"rawPath": "/prod<>/a b"})),
		keyed("GET <>/{id}", event2("rawPath is decoded as UTF-8", "GET <>/%E2%82%AC", obj{"rawPath": "/prod<>/€"})),
		keyed("GET <>/{id}", event2("the path of the context is rawPath", "GET <>/a%20b", obj{"requestContext/http/path": "/prod<>/a b"})),
		event2("rawQueryString is as sent", "GET <>?b=%20x&a=+&b=%2C", obj{"rawQueryString": "b=%20x&a=+&b=%2C"}),
		event2("rawQueryString is empty", "GET <>", obj{"rawQueryString": ""}),
		event2("cookies are split", "GET <>", obj{"cookies": list{"a=1", "b=2", "c=x=y"}}, "Cookie: a=1; b=2; c=x=y"),
		event2("cookies are no header", "GET <>", obj{"headers/cookie": harness.Absent, "headers/Cookie": harness.Absent}, "Cookie: a=1"),
		event2("header names are in lower case", "GET <>", obj{"headers/x-mixed-case": "Value", "headers/X-Mixed-Case": harness.Absent}, "X-Mixed-Case: Value"),
		event2("repeated headers are joined without a space", "GET <>", obj{"headers/x-a": "1,2"}, "X-A: 1", "X-A: 2"),
		event2("the host", "GET <>", obj{"headers/host": "{{domain}}"}),
		event2("content-length without a body", "GET <>", obj{"headers/content-length": "0"}),
		posts("12345", event2("content-length", "POST <>", obj{"headers/content-length": "5"})),
		event2("x-amzn-trace-id", "GET <>", obj{"headers/x-amzn-trace-id": harness.Match("Root=1-[0-9a-f]{8}-[0-9a-f]{24}.*")}),
		event2("x-forwarded-for", "GET <>", obj{"headers/x-forwarded-for": "127.0.0.1"}),
		event2("x-forwarded-port", "GET <>", obj{"headers/x-forwarded-port": "443"}),
		event2("x-forwarded-proto", "GET <>", obj{"headers/x-forwarded-proto": "https"}),
		posts("x", event2("no content-type is invented", "POST <>", obj{"headers/content-type": harness.Absent})),
		query("query values are decoded", "k=a%20b+c%2B", "k", "a b c+"),
		query("repeated query parameters are joined in order", "a=1&b=2&a=3", "a", "1,3"),
		query("an empty query value", "k=", "k", ""),
		query("a query parameter without a value", "k", "k", ""),
		query("an encoded comma is not told from a join", "a=1%2C2&a=3", "a", "1,2,3"),
		query("query names are decoded", "a%20b=1", "a b", "1"),
		keyed("GET <>/{id}", event2("path parameters are decoded", "GET <>/a%20b", obj{"pathParameters": obj{"id": "a b"}})),
		keyed("GET <>/{proxy+}", event2("a greedy parameter", "GET <>/a/b", obj{"pathParameters": obj{"proxy": "a/b"}})),
		posts("hello", event2("a text body", "POST <>", obj{"body": "hello", "isBase64Encoded": false}, "Content-Type: text/plain")),
		posts("hello", event2("a base64 body", "POST <>", obj{"body": "aGVsbG8=", "isBase64Encoded": true}, "Content-Type: image/png")),
		in("variables", event2("stage variables", "GET <>", obj{"stageVariables": obj{"path": "from-stage", "function": "conformance"}})),
		event2("the account", "GET <>", obj{"requestContext/accountId": "123456789012"}),
		event2("the API", "GET <>", obj{"requestContext/apiId": "{{api}}"}),
		event2("the stage", "GET <>", obj{"requestContext/stage": "prod"}),
		event2("the request's identifier", "GET <>", obj{"requestContext/requestId": requestID}),
		event2("the time", "GET <>", obj{"requestContext/time": harness.Match(`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`)}),
		event2("the time in milliseconds", "GET <>", obj{"": harness.Match(`.*"timeEpoch":\d{13}[,}].*`)}),
		event2("members of the context", "GET <>", obj{"requestContext": harness.Keys{"accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time", "timeEpoch"}}),
		event2("members of http", "GET <>", obj{"requestContext/http": harness.Keys{"method", "path", "protocol", "sourceIp", "userAgent"}}),
		event2("the method", "DELETE <>", obj{"requestContext/http/method": "DELETE"}),
		event2("the source address", "GET <>", obj{"requestContext/http/sourceIp": "127.0.0.1"}),
		event2("the user agent", "GET <>", obj{"requestContext/http/userAgent": "tests/1"}, "User-Agent: tests/1"),
		event2("no user agent", "GET <>", obj{"requestContext/http/userAgent": ""}),
		local(event2("cookies of several lines", "GET <>", obj{"cookies": list{"a=1", "b=2"}}, "Cookie: a=1", "Cookie: b=2")),
	}
}
