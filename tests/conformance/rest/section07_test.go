package rest

import (
	"slices"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// mapsTo is a request mapping to a header and what the backend must see.
func mapsTo(name, source, target, text string, value any, head ...string) fact {
	return fact{name: "request: " + name, section: "7", api: "variables", under: "/{id}", in: httpCustom(maps("header.X-To", source)), do: "POST {}/" + target, head: head, body: text, want: ok, seen: got("X-To", value)}
}

func mapsBack(name, source string, a answer, value any) fact {
	return fact{name: "response: " + name, section: "7", api: "variables", in: httpCustom(answers(gives("X-To", source))), do: "POST {}", backend: a, want: header("X-To", value)}
}

func overrides(name, text string, s *seen) fact {
	return fact{name: "override: " + name, section: "7", in: httpCustom(with("uri", "{{backend}}/x/{p}"), maps("path.p", "'mapped'", "header.X-To", "'mapped'", "querystring.q", "'mapped'"), template(text)), do: "POST {}", body: "{}", want: ok, seen: s}
}

func overridesBack(name, request, response string, w want) fact {
	return fact{name: "override: " + name, section: "7", in: mock(template(request+`{"statusCode": 200}`), answers(gives("X-To", "'mapped'"), renders(response))), want: w}
}

var (
	set     = func(what, value string) string { return "#set($context." + what + " = " + value + ")" }
	badJSON = refused(400, "BadRequestException", "Invalid JSON in request body")
	doc     = answer{Header: []string{"X-From: h", "X-From: i"}, Body: `{"a":{"b":"c","n":1.50,"l":[1,2]}}`}
)

// section07 is parameter mapping and overrides.
var section07 = slices.Concat([]fact{
	mapsTo("a path parameter", "method.request.path.id", "7", "", "7"),
	mapsTo("a query parameter", "method.request.querystring.q", "7?q=a", "", "a"),
	mapsTo("a query parameter that is not there", "method.request.querystring.q", "7", "", harness.Absent),
	mapsTo("an empty query parameter", "method.request.querystring.q", "7?q=", "", harness.Absent),
	mapsTo("a header", "method.request.header.X-From", "7", "", "a", "X-From: a"),
	mapsTo("a header that is not there", "method.request.header.X-From", "7", "", harness.Absent),
	mapsTo("the body", "method.request.body", "7", `{"a":1}`, `{"a":1}`),
	mapsTo("a text body", "method.request.body", "7", "text", "text"),
	mapsTo("a member of the body", "method.request.body.a.b", "7", `{"a":{"b":"c"}}`, "c"),
	mapsTo("a number of the body", "method.request.body.a", "7", `{"a":12}`, "12"),
	mapsTo("an element of the body", "method.request.body.a[1]", "7", `{"a":["x","y"]}`, "y"),
	mapsTo("a member that is not there", "method.request.body.b", "7", `{"a":1}`, harness.Absent),
	mapsTo("a member of a text body", "method.request.body.a", "7", "text", harness.Absent),
	mapsTo("a member of an empty body", "method.request.body.a", "7", "", harness.Absent),
	mapsTo("a stage variable", "stageVariables.path", "7", "", "from-stage"),
	mapsTo("a stage variable that is not there", "stageVariables.none", "7", "", harness.Absent),
	mapsTo("the context", "context.httpMethod", "7", "", "POST"),
	mapsTo("the context in depth", "context.identity.sourceIp", "7", "", "127.0.0.1"),
	mapsTo("the stage", "context.stage", "7", "", "prod"),
	mapsTo("static text", "'a b'", "7", "", "a b"),
	{name: "request: a body that is no JSON", section: "7", in: httpCustom(maps("header.X-To", "method.request.body.a")), do: "POST {}", body: `{"a"`, want: badJSON, noCall: true},
	{name: "request: a body as a whole that is no JSON", section: "7", in: httpCustom(maps("header.X-To", "method.request.body")), do: "POST {}", body: `[1,`, want: badJSON, noCall: true},
	{name: "request: to the query", section: "7", in: httpCustom(maps("querystring.x", "method.request.querystring.q")), do: "POST {}?q=a%20b", want: ok, seen: &seen{Target: harness.AnyOf{"/b?x=a%20b", "/b?x=a+b"}}},
	{name: "request: several values to the query", section: "7", in: httpCustom(maps("querystring.x", "method.request.multivaluequerystring.q")), do: "POST {}?q=1&q=2", want: ok, seen: &seen{Target: "/b?x=1&x=2"}},
	{name: "request: several values to a header", section: "7", in: httpCustom(maps("header.X-To", "method.request.multivalueheader.X-From")), do: "POST {}", head: []string{"X-From: 1", "X-From: 2"}, want: ok, seen: got("X-To", "1,2")},
	{name: "request: to the path", section: "7", in: httpCustom(with("uri", "{{backend}}/{p}"), maps("path.p", "method.request.querystring.q")), do: "POST {}?q=v", want: ok, seen: &seen{Target: "/v"}},
	mapsBack("a header", "integration.response.header.X-From", answer{Header: []string{"X-From: a"}}, "a"),
	mapsBack("the last header", "integration.response.header.X-From", doc, "i"),
	mapsBack("all headers", "integration.response.multivalueheader.X-From", doc, "h,i"),
	mapsBack("a header that is not there", "integration.response.header.X-None", doc, harness.Absent),
	mapsBack("a member of the body", "integration.response.body.a.b", doc, "c"),
	mapsBack("an element of the body", "integration.response.body.a.l[1]", doc, "2"),
	mapsBack("a member that is not there", "integration.response.body.x", doc, harness.Absent),
	mapsBack("the body", "integration.response.body", answer{Body: "text"}, "text"),
	mapsBack("a stage variable", "stageVariables.path", doc, "from-stage"),
	mapsBack("the context", "context.httpMethod", doc, "POST"),
	mapsBack("static text", "'a b'", doc, "a b"),
	{name: "response: a body that is no JSON", section: "7", in: httpCustom(answers(gives("X-To", "integration.response.body.a"))), do: "POST {}", backend: answer{Body: `{"a"`}, want: internal},
	{name: "response: headers do not leak", section: "7", in: httpCustom(), do: "POST {}", backend: answer{Header: []string{"X-A: b", "Content-Type: text/x"}}, want: header("X-A", harness.Absent)},

	overrides("a header", set("requestOverride.header.X-To", "'over'"), got("X-To", "over")),
	overrides("a new header", set("requestOverride.header.X-New", "'over'"), got("X-New", "over", "X-To", "mapped")),
	overrides("a query parameter", set("requestOverride.querystring.q", "'over'"), &seen{Target: "/x/mapped?q=over"}),
	overrides("a path parameter", set("requestOverride.path.p", "'over'"), &seen{Target: "/x/over?q=mapped"}),
	overrides("brackets", `$context["requestOverride"].querystring["q"]#set($context["requestOverride"].querystring["q"] = "over")`, &seen{Target: "/x/mapped?q=over"}),
	overrides("put", `#set($x = $context.requestOverride.header.put("X-To", "over"))`, got("X-To", "over")),
	overrides("a list", set("requestOverride.header.X-To", "['foo', 'bar']"), got("X-To", harness.Match("foo, ?bar"))),
	overridesBack("a response header", "", set("responseOverride.header.X-To", "'over'"), header("X-To", "over")),
	overridesBack("a new response header", "", set("responseOverride.header.X-New", "'over'"), header("X-New", "over", "X-To", "mapped")),
	overridesBack("the status", "", set("responseOverride.status", "418"), want{Status: 418}),
	overridesBack("a status that is too large", "", set("responseOverride.status", "600"), ok),
	overridesBack("a status that is too small", "", set("responseOverride.status", "99"), ok),
	overridesBack("a status that is no number", "", set("responseOverride.status", "'x'"), ok),
	overridesBack("the status in the request", set("responseOverride.status", "418"), "", want{Status: 418}),
	overridesBack("a response header in the request", set("responseOverride.header.X-To", "'over'"), "", header("X-To", "over")),
	overridesBack("anything in the request", set("responseOverride.anything", "'kept'"), "[$context.responseOverride.anything]", body("[kept]")),
	overridesBack("the request's overrides in the response", set("requestOverride.header.a", "'kept'"), "[$context.requestOverride.header.a]", body("[kept]")),
})
