package jsonpath

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// value reads one side of a comparison.
func (f *filterCompiler) value() (operand, error) {
	switch c := f.skipBlanks().current(); c {
	case '$', '@':
		return f.path()
	case '!':
		f.pos++
		if c := f.skipBlanks().current(); c == '$' || c == '@' {
			return f.path()
		}
		return nil, f.fail("'!' is not expected")
	case '\'', '"':
		end := f.closingQuote(f.pos, c)
		if end < 0 {
			return nil, f.fail("the string is not closed")
		}
		text, err := unescape(f.text[f.pos+1 : end])
		if err != nil {
			return nil, f.fatal(err.Error())
		}
		f.pos = end + 1
		return textOperand(text), nil
	case 't', 'f', 'n':
		return f.word()
	case '{', '[':
		return f.json(c)
	case '/':
		return f.pattern()
	}
	return f.number()
}

// word reads true, false and null.
func (f *filterCompiler) word() (operand, error) {
	for _, w := range []struct {
		text string
		v    operand
	}{{"true", boolOperand(true)}, {"false", boolOperand(false)}, {"null", nullOperand{}}} {
		if strings.HasPrefix(f.text[f.pos:], w.text) && f.in(f.pos+len(w.text)-1) {
			f.pos += len(w.text)
			return w.v, nil
		}
	}
	return nil, f.fail("expected a value")
}

func (f *filterCompiler) number() (operand, error) {
	start := f.pos
	for f.in(f.pos) && (isDigit(f.current()) || strings.IndexByte("-.eE", f.current()) >= 0) {
		f.pos++
	}
	d, ok := parseDecimal(f.text[start:f.pos])
	if !ok {
		f.pos = start
		return nil, f.fatal("expected a value")
	}
	return &numberOperand{d}, nil
}

func (f *filterCompiler) json(open byte) (operand, error) {
	closing := byte(']')
	if open == '{' {
		closing = '}'
	}
	end, err := f.matching(f.pos, open, closing, false)
	if err != nil {
		return nil, err
	}
	if end < 0 {
		return nil, f.fail("the JSON value is not closed")
	}
	text := f.text[f.pos : end+1]
	f.pos = end + 1
	v, err := readLenientJSON(text)
	j := &jsonOperand{value: v, literal: true, text: text, err: err}
	if l, ok := v.(*vtl.List); ok {
		j.elements = literalElements(l)
	}
	return j, nil
}

func (f *filterCompiler) pattern() (operand, error) {
	end := f.closingQuote(f.pos, '/')
	if end < 0 {
		return nil, f.fail("the regular expression is not closed")
	}
	flags := end + 1
	for f.in(flags) && strings.IndexByte("dixmsuU", f.at(flags)) >= 0 {
		flags++
	}
	re, err := compilePattern(f.text[f.pos+1:end], f.text[end+1:flags])
	if err != nil {
		return nil, f.fatal(err.Error())
	}
	f.pos = flags
	return &patternOperand{re}, nil
}

// path reads a path, which ends at a blank, at an operator's character outside of brackets,
// or at a parenthesis that closes no call.
func (f *filterCompiler) path() (operand, error) {
	before := f.pos - 1
	for f.in(before) && f.at(before) == ' ' {
		before--
	}
	start := f.pos
	f.pos++
	for f.in(f.pos) {
		if f.current() == '[' {
			end, err := f.matching(f.pos, '[', ']', false)
			if err != nil {
				return nil, err
			}
			if end < 0 {
				return nil, f.fail("the bracket is not closed")
			}
			f.pos = end + 1
		}
		if !f.in(f.pos) || isRelational(f.current()) || f.current() == ' ' || f.current() == ')' && !f.closesCall(start) {
			break
		}
		f.pos++
	}
	p, err := compileAt(f.text[start:min(f.pos, len(f.text))], f.whole, f.base+start, f.depth+f.levels)
	if err != nil {
		return nil, err
	}
	return &pathOperand{path: p, negated: f.in(before) && f.at(before) == '!'}, nil
}

// closesCall tells whether the parenthesis at hand is the second one of name().
func (f *filterCompiler) closesCall(start int) bool {
	i := f.pos - 1
	for f.in(i) && f.at(i) == ' ' {
		i--
	}
	if !f.in(i) || f.at(i) != '(' {
		return false
	}
	for i--; f.in(i) && i > start; i-- {
		if f.at(i) == '.' {
			return true
		}
	}
	return false
}
