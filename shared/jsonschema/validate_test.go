package jsonschema

import (
	"errors"
	"strings"
	"testing"
)

const modelURL = "https://apigateway.amazonaws.com/restapis/a1b2c3/models/"

func compiled(t testing.TB, models ...string) *Schema {
	t.Helper()
	m := map[string]string{}
	for i := 0; i < len(models); i += 2 {
		m[models[i]] = models[i+1]
	}
	s, err := Compile("a1b2c3", models[0], m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// REST data plane spec, 10; recorded answers, 7.
func TestModelsReferToEachOther(t *testing.T) {
	s := compiled(t,
		"Order", `{"type":"object","required":["pets"],"properties":{"pets":{"type":"array","items":{"$ref":"`+modelURL+`Pet"}},"note":{"oneOf":[{"type":"null"},{"$ref":"`+modelURL+`Pet#/definitions/note"}]}}}`,
		"Pet", `{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"parent":{"$ref":"`+modelURL+`Pet"},"order":{"$ref":"`+modelURL+`Order"}},"definitions":{"note":{"type":"string","maxLength":3}}}`,
		"Other", `{}`)
	if got := strings.Join(s.Models(), " "); got != "Order Pet" {
		t.Errorf("the models used are %s", got)
	}
	for document, want := range map[string]string{
		`{"pets":[{"name":"Rex","parent":{"name":"Max"}}],"note":null}`: "",
		`{"pets":[],"note":"abc"}`:                                      "",
		`{"pets":[],"note":"abcd"}`:                                     "[instance failed to match exactly one schema (matched 0 out of 2)]",
		`{"pets":[{"name":"Rex","parent":{}}]}`:                         `[object has missing required properties (["name"])]`,
		`{"pets":[{"name":"Rex","order":{"pets":[{}]}}]}`:               `[object has missing required properties (["name"])]`,
		``:      "[Unknown error parsing request body]",
		`{"pet`: "[Unknown error parsing request body]",
	} {
		err := s.Validate([]byte(document))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", document, got, want)
		}
	}
}

func TestSchemasThatAreRefused(t *testing.T) {
	for schema, want := range map[string]string{
		`[]`:                                    "model M: a JSON schema is an object",
		`{"type":"foo"}`:                        `model M: /type: "foo" is not a primitive type`,
		`{"properties":{"a/b":{"items":3}}}`:    "model M: /properties/a~1b/items: a JSON schema is an object",
		`{"$ref":"https://example.com/s.json"}`: "model M: /$ref: https://example.com/s.json is no model of this API, and nothing else can be referred to",
		`{"$ref":"file:///etc/passwd"}`:         "model M: /$ref: file:///etc/passwd is no model of this API, and nothing else can be referred to",
		`{"$ref":"` + modelURL + `None"}`:       "model M: /$ref: the API has no model None",
		`{"$ref":"https://apigateway.amazonaws.com/restapis/other/models/M"}`: "model M: /$ref: https://apigateway.amazonaws.com/restapis/other/models/M is no model of this API, and nothing else can be referred to",
		`{"$ref":"#/definitions/x"}`:                                          "model M: /$ref: #/definitions/x cannot be resolved",
		`{"$ref":"#x"}`:                                                       `model M: /$ref: "x" is not the pointer of a place in a schema`,
		`{"$ref":"#"}`:                                                        "model M: /$ref: the reference loops on itself",
		`{"allOf":[{"$ref":"#"}]}`:                                            "model M: the schema refers to itself without end",
		`{"pattern":"("}`:                                                     "model M: /pattern: ",
		`{"minLength":-1}`:                                                    "model M: /minLength: must be an integer from 0 to 2147483647",
		strings.Repeat(`{"not":`, 600) + `{}` + strings.Repeat(`}`, 600): "schemas are nested more than 500 deep",
	} {
		_, err := Compile("a1b2c3", "M", map[string]string{"M": schema})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.100s: %v, want %s", schema, err, want)
		}
	}
}

