package export

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// operation writes a method.
func (w *writer) operation(path string, m *openapi.Method) (*object, error) {
	at := place{path: path, method: text(m.HttpMethod)}
	documented := w.documented(at.of("METHOD"))
	op := newObject()
	document(op, documented, "tags", "summary", "description", "externalDocs", "deprecated")
	op.setText("operationId", m.OperationName)

	types, err := w.body(m.RequestModels, at.method+" "+path)
	if err != nil {
		return nil, err
	}
	if w.swagger {
		if len(types) > 0 {
			op.set("consumes", list(types))
		}
		op.set("produces", list(w.produced(m)))
	}
	parameters := w.parameters(at, m)
	if w.swagger && len(types) > 0 {
		parameters = append(parameters, w.bodyParameter(at, m, types))
	}
	if len(parameters) > 0 {
		op.set("parameters", parameters)
	}
	if !w.swagger && len(types) > 0 {
		op.set("requestBody", w.requestBody(at, m, types))
	}
	responses, err := w.responses(at, m)
	if err != nil {
		return nil, err
	}
	op.set("responses", responses)
	if security := w.security(m); len(security) > 0 {
		op.set("security", security)
	}
	w.extensions(op, m)
	documentExtensions(op, documented)
	return op, nil
}

// extensions adds what belongs to an operation and OpenAPI has no words for.
func (w *writer) extensions(op *object, m *openapi.Method) {
	wanted := w.opts.Extensions
	if name := m.ValidatorName; (wanted.Integrations || wanted.Validators) && w.hasValidator(name) {
		op.set(extensionPrefix+"request-validator", name)
	}
	if wanted.Integrations && m.MethodIntegration != nil {
		op.set(extensionPrefix+"integration", integration(m.MethodIntegration))
	}
	if wanted.Postman && text(m.AuthorizationType) == authorizationIAM {
		op.set("x-postman-meta", w.postman())
	}
}

// postman is what Postman's importers read to sign requests: the helper, with variables of Postman for the secrets.
func (w *writer) postman() *object {
	return newObject().set("currentHelper", "awsSigV4").set("helperAttributes", newObject().
		set("id", "awsSigV4").
		set("accessKey", "{{aws_access_key_id}}").
		set("secretKey", "{{aws_secret_access_key}}").
		set("region", w.opts.Region).
		set("service", "execute-api"))
}

// requestPlaces maps the places of mapping expressions to those of parameters.
var requestPlaces = map[string]struct{ in, documented string }{
	"path":        {"path", "PATH_PARAMETER"},
	"querystring": {"query", "QUERY_PARAMETER"},
	"header":      {"header", "REQUEST_HEADER"},
}

func (w *writer) parameters(at place, m *openapi.Method) []any {
	var parameters []any
	for _, expression := range slices.Sorted(maps.Keys(m.RequestParameters)) {
		rest, _ := strings.CutPrefix(expression, "method.request.")
		where, name, _ := strings.Cut(rest, ".")
		target, known := requestPlaces[where]
		if !known {
			continue
		}
		required := m.RequestParameters[expression]
		// Where the path has the variable there is always a value, and OpenAPI has no other path parameters than required
		// ones.
		if where == "path" && (strings.Contains(at.path, "{"+name+"}") || strings.Contains(at.path, "{"+name+"+}")) {
			required = true
		}
		p := newObject().set("name", name).set("in", target.in)
		documented := w.documented(at.of(target.documented).named(name))
		document(p, documented, "description")
		if required || w.swagger {
			p.set("required", required)
		}
		if w.swagger {
			p.set("type", "string")
		} else {
			document(p, documented, "deprecated", "example", "examples")
			p.set("schema", newObject().set("type", "string"))
		}
		documentExtensions(p, documented)
		parameters = append(parameters, p)
	}
	return parameters
}

// bodyParameter is the body of Swagger 2.0, which has one schema for all types: that of the first.
func (w *writer) bodyParameter(at place, m *openapi.Method, types []string) *object {
	model := m.RequestModels[types[0]]
	documented := w.documented(at.of("REQUEST_BODY"))
	p := newObject().set("in", "body").set("name", model)
	document(p, documented, "description")
	p.set("required", true).set("schema", w.schemaRef(model))
	documentExtensions(p, documented)
	return p
}

func (w *writer) requestBody(at place, m *openapi.Method, types []string) *object {
	documented := w.documented(at.of("REQUEST_BODY"))
	body := newObject()
	document(body, documented, "description")
	body.set("content", w.content(types, m.RequestModels, newObject())).set("required", true)
	documentExtensions(body, documented)
	return body
}

// content is the models of a body by content type, each with what its documentation says about content.
func (w *writer) content(types []string, models map[string]string, documented *object) *object {
	content := newObject()
	for _, contentType := range types {
		media := newObject().set("schema", w.schemaRef(models[contentType]))
		document(media, documented, "example", "examples")
		documentExtensions(media, documented)
		content.set(contentType, media)
	}
	return content
}

// produced lists the types of all responses, as Swagger 2.0 knows types of an operation only.
func (w *writer) produced(m *openapi.Method) []string {
	all := map[string]string{}
	for _, r := range m.MethodResponses {
		maps.Copy(all, r.ResponseModels)
	}
	types, err := w.body(all, "")
	if err != nil || len(types) == 0 {
		return []string{"application/json"}
	}
	return types
}

const responseHeader = "method.response.header."

func (w *writer) responses(at place, m *openapi.Method) (*object, error) {
	responses := newObject()
	for _, code := range slices.Sorted(maps.Keys(m.MethodResponses)) {
		r := m.MethodResponses[code]
		at.status = code
		types, err := w.body(r.ResponseModels, at.method+" "+at.path)
		if err != nil {
			return nil, err
		}
		documented := w.documented(at.of("RESPONSE"))
		response := newObject().set("description", code+" response")
		if description, ok := documented.get("description").(string); ok {
			response.set("description", description)
		}
		headers := w.responseHeaders(at, r)
		if w.swagger {
			if len(types) > 0 {
				response.set("schema", w.schemaRef(r.ResponseModels[types[0]]))
			}
			document(response, documented, "examples")
		}
		if len(headers.members) > 0 {
			response.set("headers", headers)
		}
		if !w.swagger {
			response.set("content", w.content(types, r.ResponseModels, w.documented(at.of("RESPONSE_BODY"))))
		}
		documentExtensions(response, documented)
		responses.set(code, response)
	}
	return responses, nil
}

func (w *writer) responseHeaders(at place, r apigateway.MethodResponse) *object {
	headers := newObject()
	for _, expression := range slices.Sorted(maps.Keys(r.ResponseParameters)) {
		name, isHeader := strings.CutPrefix(expression, responseHeader)
		if !isHeader {
			continue
		}
		documented := w.documented(at.of("RESPONSE_HEADER").named(name))
		header := newObject()
		if w.swagger {
			header.set("type", "string")
		} else {
			header.set("schema", newObject().set("type", "string"))
		}
		document(header, documented, "description")
		documentExtensions(header, documented)
		headers.set(name, header)
	}
	return headers
}
