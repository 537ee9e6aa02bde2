package vtl

import (
	"context"
	"fmt"
)

// Template is a compiled template. It never changes, and may be rendered concurrently.
type Template struct {
	name   string
	opts   Options
	limits Limits
	root   []node
	// names gives every variable of the template its slot.
	names  map[string]int
	macros map[string]*macro
	// The slots that directives fill by themselves.
	foreachSlot, countSlot, bodySlot int
	// sizeHint is the length of the source, a first guess of the output's.
	sizeHint int
}

// Vars are the variables that a rendering starts with, by name without the "$". The map is
// only read; mutable values in it (Map, List) are changed by templates that change them.
type Vars map[string]Value

// Compile reads a template. Its errors are of type *Error.
func Compile(text string, o Options) (*Template, error) {
	limits := o.Limits.withDefaults()
	if len(text) > limits.TemplateBytes {
		return nil, &Error{Kind: Limit, Template: o.Name, Message: fmt.Sprintf("the template has %d bytes; %d are allowed", len(text), limits.TemplateBytes)}
	}
	t := &Template{name: o.Name, opts: o, limits: limits, names: map[string]int{}, macros: map[string]*macro{}, sizeHint: len(text)}
	t.foreachSlot = t.slot("foreach")
	t.countSlot = t.slot("velocityCount")
	t.bodySlot = t.slot("bodyContent")
	p := newParser(t, text, position{1, 1}, 0)
	root, err := p.template()
	if err != nil {
		return nil, err
	}
	t.root = root
	return t, nil
}

// slot returns the place of a variable, and makes one for a new name.
func (t *Template) slot(name string) int {
	if i, ok := t.names[name]; ok {
		return i
	}
	i := len(t.names)
	t.names[name] = i
	return i
}

// Uses tells whether the template mentions the variable, so that a caller need not prepare
// what no template asks for.
func (t *Template) Uses(name string) bool {
	_, ok := t.names[name]
	return ok
}

// Render appends the rendered text to dst and returns it, also what was rendered before an
// error. The errors are of type *Error, or wrap the error of ctx, which is looked at now and
// then.
func (t *Template) Render(ctx context.Context, dst []byte, vars Vars) ([]byte, error) {
	s := state{ctx: ctx, t: t, out: dst, start: len(dst), steps: t.limits.Steps, memory: t.limits.MemoryBytes}
	s.slots = make([]Value, len(t.names))
	for name, v := range vars {
		if i, ok := t.names[name]; ok {
			s.slots[i] = normalize(v)
		}
	}
	if dst == nil {
		s.out = make([]byte, 0, t.sizeHint+t.sizeHint/2+64)
	}
	err := s.renderAll(t.root)
	if sig, ok := err.(*signal); ok && sig != nil {
		err = nil // #stop, or #break outside of everything, ends the template
	}
	if err != nil && ctx.Err() == nil {
		err = s.errorAt(err, position{}, "")
	}
	return s.out, err
}
