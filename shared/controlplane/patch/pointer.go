package patch

import "strings"

// Split returns the unescaped reference tokens of a JSON pointer (RFC 6901). ok is false for text
// that is no pointer to something inside a document: without a leading slash, or with a tilde
// that escapes nothing.
func Split(pointer string) (tokens []string, ok bool) {
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil, false
	}
	tokens = strings.Split(rest, "/")
	for i, token := range tokens {
		if tokens[i], ok = unescape(token); !ok {
			return nil, false
		}
	}
	return tokens, true
}

// Join is the reverse of Split.
func Join(tokens ...string) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteByte('/')
		b.WriteString(Escape(token))
	}
	return b.String()
}

// Escape returns a reference token as it stands in a pointer.
func Escape(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
}

func unescape(token string) (string, bool) {
	if !strings.Contains(token, "~") {
		return token, true
	}
	var b strings.Builder
	for i := 0; i < len(token); i++ {
		if token[i] != '~' {
			b.WriteByte(token[i])
			continue
		}
		i++
		switch {
		case i < len(token) && token[i] == '0':
			b.WriteByte('~')
		case i < len(token) && token[i] == '1':
			b.WriteByte('/')
		default:
			return "", false
		}
	}
	return b.String(), true
}
