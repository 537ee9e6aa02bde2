package vtl

import (
	"errors"
	"strconv"
	"strings"
)

// ErrorKind tells what an Error is about.
type ErrorKind uint8

const (
	// Syntax errors come from Compile.
	Syntax ErrorKind = iota + 1
	// Evaluation errors come from Render: a Java method threw, or an operation is impossible.
	Evaluation
	// Limit errors say that a bound of Limits was reached, in Compile or in Render.
	Limit
)

// Error is every error of Compile and Render.
type Error struct {
	Kind     ErrorKind
	Template string // the name given in Options
	// Line and Column start at 1; columns count bytes.
	Line, Column int
	// Reference is the source text that failed, such as "$input.path('$.a').get(7)".
	Reference string
	Message   string
	// Err is what a method returned, if one did.
	Err error
}

// Error gives "NAME:LINE:COLUMN: REFERENCE: MESSAGE", without what is empty.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Template != "" {
		b.WriteString(e.Template)
		b.WriteByte(':')
	}
	if e.Line > 0 {
		b.WriteString(strconv.Itoa(e.Line))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(e.Column))
		b.WriteString(": ")
	}
	if e.Reference != "" {
		b.WriteString(e.Reference)
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	return b.String()
}

// Unwrap returns what a method returned.
func (e *Error) Unwrap() error { return e.Err }

// ErrNoMethod is what Object.Call returns for a method that the object does not have, and
// what makes the call null, as in Velocity.
var ErrNoMethod = errors.New("no such method")

// limitError is a reached bound whose place is not known yet.
type limitError string

func (e limitError) Error() string { return string(e) }

// thrown is a Java exception by its class and message, as Velocity reports it.
func thrown(class, message string) error {
	if message == "" {
		return errors.New(class)
	}
	return errors.New(class + ": " + message)
}

// position is where a node starts in the source; both count from 1.
type position struct{ line, column int32 }

// errorAt gives err a place, unless it has one, is a control signal, or ends the context.
func (s *state) errorAt(err error, at position, reference string) error {
	var placed *Error
	var sig *signal
	if errors.As(err, &placed) || errors.As(err, &sig) {
		return err
	}
	e := &Error{
		Kind: Evaluation, Template: s.t.name, Line: int(at.line), Column: int(at.column),
		Reference: clip(reference), Message: err.Error(), Err: err,
	}
	if _, ok := err.(limitError); ok {
		e.Kind, e.Err = Limit, nil
	}
	return e
}

// clip shortens source text for a message.
func clip(text string) string {
	const most = 200
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
