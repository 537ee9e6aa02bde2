package vtl

// argument is one of a directive's: a value, or a bare word.
type argument struct {
	value expr // nil for a word
	word  string
	start int
	// ref is the value again, if it is a reference.
	ref *refNode
	// assigned is the default value of a macro's parameter.
	assigned expr
}

// arguments reads "(...)" behind a directive's name; without it there are none.
func (p *parser) arguments(d directiveStart) ([]argument, error) {
	mark := p.pos
	p.space()
	if !p.take('(') {
		p.pos = mark
		return nil, nil
	}
	var args []argument
	for {
		p.space()
		if p.take(')') {
			return args, nil
		}
		if d.word == "macro" && p.byteAt(p.pos) == '#' && p.byteAt(p.pos+1) == '#' {
			p.lineComment()
			continue
		}
		if p.take(',') {
			p.space()
		}
		arg, err := p.argument()
		if err != nil {
			return nil, err
		}
		if arg.ref != nil && d.word == "macro" {
			mark := p.pos
			if p.space(); p.take('=') {
				p.space()
				value, err := p.argument()
				if err != nil {
					return nil, err
				}
				if value.value == nil {
					return nil, p.fail(value.start, value.word, "a default cannot be a bare word")
				}
				arg.assigned = value.value
			} else {
				p.pos = mark
			}
		}
		args = append(args, arg)
	}
}

// argument reads one argument of a directive, which cannot be an expression.
func (p *parser) argument() (argument, error) {
	arg := argument{start: p.pos}
	c := p.peek()
	if isNameStart(c) || c == '@' {
		i := p.pos + 1
		for isWordPart(p.byteAt(i)) {
			i++
		}
		word := p.src[p.pos:i]
		p.pos = i
		switch word {
		case "true", "false":
			arg.value = literal{word == "true", word}
		default:
			arg.word = word
		}
		return arg, nil
	}
	var err error
	arg.value, err = p.parameter()
	arg.ref, _ = arg.value.(*refNode)
	return arg, err
}

// reference is an argument that has to be a plain variable.
func (p *parser) plainVariable(d directiveStart, arg argument) (int, error) {
	if arg.ref == nil {
		return 0, p.fail(arg.start, "#"+d.word, "expected a variable")
	}
	return arg.ref.slot, nil
}

func (p *parser) foreachDirective(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	args, err := p.arguments(d)
	if err != nil {
		return err
	}
	if len(args) < 3 || args[0].ref == nil || args[1].value != nil || args[2].value == nil {
		return p.fail(d.start, "#foreach", "expected \"($variable in list)\"")
	}
	n := &foreachNode{item: args[0].ref.slot, over: args[2].value, at: p.at(d.start)}
	p.after = false
	content := &body{}
	p.blockStart(content)
	end, err := p.block(content, d, endEnd|endElse)
	if err != nil {
		return err
	}
	n.content = content.nodes
	if end.kind == endElse {
		otherwise := &body{}
		p.blockStart(otherwise)
		if _, err = p.block(otherwise, d, endEnd); err != nil {
			return err
		}
		n.otherwise = otherwise.nodes
	}
	p.after = false
	b.add(n)
	p.postfix(b, d, own)
	return nil
}

func (p *parser) defineDirective(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	args, err := p.arguments(d)
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return p.fail(d.start, "#define", "expected one variable")
	}
	slot, err := p.plainVariable(d, args[0])
	if err != nil {
		return err
	}
	content, err := p.blockContent(d)
	if err != nil {
		return err
	}
	b.add(&defineNode{slot: slot, content: content})
	p.postfix(b, d, own)
	return nil
}

// blockContent reads the block of a directive that has only one, up to its #end.
func (p *parser) blockContent(d directiveStart) ([]node, error) {
	p.after = false
	content := &body{}
	p.blockStart(content)
	_, err := p.block(content, d, endEnd)
	p.after = false
	return content.nodes, err
}

func (p *parser) macroDirective(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	args, err := p.arguments(d)
	if err != nil {
		return err
	}
	if len(args) == 0 || args[0].value != nil {
		return p.fail(d.start, "#macro", "expected the macro's name as a bare word")
	}
	m := &macro{name: args[0].word}
	optional := false
	for _, arg := range args[1:] {
		slot, err := p.plainVariable(d, arg)
		if err != nil {
			return err
		}
		if arg.assigned == nil && optional {
			return p.fail(arg.start, arg.ref.literal(), "a parameter without a default follows one that has one")
		}
		optional = optional || arg.assigned != nil
		m.params = append(m.params, macroParam{slot, arg.assigned})
	}
	if m.content, err = p.blockContent(d); err != nil {
		return err
	}
	if _, defined := p.t.macros[m.name]; !defined {
		p.t.macros[m.name] = m
	}
	p.postfix(b, d, own)
	return nil
}

// macroCall reads a call, or what looks like one: without a macro of the name, it is text.
func (p *parser) macroCall(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	args, err := p.arguments(d)
	if err != nil {
		return err
	}
	p.after = false
	n := &callNode{name: d.word, at: p.at(d.start), t: p.t}
	for _, arg := range args {
		if arg.value == nil && n.badArgument == "" {
			n.badArgument = arg.word
		}
		n.args = append(n.args, arg.value)
	}
	if d.word[0] == '@' {
		n.name = d.word[1:]
		n.hasBody = true
		if n.body, err = p.blockContent(d); err != nil {
			return err
		}
	}
	b.add(n)
	stop := p.pos
	p.postfix(b, d, own)
	if d.more == "" && p.t.opts.Gobbling != GobbleNone {
		stop = p.pos
	}
	n.source = p.src[d.start:stop]
	if d.more == "" && p.t.opts.Gobbling == GobbleLines {
		n.source = d.blanks + n.source
	}
	return nil
}
