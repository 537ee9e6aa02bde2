package vtl

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxClassDepth bounds classes inside classes.
const maxClassDepth = 20

// class reads "[...]" with Java's unions and intersections.
func (r *regexTranslation) class() (string, error) { return r.classAt(0) }

func (r *regexTranslation) classAt(depth int) (string, error) {
	if depth > maxClassDepth {
		return "", r.fail("too many classes inside each other")
	}
	r.pos++
	negated := strings.HasPrefix(r.src[r.pos:], "^")
	if negated {
		r.pos++
	}
	var operands []string
	simple := ""
	var nested []string
	finish := func() {
		parts := slices.Clone(nested)
		if simple != "" {
			parts = append(parts, "["+simple+"]")
		}
		if len(parts) > 0 {
			operands = append(operands, "(?:"+strings.Join(parts, "|")+")")
		}
		simple, nested = "", nil
	}
	for first := true; ; first = false {
		if r.pos >= len(r.src) {
			return "", r.fail("Unclosed character class")
		}
		rest := r.src[r.pos:]
		switch {
		case rest[0] == ']' && !first:
			r.pos++
			if len(operands) == 0 && len(nested) == 0 {
				if negated {
					return "[^" + simple + "]", nil
				}
				return "[" + simple + "]", nil
			}
			finish()
			if len(operands) == 0 {
				return "", r.fail("Bad class syntax")
			}
			last := len(operands) - 1
			all := "(?:"
			for _, o := range operands[:last] {
				all += "(?=" + o + ")"
			}
			all += operands[last] + ")"
			if negated {
				all = "(?:(?!" + all + `)[\s\S])`
			}
			return all, nil
		case rest[0] == '[':
			inner, err := r.classAt(depth + 1)
			if err != nil {
				return "", err
			}
			nested = append(nested, inner)
		case strings.HasPrefix(rest, "&&"):
			r.pos += 2
			finish()
		case rest[0] == '\\':
			if len(rest) == 1 {
				return "", r.fail("Unclosed character class")
			}
			inside, without, err := r.classEscape()
			if err != nil {
				return "", err
			}
			if without {
				nested = append(nested, "[^"+inside+"]")
			} else {
				simple += inside
			}
		case rest[0] == '^' || rest[0] == ']':
			simple += `\` + rest[:1]
			r.pos++
		default:
			_, n := utf8.DecodeRuneInString(rest)
			simple += rest[:n]
			r.pos += n
		}
	}
}
