package vtl

import (
	"fmt"
	"strings"
)

// replacement is a Java replacement text: literals and groups in turn.
type replacement struct {
	parts []replacementPart
	size  int
}

type replacementPart struct {
	text  string
	group int // -1 for text
}

// parseReplacement reads $1, ${name} and \x.
func (p *pattern) parseReplacement(text string) (replacement, error) {
	var r replacement
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			r.parts = append(r.parts, replacementPart{plain.String(), -1})
			plain.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
			if i == len(text) {
				return r, thrown("java.lang.IllegalArgumentException", "character to be escaped is missing")
			}
			plain.WriteByte(text[i])
		case '$':
			group, n, err := p.groupReference(text[i+1:])
			if err != nil {
				return r, err
			}
			flush()
			r.parts = append(r.parts, replacementPart{"", group})
			i += n
		default:
			plain.WriteByte(text[i])
		}
	}
	flush()
	r.size = len(text)
	return r, nil
}

// groupReference reads what stands behind a "$", and returns its length.
func (p *pattern) groupReference(text string) (group, length int, err error) {
	switch {
	case text == "":
		return 0, 0, thrown("java.lang.IllegalArgumentException", "Illegal group reference: group index is missing")
	case text[0] == '{':
		name, _, ok := strings.Cut(text[1:], "}")
		if !ok {
			return 0, 0, thrown("java.lang.IllegalArgumentException", "named capturing group is missing trailing '}'")
		}
		group, ok = p.names[name]
		if !ok {
			return 0, 0, thrown("java.lang.IllegalArgumentException", "No group with name {"+name+"}")
		}
		return group, len(name) + 2, nil
	case !isDigit(text[0]):
		return 0, 0, thrown("java.lang.IllegalArgumentException", "Illegal group reference")
	}
	group, length = int(text[0]-'0'), 1
	if group > p.groups {
		return 0, 0, thrown("java.lang.IndexOutOfBoundsException", fmt.Sprintf("No group %d", group))
	}
	// Further digits belong to it as long as there is such a group.
	for length < len(text) && isDigit(text[length]) && group*10+int(text[length]-'0') <= p.groups {
		group = group*10 + int(text[length]-'0')
		length++
	}
	return group, length, nil
}