// Nothing that a client can send takes long, fills the memory or ends the process.
func TestHostileDocuments(t *testing.T) {
	recursive := compiled(t, "M", `{"definitions":{"n":{"anyOf":[{"required":["x"],"properties":{"c":{"$ref":"#/definitions/n"}}},{"required":["y"],"properties":{"c":{"$ref":"#/definitions/n"}}},{"properties":{"c":{"$ref":"#/definitions/n"}},"required":["z"]}]}},"$ref":"#/definitions/n"}`)
	doubling := compiled(t, "M", `{"type":"object","properties":{"c":{"$ref":"#"}},"dependencies":{"a":{"properties":{"c":{"$ref":"#"}}}}}`)
	slow := compiled(t, "M", `{"items":{"pattern":"^(?=a)(a+)+$"}}`)
	multiple := compiled(t, "M", `{"items":{"multipleOf":0.01}}`)
	large := compiled(t, "M", `{"items":{"multipleOf":12345678901234567891234567}}`)
	unique := compiled(t, "M", `{"uniqueItems":true}`)
	open := compiled(t, "M", `{"additionalProperties":{"type":"integer"}}`)
	nested := func(n int, begin, inner, end string) string {
		return strings.Repeat(begin, n) + inner + strings.Repeat(end, n)
	}
	invalid := new(*Invalid)
	for name, c := range map[string]struct {
		schema   *Schema
		document string
		unknown  bool // cannot be found out
		valid    bool
	}{
		"open brackets":            {schema: open, document: strings.Repeat("[", 1<<20)},
		"open braces":              {schema: open, document: strings.Repeat(`{"a":`, 1<<20)},
		"nesting within the limit": {schema: open, document: nested(1000, "[", "", "]"), valid: true},
		"nesting beyond":           {schema: open, document: nested(1001, "[", "", "]")},
		"alternatives":             {schema: recursive, document: nested(900, `{"c":`, "{}", "}"), unknown: true},
		"alternatives, broad":      {schema: recursive, document: nested(900, `{"filler":[`+strings.Repeat("1,", 4000)+`1],"more":"`+strings.Repeat("x", 2000)+`","c":`, "{}", "}"), unknown: true},
		"dependencies":             {schema: doubling, document: nested(900, `{"a":1,"c":`, "{}", "}"), unknown: true},
		"backtracking":             {schema: slow, document: `["` + strings.Repeat("a", 100) + `b"` + strings.Repeat(`,"`+strings.Repeat("a", 100)+`b"`, 1000) + "]", unknown: true},
		"long number":              {schema: multiple, document: "[" + strings.Repeat("7", 2<<20) + ".001]"},
		"long number, long factor": {schema: large, document: "[" + strings.Repeat("7", 2<<20) + "]"},
		"large exponent":           {schema: multiple, document: "[1e999999999]", valid: true},
		"small exponent":           {schema: multiple, document: "[1e-999999999]"},
		"exponent beyond":          {schema: multiple, document: "[1e9999999999]"},
		"duplicate members":        {schema: open, document: `{` + strings.Repeat(`"a":"x",`, 1<<17) + `"a":1}`, valid: true},
		"many members":             {schema: open, document: `{"a":"x"` + strings.Repeat(`,"a":"x"`, 1<<17) + `}`},
		"many elements":            {schema: unique, document: "[0" + strings.Repeat(",0", 1<<19) + "]"},
		"many wrong elements":      {schema: slow, document: `["x"` + strings.Repeat(`,"x"`, 1<<18) + `]`},
	} {
		err := c.schema.Validate([]byte(c.document))
		switch {
		case c.valid && err != nil, !c.valid && err == nil:
			t.Errorf("%s: %v", name, err)
		case err != nil && c.unknown == errors.As(err, invalid):
			t.Errorf("%s: %.200v", name, err)
		}
		if err != nil && len(err.Error()) > 12<<20 {
			t.Errorf("%s: %d bytes of messages", name, len(err.Error()))
		}
	}
}
