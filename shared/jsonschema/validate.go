package jsonschema

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Invalid says that a document does not fit its schema, or is no JSON.
type Invalid struct {
	// Messages are what is wrong, in the order in which API Gateway finds it. What lies below a
	// value that is wrong itself was not looked at.
	Messages []string
}

// Error returns the messages as Java prints a list, which is $context.error.validationErrorString.
func (e *Invalid) Error() string {
	b := []byte{'['}
	for i, m := range e.Messages {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, m...)
	}
	return string(append(b, ']'))
}

// unparsable is the message for a text that is no JSON, the empty one included.
const unparsable = "Unknown error parsing request body"

// errSteps says that a document would take too many steps.
var errSteps = errors.New("the document has too many combinations to check")

// The steps allowed to a document: so many, and so many per byte. A schema that offers
// alternatives at every level of a document asks for a number that doubles with each level.
const (
	baseSteps    = 100_000
	stepsPerByte = 6
)

// What part of a step it is to go over a byte.
const (
	skipShift  = 10 // without looking at it
	matchShift = 2  // with a regular expression or a digest
)

// Validate decodes a document and checks it. It returns nil if the document fits, an *Invalid if it
// does not, and another error if that could not be found out: a regular expression took too long,
// or alternatives within alternatives too many steps.
func (s *Schema) Validate(text []byte) error {
	d, err := read(text)
	if err != nil {
		return &Invalid{Messages: []string{unparsable}}
	}
	defer d.release()
	c := checker{d: d, steps: baseSteps + stepsPerByte*len(d.text), time: maxMatchTime}
	root := d.root()
	if c.valid(s.root, root) && c.err == nil {
		return nil
	}
	if c.err == nil {
		c.steps = 2 * (baseSteps + stepsPerByte*len(d.text))
		r := reporter{c: &c}
		r.process(s.root, root)
		if c.err == nil {
			return &Invalid{Messages: r.messages}
		}
	}
	return fmt.Errorf("validate document: %w", c.err)
}

// checker finds out whether values fit.
type checker struct {
	d     *document
	steps int
	time  time.Duration
	err   error
}

func (d *document) kind(v value) kind {
	switch d.text[v.at] {
	case '{':
		return kindObject
	case '[':
		return kindArray
	case '"':
		return kindString
	case 't', 'f':
		return kindBoolean
	case 'n':
		return kindNull
	}
	if isIntegerText(d.raw(v)) {
		return kindInteger
	}
	return kindNumber
}

// charge takes steps, and fails once there are none left.
func (c *checker) charge(steps int) {
	if c.steps -= steps; c.steps < 0 && c.err == nil {
		c.err = errSteps
	}
}

// chargeText takes the steps of going over a whole value.
func (c *checker) chargeText(v value) {
	end, _ := c.d.after(v)
	c.charge((end - int(v.at)) >> matchShift)
}

// valid tells whether a value fits; what it says counts as long as err is nil.
func (c *checker) valid(n *node, v value) bool {
	if c.charge(1); c.err != nil {
		return false
	}
	kind := c.d.kind(v)
	if n.types&kind == 0 || n.enum != nil && !c.among(n.enum, v) {
		return false
	}
	for _, one := range n.allOf {
		if !c.valid(one, v) {
			return false
		}
	}
	if n.anyOf != nil && !slices.ContainsFunc(n.anyOf, func(one *node) bool { return c.valid(one, v) }) {
		return false
	}
	if n.oneOf != nil && c.count(n.oneOf, v) != 1 {
		return false
	}
	if n.not != nil && c.valid(n.not, v) {
		return false
	}
	switch {
	case kind == kindString:
		return n.strings == nil || c.validString(n.strings, v)
	case kind&kindNumeric != 0:
		return n.numbers == nil || c.validNumber(n.numbers, v)
	case kind == kindArray:
		return n.arrays == nil || c.validArray(n.arrays, v)
	case kind == kindObject:
		return n.objects == nil || c.validObject(n.objects, v)
	}
	return true
}

func (c *checker) among(e *enum, v value) bool {
	c.chargeText(v)
	return c.err == nil && e.has(c.d, v)
}

func (c *checker) unique(v value) bool {
	c.chargeText(v)
	return c.err == nil && c.d.unique(v)
}

