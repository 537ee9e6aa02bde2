package rest

import "github.com/postern-gateway/postern/tests/conformance/harness"

// The paths of the API "routing".
var routing = obj{
	"/":                      obj{"get": method(says("root"), "")},
	"/s":                     obj{"get": method(says("s"), "")},
	"/s/{id}":                obj{"get": method(says("s/{id}"), "/{id}")},
	"/s/fixed":               obj{"get": method(says("s/fixed"), "")},
	"/s/fixed/deep":          obj{"get": method(says("s/fixed/deep"), "")},
	"/s/{id}/other":          obj{"get": method(says("s/{id}/other"), "/{id}")},
	"/a":                     obj{"get": method(says("a"), "")},
	"/a/b":                   obj{"get": method(says("a/b"), "")},
	"/{rest+}":               obj{"get": method(says("rest"), "/{rest+}"), "options": method(says("options of rest"), "/{rest+}")},
	"/x":                     obj{"post": method(says("x"), "")},
	"/any":                   obj{anyMethod: method(says("any"), ""), "put": method(says("put"), "")},
	"/g/{proxy+}":            obj{"put": method(says("g"), "/{proxy+}")},
	"/g":                     obj{"post": method(says("post g"), "")},
	"/v":                     obj{"post": method(httpProxy(), ""), "put": method(httpProxy(with("uri", "{{backend}}/put")), "")},
	"/one/{a}/two/{b}":       obj{"get": method(httpProxy(with("uri", "{{backend}}/{a}/{b}"), maps("path.a", "method.request.path.a", "path.b", "method.request.path.b")), "/{a}/two/{b}")},
	"/deep/{a}/x/{b}/end":    obj{"get": method(says("deep"), "/{a}/x/{b}")},
	"/deep/fixed/x/{proxy+}": obj{"get": method(says("greedy"), "/{proxy+}")},
}

// The paths of the API "paths".
var lambdaPaths = obj{
	"/{proxy+}":  obj{anyMethod: method(lambdaProxy(), "/{proxy+}")},
	"/static":    obj{anyMethod: method(lambdaProxy(), "")},
	"/u/{v}/{w}": obj{anyMethod: method(lambdaProxy(), "/{v}/{w}")},
}

// raw is a request whose target stands for itself.
func raw(method, target string) *harness.Request {
	return &harness.Request{Method: method, Target: target, Raw: true}
}

func routed(name, do, text string) fact {
	return fact{name: name, section: "1.4", api: "routing", do: do, want: body(text)}
}

func unrouted(name, do string) fact {
	return fact{name: name, section: "1.4", api: "unrouted", do: do, want: noToken, noCall: true}
}

