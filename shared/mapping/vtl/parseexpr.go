package vtl

import (
	"math/big"
	"strconv"
	"strings"
)

// expression reads an expression with all its operators.
func (p *parser) expression() (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return p.binary(0)
}

// levels are the operators by their binding, the loosest first. The words are Velocity's
// alternatives to the signs.
var levels = [][]operator{
	{{"||", opOr}, {"or", opOr}},
	{{"&&", opAnd}, {"and", opAnd}},
	{{"==", opEqual}, {"eq", opEqual}, {"!=", opNotEqual}, {"ne", opNotEqual}},
	{{"<=", opLessEqual}, {"le", opLessEqual}, {">=", opGreaterEqual}, {"ge", opGreaterEqual}, {"<", opLess}, {"lt", opLess}, {">", opGreater}, {"gt", opGreater}},
	{{"+", opAdd}, {"-", opSubtract}},
	{{"*", opMultiply}, {"/", opDivide}, {"%", opModulo}},
}

type operator struct {
	text string
	code opcode
}

func (p *parser) binary(level int) (expr, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for count := 0; ; count++ {
		p.space()
		start := p.pos
		op, ok := p.operator(levels[level])
		if !ok {
			return left, nil
		}
		if count > p.t.limits.Nesting {
			err := p.fail(start, op.text, "more than %d operators in a row", p.t.limits.Nesting).(*Error)
			err.Kind = Limit
			return nil, err
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = &binaryNode{op: op.code, sign: op.text, left: left, right: right, at: p.at(start)}
	}
}

// operator reads one of the operators, if one is there. A minus directly before a digit is
// the sign of a number, never an operator, as in Velocity's lexer.
func (p *parser) operator(of []operator) (operator, bool) {
	for _, op := range of {
		if !strings.HasPrefix(p.rest(), op.text) {
			continue
		}
		next := p.byteAt(p.pos + len(op.text))
		if isLetter(op.text[0]) && isWordPart(next) {
			continue
		}
		if op.text == "-" && p.startsNumber(p.pos) {
			continue
		}
		p.pos += len(op.text)
		return op, true
	}
	return operator{}, false
}

func (p *parser) unary() (expr, error) {
	p.space()
	start := p.pos
	word := strings.HasPrefix(p.rest(), "not") && !isWordPart(p.byteAt(p.pos+3))
	switch {
	case word || p.peek() == '!' && p.byteAt(p.pos+1) != '=':
		p.pos++
		if word {
			p.pos += 2
		}
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer p.leave()
		x, err := p.unary()
		return &notNode{x}, err
	case p.peek() == '-' && !p.startsNumber(p.pos):
		p.pos++
		p.space()
		x, err := p.primary()
		return &negateNode{x, p.at(start)}, err
	}
	return p.primary()
}

func (p *parser) primary() (expr, error) {
	p.space()
	if p.peek() == '(' && !p.noParens {
		p.pos++
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		if !p.take(')') {
			return nil, p.fail(p.pos, "", "expected \")\", found %s", p.found())
		}
		return x, nil
	}
	return p.parameter()
}

// parameter reads a value without operators: what lists and maps consist of.
func (p *parser) parameter() (expr, error) {
	p.space()
	start := p.pos
	switch c := p.peek(); {
	case c == '$':
		return p.argReference()
	case c == '"' || c == '\'':
		return p.quoted()
	case p.startsNumber(p.pos):
		return p.number()
	case c == '[':
		return p.nested(p.listOrRange)
	case c == '{':
		return p.nested(p.mapLiteral)
	case isLetter(c):
		end := p.nameEnd(p.pos)
		word := p.src[p.pos:end]
		if word == "true" || word == "false" {
			p.pos = end
			return literal{word == "true", word}, nil
		}
	}
	return nil, p.fail(start, "", "expected a value, found %s", p.found())
}

func (p *parser) nested(read func() (expr, error)) (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	return read()
}

func (p *parser) startsNumber(i int) bool {
	if p.byteAt(i) == '-' {
		i++
	}
	return isDigit(p.byteAt(i)) || p.byteAt(i) == '.' && isDigit(p.byteAt(i+1))
}

func (p *parser) digits(i int) int {
	for isDigit(p.byteAt(i)) {
		i++
	}
	return i
}

// number reads an integer or a floating point literal. "1..3" is two integers of a range.
func (p *parser) number() (expr, error) {
	start, i := p.pos, p.pos
	if p.byteAt(i) == '-' {
		i++
	}
	i = p.digits(i)
	floating := false
	if p.byteAt(i) == '.' && p.byteAt(i+1) != '.' {
		floating = true
		i = p.digits(i + 1)
	}
	if c := p.byteAt(i); c == 'e' || c == 'E' {
		j := i + 1
		if c := p.byteAt(j); c == '+' || c == '-' {
			j++
		}
		if isDigit(p.byteAt(j)) {
			floating = true
			i = p.digits(j)
		}
	}
	text := p.src[start:i]
	p.pos = i
	if len(text) > maxNumberChars {
		return nil, p.fail(start, text, "the number is too long")
	}
	if floating {
		f, _ := strconv.ParseFloat(text, 64) // out of range becomes infinite, as in Java
		return literal{Double{Value: f}, text}, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return literal{integer(n), text}, nil
	}
	n, _ := new(big.Int).SetString(text, 10)
	return literal{n, text}, nil
}

func (p *parser) listOrRange() (expr, error) {
	start := p.pos
	p.pos++ // "["
	p.space()
	n := &listNode{}
	if p.take(']') {
		return n, nil
	}
	for {
		x, err := p.parameter()
		if err != nil {
			return nil, err
		}
		p.space()
		if len(n.items) == 0 && strings.HasPrefix(p.rest(), "..") {
			return p.rangeEnd(start, x)
		}
		n.items = append(n.items, x)
		if p.take(']') {
			n.source = p.src[start:p.pos]
			return n, nil
		}
		if !p.take(',') {
			return nil, p.fail(p.pos, "", "expected \",\" or \"]\", found %s", p.found())
		}
	}
}

// rangeEnd reads a range behind its first bound. Both must be integers or references.
func (p *parser) rangeEnd(start int, from expr) (expr, error) {
	p.pos += 2
	p.space()
	to, err := p.parameter()
	if err != nil {
		return nil, err
	}
	p.space()
	if !p.take(']') {
		return nil, p.fail(p.pos, "", "expected \"]\", found %s", p.found())
	}
	for _, x := range []expr{from, to} {
		_, isRef := x.(*refNode)
		l, _ := x.(literal)
		switch l.value.(type) {
		case int32, int64, *big.Int:
		default:
			if !isRef {
				return nil, p.fail(start, p.src[start:p.pos], "the bounds of a range must be integers or references")
			}
		}
	}
	return &rangeNode{from, to, p.src[start:p.pos]}, nil
}

func (p *parser) mapLiteral() (expr, error) {
	start := p.pos
	p.pos++ // "{"
	p.space()
	n := &mapNode{}
	if p.take('}') {
		return n, nil
	}
	for {
		key, err := p.parameter()
		if err != nil {
			return nil, err
		}
		if p.space(); !p.take(':') {
			return nil, p.fail(p.pos, "", "expected \":\", found %s", p.found())
		}
		value, err := p.parameter()
		if err != nil {
			return nil, err
		}
		n.keys, n.values = append(n.keys, key), append(n.values, value)
		p.space()
		if p.take('}') {
			n.source = p.src[start:p.pos]
			return n, nil
		}
		if !p.take(',') {
			return nil, p.fail(p.pos, "", "expected \",\" or \"}\", found %s", p.found())
		}
	}
}
