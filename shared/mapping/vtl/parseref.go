package vtl

import "strings"

// argReference reads a reference inside an expression.
func (p *parser) argReference() (*refNode, error) {
	start := p.pos
	if !p.take('$') {
		return nil, p.fail(start, "", "expected a reference, found %s", p.found())
	}
	p.take('!')
	if !p.startsName(p.pos) {
		return nil, p.fail(start, "$", "expected a reference, found %s", p.found())
	}
	return p.reference(p.src[:p.pos], start, start)
}

// reference reads on behind "$" or "$!", up to which head goes. The reference's backslashes
// start at mark; symbols without a meaning before it start at first.
func (p *parser) reference(head string, first, mark int) (*refNode, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	n := &refNode{t: p.t}
	dollar := mark
	for p.src[dollar] == '\\' {
		dollar++
	}
	// Only backslashes at the very start escape; elsewhere they are text before the "$".
	if first == mark {
		slashes := dollar - mark
		n.escaped = slashes%2 == 1
		n.before = p.src[mark : mark+slashes/2]
	} else if p.src[first] == '\\' {
		i := first
		for p.src[i] == '\\' {
			i++
		}
		n.escaped = (i-first)%2 == 1
		n.before = p.src[first : first+(i-first)/2]
		if !n.escaped {
			n.more = p.src[i:dollar]
		}
	} else {
		n.more = p.src[first:dollar]
	}
	n.at = p.at(dollar)
	n.quiet = strings.HasSuffix(head, "!")
	braced := p.take('{')
	start := p.pos
	p.pos = p.nameEnd(start)
	n.name = p.src[start:p.pos]
	n.slot = p.t.slot(n.name)
	if err := p.steps(n); err != nil {
		return nil, err
	}
	if braced {
		if err := p.closeBrace(n, dollar); err != nil {
			return nil, err
		}
	}
	n.source = p.src[dollar:p.pos]
	return n, nil
}

// closeBrace reads the alternate value, if there is one, and the brace.
func (p *parser) closeBrace(n *refNode, start int) error {
	if p.take('|') {
		parens := p.noParens
		p.noParens = true
		x, err := p.expression()
		p.noParens = parens
		if err != nil {
			return err
		}
		n.otherwise = x
	}
	if !p.take('}') {
		return p.fail(p.pos, p.src[start:p.pos], "expected \"}\", found %s", p.found())
	}
	return nil
}

// steps reads the properties, methods and indexes behind a name.
func (p *parser) steps(n *refNode) error {
	for {
		start := p.pos
		switch {
		case p.peek() == '[':
			p.pos++
			x, err := p.bracketed()
			if err != nil {
				return err
			}
			if !p.take(']') {
				return p.fail(p.pos, p.src[start:p.pos], "expected \"]\", found %s", p.found())
			}
			n.steps = append(n.steps, step{kind: stepIndex, index: x, at: p.at(start)})
		case p.peek() == '.' && (isNameStart(p.byteAt(p.pos + 1))):
			p.pos++
			name := p.src[p.pos:p.nameEnd(p.pos)]
			p.pos += len(name)
			st := step{kind: stepProperty, name: name, at: p.at(start)}
			if p.peek() == '(' && p.pos+1 < len(p.src) {
				p.pos++
				args, err := p.methodArgs()
				if err != nil {
					return err
				}
				st.kind, st.args = stepMethod, args
				st.resolve(p.t)
			} else {
				st.getter = getterName(name)
				st.resolve(p.t)
			}
			n.steps = append(n.steps, st)
		default:
			return nil
		}
	}
}

// bracketed reads an expression where no parentheses are known.
func (p *parser) bracketed() (expr, error) {
	parens := p.noParens
	p.noParens = true
	x, err := p.expression()
	p.noParens = parens
	p.space()
	return x, err
}

func (p *parser) methodArgs() ([]expr, error) {
	if p.space(); p.take(')') {
		return nil, nil
	}
	var args []expr
	for {
		x, err := p.bracketed()
		if err != nil {
			return nil, err
		}
		args = append(args, x)
		if p.take(')') {
			return args, nil
		}
		if !p.take(',') {
			return nil, p.fail(p.pos, "", "expected \",\" or \")\", found %s", p.found())
		}
	}
}
