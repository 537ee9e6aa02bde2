package openapi

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// schema31 is an OpenAPI 3.1 document with one model M beside the model Other.
func schema31(schema string) []byte {
	return []byte(`{"openapi":"3.1.0","info":{"title":"t","version":"1"},"components":{"schemas":{"M":` + schema + `,"Other":{"type":"object"}}}}`)
}

// The schemas of OpenAPI 3.1 mean the same in draft 4. The expectations follow from the two specifications of JSON Schema.
func TestDraft4(t *testing.T) {
	const other = `{"$ref":"#/components/schemas/Other"}`
	cases := []struct{ name, schema, want string }{
		{"type with null", `{"type":["string","null"]}`, `{"type":["string","null"]}`},
		{"exclusive bounds", `{"exclusiveMinimum":0,"exclusiveMaximum":10}`,
			`{"maximum":10,"exclusiveMaximum":true,"minimum":0,"exclusiveMinimum":true}`},
		{"exclusive bound is stricter", `{"minimum":1,"exclusiveMinimum":1}`, `{"minimum":1,"exclusiveMinimum":true}`},
		{"inclusive bound is stricter", `{"minimum":2,"exclusiveMinimum":1.5,"maximum":3,"exclusiveMaximum":30e1}`, `{"maximum":3,"minimum":2}`},
		{"exclusive in the words of 3.0", `{"minimum":2,"exclusiveMinimum":true}`, `{"minimum":2,"exclusiveMinimum":true}`},
		{"const", `{"const":{"a":1}}`, `{"enum":[{"a":1}]}`},
		{"const among values", `{"enum":["a","b"],"const":"a"}`, `{"enum":["a"]}`},
		{"const beside values", `{"enum":["b"],"const":"a"}`, `{"enum":["a"],"allOf":[{"enum":["b"]}]}`},
		{"examples and comments", `{"type":"string","examples":["a"],"$comment":"c","deprecated":true,"contentEncoding":"base64","$id":"x"}`, `{"type":"string"}`},
		{"dialect of the schema", `{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}`, `{"type":"object"}`},
		{"boolean schemas", `{"properties":{"any":true,"none":false},"additionalProperties":false}`,
			`{"properties":{"any":{},"none":{"not":{}}},"additionalProperties":false}`},
		{"boolean model", `true`, `{}`},
		{"tuple", `{"type":"array","prefixItems":[{"type":"string"},true],"items":false}`,
			`{"type":"array","items":[{"type":"string"},{}],"additionalItems":false}`},
		{"list", `{"items":{"const":1}}`, `{"items":{"enum":[1]}}`},
		{"definitions", `{"$defs":{"leg":{"const":1}},"properties":{"a":{"$ref":"#/components/schemas/M/$defs/leg"}}}`,
			`{"properties":{"a":{"enum":[1]}},"definitions":{"leg":{"enum":[1]}}}`},
		{"reference with a description", `{"properties":{"a":{"$ref":"#/components/schemas/Other","description":"d"}}}`, `{"properties":{"a":` + other + `}}`},
		{"reference with more", `{"properties":{"a":{"$ref":"#/components/schemas/Other","minProperties":1,"allOf":[{"maxProperties":3}]}}}`,
			`{"properties":{"a":{"allOf":[` + other + `,{"minProperties":1,"allOf":[{"maxProperties":3}]}]}}}`},
		{"dependencies", `{"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"const":1}}}`, `{"dependencies":{"a":["b"],"c":{"enum":[1]}}}`},
		{"dependencies of one member", `{"dependentRequired":{"a":["b"]},"dependentSchemas":{"a":true}}`,
			`{"allOf":[{"dependencies":{"a":{}}}],"dependencies":{"a":["b"]}}`},
		{"condition", `{"if":{"const":1},"then":{"minimum":1},"else":false}`,
			`{"allOf":[{"anyOf":[{"not":{"enum":[1]}},{"minimum":1}]},{"anyOf":[{"enum":[1]},{"not":{}}]}]}`},
		{"condition without consequences", `{"if":{"const":1},"allOf":[{"type":"object"}]}`, `{"allOf":[{"type":"object"}]}`},
		{"then without condition", `{"then":{"const":1}}`, `{}`},
		{"contains", `{"not":{"type":"string"},"contains":{"const":1}}`,
			`{"not":{"type":"string"},"allOf":[{"not":{"type":"array","items":{"not":{"enum":[1]}}}}]}`},
		{"contains nothing", `{"contains":{"const":1},"minContains":0}`, `{}`},
		{"unevaluated properties", `{"properties":{"a":true},"unevaluatedProperties":false}`, `{"properties":{"a":{}},"additionalProperties":false}`},
		{"unevaluated items", `{"prefixItems":[true],"unevaluatedItems":{"const":1}}`, `{"items":[{}],"additionalItems":{"enum":[1]}}`},
		{"nested allOf", `{"allOf":[{"allOf":[{"properties":{"a":{"exclusiveMinimum":0}}}]}]}`,
			`{"allOf":[{"allOf":[{"properties":{"a":{"minimum":0,"exclusiveMinimum":true}}}]}]}`},
		{"property called const", `{"properties":{"const":{"type":"string"},"if":{"const":1}}}`, `{"properties":{"const":{"type":"string"},"if":{"enum":[1]}}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			def, err := Parse(schema31(c.schema), here)
			if err != nil {
				t.Fatal(err)
			}
			if len(def.Warnings) > 0 {
				t.Errorf("warnings %v", def.Warnings)
			}
			if diff := cmp.Diff(decode(t, []byte(c.want)), decode(t, []byte(*def.Models[0].Schema))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What has no equivalent is named.
func TestDraft4Warnings(t *testing.T) {
	keyword := func(name string) string {
		return "The keyword " + name + " has no equivalent in JSON Schema draft 4. Ignoring."
	}
	cases := []struct{ name, document, want string }{
		{"names", string(schema31(`{"propertyNames":{"pattern":"^a"}}`)), keyword("propertyNames")},
		{"more than one", string(schema31(`{"contains":{"const":1},"minContains":2,"maxContains":3}`)), keyword("minContains") + "\n" + keyword("maxContains")},
		{"unevaluated beside allOf", string(schema31(`{"allOf":[{"$ref":"#/components/schemas/Other"}],"unevaluatedProperties":false}`)), keyword("unevaluatedProperties")},
		{"unevaluated items of anything", string(schema31(`{"unevaluatedItems":false}`)), keyword("unevaluatedItems")},
		{"dynamic", string(schema31(`{"items":{"$dynamicRef":"#node"}}`)), keyword("$dynamicRef")},
		{"unevaluated beside a reference", string(schema31(`{"$ref":"#/components/schemas/Other","unevaluatedProperties":false}`)), keyword("unevaluatedProperties")},
		{"webhooks", `{"openapi":"3.1.1","info":{"title":"t","version":"1"},"webhooks":{"new":{"post":{}}}}`, "Webhooks are not supported. Ignoring."},
		{"dialect", `{"openapi":"3.1","info":{"title":"t","version":"1"},"jsonSchemaDialect":"urn:x"}`,
			"The JSON Schema dialect 'urn:x' is not supported; schemas are read as draft 2020-12."},
		{"known dialect", `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"jsonSchemaDialect":"https://spec.openapis.org/oas/3.1/dialect/base"}`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			def, err := Parse([]byte(c.document), here)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, strings.Join(withoutPlaces(def).Warnings, "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Bodies of OpenAPI 3.1: a reference with constraints beside it is a schema of its own, several primitive types are no model
// of a response.
func TestBodies31(t *testing.T) {
	def, err := Parse([]byte(`
openapi: 3.1.0
info: {title: t, version: '1'}
components: {schemas: {M: {type: object}}}
paths:
  /:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/M', required: [a]}}}}
      responses:
        '200': {description: '', content: {application/json: {schema: {type: [string, 'null']}}}}
        '201': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/M', description: d}}}}
        '202': {description: '', content: {application/json: {schema: true}}}
`), here)
	if err != nil {
		t.Fatal(err)
	}
	m := def.Resources[0].Methods[0]
	if len(def.Models) != 2 || m.RequestModels["application/json"] != *def.Models[1].Name {
		t.Fatalf("models %v of %d", m.RequestModels, len(def.Models))
	}
	if want := `{"allOf":[{"$ref":"#/components/schemas/M"},{"required":["a"]}]}`; *def.Models[1].Schema != want {
		t.Errorf("schema %s, want %s", *def.Models[1].Schema, want)
	}
	if r := m.MethodResponses; r["200"].ResponseModels != nil || r["201"].ResponseModels["application/json"] != "M" || r["202"].ResponseModels != nil {
		t.Errorf("responses %+v", r)
	}
	want := []string{"Unsupported schema type 'string' in 200 response of method 'POST /'. Ignoring."}
	if diff := cmp.Diff(want, withoutPlaces(def).Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
