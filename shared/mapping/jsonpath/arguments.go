package jsonpath

import "github.com/postern-gateway/postern/shared/mapping/vtl"

// arg is an argument of a function: a path, or a JSON value with the error of reading it,
// which counts only when the value is asked for.
type arg struct {
	path  *Path
	value vtl.Value
	err   error
}

// function reads the rest of a function whose parenthesis is at open.
func (c *compiler) function(name string, open int) error {
	depth := 1
	for i := open + 1; i <= c.last && depth > 0; i++ {
		switch c.at(i) {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	if depth > 0 {
		return c.failAt(open, "the arguments of the function are not closed")
	}
	f := &function{name: name}
	if c.at(open+1) == ')' {
		c.pos = open + 1
	} else {
		c.pos = open + 1
		a := &argumentReader{compiler: c, parens: 1}
		if err := a.read(); err != nil {
			return err
		}
		f.args = a.args
	}
	f.prepare()
	c.steps = append(c.steps, f)
	return nil
}

// argumentReader cuts arguments at commas. What cannot start an argument is passed over.
type argumentReader struct {
	*compiler
	args []arg
	// kind is 0 between arguments, '$' in a path, '{' in JSON.
	kind                            byte
	start                           int
	text                            []byte
	parens, brackets, braces, quote int
}

func (a *argumentReader) read() error {
	var before byte
	for done := false; a.in(a.pos) && !done; {
		at, b := a.pos, a.current()
		a.pos++
		if a.kind == 0 {
			switch {
			case b == ' ' || b == '\t' || b == '\n' || b == '\r':
				continue
			case b == '{' || isDigit(b) || b == '"' || b == '-':
				a.kind, a.start = '{', at
			case b == '$' || b == '@':
				a.kind, a.start = '$', at
			}
		}
		switch b {
		case '"':
			if before != '\\' && a.quote > 0 {
				a.quote--
			} else {
				a.quote++
			}
		case '(':
			a.parens++
		case '{':
			a.braces++
		case '[':
			a.brackets++
		case '}':
			if a.braces--; a.braces < 0 {
				return a.failAt(at, "'}' is not expected")
			}
		case ']':
			if a.brackets--; a.brackets < 0 {
				return a.failAt(at, "']' is not expected")
			}
		case ')', ',':
			if b == ')' {
				a.parens--
				if a.parens < 0 || before == '(' {
					a.text = append(a.text, b)
				}
			}
			if a.quote == 0 && a.braces == 0 && a.brackets == 0 && (a.parens == 0 && b == ')' || a.parens == 1) {
				done = a.parens == 0
				if err := a.finish(); err != nil {
					return err
				}
			}
		}
		if a.kind != 0 && !(b == ',' && a.braces == 0 && a.brackets == 0 && a.parens == 1) {
			a.text = append(a.text, b)
		}
		before = b
	}
	if a.braces != 0 || a.parens != 0 || a.brackets != 0 {
		return a.fail("the arguments of the function are not closed")
	}
	return nil
}

// finish compiles the argument that was collected.
func (a *argumentReader) finish() error {
	if a.kind == 0 {
		return nil
	}
	text := string(a.text)
	if a.kind == '{' {
		v, err := readLenientJSON(text)
		a.args = append(a.args, arg{value: v, err: err})
	} else {
		p, err := compileTrimmed(&scanner{whole: a.whole, base: a.base + a.start, text: text, last: len(text) - 1}, a.depth+1)
		if err != nil {
			return err
		}
		a.args = append(a.args, arg{path: p})
	}
	a.kind, a.text = 0, a.text[:0]
	return nil
}
