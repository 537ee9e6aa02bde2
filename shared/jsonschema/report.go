package jsonschema

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxMessageBytes is where the list of messages ends: a document of millions of wrong values would
// make one longer than itself.
const maxMessageBytes = 64 << 10

// reporter says what is wrong with a document, in the order of json-schema-validator: the keywords
// of a value in alphabetical order, "format" last, then what is in the value. As soon as anything
// is wrong, no value is entered any more.
type reporter struct {
	c        *checker
	messages []string
	size     int
}

func (r *reporter) full() bool { return r.size >= maxMessageBytes || r.c.err != nil }

func (r *reporter) add(format string, args ...any) {
	if r.full() {
		return
	}
	m := fmt.Sprintf(format, args...)
	r.messages = append(r.messages, m)
	r.size += len(m)
}

// process checks a value against a schema, and then, if nothing is wrong so far, what is in it.
func (r *reporter) process(n *node, v value) {
	kind := r.c.d.kind(v)
	r.c.charge(1)
	if kind == kindObject && n.objects != nil {
		r.c.charge(len(n.objects.dependencies) * r.c.d.size(v))
	}
	if r.full() {
		return
	}
	switch kind {
	case kindArray:
		if n.arrays != nil {
			r.additionalItems(n.arrays, v)
		}
	case kindObject:
		if n.objects != nil {
			r.additionalProperties(n.objects, v)
		}
	}
	r.alternatives(n, v)
	if kind == kindObject && n.objects != nil {
		r.dependencies(n.objects, v)
	}
	if n.enum != nil && !r.c.among(n.enum, v) {
		r.add("instance value (%s) not found in enum (possible values: %s)", r.c.d.appendValue(nil, v), n.enum.printed)
	}
	r.sizes(n, kind, v)
	r.combinations(n, v)
	if kind == kindString && n.strings != nil && n.strings.pattern != nil {
		if text := r.c.d.str(v); !r.c.match(n.strings.pattern, text) {
			r.add(`ECMA 262 regex "%s" does not match input string "%s"`, n.strings.pattern.text, text)
		}
	}
	if kind == kindObject && n.objects != nil {
		if missing := r.missing(n.objects.required, v); missing != nil {
			r.add("object has missing required properties (%s)", appendList(nil, missing))
		}
	}
	if n.types&kind == 0 {
		r.add("instance type (%s) does not match any allowed primitive type (allowed: %s)", names(kind)[0], appendList(nil, names(n.types)))
	}
	if kind == kindArray && n.arrays != nil && n.arrays.unique && !r.c.unique(v) {
		r.add("array must not contain duplicate elements")
	}
	if kind == kindString && n.strings != nil && n.strings.format != nil {
		if message := r.c.formatted(n.strings.format, r.c.d.str(v)); message != "" {
			r.add("%s", message)
		}
	}
	if len(r.messages) > 0 {
		return
	}
	r.children(n, kind, v)
}

func names(k kind) []string {
	var out []string
	for _, t := range kindNames {
		if k&t.kind != 0 {
			out = append(out, t.name)
		}
	}
	return out
}

// alternatives are allOf and anyOf, which come before the other combinations.
func (r *reporter) alternatives(n *node, v value) {
	if n.allOf != nil {
		if matched := r.c.count(n.allOf, v); matched != len(n.allOf) {
			r.add("instance failed to match all required schemas (matched only %d out of %d)", matched, len(n.allOf))
		}
	}
	if n.anyOf != nil && r.c.count(n.anyOf, v) == 0 {
		r.add("instance failed to match at least one required schema among %d", len(n.anyOf))
	}
}

func (r *reporter) combinations(n *node, v value) {
	if n.not != nil && r.c.valid(n.not, v) {
		r.add("instance matched a schema which it should not have")
	}
	if n.oneOf != nil {
		if matched := r.c.count(n.oneOf, v); matched != 1 {
			r.add("instance failed to match exactly one schema (matched %d out of %d)", matched, len(n.oneOf))
		}
	}
}

// sizes are the keywords from maxItems to multipleOf.
func (r *reporter) sizes(n *node, kind kind, v value) {
	switch {
	case kind == kindArray && n.arrays != nil:
		size, a := r.c.d.size(v), n.arrays
		if a.maxItems >= 0 && size > a.maxItems {
			r.add("array is too long: must have at most %d elements but instance has %d elements", a.maxItems, size)
		}
		if size < a.minItems {
			r.add("array is too short: must have at least %d elements but instance has %d elements", a.minItems, size)
		}
	case kind == kindString && n.strings != nil:
		s, text := n.strings, r.c.d.str(v)
		length := utf8.RuneCount(text)
		if s.maxLength >= 0 && length > s.maxLength {
			r.add(`string "%s" is too long (length: %d, maximum allowed: %d)`, text, length, s.maxLength)
		}
		if length < s.minLength {
			r.add(`string "%s" is too short (length: %d, required minimum: %d)`, text, length, s.minLength)
		}
	case kind == kindObject && n.objects != nil:
		size, o := r.c.d.size(v), n.objects
		if o.maxProperties >= 0 && size > o.maxProperties {
			r.add("object has too many properties (found %d but schema requires at most %d)", size, o.maxProperties)
		}
		if size < o.minProperties {
			r.add("object has too few properties (found %d but schema requires at least %d)", size, o.minProperties)
		}
	case kind&kindNumeric != 0 && n.numbers != nil:
		r.numbers(n.numbers, r.c.d.raw(v))
	}
}