// section01 is URL, host, stage, path and resource matching.
var section01 = []fact{
	{name: "the stage is taken off before matching", section: "1.1", api: "routing", do: "GET /s", want: body("s")},
	{name: "unknown API", section: "1.1", sent: &harness.Request{Host: "zzzzzzzzzz.execute-api.us-east-1.amazonaws.com", Target: "/s"}, api: "routing", want: forbidden},
	{name: "unknown stage", section: "1.1", tag: "unconfirmed", api: "routing", sent: raw("GET", "/nostage/s"), want: forbidden},
	{name: "stage names have case", section: "1.1", tag: "unconfirmed", api: "routing", sent: raw("GET", "/PROD/s"), want: forbidden},
	{name: "bare host", section: "1.1", tag: "unconfirmed", api: "routing", sent: raw("GET", "/"), want: forbidden},
	{name: "no gateway response applies without a stage", section: "1.1", api: "default gateway responses", sent: raw("GET", "/nostage/s"), want: forbidden},
	{name: "disabled execute-api endpoint", section: "1.1", tag: "unconfirmed", api: "disabled", do: "GET {}", in: says("x"), want: forbidden},
	{name: "host with a VPC endpoint", section: "1.1", api: "routing", sent: &harness.Request{Host: "{{api}}-vpce-0123456789abcdef0.execute-api.us-east-1.amazonaws.com", Target: "/s"}, want: body("s"),
		localOnly: "a function URL has a host of its own"},

	{name: "path", section: "1.3", api: "paths", do: "GET /abc", want: ok, event: obj{"path": "/abc", "requestContext/path": "/prod/abc", "pathParameters/proxy": "abc", "resource": "/{proxy+}"}},
	{name: "slash at the end", section: "1.3", api: "paths", do: "GET /abc/", want: ok, event: obj{"path": "/abc/", "requestContext/path": "/prod/abc/", "pathParameters/proxy": "abc"}},
	{name: "slashes inside", section: "1.3", api: "paths", do: "GET /abc//x", want: ok, event: obj{"path": "/abc//x", "requestContext/path": "/prod/abc//x", "pathParameters/proxy": "abc//x"}},
	{name: "slashes before the stage", section: "1.3", api: "paths", sent: raw("GET", "//prod/abc"), want: ok, event: obj{"path": "/abc", "requestContext/path": "/prod/abc", "pathParameters/proxy": "abc"}},
	{name: "slashes after the stage", section: "1.3", api: "paths", sent: raw("GET", "/prod//abc"), want: ok, event: obj{"path": "/abc", "requestContext/path": "/prod//abc", "pathParameters/proxy": "abc"}},
	{name: "slashes before a static resource", section: "1.3", api: "paths", sent: raw("GET", "/prod//static"), want: ok, event: obj{"path": "/static", "requestContext/path": "/prod//static", "pathParameters": harness.Null, "resource": "/static"}},
	{name: "a slash at the end of a static resource", section: "1.3", api: "paths", do: "GET /static/", want: ok, event: obj{"path": "/static/", "resource": "/static"}},
	{name: "escapes are not decoded", section: "1.3", api: "paths", do: "GET /u/a%2Bb@x/a+b@x", want: ok,
		event: obj{"path": "/u/a%2Bb@x/a+b@x", "pathParameters/v": "a%2Bb@x", "pathParameters/w": "a+b@x", "requestContext/path": "/prod/u/a%2Bb@x/a+b@x"}},
	{name: "an escaped slash is data", section: "1.3", tag: "unconfirmed", api: "paths", do: "GET /u/a%2Fb/c", want: ok, event: obj{"resource": "/u/{v}/{w}", "pathParameters/v": "a%2Fb", "pathParameters/w": "c"}},
	{name: "plus is a space in a query", section: "1.3", api: "paths", do: "GET /static?t=2020+00:00", want: ok, event: obj{"queryStringParameters/t": "2020 00:00", "multiValueQueryStringParameters/t": list{"2020 00:00"}}},
	{name: "an escaped plus is a plus", section: "1.3", api: "paths", do: "GET /static?t=a%2Bb", want: ok, event: obj{"queryStringParameters/t": "a+b", "multiValueQueryStringParameters/t": list{"a+b"}}},
	{name: "escapes of a query are decoded", section: "1.3", api: "paths", do: "GET /static?t=%C3%A4%20%26&n%5B%5D=1", want: ok, event: obj{"queryStringParameters/t": "ä &", "queryStringParameters/n[]": "1"}},
	{name: "a semicolon splits parameters", section: "1.3", api: "paths", do: "GET /static?a=1;b=2", want: ok, event: obj{"queryStringParameters": obj{"a": "1", "b": "2"}}},
	{name: "a per cent sign on to a backend", section: "1.3", in: httpProxy(), do: "GET {}?q=100%25", want: ok, seen: &seen{Target: "/b?q=100%25"}},
	{name: "a brace in a query", section: "1.3", tag: "unconfirmed", api: "paths", do: "GET /static?q={a}", want: want{Status: 400}, noCall: true},
	{name: "a bar in a query", section: "1.3", tag: "unconfirmed", api: "paths", do: "GET /static?q=a|b", want: want{Status: 400}, noCall: true},
	{name: "query names have case in mappings", section: "1.3", in: httpCustom(maps("header.X-Q", "method.request.querystring.name")), do: "POST {}?Name=1", want: ok, seen: got("X-Q", harness.Absent)},
	{name: "header names have case in mappings", section: "1.3", in: httpCustom(maps("header.X-Q", "method.request.header.x-name")), do: "POST {}", head: []string{"X-NAME: 1"}, want: ok, seen: got("X-Q", harness.Absent),
		localOnly: "a function URL changes the case of names", known: canonical},
	{name: "header names have case in validation", section: "1.3", api: "validators", in: mock(), op: requires("x-name", "header"), do: "POST {}", head: []string{"X-NAME: 1"}, want: missing("x-name"),
		localOnly: "a function URL changes the case of names", known: canonical},

	routed("static before a parameter", "GET /s/fixed", "s/fixed"),
	routed("a parameter takes the others", "GET /s/7", "s/{id}"),
	routed("a parameter before greedy", "GET /s/7/other", "s/{id}/other"),
	routed("root", "GET /", "root"),
	routed("root without a slash", "GET ", "root"),
	routed("greedy takes what is left", "GET /zzz/y", "rest"),
	routed("matching backtracks", "GET /a/zzz", "rest"),
	routed("matching backtracks from a static child", "GET /s/fixed/other", "s/{id}/other"),
	routed("backtracking prefers what is deeper and static", "GET /s/fixed/deep", "s/fixed/deep"),
	routed("backtracking over several levels", "GET /deep/fixed/x/7/end", "greedy"),
	routed("a parameter where the static child does not fit", "GET /deep/other/x/7/end", "deep"),
	routed("candidates without the method are skipped", "OPTIONS /x", "options of rest"),
	routed("an explicit method beats ANY", "PUT /any", "put"),
	routed("ANY has DELETE", "DELETE /any", "any"),
	routed("ANY has GET", "GET /any", "any"),
	routed("ANY has OPTIONS", "OPTIONS /any", "any"),
	routed("ANY has PATCH", "PATCH /any", "any"),
	routed("ANY has POST", "POST /any", "any"),
	routed("a slash at the end does not matter", "GET /s/", "s"),
	routed("greedy takes one segment", "PUT /g/1", "g"),
	routed("greedy takes many segments", "PUT /g/1/2/3", "g"),
	{name: "ANY has HEAD", section: "1.4", api: "routing", do: "HEAD /any", want: ok},
	{name: "two parameters", section: "1.4", api: "routing", do: "GET /one/1/two/2", want: ok, seen: &seen{Target: "/1/2"}},
	{name: "a greedy parent needs a character", section: "1.4", api: "routing", do: "PUT /g", want: noToken},
	{name: "a slash is no character for greedy", section: "1.4", api: "routing", do: "PUT /g/", want: noToken},
	{name: "the root is not for greedy", section: "1.4", api: "routing", do: "OPTIONS /", want: noToken},
	unrouted("no such path", "GET /nowhere"),
	unrouted("no such method", "DELETE /only"),
	{name: "HEAD is not GET", section: "1.4", api: "unrouted", do: "HEAD /only", want: want{Status: 403, Body: ""}},
	unrouted("OPTIONS is not automatic", "OPTIONS /only"),
	unrouted("below a resource", "GET /only/below"),
	unrouted("paths have case", "GET /ONLY"),
	{name: "no 404 for a path with an escape", section: "1.4", api: "unrouted", do: "GET /%6Fnly", tag: "inferred", want: noToken},
	{name: "an Authorization that is not SigV4", section: "1.4", api: "unrouted", do: "GET /nowhere", head: []string{"Authorization: Bearer abc"},
		want: want{Status: 403, Header: obj{"x-amzn-ErrorType": "IncompleteSignatureException"}, Body: harness.Match(`\{"message":.*nvalid key=value pair.*|\{"message":.*not a valid key=value pair \(missing equal-sign\) in Authorization header.*`)}},
	{name: "the method override", section: "1.4", api: "routing", do: "POST /v", head: []string{"X-HTTP-Method-Override: PUT"}, want: ok, seen: &seen{Target: "/put", Header: obj{"X-HTTP-Method-Override": harness.Absent}}},
	{name: "the method override is consumed unless mapped", section: "1.4", in: httpProxy(maps("header.X-Over", "method.request.header.X-HTTP-Method-Override")), verb: "put", do: "POST {}", head: []string{"X-HTTP-Method-Override: PUT"},
		want: ok, seen: got("X-HTTP-Method-Override", harness.Absent)},
}

// canonical is why the case of header names is lost.
const canonical = "net/http makes header names canonical, so that their case is lost on arrival"
