package mapping

import "strings"

// Substitution is a text with variables that are replaced one by one, without a template
// language: the templates of gateway responses (REST data plane spec, 9.2).
type Substitution struct {
	parts []substitutionPart
}

// substitutionPart is a literal if expr is nil.
type substitutionPart struct {
	text string
	expr *Expr
}

// CompileSubstitution finds $context.NAME, $stageVariables.NAME and
// method.request.{header,querystring,path}.NAME (with or without the $; with it, also in
// braces). Everything else is literal.
func CompileSubstitution(text string) *Substitution {
	s := &Substitution{}
	start := 0
	for i := 0; i < len(text); {
		expr, n := variableAt(text[i:])
		if n == 0 {
			i++
			continue
		}
		if start < i {
			s.parts = append(s.parts, substitutionPart{text: text[start:i]})
		}
		s.parts = append(s.parts, substitutionPart{expr: &expr})
		i += n
		start = i
	}
	if start < len(text) {
		s.parts = append(s.parts, substitutionPart{text: text[start:]})
	}
	return s
}

// variableAt reads a variable at the start of text and returns its length, or 0.
func variableAt(text string) (Expr, int) {
	if inner, ok := strings.CutPrefix(text, "${"); ok {
		name, _, closed := strings.Cut(inner, "}")
		if !closed {
			return Expr{}, 0
		}
		if e, n := nameAt(name); n == len(name) && n > 0 {
			return e, n + len("${}")
		}
		return Expr{}, 0
	}
	if inner, ok := strings.CutPrefix(text, "$"); ok {
		if e, n := nameAt(inner); n > 0 {
			return e, n + 1
		}
		return Expr{}, 0
	}
	if strings.HasPrefix(text, "method.request.") {
		return nameAt(text)
	}
	return Expr{}, 0
}

// nameAt reads the longest expression at the start of text that a substitution may hold.
func nameAt(text string) (Expr, int) {
	extra := "."
	switch {
	case strings.HasPrefix(text, "context."):
	case strings.HasPrefix(text, "stageVariables."):
	case strings.HasPrefix(text, "method.request."):
		extra = ".-$"
	default:
		return Expr{}, 0
	}
	n := 0
	for n < len(text) && (isWord(text[n]) || strings.IndexByte(extra, text[n]) >= 0) {
		n++
	}
	if strings.HasPrefix(text[n:], "['") {
		if end := strings.Index(text[n:], "']"); end >= 0 {
			if e, err := Parse(text[:n+end+2]); err == nil {
				return e, n + end + 2
			}
		}
	}
	// A full stop or a hyphen that ends a sentence is not part of the name.
	for n > 0 && !isWord(text[n-1]) {
		n--
	}
	e, err := Parse(text[:n])
	if err != nil {
		return Expr{}, 0
	}
	switch e.Kind {
	case Context, StageVariable, RequestHeader, RequestQuery, RequestPath:
		return e, n
	}
	return Expr{}, 0
}

// Append appends the text to b, each variable replaced by what lookup returns.
func (s *Substitution) Append(b []byte, lookup func(*Expr) string) []byte {
	for i := range s.parts {
		if e := s.parts[i].expr; e != nil {
			b = append(b, lookup(e)...)
		} else {
			b = append(b, s.parts[i].text...)
		}
	}
	return b
}
