package jsonpath

import (
	"strconv"
	"strings"
)

// bracket reads a step in brackets.
func (c *compiler) bracket() error {
	switch next := c.peek(c.pos); {
	case next == '\'' || next == '"':
		return c.names(next)
	case isDigit(next) || next == '-' || next == ':':
		return c.array()
	case next == '*':
		star := c.nextSignificant(c.pos)
		if c.peek(star) != ']' {
			return c.failAt(star+1, "expected ']' after the wildcard")
		}
		c.pos = c.nextSignificant(star) + 1
		c.steps = append(c.steps, wildcard{})
		return nil
	case next == '?':
		return c.filter()
	}
	return c.fail("expected a quoted name, an index, '*' or a filter")
}

// names reads ['a'] and ['a', 'b'].
func (c *compiler) names(quote byte) error {
	var names []string
	inName, afterComma := false, false
	start, end := c.pos+1, 0
scan:
	for i := start; c.in(i); i++ {
		switch b := c.at(i); {
		case b == '\\':
			i++
		case b == ']' && !inName:
			if afterComma {
				return c.failAt(i, "a name is missing")
			}
			break scan
		case b == quote && inName:
			if next := c.peek(i); next != ']' && next != ',' {
				return c.failAt(i, "expected ',' or ']' after the name")
			}
			name, err := unescape(c.text[start:i])
			if err != nil {
				return c.failAt(start, err.Error())
			}
			names = append(names, name)
			end, inName = i, false
		case b == quote:
			start, inName, afterComma = i+1, true, false
		case b == ',' && !inName:
			if afterComma {
				return c.failAt(i, "a name is missing")
			}
			afterComma = true
		}
	}
	if inName {
		return c.failAt(start, "the name is not closed")
	}
	closing := c.nextSignificant(end)
	if len(names) == 0 || c.at(closing) != ']' {
		return c.failAt(closing, "expected ']' after the name")
	}
	c.pos = closing + 1
	c.steps = append(c.steps, &property{names: names})
	return nil
}

// array reads [1], [1,-2] and [1:2].
func (c *compiler) array() error {
	end := c.indexOf(c.pos+1, ']')
	if end < 0 {
		return c.fail("the bracket is not closed")
	}
	text := strings.TrimFunc(c.text[c.pos+1:end], func(r rune) bool { return r <= ' ' })
	if !onlyOf(text, "0123456789,-: ") {
		return c.fail("expected indexes or a slice")
	}
	var s step
	var ok bool
	if strings.Contains(text, ":") {
		s, ok = readSlice(text)
	} else {
		s, ok = readIndexes(text)
	}
	if !ok {
		return c.failAt(c.pos+1, "expected indexes or a slice")
	}
	c.steps = append(c.steps, s)
	c.pos = end + 1
	return nil
}

func readIndexes(text string) (step, bool) {
	x := &indexes{}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseInt(strings.Trim(part, " "), 10, 32)
		if err != nil {
			return nil, false
		}
		x.at = append(x.at, int(n))
	}
	return x, true
}

// readSlice ignores what follows a second colon.
func readSlice(text string) (step, bool) {
	if !onlyOf(text, "0123456789-:") {
		return nil, false
	}
	parts := strings.Split(text, ":")
	x := &slice{}
	for i, set := range []func(int){
		func(n int) { x.from, x.hasFrom = n, true },
		func(n int) { x.to, x.hasTo = n, true },
	} {
		if parts[i] == "" {
			continue
		}
		n, err := strconv.ParseInt(parts[i], 10, 32)
		if err != nil {
			return nil, false
		}
		set(int(n))
	}
	return x, x.hasFrom || x.hasTo
}

// filter reads [?(...)].
func (c *compiler) filter() error {
	mark := c.nextSignificant(c.pos)
	open := c.nextSignificant(mark)
	if c.at(open) != '(' {
		return c.failAt(open, "expected '(' after '?'")
	}
	closing, err := c.matching(open, '(', ')', true)
	if err != nil {
		return err
	}
	if closing < 0 || c.peek(closing) != ']' {
		return c.failAt(open, "the filter is not closed by ')]'")
	}
	f := &filterCompiler{
		scanner: &scanner{whole: c.whole, base: c.base + open, text: c.text[open : closing+1], last: closing - open},
		depth:   c.depth + 1,
	}
	condition, err := f.compile()
	if err != nil {
		return err
	}
	c.steps = append(c.steps, &predicate{condition: condition})
	c.pos = c.nextSignificant(closing) + 1
	return nil
}