// count returns how many schemas a value fits.
func (c *checker) count(nodes []*node, v value) int {
	matched := 0
	for _, n := range nodes {
		if c.valid(n, v) {
			matched++
		}
	}
	return matched
}

func (c *checker) validString(s *stringRules, v value) bool {
	text := c.d.str(v)
	c.charge(len(text) >> skipShift)
	if s.minLength > 0 || s.maxLength >= 0 {
		length := utf8.RuneCount(text)
		if length < s.minLength || s.maxLength >= 0 && length > s.maxLength {
			return false
		}
	}
	if s.pattern != nil && !c.match(s.pattern, text) {
		return false
	}
	return s.format == nil || c.formatted(s.format, text) == ""
}

// formatted returns the message for a text of the wrong format.
func (c *checker) formatted(f format, text []byte) string {
	c.charge(len(text) >> matchShift)
	return f(string(text))
}

func (c *checker) match(p *pattern, text []byte) bool {
	if c.charge(len(text) >> matchShift); c.err != nil {
		return false
	}
	ok, err := p.match(text, &c.time)
	if err != nil && c.err == nil {
		c.err = err
	}
	return ok
}

func (c *checker) validNumber(r *numberRules, v value) bool {
	n := parseDecimal(c.d.raw(v))
	if r.minimum != nil {
		if order := n.compare(r.minimum); order < 0 || order == 0 && r.exclusiveMinimum {
			return false
		}
	}
	if r.maximum != nil {
		if order := n.compare(r.maximum); order > 0 || order == 0 && r.exclusiveMaximum {
			return false
		}
	}
	return r.multipleOf == nil || r.multipleOf.divides(&n)
}

func (c *checker) validArray(a *arrayRules, v value) bool {
	size := c.d.size(v)
	if size < a.minItems || a.maxItems >= 0 && size > a.maxItems || a.forbidRest && size > len(a.first) || a.unique && !c.unique(v) {
		return false
	}
	if a.each == nil && a.first == nil && a.rest == nil {
		return true
	}
	all := c.d.elements(v)
	for i := 0; ; i++ {
		element, ok := all.element()
		if !ok {
			return true
		}
		schema := a.forElement(i)
		if schema == nil && i >= len(a.first) {
			return true
		}
		if c.charge(1 + (all.at-int(element.at))>>skipShift); c.err != nil || schema != nil && !c.valid(schema, element) {
			return false
		}
	}
}

// present are the known names that an object has.
type present struct {
	few  [4]uint64
	many []uint64
}

func newPresent(names int) present {
	var p present
	if names > 64*len(p.few) {
		p.many = make([]uint64, (names+63)/64)
	}
	return p
}

func (p *present) set() []uint64 {
	if p.many != nil {
		return p.many
	}
	return p.few[:]
}

func (p *present) add(i int) { p.set()[i/64] |= 1 << (i % 64) }

func (p *present) has(i int) bool { return p.set()[i/64]&(1<<(i%64)) != 0 }

func (c *checker) validObject(o *objectRules, v value) bool {
	size := c.d.size(v)
	if size < o.minProperties || o.maxProperties >= 0 && size > o.maxProperties || size < len(o.required) {
		return false
	}
	seen := newPresent(len(o.names))
	for all := c.d.members(v); ; {
		name, child, ok := all.member()
		if !ok {
			break
		}
		if c.charge(1 + (all.at-int(child.at))>>skipShift); c.err != nil {
			return false
		}
		p := o.names[string(name)]
		declared := p != nil && p.declared
		if p != nil {
			seen.add(p.index)
			if p.schema != nil && !c.valid(p.schema, child) {
				return false
			}
		}
		for i := range o.patterns {
			if c.match(o.patterns[i].pattern, name) {
				declared = true
				if !c.valid(o.patterns[i].schema, child) {
					return false
				}
			}
		}
		if !declared && (o.forbidOthers || o.others != nil && !c.valid(o.others, child)) {
			return false
		}
	}
	for _, name := range o.required {
		if !seen.has(o.names[name].index) {
			return false
		}
	}
	for i := range o.dependencies {
		dep := &o.dependencies[i]
		if !seen.has(o.names[dep.name].index) {
			continue
		}
		for _, name := range dep.names {
			if !seen.has(o.names[name].index) {
				return false
			}
		}
		if dep.schema != nil && !c.valid(dep.schema, v) {
			return false
		}
	}
	return true
}
