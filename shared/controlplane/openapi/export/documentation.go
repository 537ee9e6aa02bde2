package export

import (
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// place is an entity of the API that documentation can be about.
type place struct {
	kind, path, method, status, name string
}

func (p place) of(kind string) place {
	p.kind = kind
	return p
}

func (p place) named(name string) place {
	p.name = name
	return p
}

// partKey finds the parts that may document an entity.
type partKey struct{ kind, name string }

func (w *writer) readDocumentation() {
	for i := range w.def.DocumentationParts {
		part := &w.def.DocumentationParts[i]
		if l := part.Location; l != nil {
			key := partKey{text(l.Type), text(l.Name)}
			w.parts[key] = append(w.parts[key], part)
		}
	}
}

// documented returns the properties of the part that documents an entity: the one at its own location or, except for API,
// MODEL and AUTHORIZER, the most specific one at a more general location, the path counting first (control-plane
// operations, 2.11). It is empty when there is none.
func (w *writer) documented(at place) *object {
	var best *apigateway.DocumentationPart
	bestRank := -1
	for _, part := range w.parts[partKey{at.kind, at.name}] {
		if rank := rank(part.Location, at); rank > bestRank {
			best, bestRank = part, rank
		}
	}
	if best == nil {
		return newObject()
	}
	properties, err := parse(text(best.Properties))
	if o, ok := properties.(*object); err == nil && ok {
		return o
	}
	return newObject()
}

// rank is how specific a location of the right type and name is for an entity, negative when it is that of something else.
func rank(l *apigateway.DocumentationPartLocation, at place) int {
	switch at.kind {
	case "API", "MODEL", "AUTHORIZER":
		return 0
	}
	path := text(l.Path)
	if path == "" {
		path = "/"
	}
	if path != at.path && path != "/" && !strings.HasPrefix(at.path, path+"/") {
		return -1
	}
	rank := 4 * len(path)
	for _, field := range []struct {
		says *string
		is   string
		adds int
	}{{l.Method, at.method, 2}, {l.StatusCode, at.status, 1}} {
		switch says := text(field.says); {
		case says == "" || says == "*":
		case strings.EqualFold(says, field.is):
			rank += field.adds
		default:
			return -1
		}
	}
	return rank
}

// document copies the named properties into an entity that does not have them.
func document(entity, properties *object, names ...string) {
	for _, name := range names {
		if value := properties.get(name); value != nil && !entity.has(name) {
			entity.set(name, value)
		}
	}
}

// documentExtensions copies the x- properties, except those that mean something to API Gateway: documentation must not
// change the API.
func documentExtensions(entity, properties *object) {
	for _, m := range properties.members {
		if strings.HasPrefix(m.name, "x-") && !strings.HasPrefix(m.name, extensionPrefix) && !entity.has(m.name) {
			entity.set(m.name, m.value)
		}
	}
}

// documentAPI copies what OpenAPI says of an API outside of its info object.
func documentAPI(doc, api *object) { document(doc, api, "tags", "externalDocs") }

// documentModel copies what OpenAPI says of a schema. The description and title of the schema itself come first.
func (w *writer) documentModel(name string, schema any) any {
	if o, ok := schema.(*object); ok && !o.has("$ref") {
		documented := w.documented(place{kind: "MODEL", name: name})
		document(o, documented, "title", "description", "externalDocs", "example")
		documentExtensions(o, documented)
	}
	return schema
}

// documentation adds the parts as they are stored.
func (w *writer) documentation(doc *object) {
	if !w.opts.Extensions.Documentation || len(w.def.DocumentationParts) == 0 && w.def.DocumentationVersion == "" {
		return
	}
	parts := []any{}
	for i := range w.def.DocumentationParts {
		part := &w.def.DocumentationParts[i]
		location := newObject()
		if l := part.Location; l != nil {
			location.setText("type", l.Type).setText("path", l.Path).setText("method", l.Method).
				setText("statusCode", l.StatusCode).setText("name", l.Name)
		}
		var properties any = text(part.Properties)
		if value, err := parse(text(part.Properties)); err == nil {
			if o, ok := value.(*object); ok {
				properties = o
			}
		}
		parts = append(parts, newObject().set("location", location).set("properties", properties))
	}
	ext := newObject()
	if w.def.DocumentationVersion != "" {
		ext.set("version", w.def.DocumentationVersion)
	}
	if !w.opts.DocumentationDate.IsZero() {
		ext.set("createdDate", timestamp(w.opts.DocumentationDate))
	}
	doc.set(extensionPrefix+"documentation", ext.set("documentationParts", parts))
}
