package rest

import "encoding/json"

// bodyOnly validates objectBody and nothing else.
var bodyOnly = merged(objectBody, obj{"x-amazon-apigateway-request-validator": "body"})

// validated is a body that the model does or does not take.
func validated(name, schema, sent string, valid bool, why string) fact {
	var s any
	if err := json.Unmarshal([]byte(schema), &s); err != nil {
		panic(err) // a schema of the tests
	}
	f := fact{name: name, section: "10", api: "reasons", in: httpProxy(), do: "POST {}", body: sent, want: ok, noCall: !valid,
		op: obj{"x-amazon-apigateway-request-validator": "body", "requestBody": obj{"content": obj{"application/json": obj{"schema": s}}}}}
	switch {
	case why != "":
		f.want = want{Status: 400, Body: why}
	case !valid:
		f.want = want{Status: 400}
	}
	return f
}

func requiredOf(name, do string, head []string, op obj, w want) fact {
	return fact{name: name, section: "10", api: "validators", in: httpProxy(), do: do, head: head, op: op, want: w, noCall: w.Status == 400}
}

const person = `{"type":"object","required":["a","b"],"properties":{"a":{"type":"string"},"b":{"type":"integer"}}}`

// section10 is request validation.
var section10 = []fact{
	requiredOf("a parameter that is missing", "GET {}", nil, requires("q1", "query"), missing("q1")),
	requiredOf("a parameter that is blank", "GET {}?q1=", nil, requires("q1", "query"), missing("q1")),
	requiredOf("a parameter of spaces", "GET {}?q1=%20", nil, requires("q1", "query"), missing("q1")),
	requiredOf("a header that is missing", "GET {}", nil, requires("X-H", "header"), missing("X-H")),
	requiredOf("a header that is blank", "GET {}", []string{"X-H: "}, requires("X-H", "header"), missing("X-H")),
	requiredOf("parameters that are there", "GET {}?q1=1", []string{"X-H: 1"}, requires("q1", "query", "X-H", "header"), ok),
	requiredOf("the order of those that are missing", "GET {}", nil, requires("q2", "query", "q1", "query", "h2", "header", "h1", "header"), missing("h1, h2, q1, q2")),
	requiredOf("types are not checked", "GET {}?n=x", nil, obj{"x-amazon-apigateway-request-validator": "all", "parameters": list{obj{"name": "n", "in": "query", "required": true, "schema": obj{"type": "integer"}}}}, ok),
	requiredOf("optional parameters", "GET {}", nil, obj{"x-amazon-apigateway-request-validator": "all", "parameters": list{obj{"name": "n", "in": "query", "schema": obj{"type": "string"}}}}, ok),
	requiredOf("no validator", "GET {}", nil, obj{"parameters": list{obj{"name": "n", "in": "query", "required": true, "schema": obj{"type": "string"}}}}, ok),
	requiredOf("a validator of bodies", "GET {}", nil, obj{"x-amazon-apigateway-request-validator": "body", "parameters": list{obj{"name": "n", "in": "query", "required": true, "schema": obj{"type": "string"}}}}, ok),
	requiredOf("query names have case", "GET {}?Q1=1", nil, requires("q1", "query"), missing("q1")),
	{name: "a validator of parameters", section: "10", api: "validators", in: httpProxy(), do: "POST {}", body: "[]", op: merged(objectBody, obj{"x-amazon-apigateway-request-validator": "parameters"}), want: ok},
	{name: "a model for another type", section: "10", api: "validators", in: httpProxy(), do: "POST {}", head: []string{"Content-Type: text/x"}, body: "[]", op: bodyOnly, want: ok},
	{name: "no type is JSON", section: "10", api: "validators", in: httpProxy(), do: "POST {}", body: "[]", op: bodyOnly, want: invalidBody, noCall: true},
	{name: "no JSON", section: "10", api: "validators", in: httpProxy(), do: "POST {}", head: []string{"Content-Type: application/json"}, body: "{", op: bodyOnly, want: invalidBody, noCall: true},
	{name: "an empty body", section: "10", api: "validators", in: httpProxy(), do: "POST {}", op: bodyOnly, want: invalidBody, noCall: true},
	{name: "a GET without a body", section: "10", api: "validators", in: httpProxy(), do: "GET {}", op: bodyOnly, want: invalidBody, noCall: true},
	{name: "a body that fits", section: "10", api: "validators", in: httpProxy(), do: "POST {}", body: `{"name":"x"}`, op: bodyOnly, want: ok, seen: &seen{Body: `{"name":"x"}`}},
	{name: "a reference to a model", section: "10", api: "models", in: httpProxy(), do: "POST {}", body: `{"pets":[{"kind":"bird"}]}`, op: modelled("Order"), want: invalidBody, noCall: true},
	{name: "a reference to a model that fits", section: "10", api: "models", in: httpProxy(), do: "POST {}", body: `{"pets":[{"kind":"cat"}],"more":null}`, op: modelled("Order"), want: ok},
	{name: "a choice of null", section: "10", api: "models", in: httpProxy(), do: "POST {}", body: `{"pets":[],"more":{"kind":"dog"}}`, op: modelled("Order"), want: ok},
	{name: "a choice that does not fit", section: "10", api: "models", in: httpProxy(), do: "POST {}", body: `{"pets":[],"more":7}`, op: modelled("Order"), want: invalidBody, noCall: true},
	validated("required properties", person, `{}`, false, `[object has missing required properties (["a","b"])]`),
	validated("the type of a body", person, `"x"`, false, `[instance type (string) does not match any allowed primitive type (allowed: ["object"])]`),
	validated("an enumeration", `{"type":"string","enum":["cat","dog","fish"]}`, `"bird"`, false, `[instance value ("bird") not found in enum (possible values: ["cat","dog","fish"])]`),
	validated("a valid body", person, `{"a":"x","b":1}`, true, ""),
	validated("the type of a property", person, `{"a":1,"b":1}`, false, ""),
	validated("a number too small", `{"type":"integer","minimum":3}`, `2`, false, ""),
	validated("a number large enough", `{"type":"integer","minimum":3}`, `3`, true, ""),
	validated("text too long", `{"type":"string","maxLength":2}`, `"abc"`, false, ""),
	validated("text too short", `{"type":"string","minLength":2}`, `"a"`, false, ""),
	validated("a pattern", `{"type":"string","pattern":"^a+$"}`, `"b"`, false, ""),
	validated("a pattern that fits", `{"type":"string","pattern":"^a+$"}`, `"aa"`, true, ""),
	validated("additional properties", `{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"}}}`, `{"b":1}`, false, ""),
	validated("items", `{"type":"array","items":{"type":"string"}}`, `["a",1]`, false, ""),
	validated("unique items", `{"type":"array","uniqueItems":true,"items":{"type":"integer"}}`, `[1,1]`, false, ""),
	validated("all of", `{"allOf":[{"required":["a"]},{"required":["b"]}]}`, `{"a":1}`, false, ""),
	validated("any of", `{"anyOf":[{"type":"string"},{"type":"integer"}]}`, `true`, false, ""),
	validated("one of", `{"oneOf":[{"type":"integer"},{"type":"number"}]}`, `1`, false, ""),
	validated("not", `{"not":{"type":"string"}}`, `"a"`, false, ""),
}

func modelled(name string) obj {
	return obj{"x-amazon-apigateway-request-validator": "body", "requestBody": obj{"content": obj{"application/json": obj{"schema": obj{"$ref": "#/components/schemas/" + name}}}}}
}

var models = obj{"components": obj{"schemas": obj{
	"Pet": obj{"type": "object", "required": list{"kind"}, "properties": obj{"kind": obj{"type": "string", "enum": list{"cat", "dog"}}}},
	"Order": obj{"type": "object", "required": list{"pets"}, "properties": obj{
		"pets": obj{"type": "array", "items": obj{"$ref": "#/components/schemas/Pet"}},
		"more": obj{"oneOf": list{obj{"type": "null"}, obj{"$ref": "#/components/schemas/Pet"}}}}},
}}}
