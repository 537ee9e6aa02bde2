package jsonpath

// link puts steps into their places.
func (p *Path) link(steps []step) {
	p.nodes = len(steps)
	p.definite = true
	p.tailIndex = -1
	var last *node
	upstream := true
	for i, s := range steps {
		n := &node{step: s, id: i, upstreamDefinite: upstream, definite: isDefinite(s, i == len(steps)-1)}
		upstream = upstream && n.definite
		if last == nil {
			p.first = n
		} else {
			last.next = n
		}
		last = n
	}
	p.definite = upstream
	if len(steps) > 1 {
		if x, ok := steps[len(steps)-2].(*indexes); ok && len(x.at) == 1 {
			p.tailIndex = x.at[0]
		}
	}
	if last != nil {
		_, p.endsInFunction = last.step.(*function)
	}
	if p.endsInFunction {
		p.invert()
	}
}

func isDefinite(s step, leaf bool) bool {
	switch s := s.(type) {
	case *property:
		return leaf || len(s.names) == 1
	case *indexes:
		return len(s.at) == 1
	case *function:
		return true
	}
	return false
}

// invert turns $..path.f() into $.f($..path): a function at the end of a path that starts with
// a scan works on all that the scan finds.
func (p *Path) invert() {
	if _, ok := p.first.step.(scan); !ok {
		return
	}
	inner := &Path{text: p.text, relative: p.relative}
	var steps []step
	n := p.first
	for ; n != nil; n = n.next {
		if _, ok := n.step.(*function); ok {
			break
		}
		steps = append(steps, n.step)
	}
	f := *n.step.(*function)
	inner.link(steps)
	f.args = []arg{{path: inner}}
	f.prepare()
	n.step = &f
	p.first = n
	p.definite = true
	for rest := n; rest != nil; rest = rest.next {
		p.definite = p.definite && rest.definite
	}
}

// withWildcard is the path with one more step, but with the definiteness that it had.
func (p *Path) withWildcard() *Path {
	longer := *p
	longer.first = nil
	var last *node
	for n := p.first; n != nil; n = n.next {
		copied := *n
		if last == nil {
			longer.first = &copied
		} else {
			last.next = &copied
		}
		last = &copied
	}
	if last == nil {
		return p
	}
	if p, ok := last.step.(*property); ok {
		last.definite = len(p.names) == 1
	}
	last.next = &node{step: wildcard{}, id: p.nodes, upstreamDefinite: true}
	longer.nodes++
	return &longer
}
