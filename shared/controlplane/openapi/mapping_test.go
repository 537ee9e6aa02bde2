package openapi

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// parseOne reads a document of which the operation get of /t/{id} is given.
func parseOne(t *testing.T, operation, rest string) (*Definition, Method) {
	t.Helper()
	def, err := Parse([]byte("{openapi: 3.0.1, info: {title: T}, paths: {'/t/{id}': {get: "+operation+"}}"+rest+"}"), here)
	if err != nil {
		t.Fatal(err)
	}
	return def, def.Resources[len(def.Resources)-1].Methods[0]
}

// TestMapping has one case for each row of control-plane recorded, 14.3.
func TestMapping(t *testing.T) {
	const modelM = `, components: {schemas: {M: {type: object, properties: {m: {$ref: '#/components/schemas/M'}}}}}`
	const integration = `{x-amazon-apigateway-integration: {type: mock, `
	cases := []struct {
		name, operation, rest string
		got                   func(*Definition, Method) any
		want                  any
	}{
		{"operationId", `{operationId: readT}`, ``,
			func(_ *Definition, m Method) any { return *m.OperationName }, "readT"},
		{"requestBody", `{requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}}`, modelM,
			func(_ *Definition, m Method) any { return m.RequestModels }, map[string]string{"application/json": "M"}},
		{"response content", `{responses: {200: {content: {application/json: {schema: {$ref: '#/components/schemas/M'}}}}}}`, modelM,
			func(_ *Definition, m Method) any { return m.MethodResponses["200"].ResponseModels }, map[string]string{"application/json": "M"}},
		{"response without schema", `{responses: {'200': {description: d, content: {}}}}`, ``,
			func(_ *Definition, m Method) any { return m.MethodResponses }, map[string]apigateway.MethodResponse{"200": {StatusCode: ptr("200")}}},
		{"response headers", `{responses: {'200': {headers: {X-A: {schema: {type: string}}}}}}`, ``,
			func(_ *Definition, m Method) any { return m.MethodResponses["200"].ResponseParameters }, map[string]bool{"method.response.header.X-A": false}},
		{"path parameter", `{parameters: [{name: id, in: path, required: true}]}`, ``,
			func(_ *Definition, m Method) any { return m.RequestParameters }, map[string]bool{"method.request.path.id": true}},
		{"default integration response", integration + `responses: {default: {statusCode: '200'}}}}`, ``,
			func(_ *Definition, m Method) any { return m.MethodIntegration.IntegrationResponses },
			map[string]apigateway.IntegrationResponse{"200": {StatusCode: ptr("200")}}},
		{"lower case", integration + `passthroughBehavior: when_no_templates}}`, ``,
			func(_ *Definition, m Method) any {
				return *m.MethodIntegration.Type + *m.MethodIntegration.PassthroughBehavior
			}, "MOCKWHEN_NO_TEMPLATES"},
		{"numeric statusCode", integration + `responses: {default: {statusCode: 200}}}}`, ``,
			func(_ *Definition, m Method) any { return *m.MethodIntegration.IntegrationResponses["200"].StatusCode }, "200"},
		{"no integration", `{}`, ``,
			func(d *Definition, m Method) any { return m.MethodIntegration == nil && d.Warnings == nil }, true},
		{"no responses", `{}`, ``,
			func(d *Definition, m Method) any { return m.MethodResponses == nil && d.Warnings == nil }, true},
		{"payloadFormatVersion", integration + `payloadFormatVersion: '1.0'}}`, ``,
			func(d *Definition, m Method) any { return len(d.Warnings) }, 0},
		{"stage variables in the uri", `{x-amazon-apigateway-integration: {type: http, httpMethod: GET, uri: 'https://${stageVariables.h}/${stageVariables.p}?${stageVariables.q}'}}`, ``,
			func(_ *Definition, m Method) any { return *m.MethodIntegration.Uri },
			"https://${stageVariables.h}/${stageVariables.p}?${stageVariables.q}"},
		{"model description", `{}`, `, components: {schemas: {M: {description: about M, type: object}}}`,
			func(d *Definition, _ Method) any { return *d.Models[0].Description + " " + *d.Models[0].Schema },
			`about M {"type":"object","description":"about M"}`},
		{"model without description", `{}`, modelM,
			func(d *Definition, _ Method) any { return d.Models[0].Description == nil }, true},
		{"circular models", `{}`, modelM,
			func(d *Definition, _ Method) any { d.ResolveModelRefs("abc"); return *d.Models[0].Schema },
			`{"type":"object","properties":{"m":{"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/M"}}}`},
		{"no Empty and Error models", `{}`, modelM,
			func(d *Definition, _ Method) any { return len(d.Models) }, 1},
		{"model content type", `{}`, modelM,
			func(d *Definition, _ Method) any { return *d.Models[0].ContentType }, "application/json"},
		{"authorizer", `{security: [{a: []}]}`,
			`, components: {securitySchemes: {a: {type: apiKey, name: Unused, in: header, x-amazon-apigateway-authtype: custom, x-amazon-apigateway-authorizer: {type: request, authorizerUri: u}}}}`,
			func(_ *Definition, m Method) any { return *m.AuthorizationType + " " + m.AuthorizerName }, "CUSTOM a"},
		{"key order of schemas", `{}`, `, components: {schemas: {M: {items: {}, format: f, description: d, properties: {}, type: t, required: [a], minItems: 1, title: T}}}`,
			func(d *Definition, _ Method) any { return *d.Models[0].Schema },
			`{"title":"T","minItems":1,"required":["a"],"type":"t","properties":{},"description":"d","format":"f","items":{}}`},
		{"inline response schema", `{responses: {'200': {content: {application/json: {schema: {type: object}}}}}}`, ``,
			func(d *Definition, m Method) any {
				return len(d.Warnings) == 0 && m.MethodResponses["200"].ResponseModels["application/json"] == *d.Models[0].Name
			}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, c.got(parseOne(t, c.operation, c.rest))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The security of an OPTIONS operation applies like on any method (recorded, 14.3).
func TestSecurityOfOptions(t *testing.T) {
	def, err := Parse([]byte(`{swagger: "2.0", info: {title: T}, paths: {/: {options: {security: [{k: []}]}}},
		securityDefinitions: {k: {type: apiKey, name: X-API-Key, in: header}}}`), here)
	if err != nil {
		t.Fatal(err)
	}
	if m := def.Resources[0].Methods[0]; *m.HttpMethod != "OPTIONS" || !*m.ApiKeyRequired {
		t.Errorf("got %+v", m)
	}
}

// Swagger 2.0 schemas keep the order of the document, at every level.
func TestSwaggerKeepsSchemaOrder(t *testing.T) {
	def, err := Parse([]byte(`{swagger: "2.0", info: {title: T}, definitions: {M: {properties: {z: {type: string, title: Z}, a: {}}, type: object, title: M}}}`), here)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"properties":{"z":{"type":"string","title":"Z"},"a":{}},"type":"object","title":"M"}`; *def.Models[0].Schema != want {
		t.Errorf("got %s, want %s", *def.Models[0].Schema, want)
	}
}

// A 2.0 operation without consumes uses those of the document, and JSON when there are none.
func TestConsumes(t *testing.T) {
	for head, want := range map[string]string{"": "application/json", "consumes: [text/xml],": "text/xml"} {
		def, err := Parse([]byte(`{swagger: "2.0", info: {title: T}, `+head+` definitions: {M: {}},
			paths: {/: {put: {parameters: [{name: b, in: body, schema: {$ref: '#/definitions/M'}}]}}}}`), here)
		if err != nil {
			t.Fatal(err)
		}
		if got := def.Resources[0].Methods[0].RequestModels; !cmp.Equal(got, map[string]string{want: "M"}) {
			t.Errorf("with %q: %v, want %s", head, got, want)
		}
	}
}

// What waits for the identifier of the API can be repeated.
func TestResolvingTwice(t *testing.T) {
	def, err := Parse(readFile(t, "testdata/settings.yaml"), here)
	if err != nil {
		t.Fatal(err)
	}
	def.Models = []apigateway.Model{{Schema: ptr(`{"enum":["\"$ref\":\"#/definitions/A\""],"a":{"$ref":"#/definitions/A"}}`)}}
	resolve := func(api string) string {
		def.ResolveModelRefs(api)
		return *def.Models[0].Schema
	}
	first := resolve("one")
	if *def.Models[0].Schema != `{"enum":["\"$ref\":\"#/definitions/A\""],"a":{"$ref":"https://apigateway.amazonaws.com/restapis/one/models/A"}}` {
		t.Errorf("got %s", *def.Models[0].Schema)
	}
	if again := resolve("two"); again != first {
		t.Errorf("the second time changed\n%s\ninto\n%s", first, again)
	}
}
