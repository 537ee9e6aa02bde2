package vtl

import (
	"fmt"
	"sort"
	"strings"
)

// parser reads one text: a template, or a string literal that is interpolated.
type parser struct {
	t   *Template
	src string
	pos int
	// lines are the offsets at which lines start; origin is the place of the text's start.
	lines  []int
	origin position
	depth  int
	// after tells whether the place is at the start of a line, which directives with a line
	// of their own need to be.
	after bool
	// noParens is set where Velocity's lexer knows no parentheses in expressions: in the
	// arguments of methods, in indexes and in alternate values.
	noParens bool
}

func newParser(t *Template, src string, origin position, depth int) *parser {
	p := &parser{t: t, src: src, origin: origin, depth: depth, after: true, lines: []int{0}}
	for i := range len(src) {
		if src[i] == '\n' || src[i] == '\r' && !strings.HasPrefix(src[i+1:], "\n") {
			p.lines = append(p.lines, i+1)
		}
	}
	return p
}

func (p *parser) at(offset int) position {
	line := sort.Search(len(p.lines), func(i int) bool { return p.lines[i] > offset }) - 1
	at := position{p.origin.line + int32(line), int32(offset-p.lines[line]) + 1}
	if line == 0 {
		at.column += p.origin.column - 1
	}
	return at
}

// fail makes a syntax error at an offset.
func (p *parser) fail(offset int, reference, format string, args ...any) error {
	at := p.at(offset)
	return &Error{
		Kind: Syntax, Template: p.t.name, Line: int(at.line), Column: int(at.column),
		Reference: clip(reference), Message: fmt.Sprintf(format, args...),
	}
}

// enter pays for a level of nesting; every call is followed by leave.
func (p *parser) enter() error {
	p.depth++
	if p.depth > p.t.limits.Nesting {
		err := p.fail(p.pos, "", "more than %d levels inside each other", p.t.limits.Nesting).(*Error)
		err.Kind = Limit
		return err
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

// peek returns the byte at the place, or 0 at the end.
func (p *parser) peek() byte { return p.byteAt(p.pos) }

func (p *parser) byteAt(i int) byte {
	if i < len(p.src) {
		return p.src[i]
	}
	return 0
}

func (p *parser) rest() string { return p.src[p.pos:] }

// found describes what stands at the place, for messages.
func (p *parser) found() string {
	if p.pos >= len(p.src) {
		return "the end of the template"
	}
	text, _, _ := strings.Cut(p.rest(), "\n")
	if len(text) > 20 {
		text = text[:20] + "..."
	}
	return fmt.Sprintf("%q", text)
}

// space skips white space, as it may stand between the parts of a directive.
func (p *parser) space() {
	for p.pos < len(p.src) && isWhite(p.src[p.pos]) {
		p.pos++
	}
}

// take steps over a byte and tells whether it was there.
func (p *parser) take(c byte) bool {
	if p.peek() == c && p.pos < len(p.src) {
		p.pos++
		return true
	}
	return false
}

func isWhite(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isBlank(c byte) bool { return c == ' ' || c == '\t' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
func isNameStart(c byte) bool { return isLetter(c) || c == '_' }
func isWordPart(c byte) bool  { return isLetter(c) || isDigit(c) || c == '_' }

// nameEnd returns the end of the identifier that starts at i.
func (p *parser) nameEnd(i int) int {
	for i < len(p.src) && (isWordPart(p.src[i]) || p.src[i] == '-' && p.t.opts.HyphensInNames) {
		i++
	}
	return i
}

// lineBreak returns the length of the line break at i, or 0.
func (p *parser) lineBreak(i int) int {
	switch p.byteAt(i) {
	case '\n':
		return 1
	case '\r':
		if p.byteAt(i+1) == '\n' {
			return 2
		}
		return 1
	}
	return 0
}

// restOfLine steps over blanks and a line break if nothing else is left of the line, and
// returns them.
func (p *parser) restOfLine() (string, bool) {
	i := p.pos
	for isBlank(p.byteAt(i)) {
		i++
	}
	n := p.lineBreak(i)
	if n == 0 {
		return "", false
	}
	text := p.src[p.pos : i+n]
	p.pos = i + n
	return text, true
}

// blanksEnd returns the first offset from i on that is no blank.
func (p *parser) blanksEnd(i int) int {
	for isBlank(p.byteAt(i)) {
		i++
	}
	return i
}

// template reads the whole text.
func (p *parser) template() ([]node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	b := &body{}
	end, err := p.statements(b, 0)
	if err != nil {
		return nil, err
	}
	if end.kind != endNone {
		return nil, p.fail(end.start, "#"+end.word, "there is nothing that this directive could belong to")
	}
	return b.nodes, nil
}

// body collects the nodes of a block, joining texts.
type body struct{ nodes []node }

func (b *body) text(s string) {
	if s == "" {
		return
	}
	if n := len(b.nodes); n > 0 {
		if last, ok := b.nodes[n-1].(textNode); ok {
			b.nodes[n-1] = last + textNode(s)
			return
		}
	}
	b.nodes = append(b.nodes, textNode(s))
}

func (b *body) add(n node) { b.nodes = append(b.nodes, n) }
