package vtl

import (
	"fmt"
	"strings"
)

// macro is what #macro defines, once for the whole template.
type macro struct {
	name    string
	params  []macroParam
	content []node
}

type macroParam struct {
	slot     int
	assigned expr // the default; nil if there is none
}

// callNode calls a macro: #name(...), or #@name(...) with a body. Without such a macro it is
// text.
type callNode struct {
	t       *Template
	name    string
	args    []expr
	hasBody bool
	body    []node
	source  string
	at      position
	// badArgument is a bare word among the arguments.
	badArgument string
}

func (n *callNode) render(s *state) error {
	m := n.t.macros[n.name]
	if m == nil {
		return s.write(n.source)
	}
	if err := s.step(); err != nil {
		return err
	}
	if n.badArgument != "" {
		return s.errorAt(fmt.Errorf("invalid argument %q of macro #%s", n.badArgument, n.name), n.at, n.source)
	}
	if len(s.calls) >= s.t.limits.MacroDepth {
		return s.errorAt(limitError(fmt.Sprintf("max calling depth of %d was exceeded in macro %q with call stack %s", s.t.limits.MacroDepth, m.name, strings.Join(s.calls, "->"))), n.at, n.source)
	}
	if err := s.enter(); err != nil {
		return s.errorAt(err, n.at, n.source)
	}
	defer s.leave()

	oldBody := s.slots[s.t.bodySlot]
	var content Value
	if n.hasBody {
		content = &block{content: n.body, owner: n}
	}
	s.slots[s.t.bodySlot] = content
	old, given, err := n.bind(s, m)
	if err != nil {
		return err
	}
	s.calls = append(s.calls, m.name)
	err = s.renderAll(m.content)
	s.calls = s.calls[:len(s.calls)-1]

	if same(s.slots[s.t.bodySlot], content) {
		s.slots[s.t.bodySlot] = oldBody
	}
	for i, p := range m.params {
		// A parameter that the macro set to something else stays set, as in Velocity.
		if same(s.slots[p.slot], given[i]) {
			s.slots[p.slot] = old[i]
		}
	}
	if sig, ok := err.(*signal); ok && sig.endsAt(n) {
		return nil
	}
	return err
}

// bind evaluates the arguments and gives them to the parameters.
func (n *callNode) bind(s *state, m *macro) (old, given []Value, err error) {
	old, given = make([]Value, len(m.params)), make([]Value, len(m.params))
	for i, p := range m.params {
		old[i] = s.slots[p.slot]
		x := p.assigned
		if i < len(n.args) {
			x = n.args[i]
		}
		if x == nil {
			continue
		}
		if given[i], err = x.eval(s); err != nil {
			return nil, nil, s.errorAt(err, n.at, n.source)
		}
	}
	for i, p := range m.params {
		s.slots[p.slot] = given[i]
	}
	return old, given, nil
}

// same tells whether two values are one object.
func same(a, b Value) bool {
	switch a.(type) {
	case Object:
		return isObject(b) && a == b
	case Double:
		return javaEquals(a, b, 0)
	case Decimal:
		return javaEquals(a, b, 0)
	}
	return a == b
}

// maxBlockDepth is how often a block may stand inside itself, by which #define ends its own
// recursion.
const maxBlockDepth = 2

// block is a piece of template in a variable: what #define makes, and the body of a macro
// call.
type block struct {
	content []node
	owner   any
	depth   int
}

// render is false if the block stands inside itself too often.
func (b *block) render(s *state) (shown bool, err error) {
	limit := maxBlockDepth
	if _, call := b.owner.(*callNode); call {
		limit = s.t.limits.MacroDepth
	}
	if b.depth >= limit {
		return false, nil
	}
	b.depth++
	err = s.renderAll(b.content)
	b.depth--
	if sig, ok := err.(*signal); ok && sig.endsAt(b.owner) {
		err = nil
	}
	return true, err
}

// text renders the block into a text of its own.
func (b *block) text(s *state) (text string, shown bool, err error) {
	if err := s.enter(); err != nil {
		return "", false, err
	}
	defer s.leave()
	mark := len(s.out)
	shown, err = b.render(s)
	text = string(s.out[mark:])
	s.out = s.out[:mark]
	if err == nil {
		err = s.allocate(len(text))
	}
	return text, shown, err
}

// defineNode is #define.
type defineNode struct {
	slot    int
	content []node
}

func (n *defineNode) render(s *state) error {
	if err := s.step(); err != nil {
		return err
	}
	s.slots[n.slot] = &block{content: n.content, owner: n}
	return nil
}
