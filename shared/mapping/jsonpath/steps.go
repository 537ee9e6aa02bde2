package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// property is .a, ['a'] or ['a','b'].
type property struct{ names []string }

func (p *property) eval(e *evaluation, n *node, model vtl.Value) error {
	m, ok := model.(*vtl.Map)
	if !ok {
		if n.upstreamDefinite {
			return errMissing
		}
		return nil
	}
	if len(p.names) > 1 {
		if err := e.spend(len(p.names)); err != nil {
			return err
		}
		if n.next == nil {
			return p.merge(e, m)
		}
	}
	for _, name := range p.names {
		v, ok := m.GetString(name)
		if ok {
			if err := n.passMember(e, v); err != nil {
				return err
			}
			continue
		}
		if e.require || n.next != nil && n.definite && n.upstreamDefinite {
			return errMissing
		}
	}
	return nil
}

// merge answers one object with the members that are there.
func (p *property) merge(e *evaluation, m *vtl.Map) error {
	merged := vtl.NewMap()
	for _, name := range p.names {
		v, ok := m.GetString(name)
		switch {
		case ok:
			merged.Put(name, v)
		case e.require:
			return errMissing
		}
	}
	return e.add(merged)
}

// wildcard is * or [*].
type wildcard struct{}

func (wildcard) eval(e *evaluation, n *node, model vtl.Value) error {
	switch model := model.(type) {
	case *vtl.Map:
		for i := range model.Len() {
			_, v := model.At(i)
			if err := n.passMember(e, v); err != nil {
				return err
			}
		}
	case *vtl.List:
		for i := range model.Items {
			if err := n.at(e, model.Items, i); err != nil && (e.require || !is(err, notFound)) {
				return err
			}
		}
	}
	return nil
}

// indexes is [1] or [1,-2].
type indexes struct{ at []int }

func (x *indexes) eval(e *evaluation, n *node, model vtl.Value) error {
	items, err := list(n, model)
	if err != nil || items == nil {
		return err
	}
	if err := e.spend(len(x.at)); err != nil {
		return err
	}
	for _, i := range x.at {
		if err := n.at(e, items, i); err != nil {
			return err
		}
	}
	return nil
}

// list is the elements of a list; anything else is an error on a definite path.
func list(n *node, model vtl.Value) ([]vtl.Value, error) {
	if l, ok := model.(*vtl.List); ok {
		return l.Items, nil
	}
	if n.upstreamDefinite {
		return nil, errMissing
	}
	return nil, nil
}

// slice is [1:], [:2] or [1:2].
type slice struct {
	from, to       int
	hasFrom, hasTo bool
}

func (x *slice) eval(e *evaluation, n *node, model vtl.Value) error {
	items, err := list(n, model)
	if err != nil || len(items) == 0 {
		return err
	}
	from, to := 0, len(items)
	if x.hasFrom {
		from = x.from
	}
	if x.hasTo {
		to = x.to
	}
	// Only an open slice counts a negative bound from the end at once; in a closed one each
	// index is looked up by itself.
	switch {
	case !x.hasTo && from < 0:
		from = max(0, from+len(items))
	case !x.hasFrom && to < 0:
		to += len(items)
	}
	to = min(to, len(items))
	if from < -len(items) {
		from = -len(items)
	}
	for i := from; i < to; i++ {
		if err := n.at(e, items, i); err != nil {
			return err
		}
	}
	return nil
}

// predicate is [?(...)].
type predicate struct{ condition condition }

func (p *predicate) eval(e *evaluation, n *node, model vtl.Value) error {
	switch model := model.(type) {
	case *vtl.Map:
		ok, err := p.accepts(e, model)
		if err != nil || !ok {
			return err
		}
		return n.pass(e, model)
	case *vtl.List:
		for i, item := range model.Items {
			ok, err := p.accepts(e, item)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := n.at(e, model.Items, i); err != nil {
				return err
			}
		}
	default:
		if n.upstreamDefinite {
			return fail(invalid, "a filter cannot be applied to a value that is no object and no list")
		}
	}
	return nil
}

// accepts evaluates the filter for one value.
func (p *predicate) accepts(e *evaluation, item vtl.Value) (bool, error) {
	ok, err := p.condition.holds(&filterContext{evaluation: e, item: item})
	if is(err, invalid) || is(err, notFound) {
		return false, nil
	}
	return ok, err
}
