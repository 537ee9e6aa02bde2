package controlplane_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModelTemplates(t *testing.T) {
	const loop = "[\n##" + "TODO: Update this foreach loop to reference array from input json\n#foreach($elem in $inputRoot)\n "
	cases := []struct{ name, schema, want string }{
		{"simple values, in the order of the schema",
			`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"weight":{"type":["null","number"]},"alive":{"type":"boolean"},"kind":{"type":"string","enum":["cat"]}}}`,
			"{\n  \"name\" : \"foo\",\n  \"age\" : 42,\n  \"weight\" : 42,\n  \"alive\" : true,\n  \"kind\" : \"cat\"\n}"},
		{"list of objects", `{"type":"array","items":{"type":"object","properties":{"age":{"type":"integer"},"income":{"type":"integer"}}}}`,
			loop + "{\n  \"age\" : 42,\n  \"income\" : 42\n} \n#if($foreach.hasNext),#end\n#end\n]"},
		{"list in an object", `{"type":"object","properties":{"names":{"type":"array","items":{"type":"string"}},"tag":{"type":"object","properties":{"k":{"type":"string"}}}}}`,
			"{\n  \"names\" : " + loop + "\"foo\" \n#if($foreach.hasNext),#end\n#end\n],\n  \"tag\" : {\n    \"k\" : \"foo\"\n  }\n}"},
		{"another model", `{"type":"object","properties":{"e":{"$ref":"https://apigateway.amazonaws.com/restapis/{api}/models/Error"}}}`,
			"{\n  \"e\" : {\n    \"message\" : \"foo\"\n  }\n}"},
		{"itself", `{"type":"object","properties":{"next":{"$ref":"https://apigateway.amazonaws.com/restapis/{api}/models/M"}}}`,
			"{\n  \"next\" : { }\n}"},
		{"all of", `{"allOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"b":{"type":"string"}}}]}`,
			"{\n  \"a\" : \"foo\",\n  \"b\" : \"foo\"\n}"},
		{"nothing known", `{"title":"t"}`, "{ }"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t).create()
			schema, err := json.Marshal(h.fill(c.schema))
			if err != nil {
				t.Fatal(err)
			}
			h.ok(201, "POST", "/restapis/{api}/models", `{"name":"M","contentType":"application/json","schema":`+string(schema)+`}`)
			got := h.ok(200, "GET", "/restapis/{api}/models/M/default_template", "")
			if diff := cmp.Diff(map[string]any{"value": "#set($inputRoot = $input.path('$'))\n" + c.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestModelTemplateRefusals(t *testing.T) {
	h := newHarness(t).create()
	add := func(name, contentType, schema string) {
		t.Helper()
		text, err := json.Marshal(h.fill(schema))
		if err != nil {
			t.Fatal(err)
		}
		h.ok(201, "POST", "/restapis/{api}/models", `{"name":"`+name+`","contentType":"`+contentType+`","schema":`+string(text)+`}`)
	}
	h.notFound("Invalid model name specified: None", "GET", "/restapis/{api}/models/None/default_template", "")
	h.notFound("Invalid model name specified: M", "GET", "/restapis/nosuchapi0/models/M/default_template", "")
	add("Xml", "application/xml", "<a/>")
	h.badRequest("Templates can be generated for JSON models only, and the content type of model Xml is application/xml", "GET", "/restapis/{api}/models/Xml/default_template", "")
	add("Foreign", "application/json", `{"$ref":"https://example.com/schema"}`)
	h.badRequest("Unable to generate a template: https://example.com/schema is no model of this API", "GET", "/restapis/{api}/models/Foreign/default_template", "")

	// Models that multiply unfold up to a bound.
	reference := func(name string) string {
		return `{"$ref":"https://apigateway.amazonaws.com/restapis/{api}/models/` + name + `"}`
	}
	below := `{"type":"string"}`
	for _, name := range strings.Split("ABCDEFGH", "") {
		add(name, "application/json", `{"type":"object","properties":{"a":`+below+`,"b":`+below+`,"c":`+below+`,"d":`+below+`,"e":`+below+`,"f":`+below+`,"g":`+below+`,"h":`+below+`}}`)
		below = reference(name)
	}
	h.badRequest("The template of this model is longer than 307200 bytes", "GET", "/restapis/{api}/models/H/default_template", "")
}
