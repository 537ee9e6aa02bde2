package export

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Type is a format of exports.
type Type string

// The formats of REST APIs (control-plane operations, 2.4).
const (
	OAS30   Type = "oas30"   // OpenAPI 3.0.1
	Swagger Type = "swagger" // Swagger 2.0
)

// Options say what to write and where the API is reached.
type Options struct {
	Type Type
	// YAML chooses YAML text instead of JSON.
	YAML       bool
	Extensions Extensions
	// Host is that of the stage, such as "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", Stage its name, which is the
	// base path. The document says nothing about them when Host is empty.
	Host, Stage string
	// Region is that of the API, for the signatures that Postman makes.
	Region string
	// CreatedDate is when the API was created. It is the version of the document when the API has none.
	CreatedDate time.Time
	// DocumentationDate is when the documentation version was created.
	DocumentationDate time.Time
}

// Version is the version that the document has: that of the API, or the time it was created at.
func (o Options) Version(def *openapi.Definition) string {
	if def.Version != nil && *def.Version != "" {
		return *def.Version
	}
	return timestamp(o.CreatedDate)
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// Write returns the document. It refuses an API with a request or response that has models none of which is JSON, with a
// *ModelError.
func Write(def *openapi.Definition, o Options) ([]byte, error) {
	w := &writer{
		def: def, opts: o, swagger: o.Type == Swagger,
		models: map[string]*object{}, parts: map[partKey][]*apigateway.DocumentationPart{},
	}
	w.readDocumentation()
	w.readModels()
	w.nameSchemes()
	document, err := w.document()
	if err != nil {
		return nil, err
	}
	if o.YAML {
		return marshalYAML(document)
	}
	var out bytes.Buffer
	appendJSON(&out, document, 0)
	return out.Bytes(), nil
}

// writer carries one export.
type writer struct {
	def     *openapi.Definition
	opts    Options
	swagger bool
	// models are the schemas of the JSON models by name, as they are stored.
	models map[string]*object
	parts  map[partKey][]*apigateway.DocumentationPart
	// apiKeyScheme and iamScheme are the names of the schemes that are not authorizers.
	apiKeyScheme, iamScheme string
	usesAPIKey, usesIAM     bool
}

func (w *writer) document() (*object, error) {
	paths, err := w.paths()
	if err != nil {
		return nil, err
	}
	doc := newObject()
	api := w.documented(place{kind: "API"})
	if w.swagger {
		doc.set("swagger", "2.0").set("info", w.info(api))
		if w.opts.Host != "" {
			doc.set("host", w.opts.Host).set("basePath", "/"+w.opts.Stage)
		}
		doc.set("schemes", []any{"https"})
	} else {
		doc.set("openapi", "3.0.1").set("info", w.info(api))
		if servers := w.servers(); servers != nil {
			doc.set("servers", servers)
		}
	}
	documentAPI(doc, api)
	doc.set("paths", paths)
	w.components(doc)
	w.settings(doc)
	w.documentation(doc)
	documentExtensions(doc, api)
	return doc, nil
}

// info takes its description from the API, or from the documentation of the API.
func (w *writer) info(api *object) *object {
	info := newObject().set("title", w.def.Name).setText("description", w.def.Description)
	info.set("version", w.opts.Version(w.def))
	if w.swagger {
		info = newObject().setText("description", w.def.Description).set("version", w.opts.Version(w.def)).set("title", w.def.Name)
	}
	if described, ok := api.get("info").(*object); ok {
		document(info, described, "description", "termsOfService", "contact", "license")
		documentExtensions(info, described)
	}
	return info
}

// servers is the one server of the stage, with the settings of its endpoint.
func (w *writer) servers() []any {
	server := newObject()
	if w.opts.Host != "" {
		server.set("url", "https://"+w.opts.Host+"/{basePath}")
		server.set("variables", newObject().set("basePath", newObject().set("default", "/"+w.opts.Stage)))
	}
	if endpoint := w.endpoint(); endpoint != nil {
		if w.opts.Host == "" {
			server.set("url", "/")
		}
		server.set(extensionPrefix+"endpoint-configuration", endpoint)
	}
	if len(server.members) == 0 {
		return nil
	}
	return []any{server}
}

// components adds the models and the security schemes.
func (w *writer) components(doc *object) {
	schemas, schemes := newObject(), w.schemes()
	for i := range w.def.Models {
		name := text(w.def.Models[i].Name)
		if schema := w.models[name]; schema != nil {
			schemas.set(name, w.documentModel(name, w.local(schema, name, schema)))
		}
	}
	if w.swagger {
		if len(schemes.members) > 0 {
			doc.set("securityDefinitions", schemes)
		}
		if len(schemas.members) > 0 {
			doc.set("definitions", schemas)
		}
		return
	}
	components := newObject()
	if len(schemas.members) > 0 {
		components.set("schemas", schemas)
	}
	if len(schemes.members) > 0 {
		components.set("securitySchemes", schemes)
	}
	if len(components.members) > 0 {
		doc.set("components", components)
	}
}

// text is an optional text or the empty one.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n int32) json.Number { return json.Number(strconv.Itoa(int(n))) }

func isTrue(b *bool) bool { return b != nil && *b }

// extensionPrefix begins the extensions that mean something to API Gateway.
const extensionPrefix = "x-amazon-apigateway-"

// isMock reports integrations without a backend.
func isMock(i *apigateway.Integration) bool { return text(i.Type) == apigateway.IntegrationTypeMock }
