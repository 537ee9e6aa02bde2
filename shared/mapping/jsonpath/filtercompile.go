package jsonpath

import (
	"errors"
	"strings"
)

// filterCompiler reads the expression of a filter:
//
//	or         = and { "||" and }
//	and        = operand { "&&" operand }
//	operand    = "!" operand | "(" or ")" | expression
//	expression = value [ operator value ]
type filterCompiler struct {
	*scanner
	depth int
	// levels counts what is open inside of this filter.
	levels int
}

func (f *filterCompiler) compile() (condition, error) {
	c, err := f.or()
	if err != nil {
		return nil, err
	}
	if f.skipBlanks(); f.in(f.pos) {
		return nil, f.fail("expected the end of the filter")
	}
	return c, nil
}

// follows consumes an operator if it comes next.
func (f *filterCompiler) follows(operator string) bool {
	start := f.pos
	f.skipBlanks()
	if f.in(f.pos+len(operator)-1) && strings.HasPrefix(f.text[f.pos:], operator) {
		f.pos += len(operator)
		return true
	}
	f.pos = start
	return false
}

func (f *filterCompiler) or() (condition, error)  { return f.chain("||", f.and) }
func (f *filterCompiler) and() (condition, error) { return f.chain("&&", f.operand) }

func (f *filterCompiler) chain(operator string, read func() (condition, error)) (condition, error) {
	first, err := read()
	if err != nil {
		return nil, err
	}
	all := []condition{first}
	for f.follows(operator) {
		next, err := read()
		if err != nil {
			return nil, err
		}
		all = append(all, next)
	}
	if len(all) == 1 {
		return first, nil
	}
	return &logical{any: operator == "||", of: all}, nil
}

func (f *filterCompiler) operand() (condition, error) {
	if f.levels++; f.levels+f.depth > maxNesting {
		return nil, f.fatal("too many levels")
	}
	defer func() { f.levels-- }()
	start := f.skipBlanks().pos
	if f.current() == '!' {
		f.pos++
		if c := f.skipBlanks().current(); c != '$' && c != '@' {
			of, err := f.operand()
			if err != nil {
				return nil, err
			}
			return &negation{of}, nil
		}
		f.pos = start
	}
	if f.skipBlanks().current() != '(' {
		return f.expression()
	}
	f.pos++
	inner, err := f.or()
	if err != nil {
		return nil, err
	}
	if f.skipBlanks().current() != ')' {
		return nil, f.fail("expected ')'")
	}
	f.pos++
	return inner, nil
}

func (f *filterCompiler) expression() (condition, error) {
	left, err := f.value()
	if err != nil {
		return nil, err
	}
	end := f.pos
	right, op, err := f.operatorAndValue()
	if err == nil {
		return &comparison{left: left, operator: op, right: right}, nil
	}
	var c *CompileError
	if !errors.As(err, &c) || c.fatal {
		return nil, err
	}
	// What follows is no operator with a value: it must be the test of a path alone.
	p, ok := left.(*pathOperand)
	if !ok {
		return nil, err
	}
	f.pos = end
	return &exists{path: p.path, want: !p.negated}, nil
}

func (f *filterCompiler) operatorAndValue() (operand, operator, error) {
	start := f.skipBlanks().pos
	if isRelational(f.current()) {
		for f.in(f.pos) && isRelational(f.current()) {
			f.pos++
		}
	} else {
		for f.in(f.pos) && f.current() != ' ' {
			f.pos++
		}
	}
	name := f.text[start:f.pos]
	op, ok := operatorNamed(strings.ToLower(name))
	if !ok {
		return nil, nil, f.failAt(start, "the filter operator "+name+" is not supported")
	}
	right, err := f.value()
	return right, op, err
}

func isRelational(c byte) bool {
	return c == '<' || c == '>' || c == '=' || c == '~' || c == '!'
}
