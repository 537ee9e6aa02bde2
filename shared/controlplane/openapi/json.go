package openapi

import (
	"bytes"
	"strings"
)

// jsonReader reads strict JSON (RFC 8259) into a tree. JSON has a reader of its own because the YAML reader stumbles over
// lawful JSON (tabs, surrogate pairs in escapes, long member names) and cannot report duplicate members of it.
type jsonReader struct {
	text []byte
	at   int
	// line and lineStart follow at, so that a position costs nothing to name.
	line, lineStart int
	// values counts what was read.
	values int
	// isJSON is set by refusals of what is JSON beyond doubt.
	isJSON bool
}

func readJSON(text []byte) (*node, error) {
	r := &jsonReader{text: text, line: 1}
	return r.document()
}

func (r *jsonReader) document() (*node, error) {
	r.space()
	root, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at < len(r.text) {
		return nil, r.fail("text after the end of the document")
	}
	return root, nil
}

func (r *jsonReader) column() int { return r.at - r.lineStart + 1 }

func (r *jsonReader) fail(format string, args ...any) error {
	return malformed(r.line, r.column(), format, args...)
}

func (r *jsonReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case '\n':
			r.line++
			r.lineStart = r.at + 1
		case ' ', '\t', '\r':
		default:
			return
		}
		r.at++
	}
}

// peek returns the next byte, 0 at the end (a NUL byte is no JSON either).
func (r *jsonReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *jsonReader) value(depth int) (*node, error) {
	if depth > maxDepth {
		r.isJSON = true
		return nil, r.fail("nested deeper than %d levels", maxDepth)
	}
	if r.values++; r.values > maxValues {
		r.isJSON = true
		return nil, r.fail("the document has more than %d values", maxValues)
	}
	n := &node{line: r.line, column: r.column()}
	switch c := r.peek(); {
	case c == '{':
		return n, r.object(n, depth)
	case c == '[':
		return n, r.list(n, depth)
	case c == '"':
		text, err := r.string()
		n.kind, n.text = kindString, text
		return n, err
	case c == '-' || c >= '0' && c <= '9':
		return n, r.number(n)
	case r.at >= len(r.text):
		return nil, r.fail("the document ends where a value is expected")
	}
	return n, r.word(n)
}

func (r *jsonReader) word(n *node) error {
	for _, word := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(r.text[r.at:], []byte(word)) {
			n.kind, n.text = kindBool, word
			if word == "null" {
				n.kind = kindNull
			}
			r.at += len(word)
			return nil
		}
	}
	return r.fail("a value is expected here")
}

func (r *jsonReader) object(n *node, depth int) error {
	n.kind = kindObject
	r.at++
	r.space()
	if r.peek() == '}' {
		r.at++
		return nil
	}
	for {
		if r.peek() != '"' {
			return r.fail("a member name in double quotes is expected here")
		}
		f := field{line: r.line, column: r.column()}
		var err error
		if f.name, err = r.string(); err != nil {
			return err
		}
		r.space()
		if r.peek() != ':' {
			return r.fail("a colon is expected after the member name %q", f.name)
		}
		r.at++
		r.space()
		if f.value, err = r.value(depth + 1); err != nil {
			return err
		}
		if earlier := n.add(f); earlier != nil {
			r.isJSON = true
			return duplicate(f, earlier)
		}
		r.space()
		switch r.peek() {
		case ',':
			r.at++
			r.space()
		case '}':
			r.at++
			return nil
		default:
			return r.fail("a comma or a closing brace is expected here")
		}
	}
}

// duplicate refuses a member that is given twice: which one API Gateway would take is not known, and neither is which one
// the author meant.
func duplicate(f field, earlier *field) error {
	return malformed(f.line, f.column, "the member %q is given twice, first at line %d, column %d", f.name, earlier.line, earlier.column)
}

func (r *jsonReader) list(n *node, depth int) error {
	n.kind = kindList
	r.at++
	r.space()
	if r.peek() == ']' {
		r.at++
		return nil
	}
	for {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
		r.space()
		switch r.peek() {
		case ',':
			r.at++
			r.space()
		case ']':
			r.at++
			return nil
		default:
			return r.fail("a comma or a closing bracket is expected here")
		}
	}
}

func (r *jsonReader) number(n *node) error {
	start := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.eE0123456789", r.text[r.at]) >= 0 {
		r.at++
	}
	n.kind, n.text = kindNumber, string(r.text[start:r.at])
	if !jsonNumber(n.text) {
		r.at = start
		return r.fail("%q is not a number", n.text)
	}
	return nil
}

// jsonNumber reports whether a literal is a number as RFC 8259 writes numbers.
func jsonNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if strings.HasPrefix(s, ".") {
		fraction := digits(s[1:])
		if fraction == 0 {
			return false
		}
		s = s[1+fraction:]
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		return s != "" && digits(s) == len(s)
	}
	return s == ""
}

// digits counts the decimal digits that s begins with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
