package vtl

import "strings"

// The directives that end a block.
const (
	endNone = 0
	endEnd  = 1 << iota
	endElse
	endElseif
)

// ending is the directive at which a block ended; the parser stands behind its name.
type ending struct {
	kind  int
	start int
	word  string
}

// statements reads into b until a directive that ends a block, or the end of the text. Inside
// is 0 at the top of a text.
func (p *parser) statements(b *body, inside int) (ending, error) {
	for p.pos < len(p.src) {
		blanks := p.plainText(b)
		if p.pos == len(p.src) {
			b.text(blanks)
			break
		}
		var end ending
		var err error
		if p.peek() == '\\' && !p.escapesReference() {
			b.text(blanks)
			p.backslashes(b)
		} else {
			end, err = p.symbol(b, blanks)
		}
		if err != nil || end.kind != endNone {
			return end, err
		}
	}
	return ending{}, nil
}

// plainText reads up to the next character that may start something. It returns the blanks
// that fill the line so far, which a directive may claim, instead of adding them.
func (p *parser) plainText(b *body) (blanks string) {
	i := strings.IndexAny(p.rest(), `$#\`)
	if i < 0 {
		i = len(p.src) - p.pos
	}
	text := p.src[p.pos : p.pos+i]
	p.pos += i
	if text == "" {
		return ""
	}
	head, tail := "", text
	if j := strings.LastIndexAny(text, "\n\r"); j >= 0 {
		head, tail = text[:j+1], text[j+1:]
		p.after = true
	}
	b.text(head)
	if p.after && strings.Trim(tail, " \t") == "" {
		return tail
	}
	p.after = false
	b.text(tail)
	return ""
}

// escapesReference tells whether the backslashes at the place stand before a "$".
func (p *parser) escapesReference() bool {
	i := p.pos
	for p.byteAt(i) == '\\' {
		i++
	}
	return p.byteAt(i) == '$'
}

// backslashes reads a run of backslashes that is not followed by "$". Before a directive,
// each second one disappears, and an odd one takes the directive's meaning.
func (p *parser) backslashes(b *body) {
	start := p.pos
	for p.peek() == '\\' {
		p.pos++
	}
	n := p.pos - start
	p.after = false
	word, end, bracketed := p.directiveWord(p.pos)
	switch {
	case end == 0:
		b.text(p.src[start:p.pos])
	case n%2 == 1:
		if p.isDirective(word) || word == "set" {
			b.text(p.src[start:start+(n-1)/2] + p.src[p.pos:end])
		} else {
			b.text(p.src[start:end])
		}
		p.pos = end
	default:
		control := p.isDirective(word) && (!bracketed || isBlockWord(word))
		if control {
			b.text(p.src[start : start+n/2])
		} else {
			b.text(p.src[start:p.pos])
		}
	}
}

func isBlockWord(word string) bool {
	return word == "if" || word == "else" || word == "elseif" || word == "end"
}

// isDirective tells whether a word is a directive, #set excepted, or a macro known so far.
func (p *parser) isDirective(word string) bool {
	switch word {
	case "foreach", "include", "parse", "macro", "evaluate", "break", "define", "stop":
		return true
	}
	_, ok := p.t.macros[word]
	return ok || isBlockWord(word)
}

// directiveWord reads "#word" or "#{word}" at i; end is 0 if there is none.
func (p *parser) directiveWord(i int) (word string, end int, bracketed bool) {
	if p.byteAt(i) != '#' {
		return "", 0, false
	}
	i++
	if bracketed = p.byteAt(i) == '{'; bracketed {
		i++
	}
	start := i
	if !isNameStart(p.byteAt(i)) && p.byteAt(i) != '@' {
		return "", 0, false
	}
	for i++; isWordPart(p.byteAt(i)); i++ {
	}
	word = p.src[start:i]
	if bracketed {
		if p.byteAt(i) != '}' {
			return "", 0, false
		}
		i++
	}
	return word, i, bracketed
}

// symbol reads what "$", "#" or an escaped "$" start. Some of them may stand before a
// reference or a directive without a meaning of their own: "$$x", "#$x", "$#if".
func (p *parser) symbol(b *body, blanks string) (ending, error) {
	start := p.pos
	for {
		mark := p.pos
		slashes := 0
		for p.peek() == '\\' {
			p.pos++
			slashes++
		}
		switch p.peek() {
		case '$':
			p.pos++
			if done, err := p.dollar(b, blanks, start, mark); done || err != nil {
				return ending{}, err
			}
		case '#':
			if slashes > 0 {
				p.pos = mark
				return ending{}, p.lone(b, blanks, start)
			}
			if done, end, err := p.hash(b, blanks, start); done || err != nil {
				return end, err
			}
			p.pos++
		default:
			p.pos = mark
			return ending{}, p.lone(b, blanks, start)
		}
	}
}

// lone adds the symbols since start as text.
func (p *parser) lone(b *body, blanks string, start int) error {
	b.text(blanks)
	b.text(p.src[start:p.pos])
	p.after = false
	return nil
}

// dollar reads on behind a "$" whose backslashes start at mark; first is where the symbols
// before it start. It is not done if this "$" starts no reference.
func (p *parser) dollar(b *body, blanks string, first, mark int) (done bool, err error) {
	i := p.pos
	slashes := 0
	for p.byteAt(i) == '\\' {
		i++
		slashes++
	}
	if p.byteAt(i) == '!' && (slashes == 0 || p.startsName(i+1)) {
		p.pos = i + 1
	} else {
		slashes = 0
	}
	if !p.startsName(p.pos) {
		return false, nil
	}
	b.text(blanks)
	p.after = false
	if slashes > 0 {
		// "$\!x" is "$!x" without its meaning; Velocity keeps nothing of the reference but
		// its first part.
		p.takeFirstPart()
		b.text(p.src[first:i-1] + p.src[i:p.pos])
		return true, nil
	}
	ref, err := p.reference(p.src[:p.pos], first, mark)
	if err != nil {
		return true, err
	}
	b.add(ref)
	return true, nil
}

// takeFirstPart steps over "{" or a name.
func (p *parser) takeFirstPart() {
	if p.take('{') {
		return
	}
	p.pos = p.nameEnd(p.pos)
}

// startsName tells whether a name, or a brace and a name, start at i.
func (p *parser) startsName(i int) bool {
	return isNameStart(p.byteAt(i)) || p.byteAt(i) == '{' && isNameStart(p.byteAt(i+1))
}

// hash reads a comment, a text block or a directive at "#". First is where the symbols before
// it start. It is not done if the "#" starts none of them.
func (p *parser) hash(b *body, blanks string, first int) (done bool, end ending, err error) {
	start := p.pos
	more := p.src[first:start]
	switch p.byteAt(start + 1) {
	case '#':
		b.text(blanks + more)
		p.lineComment()
		return true, end, nil
	case '*':
		b.text(blanks + more)
		n := strings.Index(p.src[start+2:], "*#")
		if n < 0 {
			p.pos = len(p.src) // an open comment goes to the end
		} else {
			p.pos = start + 2 + n + 2
		}
		p.after = false
		return true, end, nil
	case '[':
		if p.byteAt(start+2) != '[' {
			return false, end, nil
		}
		n := strings.Index(p.src[start+3:], "]]#")
		if n < 0 {
			return true, end, p.fail(start, "#[[", "the text block does not end")
		}
		b.text(blanks + more)
		b.text(p.src[start+3 : start+3+n])
		p.pos = start + 3 + n + 3
		p.after = false
		return true, end, nil
	}
	word, wordEnd, _ := p.directiveWord(start)
	if wordEnd == 0 {
		return false, end, nil
	}
	p.pos = wordEnd
	end, err = p.directive(b, directiveStart{word: word, start: start, first: first, blanks: blanks, more: more})
	return true, end, err
}

// lineComment steps over a comment that ends with its line.
func (p *parser) lineComment() {
	i := strings.IndexAny(p.rest(), "\n\r")
	if i < 0 {
		p.pos = len(p.src)
	} else {
		p.pos += i + p.lineBreak(p.pos+i)
	}
	p.after = true
}
