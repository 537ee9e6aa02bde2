package websocket

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
)

// Expression is a selection expression, compiled (WebSocket API spec, 2). It is immutable.
type Expression struct {
	parts []expressionPart
}

// expressionPart is a literal if variable is empty.
type expressionPart struct {
	literal  string
	variable string
	// path selects within the body of a request; nil for other variables.
	path *jsonpath.Path
	// members are the names of a path that goes through objects only, which needs no decoding.
	members []string
}

const (
	bodyVariable = "request.body"
	bodyPrefix   = bodyVariable + "."
)

// CompileExpression reads a selection expression: text, $variable and ${variable}, with \$ for a
// dollar sign. Which variables have a value depends on where the expression is used.
func CompileExpression(text string) (*Expression, error) {
	e := &Expression{}
	var literal strings.Builder
	for i := 0; i < len(text); {
		switch {
		case strings.HasPrefix(text[i:], `\$`):
			literal.WriteByte('$')
			i += 2
		case text[i] == '$':
			name, n := variableAt(text[i:])
			if n == 0 {
				return nil, fmt.Errorf("selection expression %q: no variable follows the $ at byte %d; write \\$ for a dollar sign", text, i)
			}
			e.literal(&literal)
			part, err := compileVariable(name)
			if err != nil {
				return nil, fmt.Errorf("selection expression %q: %w", text, err)
			}
			e.parts = append(e.parts, part)
			i += n
		default:
			literal.WriteByte(text[i])
			i++
		}
	}
	e.literal(&literal)
	return e, nil
}

func (e *Expression) literal(text *strings.Builder) {
	if text.Len() > 0 {
		e.parts = append(e.parts, expressionPart{literal: text.String()})
		text.Reset()
	}
}

// variableAt reads $name or ${name} at the start of text and returns the name and the length of the
// whole, or 0.
func variableAt(text string) (name string, length int) {
	if inner, ok := strings.CutPrefix(text, "${"); ok {
		name, _, closed := strings.Cut(inner, "}")
		if !closed || name == "" {
			return "", 0
		}
		return name, len("${}") + len(name)
	}
	n := 1
	for n < len(text) {
		c := text[n]
		if c == '[' {
			end := strings.IndexByte(text[n:], ']')
			if end < 0 {
				break
			}
			n += end + 1
			continue
		}
		if c != '.' && c != '_' && c != '-' && c < 0x80 && !isAlphanumeric(c) {
			break
		}
		n++
	}
	for n > 1 && (text[n-1] == '.' || text[n-1] == '-') {
		n-- // the end of a sentence or a hyphen between two variables
	}
	if n == 1 {
		return "", 0
	}
	return text[1:n], n
}

func isAlphanumeric(c byte) bool { return unicode.IsLetter(rune(c)) || c >= '0' && c <= '9' }

func compileVariable(name string) (expressionPart, error) {
	part := expressionPart{variable: name}
	path, ok := strings.CutPrefix(name, bodyPrefix)
	if !ok {
		return part, nil
	}
	path = strings.TrimPrefix(path, "$.")
	p, err := jsonpath.Compile("$." + path)
	if err != nil {
		return part, err
	}
	part.path = p
	if !strings.ContainsAny(path, "[]*()@?' ") && !strings.Contains(path, "..") {
		part.members = strings.Split(path, ".")
	}
	return part, nil
}

// Static returns the whole text of an expression without variables.
func (e *Expression) Static() (string, bool) {
	switch {
	case len(e.parts) == 0:
		return "", true
	case len(e.parts) == 1 && e.parts[0].variable == "":
		return e.parts[0].literal, true
	}
	return "", false
}

// variables looks up what is not in the body; "" for what has no value.
type variables func(name string) string

// evaluate returns the text of the expression. It returns false if the expression looks into a body
// that is no JSON.
func (e *Expression) evaluate(body *document, lookup variables) (string, bool) {
	if len(e.parts) == 1 {
		return e.parts[0].evaluate(body, lookup)
	}
	var b strings.Builder
	for i := range e.parts {
		v, ok := e.parts[i].evaluate(body, lookup)
		if !ok {
			return "", false
		}
		b.WriteString(v)
	}
	return b.String(), true
}

func (p *expressionPart) evaluate(body *document, lookup variables) (string, bool) {
	switch {
	case p.variable == "":
		return p.literal, true
	case p.path != nil:
		return body.find(p)
	case p.variable == bodyVariable:
		return string(body.text), true
	case lookup == nil:
		return "", true
	}
	return lookup(p.variable), true
}
