package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// condition is a filter's expression.
type condition interface {
	holds(c *filterContext) (bool, error)
}

// filterContext is a filter at work on one value.
type filterContext struct {
	*evaluation
	item vtl.Value
}

// logical is a chain of && or, if any is set, of ||.
type logical struct {
	any bool
	of  []condition
}

func (l *logical) holds(c *filterContext) (bool, error) {
	for _, part := range l.of {
		ok, err := part.holds(c)
		if err != nil || ok == l.any {
			return ok, err
		}
	}
	return !l.any, nil
}

type negation struct{ of condition }

func (n *negation) holds(c *filterContext) (bool, error) {
	ok, err := n.of.holds(c)
	return !ok, err
}

// exists is a path alone. It starts at the value at hand even if it is written with $, and
// an indefinite path always exists.
type exists struct {
	path *Path
	want bool
}

func (x *exists) holds(c *filterContext) (bool, error) {
	_, err := x.path.value(c.state, c.item, c.root, true)
	if err != nil && !is(err, notFound) {
		return false, err
	}
	return (err == nil) == x.want, nil
}

// comparison is two values with an operator between them.
type comparison struct {
	left, right operand
	operator    operator
}

func (x *comparison) holds(c *filterContext) (bool, error) {
	if err := c.spend(1); err != nil {
		return false, err
	}
	left, err := c.resolve(x.left)
	if err != nil {
		return false, err
	}
	right, err := c.resolve(x.right)
	if err != nil {
		return false, err
	}
	return x.operator(c, left, right)
}

// resolve replaces a path by what it leads to.
func (c *filterContext) resolve(o operand) (operand, error) {
	p, ok := o.(*pathOperand)
	if !ok {
		return o, nil
	}
	if !p.path.relative {
		if v, ok := c.fromRoot[p.path]; ok {
			return operandOf(v)
		}
	}
	from := c.item
	if !p.path.relative {
		from = c.root
	}
	v, err := p.path.value(c.state, from, c.root, c.require)
	if is(err, notFound) {
		return undefinedOperand{}, nil
	}
	if err != nil {
		return nil, err
	}
	if !p.path.relative {
		if c.fromRoot == nil {
			c.fromRoot = map[*Path]vtl.Value{}
		}
		c.fromRoot[p.path] = v
	}
	return operandOf(v)
}
