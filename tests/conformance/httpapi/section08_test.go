package httpapi

import "github.com/postern-gateway/postern/tests/conformance/harness"

func section08() []fact {
	two := func(name, payload string, w want) fact {
		return fact{name: name, section: "8", in: function(), fn: output{Payload: payload}, want: w}
	}
	one := func(name, payload string, w want) fact {
		f := two(name+" in format 1.0", payload, w)
		f.in = function1()
		return f
	}
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	local := func(f fact) fact { f.localOnly = onlyHTTP1; return f }
	inferred := func(b string) want {
		return want{Status: 200, Header: obj{"Content-Type": "application/json"}, Body: b}
	}
	plain := obj{"Content-Type": "text/plain; charset=utf-8"}
	return []fact{
		two("a whole response", `{"statusCode":201,"headers":{"X-A":"1"},"body":"made"}`, want{Status: 201, Header: obj{"X-A": "1"}, Body: "made"}),
		two("a status alone", `{"statusCode":204}`, want{Status: 204, Body: ""}),
		two("the content type of a whole response", `{"statusCode":200,"body":"{}"}`, want{Status: 200, Header: plain, Body: "{}"}),
		two("the function's content type", `{"statusCode":200,"headers":{"content-type":"text/css"},"body":"x"}`, header("Content-Type", "text/css")),
		two("status 0", `{"statusCode":0}`, internal),
		two("a status that is no integer", `{"statusCode":200.5}`, internal),
		two("a status that is no number", `{"statusCode":"two hundred"}`, internal),
		two("a status that is null", `{"statusCode":null}`, internal),
		tag("unconfirmed", two("a status as text", `{"statusCode":"202"}`, want{Status: 202})),
		two("headers that are no object", `{"statusCode":200,"headers":"x"}`, internal),
		two("a body that is no text", `{"statusCode":200,"body":{"a":1}}`, internal),
		two("an object without a status", `{ "a": 1,"b":[ ] }`, inferred(`{ "a": 1,"b":[ ] }`)),
		two("an empty object", `{}`, inferred(`{}`)),
		two("a JSON text", `"Hello"`, inferred("Hello")),
		two("a JSON text is unescaped", `"a\"b\u00fc\n"`, inferred("a\"bü\n")),
		two("an empty JSON text", `""`, inferred("")),
		two("an array", `[1, 2]`, inferred(`[1, 2]`)),
		two("a number", `42`, inferred(`42`)),
		two("a boolean", `true`, inferred(`true`)),
		tag("reported", two("null", `null`, inferred(`null`))),
		two("bytes that are no JSON", `<p>not JSON`, inferred(`<p>not JSON`)),
		{name: "an error of the function", section: "8", in: function(), fn: output{Error: "x"}, want: internal},
		two("cookies", `{"statusCode":200,"cookies":["a=1; Path=/"]}`, header("Set-Cookie", "a=1; Path=/")),
		local(two("a line for each cookie", `{"statusCode":200,"cookies":["a=1; Path=/","b=2"]}`, want{Status: 200, Lines: []string{"Set-Cookie: a=1; Path=/", "Set-Cookie: b=2"}})),
		two("cookies beside a header", `{"statusCode":200,"headers":{"set-cookie":"c=3"},"cookies":["a=1"]}`, header("Set-Cookie", harness.AnyOf{"c=3,a=1", "a=1,c=3"})),
		tag("unconfirmed", two("multi-value headers are no part of format 2.0", `{"statusCode":200,"multiValueHeaders":{"X-A":["1"]}}`, header("X-A", harness.Absent))),
		local(two("a header with commas is one line", `{"statusCode":200,"headers":{"x-a":"1, 2,3"}}`, want{Status: 200, Lines: []string{"X-A: 1, 2,3"}})),
		local(two("names of headers are canonical", `{"statusCode":200,"headers":{"x-mixed-CASE":"1"}}`, want{Status: 200, Lines: []string{"X-Mixed-Case: 1"}})),
		two("a header that is a number", `{"statusCode":200,"headers":{"x-a":5}}`, header("X-A", "5")),
		two("base64 is decoded", `{"statusCode":200,"body":"aGVsbG8=","isBase64Encoded":true}`, body("hello")),
		two("base64 of bytes", `{"statusCode":200,"headers":{"content-type":"image/png"},"body":"AP+A","isBase64Encoded":true}`, body("\x00\xff\x80")),
		two("base64 that is not said to be", `{"statusCode":200,"body":"aGVsbG8="}`, body("aGVsbG8=")),
		tag("unconfirmed", two("invalid base64", `{"statusCode":200,"body":"***","isBase64Encoded":true}`, internal)),
		one("a whole response", `{"statusCode":201,"headers":{"X-A":"1"},"body":"made"}`, want{Status: 201, Header: obj{"X-A": "1"}, Body: "made"}),
		one("the content type of a whole response", `{"statusCode":200,"body":"{}"}`, want{Status: 200, Header: plain, Body: "{}"}),
		one("an object without a status", `{"a":1}`, internal),
		one("a JSON text", `"Hello"`, internal),
		one("an array", `[1]`, internal),
		one("a number", `42`, internal),
		one("null", `null`, internal),
		one("status 0", `{"statusCode":0}`, internal),
		one("bytes that are no JSON", `<p>`, internal),
		one("headers of both kinds are merged", `{"statusCode":200,"headers":{"x-a":"1"},"multiValueHeaders":{"X-A":["2","3"]}}`, header("X-A", "1,2,3")),
		one("multi-value headers", `{"statusCode":200,"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]}}`, header("Set-Cookie", "a=1,b=2")),
		one("cookies are no part", `{"statusCode":200,"cookies":["a=1"]}`, header("Set-Cookie", harness.Absent)),
		one("base64 is decoded", `{"statusCode":200,"body":"aGVsbG8=","isBase64Encoded":true}`, body("hello")),
	}
}
