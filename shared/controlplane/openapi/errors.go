package openapi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// invalidInput is what API Gateway says about a body that is no OpenAPI document (recorded, 14.1).
const invalidInput = "Invalid OpenAPI input."

// maxErrors bounds the findings of one import; a document with more is not mended line by line.
const maxErrors = 100

// Error is one reason why a document cannot be imported.
type Error struct {
	// Path is a JSON pointer into the document, written as a fragment: "#/paths/~1pets/get". It names the place of the
	// definition that is at fault, which for a referenced part is the referenced part.
	Path string
	// Line and Column are counted from 1, columns in bytes; both are 0 when the whole body or an option is meant.
	Line, Column int
	// Subject is the opening of the sentence that API Gateway uses, such as "Unable to create resource at path '/a'", and
	// empty for faults that API Gateway does not describe.
	Subject string
	// Reason says what is wrong, in API Gateway's own words where they are known.
	Reason string
	// Malformed marks a body that is no OpenAPI document at all, as opposed to one whose content is refused.
	Malformed bool
}

// Error is one line: the sentence of API Gateway first, then where to look.
func (e *Error) Error() string {
	text := e.Reason
	if e.Subject != "" {
		text = e.Subject + ": " + e.Reason
	}
	switch {
	case e.Line > 0 && e.Path != "":
		return fmt.Sprintf("%s (%s, line %d, column %d)", text, e.Path, e.Line, e.Column)
	case e.Line > 0:
		return fmt.Sprintf("%s (line %d, column %d)", text, e.Line, e.Column)
	}
	return text
}

// Errors is everything that was found wrong, in document order. It is never empty when returned as an error.
type Errors []*Error

// Error is the text of the BadRequestException. A body that is no OpenAPI document is answered with the recorded sentence,
// anything else with the heading of import errors and one indented line each.
func (e Errors) Error() string {
	var text strings.Builder
	if e.malformed() {
		text.WriteString(invalidInput)
	} else {
		text.WriteString("Errors found during import:")
	}
	for _, one := range e {
		text.WriteString("\n\t")
		text.WriteString(one.Error())
	}
	return text.String()
}

// Unwrap gives errors.As access to the single findings.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

func (e Errors) malformed() bool {
	return slices.ContainsFunc(e, func(one *Error) bool { return one.Malformed })
}

func (e Errors) sort() {
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// malformed is the error for a body that does not hold an OpenAPI document.
func malformed(line, column int, format string, args ...any) Errors {
	return Errors{{Line: line, Column: column, Reason: fmt.Sprintf(format, args...), Malformed: true}}
}
