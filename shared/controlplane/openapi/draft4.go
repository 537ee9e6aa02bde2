package openapi

import (
	"slices"
	"strings"
)

// warnOfVersion says what an OpenAPI 3.1 document has that models and REST APIs have no place for.
func (im *importer) warnOfVersion() {
	top := im.doc.top()
	if !im.schema2020 {
		return
	}
	if p := top.get("webhooks"); p != nil {
		im.warnAt(p, "Webhooks are not supported. Ignoring.")
	}
	if p := top.get("jsonSchemaDialect"); p != nil && !dialect2020(p.text) {
		im.warnAt(p, "The JSON Schema dialect '%s' is not supported; schemas are read as draft 2020-12.", clip(p.text, 120))
	}
}

// dialect2020 reports the dialects that schemas of OpenAPI 3.1 are read in.
func dialect2020(uri string) bool {
	return strings.HasPrefix(uri, "https://spec.openapis.org/oas/3.1/dialect/") ||
		strings.HasPrefix(uri, "https://json-schema.org/draft/2020-12/schema")
}

// untranslated are the keywords of draft 2020-12 that draft 4 has no equivalent for, in the order of the warnings.
var untranslated = []string{
	"$dynamicRef", "$recursiveRef", "minContains", "maxContains", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
}

// unwritten are the keywords of draft 2020-12 that say nothing about which values are valid and are new to draft 4.
var unwritten = []string{
	"$comment", "$anchor", "$dynamicAnchor", "$id", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema",
}

// descriptive are the keywords of both drafts that say nothing about which values are valid.
var descriptive = []string{"title", "description", "summary", "default", "$defs"}

// translator turns one schema of draft 2020-12 into one of draft 4. Schemas inside it stay as they are: they are translated
// when they are written.
type translator struct {
	*importer
	from *place
	out  *node
	// also are schemas that must hold beside the keywords in out.
	also []*node
}

// draft4 translates a schema. The values that it makes stand where the schema stands.
func (im *importer) draft4(p *place) *place {
	t := &translator{importer: im, from: p}
	t.out = t.object()
	im.doc.visits += len(p.fields)
	if p.get("$ref") != nil && besideRef(p.node) {
		// What stands beside a reference holds in addition to it; in draft 4 it would not count.
		rest := t.object()
		for at, f := range p.fields {
			switch f.name {
			case "$ref":
			case "unevaluatedItems", "unevaluatedProperties": // what the reference evaluates is not known beside it
				t.warnUntranslated(p.field(at))
			default:
				rest.add(f)
			}
		}
		t.also = []*node{t.object("$ref", p.member("$ref")), rest}
	} else {
		t.keywords()
	}
	t.addAlso()
	result := *p
	result.node = t.out
	return &result
}

func (t *translator) keywords() {
	for _, f := range t.from.fields {
		switch name := f.name; name {
		case "exclusiveMinimum", "exclusiveMaximum", "minimum", "maximum", "items", "prefixItems", "additionalItems", "$schema",
			"dependentRequired", "dependentSchemas", "if", "then", "else", "contains", "const", "enum":
		case "$defs":
			t.set("definitions", f.value)
		default:
			if !slices.Contains(untranslated, name) && !slices.Contains(unwritten, name) {
				t.out.add(f)
			}
		}
	}
	t.bound("minimum", "exclusiveMinimum", 1)
	t.bound("maximum", "exclusiveMaximum", -1)
	t.tuple()
	t.constant()
	t.dependencies()
	t.conditional()
	t.contains()
	t.rest()
}

// besideRef reports whether more than annotations stands beside a reference.
func besideRef(n *node) bool {
	return slices.ContainsFunc(n.fields, func(f field) bool {
		return f.name != "$ref" && !annotations[f.name] && !slices.Contains(unwritten, f.name) &&
			!slices.Contains(descriptive, f.name) && !strings.HasPrefix(f.name, "x-")
	})
}

// addAlso adds the further schemas to allOf.
func (t *translator) addAlso() {
	if len(t.also) == 0 {
		return
	}
	all := t.node(kindList)
	if own := t.out.member("allOf"); own != nil && own.kind == kindList {
		all.items = append(all.items, own.items...)
	}
	all.items = append(all.items, t.also...)
	t.replace("allOf", all)
}

func (t *translator) set(name string, value *node) {
	if value != nil {
		t.out.add(field{name: name, line: value.line, column: value.column, value: value})
	}
}

func (t *translator) replace(name string, value *node) {
	if at := t.out.find(name); at >= 0 {
		t.out.fields[at].value = value
		return
	}
	t.set(name, value)
}

// node is a value that stands where the schema stands.
func (t *translator) node(k kind) *node {
	t.doc.visits++
	return &node{kind: k, line: t.from.line, column: t.from.column}
}

// object has members that are given as names and values by turns.
func (t *translator) object(members ...any) *node {
	n := t.node(kindObject)
	for i := 0; i+1 < len(members); i += 2 {
		name, _ := members[i].(string)
		value, _ := members[i+1].(*node)
		n.add(field{name: name, line: n.line, column: n.column, value: value})
	}
	return n
}

func (t *translator) list(items ...*node) *node {
	n := t.node(kindList)
	n.items = items
	return n
}

func (t *translator) string(text string) *node {
	n := t.node(kindString)
	n.text = text
	return n
}

func (t *translator) boolean(value bool) *node {
	n := t.node(kindBool)
	n.text = "false"
	if value {
		n.text = "true"
	}
	return n
}
