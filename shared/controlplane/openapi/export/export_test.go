package export

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// A plain export describes the API to its callers: the layout, the server of the stage, any-method, a version that is the
// time of creation, and no extension but those that requests need.
func TestPlainExport(t *testing.T) {
	def := parsed(t, `{"openapi":"3.0.1","info":{"title":"Notes & more"},
		"x-amazon-apigateway-binary-media-types":["image/png"],
		"x-amazon-apigateway-policy":{"Version":"2012-10-17","Statement":[]},
		"paths":{"/{proxy+}":{"x-amazon-apigateway-any-method":{
			"operationId":"all","security":[{"sigv4":[]}],
			"parameters":[{"name":"proxy","in":"path","schema":{"type":"string"}}],
			"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"ANY","uri":"http://example.com/{proxy}"}}}},
		"components":{"securitySchemes":{"sigv4":{"type":"apiKey","name":"Authorization","in":"header","x-amazon-apigateway-authtype":"awsSigv4"}}}}`)
	o := Options{Type: OAS30, Host: "a1.execute-api.eu-west-1.amazonaws.com", Stage: "live", CreatedDate: time.Unix(1700000000, 0)}
	const openAPI = `{
  "openapi" : "3.0.1",
  "info" : {
    "title" : "Notes & more",
    "version" : "2023-11-14T22:13:20Z"
  },
  "servers" : [ {
    "url" : "https://a1.execute-api.eu-west-1.amazonaws.com/{basePath}",
    "variables" : {
      "basePath" : {
        "default" : "/live"
      }
    }
  } ],
  "paths" : {
    "/{proxy+}" : {
      "x-amazon-apigateway-any-method" : {
        "operationId" : "all",
        "parameters" : [ {
          "name" : "proxy",
          "in" : "path",
          "required" : true,
          "schema" : {
            "type" : "string"
          }
        } ],
        "responses" : { },
        "security" : [ {
          "sigv4" : [ ]
        } ]
      }
    }
  },
  "components" : {
    "securitySchemes" : {
      "sigv4" : {
        "type" : "apiKey",
        "name" : "Authorization",
        "in" : "header",
        "x-amazon-apigateway-authtype" : "awsSigv4"
      }
    }
  }
}`
	exported(t, def, o, openAPI)
	o.Type, o.YAML = Swagger, true
	const swagger = `---
swagger: "2.0"
info:
  version: "2023-11-14T22:13:20Z"
  title: "Notes & more"
host: "a1.execute-api.eu-west-1.amazonaws.com"
basePath: "/live"
schemes:
  - "https"
paths:
  /{proxy+}:
    x-amazon-apigateway-any-method:
      operationId: "all"
      produces:
        - "application/json"
      parameters:
        - name: "proxy"
          in: "path"
          required: true
          type: "string"
      responses: {}
      security:
        - sigv4: []
securityDefinitions:
  sigv4:
    type: "apiKey"
    name: "Authorization"
    in: "header"
    x-amazon-apigateway-authtype: "awsSigv4"
`
	exported(t, def, o, swagger)
}

