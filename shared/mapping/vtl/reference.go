package vtl

import (
	"errors"
)

type stepKind uint8

const (
	stepProperty stepKind = iota
	stepMethod
	stepIndex
)

// step is one property, method call or index of a reference.
type step struct {
	kind   stepKind
	name   string
	getter string // of a property: the method that reads it, such as isEmpty
	args   []expr
	index  expr
	at     position
	// methods are the Java methods of this name by the type they belong to, and known is the
	// regular expression among the arguments if it is a literal.
	methods [typeCount]*method
	known   *pattern
}

// refNode is a reference, in text or in an expression.
type refNode struct {
	t     *Template
	name  string
	slot  int
	steps []step
	// source is the reference as it stands, from the "$" on.
	source    string
	quiet     bool
	otherwise expr // the alternate value
	// before are the backslashes that remain, more the symbols between them and the "$".
	before, more string
	escaped      bool
	at           position
}

func (n *refNode) literal() string { return n.source }

func (n *refNode) eval(s *state) (Value, error) {
	if err := s.step(); err != nil {
		return nil, s.errorAt(err, n.at, n.source)
	}
	v := s.slots[n.slot]
	for i := range n.steps {
		if v == nil {
			break
		}
		var err error
		if v, err = n.steps[i].apply(s, v); err != nil {
			return nil, s.errorAt(err, n.steps[i].at, n.source)
		}
	}
	if n.otherwise != nil && s.empty(v) {
		return n.otherwise.eval(s)
	}
	return v, nil
}

func (n *refNode) test(s *state) (bool, error) {
	v, err := n.eval(s)
	return err == nil && s.truth(v), err
}

// absent is what a reference renders as if it is null.
func (n *refNode) absent(s *state) string {
	if n.quiet && !n.escaped || s.t.opts.Mode == APIGateway && !n.escaped {
		return ""
	}
	return n.source
}

func (n *refNode) render(s *state) error {
	v, err := n.eval(s)
	if err != nil {
		return err
	}
	if n.escaped {
		s.out = append(s.out, n.before...)
		if v == nil {
			s.out = append(s.out, '\\')
		}
		return s.write(n.source)
	}
	if n.before != "" {
		s.out = append(s.out, n.before...)
	}
	if n.more != "" && v != nil {
		s.out = append(s.out, n.more...)
	}
	switch v := v.(type) {
	case nil:
		s.out = append(s.out, n.before...) // twice, as Velocity does
		s.out = append(s.out, n.more...)
		s.out = append(s.out, n.absent(s)...)
	case string:
		s.out = append(s.out, v...)
	case *block:
		if err := s.enter(); err != nil {
			return s.errorAt(err, n.at, n.source)
		}
		shown, err := v.render(s)
		s.leave()
		if err != nil {
			return err
		}
		if !shown {
			s.out = append(s.out, n.before...)
			s.out = append(s.out, n.before...)
			s.out = append(s.out, n.more...)
			s.out = append(s.out, n.absent(s)...)
		}
	default:
		if err := s.appendText(v, 0); err != nil {
			return s.errorAt(err, n.at, n.source)
		}
	}
	if err := s.fits(); err != nil {
		return s.errorAt(err, n.at, n.source)
	}
	return nil
}

// assign is #set. Where the value before the last step is null, nothing happens.
func (n *refNode) assign(s *state, v Value) error {
	if n.otherwise != nil {
		return nil
	}
	if len(n.steps) == 0 {
		s.slots[n.slot] = v
		return nil
	}
	target := s.slots[n.slot]
	last := len(n.steps) - 1
	for i := range n.steps[:last] {
		if target == nil {
			return nil
		}
		var err error
		if target, err = n.steps[i].apply(s, target); err != nil {
			return s.errorAt(err, n.steps[i].at, n.source)
		}
	}
	if target == nil {
		return nil
	}
	if err := n.steps[last].assign(s, target, v); err != nil {
		return s.errorAt(err, n.steps[last].at, n.source)
	}
	return nil
}

