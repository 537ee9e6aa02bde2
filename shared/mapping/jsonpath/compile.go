package jsonpath

import "strings"

// Bounds of a path's text.
const (
	maxPathBytes = 64 << 10
	// maxNesting bounds filters, arguments and parentheses inside each other.
	maxNesting = 64
)

// Compile reads a JSONPath; one without a leading $ or @ is taken to start at the root. The
// error is a *CompileError.
func Compile(text string) (*Path, error) { return compileAt(text, text, 0, 0) }

// compileAt reads a path that lies at base in whole.
func compileAt(text, whole string, base, depth int) (*Path, error) {
	if len(text) > maxPathBytes {
		return nil, &CompileError{Path: whole[:100] + "...", Message: "the path is too long"}
	}
	s := &scanner{whole: whole, base: base, text: text, last: len(text) - 1}
	if text == "" {
		return nil, s.fail("the path is empty")
	}
	s.trim()
	// A blank before the $ is part of a name.
	if c := s.at(0); c != '$' && c != '@' {
		text = "$." + text
		s = &scanner{whole: whole, base: base - 2, text: text, last: len(text) - 1}
		s.trim()
	}
	if s.lastIs('.') {
		return nil, s.failAt(s.last, "a path must not end with a dot")
	}
	p, err := compileTrimmed(s, depth)
	if err != nil {
		return nil, err
	}
	p.text = text
	return p, nil
}

// compiler collects the steps of a path.
type compiler struct {
	*scanner
	steps []step
	depth int
}

func compileTrimmed(s *scanner, depth int) (*Path, error) {
	c := &compiler{scanner: s, depth: depth}
	if depth > maxNesting {
		return nil, s.fatal("too many levels")
	}
	for s.in(s.pos) && strings.IndexByte(" \t\r\n", s.current()) >= 0 {
		s.pos++
	}
	root := s.current()
	if root != '$' && root != '@' {
		return nil, s.fail("a path starts with $ or @")
	}
	if !s.isTail() {
		s.pos++
		if d := s.current(); d != '.' && d != '[' {
			return nil, s.fail("expected '.' or '['")
		}
		for done := false; !done; done = s.isTail() {
			if err := c.next(); err != nil {
				return nil, err
			}
		}
	}
	p := &Path{relative: root == '@', text: s.text}
	p.link(c.steps)
	return p, nil
}

// next reads one step, with the dots before it.
func (c *compiler) next() error {
	if c.current() == '.' {
		switch {
		case c.in(c.pos+1) && c.at(c.pos+1) == '.':
			c.steps = append(c.steps, scan{})
			c.pos += 2
		case !c.in(c.pos + 1):
			return c.fail("a path must not end with a dot")
		default:
			c.pos++
		}
		if c.current() == '.' {
			return c.fail("a dot is not expected")
		}
	}
	switch c.current() {
	case '[':
		return c.bracket()
	case '*':
		if !c.in(c.pos) {
			return c.fail("a step is missing")
		}
		c.pos++
		c.steps = append(c.steps, wildcard{})
		return nil
	}
	return c.nameOrFunction()
}

// nameOrFunction reads name or name(...).
func (c *compiler) nameOrFunction() error {
	if c.current() == ' ' || !c.in(c.pos) {
		return c.fail("a name is missing")
	}
	start, end := c.pos, c.last+1
	for i := start; c.in(i); i++ {
		switch c.at(i) {
		case ' ':
			return c.failAt(i, "a name with blanks must be written as ['a name']")
		case '.', '[', '(':
			end = i
		default:
			continue
		}
		break
	}
	name := c.text[start:end]
	if !c.in(end) || c.at(end) != '(' {
		c.pos = end
		c.steps = append(c.steps, &property{names: []string{name}})
		return nil
	}
	return c.function(name, end)
}
