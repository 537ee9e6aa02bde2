package policy

import (
	"strings"
	"unicode/utf8"
)

// pattern is a compiled text with wildcards and policy variables.
type pattern struct {
	parts     []part
	variables bool
}

// part is one piece of a pattern.
type part struct {
	kind partKind
	// text is the literal, or the lower-case key of a variable.
	text string
	// fallback is a variable's value when the request has none.
	fallback    string
	hasFallback bool
}

type partKind uint8

const (
	literal  partKind = iota
	oneChar           // ?
	anyRun            // *
	variable          // ${key}
)

// verdict is the answer of a pattern: a variable without a value is neither a match nor, in
// NotResource, a mismatch.
type verdict uint8

const (
	no verdict = iota
	yes
	unresolved
)

// inline is the number of parts of a pattern with variables that need no allocation.
const inline = 12

// match compares s with the pattern, whose variables get their values from l.
func (p *pattern) match(s string, l Lookup) verdict {
	parts := p.parts
	if p.variables {
		var room [inline]part
		resolved, ok := resolve(room[:0], p.parts, l)
		if !ok {
			return unresolved
		}
		return answer(glob(resolved, s, false))
	}
	return answer(glob(parts, s, false))
}

// matchFold compares without regard to the case of ASCII letters. Actions, which are compared so,
// have no variables.
func (p *pattern) matchFold(s string) bool { return glob(p.parts, s, true) }

func answer(matches bool) verdict {
	if matches {
		return yes
	}
	return no
}

// glob matches the whole of s. A mismatch goes back to the last "*" only, which is enough, since
// an earlier one could but give the later a smaller rest: the work is bounded by the product of
// the lengths, however many wildcards there are.
func glob(parts []part, s string, fold bool) bool {
	i, at := 0, 0
	star, mark := -1, 0
	for i < len(parts) || at < len(s) {
		if i < len(parts) {
			switch p := &parts[i]; p.kind {
			case anyRun:
				i++
				if i == len(parts) {
					return true
				}
				star, mark = i, at
				continue
			case oneChar:
				if at < len(s) {
					_, n := utf8.DecodeRuneInString(s[at:])
					i, at = i+1, at+n
					continue
				}
			default:
				if hasPrefix(s[at:], p.text, fold) {
					i, at = i+1, at+len(p.text)
					continue
				}
			}
		}
		if star < 0 || mark >= len(s) {
			return false
		}
		_, n := utf8.DecodeRuneInString(s[mark:])
		mark += n
		if next := &parts[star]; next.kind == literal && !fold {
			skip := strings.Index(s[mark:], next.text)
			if skip < 0 {
				return false
			}
			mark += skip
		}
		i, at = star, mark
	}
	return true
}

func hasPrefix(s, prefix string, fold bool) bool {
	if len(s) < len(prefix) {
		return false
	}
	if !fold {
		return s[:len(prefix)] == prefix
	}
	for i := range len(prefix) {
		if lower(s[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
