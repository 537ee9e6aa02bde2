package policy

import (
	"errors"
	"strings"
)

var (
	errOpenVariable = errors.New("a policy variable is not closed")
	errVariable     = errors.New(`a policy variable is neither ${key} nor ${key, 'default'}`)
)

// syntaxOf says what has a meaning in a text.
type syntaxOf struct{ wildcards, variables bool }

// compile reads a text: wildcards "*" and "?", variables "${key}" and "${key, 'default'}", and
// "${*}", "${?}" and "${$}" for the characters themselves (IAM user guide, policy variables).
func (x syntaxOf) compile(text string) (pattern, error) {
	var p pattern
	var run strings.Builder
	flush := func() {
		if run.Len() > 0 {
			p.parts = append(p.parts, part{kind: literal, text: run.String()})
			run.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case x.wildcards && c == '*':
			flush()
			if n := len(p.parts); n == 0 || p.parts[n-1].kind != anyRun {
				p.parts = append(p.parts, part{kind: anyRun})
			}
		case x.wildcards && c == '?':
			flush()
			p.parts = append(p.parts, part{kind: oneChar})
		case x.variables && strings.HasPrefix(text[i:], "${"):
			n, v, err := readVariable(text[i:])
			if err != nil {
				return p, err
			}
			i += n - 1
			if v.kind == literal {
				run.WriteString(v.text)
				continue
			}
			flush()
			p.parts = append(p.parts, v)
			p.variables = true
		default:
			run.WriteByte(c)
		}
	}
	flush()
	return p, nil
}

// readVariable reads the variable at the start of text and gives its length in bytes. A special
// character comes back as a literal.
func readVariable(text string) (int, part, error) {
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return 0, part{}, errOpenVariable
	}
	body := text[2:end]
	if body == "*" || body == "?" || body == "$" {
		return end + 1, part{kind: literal, text: body}, nil
	}
	key, _, hasDefault := strings.Cut(body, ",")
	v := part{kind: variable, text: strings.ToLower(strings.TrimSpace(key))}
	length := end + 1
	if hasDefault {
		// The default may hold braces, so it ends with its quote.
		opening := len("${") + len(key) + len(",")
		quoted := strings.TrimLeft(text[opening:], " ")
		if !strings.HasPrefix(quoted, "'") {
			return 0, v, errVariable
		}
		content, rest, closed := strings.Cut(quoted[1:], "'")
		rest = strings.TrimLeft(rest, " ")
		if !closed || !strings.HasPrefix(rest, "}") {
			return 0, v, errVariable
		}
		v.fallback, v.hasFallback = content, true
		length = len(text) - len(rest) + 1
	}
	if v.text == "" || strings.ContainsAny(v.text, "{$'") {
		return 0, v, errVariable
	}
	return length, v, nil
}

// resolve appends parts to room with the values of the request in the place of variables. The
// values are literal, whatever characters they have. It fails if a variable has neither a single
// value nor a default.
func resolve(room, parts []part, l Lookup) ([]part, bool) {
	for _, p := range parts {
		if p.kind == variable {
			v, ok := l.value(p.text)
			switch {
			case ok && !v.set:
				p.text = v.one
			case p.hasFallback:
				p.text = p.fallback
			default:
				return nil, false
			}
			p.kind = literal
		}
		room = append(room, p)
	}
	return room, true
}

// text gives the pattern without wildcards as a string.
func (p *pattern) text(l Lookup) (string, bool) {
	if !p.variables {
		if len(p.parts) == 0 {
			return "", true
		}
		return p.parts[0].text, true
	}
	var room [inline]part
	parts, ok := resolve(room[:0], p.parts, l)
	if !ok {
		return "", false
	}
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part.text)
	}
	return b.String(), true
}
