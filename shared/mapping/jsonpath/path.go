package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// Path is a compiled JSONPath. It is immutable.
type Path struct {
	text string
	// relative paths start with @.
	relative bool
	first    *node
	nodes    int
	definite bool
	// endsInFunction and tailIndex describe the path as it was written: tailIndex is the
	// single index of the step before the last, or -1.
	endsInFunction bool
	tailIndex      int
}

// node is a step in its place.
type node struct {
	step
	next *node
	id   int
	// definite is of the step alone, upstreamDefinite of all before it.
	definite, upstreamDefinite bool
}

// step selects from one value and passes what it selects to the next step.
type step interface {
	eval(e *evaluation, n *node, model vtl.Value) error
}

// Result is what a path selects.
type Result struct {
	// Value is the value of a definite path, which may be null, or the *vtl.List of all
	// values of an indefinite one, which may be empty. It shares its parts with the document.
	Value vtl.Value
	// Found is false if a definite path, or the definite beginning of an indefinite one, leads
	// nowhere.
	Found bool
}

// Definite tells whether the path selects one value instead of a list of them.
func (p *Path) Definite() bool { return p.definite }

// String returns the text that was compiled.
func (p *Path) String() string { return p.text }

// Find evaluates the path on a document, which it does not change. The error is an
// *EvaluationError, or wraps ErrLimit.
func (p *Path) Find(doc vtl.Value) (Result, error) {
	s := &state{}
	v, err := p.value(s, doc, doc, false)
	switch {
	case is(err, notFound):
		return Result{}, nil
	case err != nil:
		return Result{}, err
	}
	return Result{Value: v, Found: true}, nil
}
