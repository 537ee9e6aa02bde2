package openapi

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// schemaOrder is the order in which the keywords of an OpenAPI 3.0 schema come out; those of Swagger 2.0 keep the order of
// the document. Recorded are title, minItems, required, type, properties, description, format and items (14.3); the others
// stand where they read naturally. Keywords that are not listed follow in the order of the document.
var schemaOrder = []string{
	"$schema", "id", "title", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
	"minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required", "type",
	"not", "properties", "additionalProperties", "description", "format", "enum", "default", "items", "allOf", "anyOf", "oneOf",
}

// annotations are OpenAPI's additions to JSON Schema that say nothing about which values are valid. Models are JSON Schema
// draft 4, so they are left out.
var annotations = map[string]bool{
	"example": true, "examples": true, "deprecated": true, "discriminator": true, "externalDocs": true, "xml": true,
	"readOnly": true, "writeOnly": true, "nullable": true,
}

// schemaWriter writes one schema of the document as JSON Schema.
type schemaWriter struct {
	*importer
	out     bytes.Buffer
	subject string
	// open are the values being written, from the outermost to the innermost, to find references in a circle.
	open []*place
}

// schemaText is the text of a model: compact JSON, references to models kept.
func (im *importer) schemaText(p *place, subject string) string {
	w := &schemaWriter{importer: im, subject: subject}
	w.schema(p)
	return w.out.String()
}

// schema writes a schema, or a boolean where JSON Schema allows one.
func (w *schemaWriter) schema(p *place) {
	switch p.kind {
	case kindBool:
		w.boolean(p)
		return
	case kindObject:
	default:
		w.fail(p, w.subject, "expected a schema, found %s", p.kind)
		w.out.WriteString("{}")
		return
	}
	if len(w.open) > 2*maxDepth || slices.ContainsFunc(w.open, func(o *place) bool { return o.node == p.node }) {
		w.fail(p, w.subject, "circular reference outside of models: %s", w.circle(p))
		w.out.WriteString("{}")
		return
	}
	w.open = append(w.open, p)
	if w.schema2020 {
		p = w.draft4(p)
	}
	if ref := p.get("$ref"); ref != nil && ref.kind == kindString {
		w.reference(ref)
	} else {
		w.keywords(p)
	}
	w.open = w.open[:len(w.open)-1]
}

// boolean writes a schema that accepts everything or nothing. Draft 4 has booleans for additional properties and items only,
// elsewhere it has to say the same in other words.
func (w *schemaWriter) boolean(p *place) {
	switch {
	case !w.schema2020 || strings.HasPrefix(p.step, "additional"):
		w.out.WriteString(p.text)
	case p.text == "true":
		w.out.WriteString("{}")
	default:
		w.out.WriteString(`{"not":{}}`)
	}
}

// circle names the way from a schema back to itself.
func (w *schemaWriter) circle(p *place) string {
	var steps []string
	for _, o := range w.open {
		if o.node == p.node || len(steps) > 0 {
			steps = append(steps, o.path())
		}
	}
	return strings.Join(append(steps, p.path()), " -> ")
}

// reference writes a reference to a model; what a reference to anything else means is written in its place, as models can
// refer to models only.
func (w *schemaWriter) reference(ref *place) {
	if _, canonical := canonicalName(ref.text); canonical {
		w.refTo(ref.text)
		return
	}
	name, isModel := w.modelRef(ref.text)
	if !isModel {
		if target := w.target(ref, w.subject); target != nil {
			w.schema(target)
			return
		}
		w.out.WriteString("{}")
		return
	}
	if !w.models[name] {
		w.fail(ref, w.subject, "Invalid model specified: Validation Result: warnings : [], errors : "+
			"[Model reference must be in canonical form]; there is no model '%s'", clip(name, 200))
	}
	prefix := modelPrefixes[0]
	if w.swagger {
		prefix = modelPrefixes[1]
	}
	w.refTo(prefix + name)
}

func (w *schemaWriter) refTo(ref string) {
	w.out.WriteString(`{"$ref":`)
	quote(&w.out, ref)
	w.out.WriteByte('}')
}

func (w *schemaWriter) keywords(p *place) {
	kept := make([]*place, 0, len(p.fields))
	for name, keyword := range p.members() {
		if name == "nullable" && keyword.kind == kindBool && keyword.text == "true" {
			w.warnAt(keyword, "The keyword nullable is not supported; null is not a valid value here. Ignoring.")
		}
		if !annotations[name] && !strings.HasPrefix(name, "x-") {
			kept = append(kept, keyword)
		}
	}
	if !w.swagger {
		slices.SortStableFunc(kept, func(a, b *place) int { return cmp.Compare(rank(a.step), rank(b.step)) })
	}
	w.out.WriteByte('{')
	for i, keyword := range kept {
		if i > 0 {
			w.out.WriteByte(',')
		}
		quote(&w.out, keyword.step)
		w.out.WriteByte(':')
		w.keyword(keyword)
	}
	w.out.WriteByte('}')
}

func rank(keyword string) int {
	if at := slices.Index(schemaOrder, keyword); at >= 0 {
		return at
	}
	return len(schemaOrder)
}

// keyword writes the value of a keyword, following the schemas in it.
func (w *schemaWriter) keyword(p *place) {
	switch p.step {
	case "properties", "patternProperties", "definitions":
		if p.kind == kindObject {
			w.schemaMap(p)
			return
		}
	case "dependencies":
		if p.kind == kindObject {
			w.dependencies(p)
			return
		}
	case "allOf", "anyOf", "oneOf":
		if p.kind == kindList {
			w.schemaList(p)
			return
		}
	case "items":
		if p.kind == kindList {
			w.schemaList(p)
			return
		}
		w.schema(p)
		return
	case "additionalProperties", "additionalItems", "not":
		w.schema(p)
		return
	}
	w.doc.appendJSON(&w.out, p.node, w.substitute)
}

func (w *schemaWriter) schemaMap(p *place) {
	w.out.WriteByte('{')
	first := true
	for name, schema := range p.members() {
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		quote(&w.out, name)
		w.out.WriteByte(':')
		w.schema(schema)
	}
	w.out.WriteByte('}')
}

// dependencies are names of properties or a schema each.
func (w *schemaWriter) dependencies(p *place) {
	w.out.WriteByte('{')
	first := true
	for name, dependency := range p.members() {
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		quote(&w.out, name)
		w.out.WriteByte(':')
		if dependency.kind == kindList {
			w.doc.appendJSON(&w.out, dependency.node, w.substitute)
		} else {
			w.schema(dependency)
		}
	}
	w.out.WriteByte('}')
}

func (w *schemaWriter) schemaList(p *place) {
	w.out.WriteByte('[')
	first := true
	for schema := range p.list() {
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		w.schema(schema)
	}
	w.out.WriteByte(']')
}
