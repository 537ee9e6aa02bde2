package export

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

type validator = apigateway.RequestValidator

// canonicalModels begins the absolute form of a reference to a model (recorded, 7).
const canonicalModels = "https://apigateway.amazonaws.com/restapis/"

// draft4 is the dialect of every model, which a schema in an OpenAPI document has no place for.
const draft4 = "http://json-schema.org/draft-04/schema"

// ModelError says that a request or response cannot be exported.
type ModelError struct {
	// Of is the method, such as "POST /pets".
	Of string
}

// Error is the sentence of API Gateway (control-plane operations, 2.4).
func (e *ModelError) Error() string { return "Only found non-JSON body models for " + e.Of }

// readModels reads the schemas of the JSON models. Models of other content types are no JSON Schema and stay out.
func (w *writer) readModels() {
	for i := range w.def.Models {
		model := &w.def.Models[i]
		if schema, err := parse(text(model.Schema)); err == nil && isJSON(text(model.ContentType)) {
			if root, isObject := schema.(*object); isObject {
				w.models[text(model.Name)] = root
			}
		}
	}
}

// isJSON reports whether a model of the content type has a JSON Schema.
func isJSON(contentType string) bool {
	base, _, _ := strings.Cut(contentType, ";")
	base = strings.ToLower(strings.TrimSpace(base))
	return base == "" || base == "application/json" || strings.HasSuffix(base, "+json")
}

// local copies a schema with its references in the form of the document. root is the schema of the model that holds it.
func (w *writer) local(value any, model string, root *object) any {
	switch v := value.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = w.local(item, model, root)
		}
		return items
	case *object:
		copied := newObject()
		for _, m := range v.members {
			ref, isText := m.value.(string)
			switch {
			case m.name == "$ref" && isText:
				copied.set(m.name, w.reference(ref, model, root))
			case m.name == "$schema" && isText && v == root && strings.TrimSuffix(ref, "#") == draft4:
			default:
				copied.set(m.name, w.local(m.value, model, root))
			}
		}
		return copied
	}
	return value
}

// reference turns a reference into one that is right in the document: references between models, in their absolute form or
// in that of a document, name the model there; references within a model begin at the model.
func (w *writer) reference(ref, model string, root *object) string {
	if rest, absolute := strings.CutPrefix(ref, canonicalModels); absolute {
		if _, name, found := strings.Cut(rest, "/models/"); found && w.isModel(name) {
			return w.refTo(name)
		}
		return ref
	}
	if name, found := strings.CutPrefix(ref, "#/components/schemas/"); found && w.isModel(name) {
		return w.refTo(name)
	}
	if rest, found := strings.CutPrefix(ref, "#/definitions/"); found {
		own, _ := root.get("definitions").(*object)
		first, _, _ := strings.Cut(rest, "/")
		if (own == nil || !own.has(first)) && w.isModel(rest) {
			return w.refTo(rest)
		}
	}
	if within, found := strings.CutPrefix(ref, "#"); found {
		return w.refTo(model) + within
	}
	return ref
}

// isModel reports whether the document has a model of this name.
func (w *writer) isModel(name string) bool { return w.models[name] != nil }

// refTo is the reference to a model in the document.
func (w *writer) refTo(name string) string {
	if w.swagger {
		return "#/definitions/" + name
	}
	return "#/components/schemas/" + name
}

// schemaRef is a schema that refers to a model.
func (w *writer) schemaRef(name string) *object { return newObject().set("$ref", w.refTo(name)) }

// body lists the content types of a body whose models are JSON, application/json first. It is an error when there are models
// and none is.
func (w *writer) body(models map[string]string, of string) ([]string, error) {
	var types []string
	for contentType, model := range models {
		if w.isModel(model) {
			types = append(types, contentType)
		}
	}
	if len(types) == 0 && len(models) > 0 {
		return nil, &ModelError{Of: of}
	}
	slices.SortFunc(types, func(a, b string) int {
		const first = "application/json"
		switch {
		case a == b:
			return 0
		case a == first:
			return -1
		case b == first:
			return 1
		}
		return strings.Compare(a, b)
	})
	return types, nil
}
