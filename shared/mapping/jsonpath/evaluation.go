package jsonpath

import (
	"time"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// Bounds of one call of Find, paths in filters and arguments included.
const (
	maxSteps   = 3_000_000
	maxResults = 1_000_000
	// matchTime bounds one match of a regular expression, allMatchTime all of them.
	matchTime    = 100 * time.Millisecond
	allMatchTime = time.Second
)

// state is what one call of Find shares between all paths that it evaluates.
type state struct {
	steps   int
	results int
	matched time.Duration
}

// spend pays for work.
func (s *state) spend(n int) error {
	if s.steps += n; s.steps > maxSteps {
		return ErrLimit
	}
	return nil
}

// evaluation is one evaluation of one path.
type evaluation struct {
	*state
	path *Path
	root vtl.Value
	// require makes every missing member an error: the test for existence in a filter.
	require bool
	results []vtl.Value
	// listIndex has, by node, the index of the list element that a scan looked at last.
	listIndex []int
	// fromRoot keeps the values of the paths in filters that start at the root.
	fromRoot map[*Path]vtl.Value
}

func (p *Path) run(s *state, doc, root vtl.Value, require bool) ([]vtl.Value, error) {
	e := &evaluation{state: s, path: p, root: root, require: require}
	if p.first == nil {
		return []vtl.Value{doc}, s.spend(1)
	}
	err := p.first.eval(e, doc)
	return e.results, err
}

// value evaluates the path to its value or list.
func (p *Path) value(s *state, doc, root vtl.Value, require bool) (vtl.Value, error) {
	if p.first == nil {
		return doc, s.spend(1)
	}
	results, err := p.run(s, doc, root, require)
	if err != nil {
		return nil, err
	}
	if !p.definite {
		return vtl.NewList(results...), nil
	}
	if len(results) == 0 {
		return nil, errMissing
	}
	return results[len(results)-1], nil
}

func (n *node) eval(e *evaluation, model vtl.Value) error {
	if err := e.spend(1); err != nil {
		return err
	}
	return n.step.eval(e, n, model)
}

func (e *evaluation) add(v vtl.Value) error {
	if e.state.results++; e.state.results > maxResults {
		return ErrLimit
	}
	e.results = append(e.results, v)
	return nil
}

// pass gives a selected value to the next step, or adds it to the results.
func (n *node) pass(e *evaluation, v vtl.Value) error {
	if n.next == nil {
		return e.add(v)
	}
	return n.next.eval(e, v)
}

// at passes an element of a list. An index outside of it selects nothing, and so does a branch
// in which a later step meets such an index.
func (n *node) at(e *evaluation, items []vtl.Value, i int) error {
	if i < 0 {
		i += len(items)
	}
	if i < 0 || i >= len(items) {
		return nil
	}
	if err := n.pass(e, items[i]); !is(err, outOfBounds) {
		return err
	}
	return nil
}

// passMember passes a member of an object. At the end of a path a scan that went through a
// list lets through only the element that the step before names.
func (n *node) passMember(e *evaluation, v vtl.Value) error {
	if n.next == nil && e.listIndex != nil {
		if i := e.listIndex[n.id]; i >= 0 && i != e.path.tailIndex {
			return nil
		}
	}
	return n.pass(e, v)
}

// sees notes the element at which a scan evaluates the node.
func (e *evaluation) sees(n *node, i int) {
	if e.listIndex == nil {
		e.listIndex = make([]int, e.path.nodes)
		for j := range e.listIndex {
			e.listIndex[j] = -1
		}
	}
	e.listIndex[n.id] = i
}
