package vtl

// directiveStart is what was read of a directive: its word, and what stands before it on
// its line.
type directiveStart struct {
	word   string
	start  int    // of the "#"
	first  int    // of the symbols before it
	blanks string // from the start of the line
	more   string // the symbols
}

// open adds what stands before a directive and survives gobbling.
func (p *parser) open(b *body, d directiveStart) {
	if d.more != "" || p.t.opts.Gobbling != GobbleLines {
		b.text(d.blanks)
	}
	b.text(d.more)
}

// postfix takes the rest of the line after a directive and adds it if it survives.
func (p *parser) postfix(b *body, d directiveStart, own bool) {
	if !own && p.t.opts.Gobbling != GobbleBC {
		return
	}
	text, ok := p.restOfLine()
	if !ok {
		return
	}
	p.after = true
	if d.more != "" || p.t.opts.Gobbling == GobbleNone {
		b.text(text)
	}
}

// blockStart takes the rest of the line after a directive that opens a block.
func (p *parser) blockStart(b *body) {
	if text, ok := p.restOfLine(); ok {
		p.after = true
		if p.t.opts.Gobbling == GobbleNone {
			b.text(text)
		}
	}
}

// blockEnd adds to a block what stands before the directive that ends it.
func (p *parser) blockEnd(b *body, d directiveStart) {
	if d.more != "" || p.t.opts.Gobbling != GobbleLines {
		b.text(d.blanks)
	}
	b.text(d.more)
}

// directive reads a directive behind its word. It returns an ending if the directive is one.
func (p *parser) directive(b *body, d directiveStart) (ending, error) {
	if err := p.enter(); err != nil {
		return ending{}, err
	}
	defer p.leave()
	kind := endNone
	switch d.word {
	case "end":
		kind = endEnd
	case "else":
		kind = endElse
	case "elseif":
		kind = endElseif
	case "if":
		return ending{}, p.ifDirective(b, d)
	case "set":
		if i := p.blanksEnd(p.pos); p.byteAt(i) == '(' {
			p.pos = i + 1
			return ending{}, p.setDirective(b, d)
		}
		return ending{}, p.macroCall(b, d)
	case "foreach":
		return ending{}, p.foreachDirective(b, d)
	case "macro":
		return ending{}, p.macroDirective(b, d)
	case "define":
		return ending{}, p.defineDirective(b, d)
	case "break", "stop":
		return ending{}, p.stopDirective(b, d)
	case "include", "parse", "evaluate":
		return ending{}, p.fail(d.start, "#"+d.word, "this directive is not available in mapping templates")
	default:
		return ending{}, p.macroCall(b, d)
	}
	p.blockEnd(b, d)
	return ending{kind: kind, start: d.start, word: d.word}, nil
}

// block reads the statements of a block up to one of the allowed endings.
func (p *parser) block(b *body, d directiveStart, allowed int) (ending, error) {
	end, err := p.statements(b, 1)
	if err != nil {
		return end, err
	}
	if end.kind == endNone {
		return end, p.fail(d.start, "#"+d.word, "the #end is missing")
	}
	if end.kind&allowed == 0 {
		return end, p.fail(end.start, "#"+end.word, "it cannot stand here")
	}
	return end, nil
}

// condition reads "(expression)" behind #if and #elseif.
func (p *parser) condition(d directiveStart) (expr, error) {
	p.space()
	if !p.take('(') {
		return nil, p.fail(p.pos, "#"+d.word, "expected \"(\", found %s", p.found())
	}
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.take(')') {
		return nil, p.fail(p.pos, "#"+d.word, "expected \")\", found %s", p.found())
	}
	return x, nil
}

func (p *parser) ifDirective(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	n := &ifNode{}
	word := d
	allowed := endEnd | endElse | endElseif
	for {
		var test expr
		if word.word != "else" {
			var err error
			if test, err = p.condition(word); err != nil {
				return err
			}
		}
		branch := &body{}
		p.blockStart(branch)
		end, err := p.block(branch, d, allowed)
		if err != nil {
			return err
		}
		n.branches = append(n.branches, ifBranch{test, branch.nodes})
		if end.kind == endEnd {
			break
		}
		if end.kind == endElse {
			allowed = endEnd
		}
		word = directiveStart{word: end.word, start: end.start}
	}
	p.after = false
	b.add(n)
	p.postfix(b, d, own)
	return nil
}

func (p *parser) setDirective(b *body, d directiveStart) error {
	if p.t.opts.Gobbling == GobbleBC {
		d.blanks = p.blanksBeforeSet(b, d)
	}
	p.open(b, d)
	own := p.after
	p.space()
	target, err := p.argReference()
	if err != nil {
		return err
	}
	p.space()
	if !p.take('=') {
		return p.fail(p.pos, target.literal(), "expected \"=\" in #set, found %s", p.found())
	}
	value, err := p.expression()
	if err != nil {
		return err
	}
	if !p.take(')') {
		return p.fail(p.pos, target.literal(), "expected \")\" at the end of #set, found %s", p.found())
	}
	b.add(&setNode{target: target, value: value, at: p.at(d.start)})
	p.after = false
	p.postfix(b, d, own)
	return nil
}

// blanksBeforeSet removes the blanks before a #set, as Velocity 1 does: those that fill the
// line so far stay only behind a text, and a text of blanks alone goes.
func (p *parser) blanksBeforeSet(b *body, d directiveStart) string {
	n := len(b.nodes)
	if n == 0 {
		return ""
	}
	text, ok := b.nodes[n-1].(textNode)
	if !ok {
		return ""
	}
	for _, c := range []byte(text) {
		if !isBlank(c) {
			return d.blanks
		}
	}
	b.nodes = b.nodes[:n-1]
	return d.blanks
}

// stopDirective reads #break and #stop, with or without an argument.
func (p *parser) stopDirective(b *body, d directiveStart) error {
	own := p.after
	p.open(b, d)
	args, err := p.arguments(d)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		return p.fail(d.start, "#"+d.word, "at most one argument is allowed")
	}
	n := &stopNode{all: d.word == "stop", at: p.at(d.start)}
	if len(args) == 1 {
		n.scope = args[0].value
	}
	b.add(n)
	p.after = false
	p.postfix(b, d, own)
	return nil
}
