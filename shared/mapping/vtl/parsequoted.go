package vtl

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string literal. A doubled quote stands for one; only in double quotes does
// \uXXXX stand for a character, and are references and directives evaluated.
func (p *parser) quoted() (expr, error) {
	start := p.pos
	quote := p.src[start]
	end := p.quotedEnd(start)
	if end == 0 {
		return nil, p.fail(start, p.src[start:], "the string literal does not end")
	}
	source := p.src[start:end]
	p.pos = end
	text := source[1 : len(source)-1]
	if quote == '\'' {
		return literal{strings.ReplaceAll(text, "''", "'"), source}, nil
	}
	text, ok := unescapeUnicode(text)
	if !ok {
		return nil, p.fail(start, source, "\\u is not followed by four hexadecimal digits")
	}
	text = strings.ReplaceAll(text, `""`, `"`)
	if !strings.ContainsAny(source, "$#") {
		return literal{text, source}, nil
	}
	origin := p.at(start)
	origin.column++
	nodes, err := newParser(p.t, text, origin, p.depth).template()
	if err != nil {
		return nil, err
	}
	if len(nodes) == 0 {
		return literal{"", source}, nil
	}
	if only, ok := nodes[0].(textNode); ok && len(nodes) == 1 {
		return literal{string(only), source}, nil
	}
	return &interpolated{nodes, source}, nil
}

// quotedEnd returns the end of the literal that starts at i, the longest possible one, or 0.
func (p *parser) quotedEnd(i int) int {
	quote, end := p.src[i], 0
	for i++; i < len(p.src); i++ {
		if p.src[i] != quote {
			continue
		}
		end = i + 1
		if p.byteAt(i+1) != quote {
			return end
		}
		i++
	}
	return end
}

// unescapeUnicode replaces \uXXXX.
func unescapeUnicode(text string) (string, bool) {
	if !strings.Contains(text, `\u`) {
		return text, true
	}
	var b strings.Builder
	for {
		i := strings.Index(text, `\u`)
		if i < 0 {
			b.WriteString(text)
			return b.String(), true
		}
		b.WriteString(text[:i])
		r, ok := hexUnit(text[i:])
		if !ok {
			return "", false
		}
		text = text[i+6:]
		if utf16.IsSurrogate(r) {
			low, ok := hexUnit(text)
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
				r, text = pair, text[6:]
			}
		}
		b.WriteRune(r)
	}
}

// hexUnit reads \uXXXX at the start of text.
func hexUnit(text string) (rune, bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(n), err == nil
}
