package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// scan is "..": it applies the next step to a value and to all below it.
type scan struct{}

func (scan) eval(e *evaluation, n *node, model vtl.Value) error {
	if n.next == nil {
		return fail(failed, "a scan needs a step after it")
	}
	return walk(e, n.next, model)
}

func walk(e *evaluation, target *node, model vtl.Value) error {
	if err := e.spend(1); err != nil {
		return err
	}
	switch model := model.(type) {
	case *vtl.Map:
		ok, err := target.wants(e, model)
		if err == nil && ok {
			err = target.eval(e, model)
		}
		for i := 0; i < model.Len() && err == nil; i++ {
			_, v := model.At(i)
			err = walk(e, target, v)
		}
		return err
	case *vtl.List:
		ok, err := target.wants(e, model)
		if err == nil && ok {
			err = target.each(e, model)
		}
		for i := 0; i < len(model.Items) && err == nil; i++ {
			err = walk(e, target, model.Items[i])
		}
		return err
	}
	return nil
}

// each applies the node to a list that a scan found. If more steps follow, they get every
// element, whatever the node would have selected.
func (n *node) each(e *evaluation, l *vtl.List) error {
	if n.next == nil {
		return n.eval(e, l)
	}
	for i, item := range l.Items {
		e.sees(n.next, i)
		if err := n.next.eval(e, item); err != nil {
			return err
		}
	}
	return nil
}

// wants tells whether a scan stops at a value to apply the node to it.
func (n *node) wants(e *evaluation, model vtl.Value) (bool, error) {
	switch s := n.step.(type) {
	case *property:
		m, ok := model.(*vtl.Map)
		if !ok {
			return false, nil
		}
		if !n.definite {
			return true, nil
		}
		if err := e.spend(len(s.names)); err != nil {
			return false, err
		}
		for _, name := range s.names {
			if _, ok := m.GetString(name); !ok {
				return false, nil
			}
		}
		return true, nil
	case *indexes, *slice:
		_, ok := model.(*vtl.List)
		return ok, nil
	case wildcard:
		return true, nil
	case *predicate:
		return s.accepts(e, model)
	}
	return false, nil
}