func (r *reporter) numbers(n *numberRules, raw []byte) {
	found := parseDecimal(raw)
	if n.maximum != nil {
		switch order := found.compare(n.maximum); {
		case order > 0:
			r.add("numeric instance is greater than the required maximum (maximum: %s, found: %s)", n.maximumText, appendNumber(nil, raw))
		case order == 0 && n.exclusiveMaximum:
			r.add("numeric instance is not strictly lower than the required maximum %s", n.maximumText)
		}
	}
	if n.minimum != nil {
		switch order := found.compare(n.minimum); {
		case order < 0:
			r.add("numeric instance is lower than the required minimum (minimum: %s, found: %s)", n.minimumText, appendNumber(nil, raw))
		case order == 0 && n.exclusiveMinimum:
			r.add("numeric instance is not strictly greater than the required minimum %s", n.minimumText)
		}
	}
	if n.multipleOf != nil && !n.multipleOf.divides(&found) {
		r.add("remainder of division is not zero (%s / %s)", appendNumber(nil, raw), n.multipleOf.text)
	}
}

func (r *reporter) additionalItems(a *arrayRules, v value) {
	if size := r.c.d.size(v); a.forbidRest && size > len(a.first) {
		r.add("schema only allows %d elements in array but instance has %d elements", len(a.first), size)
	}
}

func (r *reporter) additionalProperties(o *objectRules, v value) {
	if !o.forbidOthers {
		return
	}
	var extra []string
	for all := r.c.d.members(v); ; {
		name, _, ok := all.member()
		if !ok {
			break
		}
		if p := o.names[string(name)]; p != nil && p.declared {
			continue
		}
		if !slices.ContainsFunc(o.patterns, func(p patternProperty) bool { return r.c.match(p.pattern, name) }) {
			extra = append(extra, string(name))
		}
	}
	if extra != nil {
		slices.Sort(extra)
		r.add("object instance has properties which are not allowed by the schema: %s", appendList(nil, extra))
	}
}

// missing returns those of the names, in their order, that an object does not have.
func (r *reporter) missing(names []string, v value) []string {
	if len(names) == 0 {
		return nil
	}
	left := make(map[string]bool, len(names))
	for _, name := range names {
		left[name] = true
	}
	for all := r.c.d.members(v); ; {
		name, _, ok := all.member()
		if !ok {
			break
		}
		delete(left, string(name))
	}
	var out []string
	for _, name := range names {
		if left[name] {
			out = append(out, name)
		}
	}
	return out
}

// dependencies reports those on properties first. A schema that an object depends on is checked as
// if the object were another value, with all that is in it.
func (r *reporter) dependencies(o *objectRules, v value) {
	active := func(d *dependency) bool { return r.missing([]string{d.name}, v) == nil }
	for i := range o.dependencies {
		d := &o.dependencies[i]
		if d.names == nil || !active(d) {
			continue
		}
		if missing := r.missing(d.names, v); missing != nil {
			r.add(`property "%s" of object has missing property dependencies (schema requires %s; missing: %s)`, d.name, appendList(nil, d.names), appendList(nil, missing))
		}
	}
	for i := range o.dependencies {
		if d := &o.dependencies[i]; d.schema != nil && active(d) {
			r.process(d.schema, v)
		}
	}
}

// children processes elements in their order and members in that of their names.
func (r *reporter) children(n *node, kind kind, v value) {
	switch {
	case kind == kindArray && n.arrays != nil:
		all := r.c.d.elements(v)
		for i := 0; !r.full(); i++ {
			element, ok := all.element()
			if !ok {
				return
			}
			if schema := n.arrays.forElement(i); schema != nil {
				r.process(schema, element)
			}
		}
	case kind == kindObject && n.objects != nil:
		type member struct {
			name string
			v    value
		}
		sorted := make([]member, 0, r.c.d.size(v))
		for all := r.c.d.members(v); ; {
			name, child, ok := all.member()
			if !ok {
				break
			}
			sorted = append(sorted, member{string(name), child})
		}
		slices.SortFunc(sorted, func(a, b member) int { return strings.Compare(a.name, b.name) })
		for _, m := range sorted {
			r.member(n.objects, m.name, m.v)
		}
	}
}

// member processes a member against the schemas that its name selects.
func (r *reporter) member(o *objectRules, name string, v value) {
	p := o.names[name]
	declared := p != nil && p.declared
	if p != nil && p.schema != nil {
		r.process(p.schema, v)
	}
	for i := range o.patterns {
		if r.c.match(o.patterns[i].pattern, []byte(name)) {
			declared = true
			r.process(o.patterns[i].schema, v)
		}
	}
	if !declared && o.others != nil {
		r.process(o.others, v)
	}
}
