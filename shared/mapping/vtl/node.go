package vtl

// node is a piece of a template that renders.
type node interface{ render(s *state) error }

// expr is a piece that has a value. Literal is its source as Velocity repeats it where the
// value is null. Test is what #if makes of it, which differs from the value's truth: sums and
// ranges, for one, are never true.
type expr interface {
	eval(s *state) (Value, error)
	test(s *state) (bool, error)
	literal() string
}

// textNode is what renders as it stands.
type textNode string

func (n textNode) render(s *state) error {
	s.out = append(s.out, n...)
	return s.fits()
}

// ifBranch is a block and its condition, which #else does not have.
type ifBranch struct {
	test    expr
	content []node
}

type ifNode struct{ branches []ifBranch }

func (n *ifNode) render(s *state) error {
	if err := s.step(); err != nil {
		return err
	}
	for i := range n.branches {
		b := &n.branches[i]
		if b.test != nil {
			holds, err := b.test.test(s)
			if err != nil {
				return err
			}
			if !holds {
				continue
			}
		}
		return s.renderAll(b.content)
	}
	return nil
}

type setNode struct {
	target *refNode
	value  expr
	at     position
}

func (n *setNode) render(s *state) error {
	if err := s.step(); err != nil {
		return err
	}
	v, err := n.value.eval(s)
	if err != nil {
		return s.errorAt(err, n.at, n.target.source)
	}
	return n.target.assign(s, v)
}

// stopNode is #stop and #break.
type stopNode struct {
	all   bool
	scope expr
	at    position
}

func (n *stopNode) render(s *state) error {
	if n.scope == nil {
		if n.all {
			return stopAll
		}
		return breakNearest
	}
	v, err := n.scope.eval(s)
	if err != nil {
		return err
	}
	if n.all {
		return stopAll
	}
	l, ok := v.(*loop)
	if !ok {
		return s.errorAt(thrown("org.apache.velocity.exception.VelocityException", "not a scope that #break could end"), n.at, n.scope.literal())
	}
	return &signal{owner: l.owner}
}
