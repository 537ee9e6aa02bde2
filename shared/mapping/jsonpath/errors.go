package jsonpath

import (
	"errors"
	"fmt"
)

// ErrLimit is wrapped by the errors of evaluations that cost more than is allowed.
var ErrLimit = errors.New("the evaluation of the JSONPath takes too much")

// CompileError says why a text is no JSONPath.
type CompileError struct {
	// Path is the text, Position the byte in it at which the mistake was noticed.
	Path     string
	Position int
	Message  string

	// fatal errors do not let a filter be read in another way.
	fatal bool
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("JSONPath %q, position %d: %s", e.Path, e.Position, e.Message)
}

// EvaluationError says why a path that compiles cannot be applied to a document: Jayway throws
// there, and a template that asks fails.
type EvaluationError struct {
	Message string
	kind    failure
}

func (e *EvaluationError) Error() string { return "JSONPath: " + e.Message }

// failure tells apart what Jayway's exceptions do on their way out.
type failure uint8

const (
	// failed ends the whole evaluation.
	failed failure = iota
	// invalid makes a filter false for the element at hand.
	invalid
	// notFound does so too, makes an operand of a filter undefined, and is Result.Found
	// false in the end.
	notFound
	// outOfBounds ends the branch below an array index without a result.
	outOfBounds
)

func fail(kind failure, format string, args ...any) error {
	return &EvaluationError{Message: fmt.Sprintf(format, args...), kind: kind}
}

// errMissing is shared, as most documents lack something.
var errMissing error = &EvaluationError{Message: "no value at the path", kind: notFound}

func is(err error, kind failure) bool {
	if err == nil {
		return false
	}
	e, ok := err.(*EvaluationError)
	return ok && e.kind == kind
}