func exported(t *testing.T, def *openapi.Definition, o Options, want string) {
	t.Helper()
	text, err := Write(def, o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// memberOf is a member of the export, objects as compact JSON, nil when there is none.
func memberOf(t *testing.T, def *openapi.Definition, o Options, path ...string) any {
	t.Helper()
	text, err := Write(def, o)
	if err != nil {
		t.Fatal(err)
	}
	value, err := parse(string(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	for _, step := range path {
		o, ok := value.(*object)
		if !ok {
			return nil
		}
		value = o.get(step)
	}
	if o, ok := value.(*object); ok {
		return compact(o)
	}
	return value
}

// The extensions parameter decides which extensions there are (control-plane operations, 2.4).
func TestExtensions(t *testing.T) {
	const authorizer = "x-amazon-apigateway-authorizer"
	def := parsed(t, `{"swagger":"2.0","info":{"title":"t","version":"1"},
		"x-amazon-apigateway-minimum-compression-size":0,
		"x-amazon-apigateway-request-validators":{"v":{"validateRequestBody":true}},"x-amazon-apigateway-request-validator":"v",
		"x-amazon-apigateway-documentation":{"version":"7","documentationParts":[{"location":{"type":"METHOD"},"properties":{"summary":"s"}}]},
		"securityDefinitions":{"a":{"type":"apiKey","name":"X","in":"header","x-amazon-apigateway-authtype":"custom",
			"`+authorizer+`":{"type":"token","authorizerUri":"u"}}},
		"paths":{"/":{"get":{"x-amazon-apigateway-auth":{"type":"AWS_IAM"},"x-amazon-apigateway-integration":{"type":"mock"}}}}}`)
	places := map[string][]string{
		"integration":   {"paths", "/", "get", "x-amazon-apigateway-integration"},
		"settings":      {"x-amazon-apigateway-minimum-compression-size"},
		"validators":    {"x-amazon-apigateway-request-validators"},
		"validator":     {"paths", "/", "get", "x-amazon-apigateway-request-validator"},
		"authtype":      {"securityDefinitions", "a", "x-amazon-apigateway-authtype"},
		"authorizer":    {"securityDefinitions", "a", authorizer},
		"documentation": {"x-amazon-apigateway-documentation"},
		"summary":       {"paths", "/", "get", "summary"},
		"postman":       {"paths", "/", "get", "x-postman-meta"},
	}
	for extensions, want := range map[string]string{
		"":                                      "authtype summary",
		"integrations":                          "authtype integration settings summary validator validators",
		"apigateway":                            "authtype integration settings summary validator validators",
		"authorizers":                           "authorizer authtype summary",
		"documentation":                         "authtype documentation summary",
		"postman":                               "authtype postman summary",
		"validators":                            "authtype summary validator validators",
		"integrations,authorizers":              "authorizer authtype integration settings summary validator validators",
		" Integrations, authorizers , postman,": "authorizer authtype integration postman settings summary validator validators",
	} {
		chosen, err := ParseExtensions(extensions)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range []string{"authorizer", "authtype", "documentation", "integration", "postman", "settings", "summary", "validator", "validators"} {
			if memberOf(t, def, Options{Type: Swagger, Extensions: chosen}, places[name]...) != nil {
				got = append(got, name)
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("extensions=%s: %s, want %s", extensions, text, want)
		}
	}
	if _, err := ParseExtensions("integrations,everything"); err == nil {
		t.Error("an unknown extension is taken")
	}
}

func withModels(models ...apigateway.Model) *openapi.Definition {
	return &openapi.Definition{Name: "n", Version: ptr("1"), Models: models, Resources: []openapi.Resource{{Path: "/"}}}
}

func model(name, contentType, schema string) apigateway.Model {
	return apigateway.Model{Name: &name, ContentType: &contentType, Schema: &schema}
}

// References of models become right in the document, wherever they come from.
func TestSchemas(t *testing.T) {
	def := withModels(
		model("A", "application/json", `{
			"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "$comment": "x",
			"definitions": {"leg": {"type": "string"}, "B": {"type": "number"}},
			"properties": {
				"absolute": {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/B"},
				"unknown": {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Z"},
				"openapi": {"$ref": "#/components/schemas/B"}, "own": {"$ref": "#/definitions/B"}, "leg": {"$ref": "#/definitions/leg"},
				"self": {"$ref": "#"}, "$schema": {"type": "string"}
			}
		}`),
		model("B", "application/json; charset=utf-8", `{"items":{"$ref":"#/definitions/A"}}`),
		model("X", "application/xml", `<xs:schema/>`),
		model("Y", "application/json", `not JSON`),
	)
	const models = "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/"
	for kind, want := range map[Type]string{
		OAS30: `{"A":{"type":"object","$comment":"x","definitions":{"leg":{"type":"string"},"B":{"type":"number"}},"properties":{` +
			`"absolute":{"$ref":"#/components/schemas/B"},"unknown":{"$ref":"` + models + `Z"},"openapi":{"$ref":"#/components/schemas/B"},` +
			`"own":{"$ref":"#/components/schemas/A/definitions/B"},"leg":{"$ref":"#/components/schemas/A/definitions/leg"},` +
			`"self":{"$ref":"#/components/schemas/A"},"$schema":{"type":"string"}}},"B":{"items":{"$ref":"#/components/schemas/A"}}}`,
		Swagger: `{"A":{"type":"object","$comment":"x","definitions":{"leg":{"type":"string"},"B":{"type":"number"}},"properties":{` +
			`"absolute":{"$ref":"#/definitions/B"},"unknown":{"$ref":"` + models + `Z"},"openapi":{"$ref":"#/definitions/B"},` +
			`"own":{"$ref":"#/definitions/A/definitions/B"},"leg":{"$ref":"#/definitions/A/definitions/leg"},` +
			`"self":{"$ref":"#/definitions/A"},"$schema":{"type":"string"}}},"B":{"items":{"$ref":"#/definitions/A"}}}`,
	} {
		path := []string{"components", "schemas"}
		if kind == Swagger {
			path = []string{"definitions"}
		}
		if diff := cmp.Diff(want, memberOf(t, def, Options{Type: kind}, path...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

// A body that has models but none in JSON cannot be exported; beside a JSON model others are left out.
func TestBodiesWithoutJSON(t *testing.T) {
	def := withModels(model("J", "application/json", `{}`), model("X", "application/xml", `<x/>`))
	m := openapi.Method{Method: apigateway.Method{HttpMethod: ptr("POST")}}
	def.Resources[0].Methods = []openapi.Method{m}
	of := &def.Resources[0].Methods[0]
	of.RequestModels = map[string]string{"application/xml": "X", "text/json": "J"}
	if got, want := memberOf(t, def, Options{Type: OAS30}, "paths", "/", "post", "requestBody", "content"), `{"text/json":{"schema":{"$ref":"#/components/schemas/J"}}}`; got != want {
		t.Errorf("content %v, want %s", got, want)
	}
	refused := func(kind Type) {
		t.Helper()
		_, err := Write(def, Options{Type: kind})
		var models *ModelError
		if !errors.As(err, &models) || err.Error() != "Only found non-JSON body models for POST /" {
			t.Errorf("%s: %v", kind, err)
		}
	}
	delete(of.RequestModels, "text/json")
	refused(OAS30)
	refused(Swagger)
	of.RequestModels, of.MethodResponses = nil, map[string]apigateway.MethodResponse{"200": {ResponseModels: map[string]string{"a/b": "X"}}}
	refused(OAS30)
	refused(Swagger)
}

// Of several integration responses without a pattern there is room for one.
func TestDefaultResponses(t *testing.T) {
	responses := integrationResponses(map[string]apigateway.IntegrationResponse{"200": {}, "404": {SelectionPattern: ptr("")}, "500": {SelectionPattern: ptr("x")}})
	if got, want := compact(responses), `{"default":{"statusCode":"200"},"x":{"statusCode":"500"}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The most specific part documents an entity, the path before the rest (control-plane operations, 2.11); what OpenAPI does
// not know stays out, and what API Gateway would act upon as well.
func TestDocumentation(t *testing.T) {
	part := func(location apigateway.DocumentationPartLocation, properties string) apigateway.DocumentationPart {
		return apigateway.DocumentationPart{Location: &location, Properties: &properties}
	}
	def := withModels(model("M", "application/json", `{"type":"object"}`))
	def.DocumentationParts = []apigateway.DocumentationPart{
		part(apigateway.DocumentationPartLocation{Type: ptr("API")}, `{"info":{"description":"of the API","title":"no","x-i":1},"externalDocs":{},"x-root":true}`),
		part(apigateway.DocumentationPartLocation{Type: ptr("METHOD")}, `{"description":"any"}`),
		part(apigateway.DocumentationPartLocation{Type: ptr("METHOD"), Method: ptr("GET")}, `{"description":"any GET"}`),
		part(apigateway.DocumentationPartLocation{Type: ptr("METHOD"), Path: ptr("/a"), Method: ptr("*")}, `{"description":"below a","x-amazon-apigateway-integration":{}}`),
		part(apigateway.DocumentationPartLocation{Type: ptr("METHOD"), Path: ptr("/a/b")}, `not JSON`),
		part(apigateway.DocumentationPartLocation{Type: ptr("MODEL"), Name: ptr("M")}, `{"title":"T","foo":1}`),
		part(apigateway.DocumentationPartLocation{Type: ptr("MODEL"), Name: ptr("N")}, `{"title":"N"}`),
	}
	get := openapi.Method{Method: apigateway.Method{HttpMethod: ptr("GET")}}
	put := openapi.Method{Method: apigateway.Method{HttpMethod: ptr("PUT")}}
	def.Resources = nil
	for _, path := range []string{"/", "/a", "/a/b", "/a/c", "/ab"} {
		def.Resources = append(def.Resources, openapi.Resource{Path: path, Methods: []openapi.Method{get, put}})
	}
	o := Options{Type: OAS30, Extensions: Extensions{Integrations: true}}
	for path, want := range map[string][2]any{
		"/": {"any GET", "any"}, "/a": {"below a", "below a"}, "/a/b": {nil, nil}, "/a/c": {"below a", "below a"}, "/ab": {"any GET", "any"},
	} {
		for i, verb := range []string{"get", "put"} {
			if got := memberOf(t, def, o, "paths", path, verb, "description"); got != want[i] {
				t.Errorf("%s %s: %v, want %v", verb, path, got, want[i])
			}
		}
	}
	for want, got := range map[string]any{
		`{"title":"n","version":"1","description":"of the API","x-i":1}`: memberOf(t, def, o, "info"),
		`{"M":{"type":"object","title":"T"}}`:                            memberOf(t, def, o, "components", "schemas"),
		`{"description":"below a","responses":{}}`:                       memberOf(t, def, o, "paths", "/a", "get"),
	} {
		if got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if memberOf(t, def, o, "x-root") != true || memberOf(t, def, o, "externalDocs") != "{}" {
		t.Error("the root has no documentation")
	}
}