// apply evaluates the step on a value that is not null.
func (st *step) apply(s *state, on Value) (Value, error) {
	switch st.kind {
	case stepProperty:
		return st.property(s, on)
	case stepIndex:
		index, err := st.index.eval(s)
		if err != nil {
			return nil, err
		}
		return s.index(on, index)
	}
	var room [4]Value
	args := room[:0]
	if len(st.args) > len(room) {
		args = make([]Value, 0, len(st.args))
	}
	for _, x := range st.args {
		v, err := x.eval(s)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return s.call(st, on, args)
}

func (st *step) property(s *state, on Value) (Value, error) {
	// Velocity 2 reads a property with a method of just that name, even of a map; API Gateway's
	// Velocity 1 does not.
	if s.t.opts.Mode == Velocity {
		if m := st.methods[typeOf(on)]; m != nil {
			return m.run(s, on, nil)
		}
		if st.name == "toString" || st.name == "hashCode" {
			return s.common(st.name, on, nil)
		}
	}
	switch on := on.(type) {
	case *Map:
		v, _ := on.GetString(st.name)
		return v, nil
	case *loop:
		return on.property(st.name), nil
	case *Entry:
		switch st.name {
		case "key":
			return on.Key, nil
		case "value":
			return on.Value, nil
		}
		return nil, nil
	case Object:
		return on.Property(st.name)
	}
	m := methodsOf(typeOf(on))[st.getter]
	if m == nil || m.least > 0 {
		return nil, nil
	}
	return m.run(s, on, nil)
}

// getterName is the method by which Java reads a property of a type of its own: of those in
// the tables, only isX methods are read so.
func getterName(property string) string {
	if c := property[0]; c >= 'a' && c <= 'z' {
		property = string(c-'a'+'A') + property[1:]
	}
	return "is" + property
}

var errNoSize = errors.New("a negative index needs a value with a size")

// index is $x[i].
func (s *state) index(on, index Value) (Value, error) {
	if i, ok := index.(int32); ok && i < 0 {
		size, ok := sizeMethod(on)
		if !ok {
			return nil, errNoSize
		}
		index = int32(size) + i
	}
	switch on := on.(type) {
	case *Map:
		v, _ := on.Get(index)
		return v, nil
	case *List, integerRange:
		i, ok := s.intArgument(index)
		if !ok {
			return nil, notANumber('i', index)
		}
		return elementAt(on, i)
	case *loop:
		return on.get(index), nil
	case Object:
		name, err := s.text(index)
		if err != nil {
			return nil, err
		}
		return on.Property(name)
	}
	return nil, nil
}

// sizeMethod is size() of the types that have it.
func sizeMethod(v Value) (int, bool) {
	switch v := v.(type) {
	case *Map:
		return len(v.entries), true
	case *Set:
		return len(v.current()), true
	case *loop:
		if v.storage == nil {
			return 0, true
		}
		return len(v.storage.entries), true
	}
	return listLen(v)
}

// assign sets what the last step names.
func (st *step) assign(s *state, on, v Value) error {
	var key Value = st.name
	if st.kind == stepMethod {
		return nil
	}
	if st.kind == stepIndex {
		var err error
		if key, err = st.index.eval(s); err != nil {
			return err
		}
		if i, ok := key.(int32); ok && i < 0 {
			size, ok := sizeMethod(on)
			if !ok {
				return errNoSize
			}
			key = int32(size) + i
		}
	}
	if err := s.allocate(64); err != nil {
		return err
	}
	switch on := on.(type) {
	case *Map:
		on.Put(key, v)
	case *loop:
		on.put(key, v)
	case *List:
		if st.kind != stepIndex {
			return nil
		}
		i, ok := s.intArgument(key)
		if !ok {
			return notANumber('i', key)
		}
		if i < 0 || i >= len(on.Items) {
			return outOfBounds(i, len(on.Items))
		}
		on.Items[i] = v
	case SettableObject:
		name, err := s.text(key)
		if err != nil {
			return err
		}
		return on.SetProperty(name, v)
	}
	return nil
}
