package accesslog

import "strings"

const prefix = "context."

// variableAt reads a variable at the start of text. It returns the name after "context.", with a
// key in brackets as its last part, and the length of the whole, or 0.
func variableAt(text string) (name string, length int) {
	inner, ok := strings.CutPrefix(text, "$")
	if !ok {
		return "", 0
	}
	if braced, ok := strings.CutPrefix(inner, "{"); ok {
		name, n := nameAt(braced)
		if n == 0 || !strings.HasPrefix(braced[n:], "}") {
			return "", 0
		}
		return name, n + len("${}")
	}
	name, n := nameAt(inner)
	if n == 0 {
		return "", 0
	}
	return name, n + len("$")
}

// nameAt reads "context.a.b" or "context.a['b']" at the start of text. A full stop that ends a
// sentence is not part of the name.
func nameAt(text string) (name string, length int) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "", 0
	}
	n := 0
	for n < len(rest) && (isWord(rest[n]) || rest[n] == '.' && n > 0 && rest[n-1] != '.') {
		n++
	}
	if n > 0 && rest[n-1] == '.' {
		n--
	}
	if n == 0 {
		return "", 0
	}
	if key, ok := strings.CutPrefix(rest[n:], "['"); ok {
		if key, _, closed := strings.Cut(key, "']"); closed && key != "" {
			return rest[:n] + "." + key, len(prefix) + n + len("['']") + len(key)
		}
	}
	return rest[:n], len(prefix) + n
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
