package vtl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// Java's line terminators, inside a class.
const lineEnds = `\n\r\x85\u2028\u2029`

// javaClasses are what Java's shorthands hold, as the inside of a class: ASCII alone.
var javaClasses = map[string]string{
	"d": `0-9`, "D": `\x00-/:-\uFFFF`,
	"w": `a-zA-Z_0-9`, "W": "\\x00-/:-@\\[-\\^`{-\\uFFFF",
	"s": ` \t\n\x0B\f\r`, "S": `\x00-\x08\x0E-\x1F!-\uFFFF`,
	"h":     ` \t\xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`,
	"v":     `\n\x0B\f\r\x85\u2028\u2029`,
	"Lower": `a-z`, "Upper": `A-Z`, "ASCII": `\x00-\x7F`, "Alpha": `a-zA-Z`, "Digit": `0-9`,
	"Alnum": `a-zA-Z0-9`, "Punct": "!-/:-@\\[-`{-~", "Graph": `!-~`, "Print": ` -~`, "Blank": ` \t`,
	"Cntrl": `\x00-\x1F\x7F`, "XDigit": `0-9a-fA-F`, "Space": ` \t\n\x0B\f\r`,
	"IsAlphabetic": `\p{L}\p{Nl}`, "IsLetter": `\p{L}`, "IsDigit": `\p{Nd}`, "IsUppercase": `\p{Lu}`, "IsLowercase": `\p{Ll}`,
}

// regexTranslation writes a java.util.regex pattern in the syntax of the library.
type regexTranslation struct {
	src    string
	pos    int
	out    strings.Builder
	groups int
	names  map[string]int
	// opened are the places in out at which open groups start, atom that of the last atom.
	opened []int
	atom   int
	dotAll bool
}

func (r *regexTranslation) fail(what string) error {
	return thrown("java.util.regex.PatternSyntaxException", fmt.Sprintf("%s near index %d", what, r.pos))
}

// translateRegex returns the pattern and the numbers of its named groups.
func translateRegex(src string) (string, *regexTranslation, error) {
	r := &regexTranslation{src: src, names: map[string]int{}}
	for r.pos < len(src) {
		if err := r.next(); err != nil {
			return "", nil, err
		}
	}
	if len(r.opened) > 0 {
		return "", nil, r.fail("Unclosed group")
	}
	return r.out.String(), r, nil
}

// emit writes an atom.
func (r *regexTranslation) emit(text string) {
	r.atom = r.out.Len()
	r.out.WriteString(text)
}

func (r *regexTranslation) next() error {
	c := r.src[r.pos]
	switch c {
	case '\\':
		return r.escape()
	case '[':
		class, err := r.class()
		r.emit(class)
		return err
	case '(':
		return r.group()
	case ')':
		r.pos++
		if len(r.opened) == 0 {
			return r.fail("Unmatched closing ')'")
		}
		r.out.WriteByte(')')
		r.atom = r.opened[len(r.opened)-1]
		r.opened = r.opened[:len(r.opened)-1]
	case '.':
		r.pos++
		if r.dotAll {
			r.emit(`[\s\S]`)
		} else {
			r.emit("[^" + lineEnds + "]")
		}
	case '$':
		r.pos++
		r.emit(`(?=(?:\r\n|[` + lineEnds + `])?\z)`)
	case '*', '+', '?', '{':
		r.quantifier()
	case '|', '^':
		r.pos++
		r.emit(string(c))
	default:
		_, n := utf8.DecodeRuneInString(r.src[r.pos:])
		r.emit(r.src[r.pos : r.pos+n])
		r.pos += n
	}
	return nil
}

// quantifier copies a quantifier; a possessive one becomes an atomic group.
func (r *regexTranslation) quantifier() {
	start := r.pos
	if r.src[r.pos] == '{' {
		if i := strings.IndexByte(r.src[r.pos:], '}'); i > 0 {
			r.pos += i
		}
	}
	r.pos++
	quantifier := r.src[start:r.pos]
	switch {
	case strings.HasPrefix(r.src[r.pos:], "?"):
		r.pos++
		quantifier += "?"
	case strings.HasPrefix(r.src[r.pos:], "+"):
		r.pos++
		all := r.out.String()
		r.out.Reset()
		r.out.WriteString(all[:r.atom] + "(?>" + all[r.atom:] + quantifier + ")")
		return
	}
	r.out.WriteString(quantifier)
}

func (r *regexTranslation) group() error {
	r.opened = append(r.opened, r.out.Len())
	rest := r.src[r.pos:]
	if !strings.HasPrefix(rest, "(?") {
		r.groups++
		r.out.WriteByte('(')
		r.pos++
		return nil
	}
	for _, plain := range []string{"(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"} {
		if strings.HasPrefix(rest, plain) {
			r.out.WriteString(plain)
			r.pos += len(plain)
			return nil
		}
	}
	if strings.HasPrefix(rest, "(?<") {
		name, _, ok := strings.Cut(rest[3:], ">")
		if !ok || name == "" {
			return r.fail("named capturing group is missing trailing '>'")
		}
		r.groups++
		r.names[name] = r.groups
		r.out.WriteByte('(')
		r.pos += len("(?<>") + len(name)
		return nil
	}
	return r.flags()
}

// flags reads "(?flags)" and "(?flags:"; those that the library does not have change nothing
// there.
func (r *regexTranslation) flags() error {
	i := r.pos + 2
	kept := "(?"
	on := true
	for ; i < len(r.src) && r.src[i] != ')' && r.src[i] != ':'; i++ {
		switch c := r.src[i]; c {
		case 's':
			r.dotAll = on
		case 'i', 'm', 'x':
			kept += string(c)
		case '-':
			on = false
			kept += "-"
		case 'u', 'd', 'U':
		default:
			r.pos = i
			return r.fail("Unknown inline modifier")
		}
	}
	if i == len(r.src) {
		return r.fail("Unknown inline modifier")
	}
	kept = strings.TrimSuffix(kept, "-")
	if r.src[i] == ')' {
		r.opened = r.opened[:len(r.opened)-1]
		if kept != "(?" {
			r.out.WriteString(kept + ")")
		}
	} else {
		r.out.WriteString(kept + ":")
	}
	r.pos = i + 1
	return nil
}

// escape reads a backslash outside of classes.
func (r *regexTranslation) escape() error {
	if r.pos+1 >= len(r.src) {
		return r.fail("Unexpected internal error")
	}
	switch c := r.src[r.pos+1]; c {
	case 'Q':
		text, _, _ := strings.Cut(r.src[r.pos+2:], `\E`)
		r.pos = min(r.pos+2+len(text)+2, len(r.src))
		for _, x := range text {
			r.emit(regexp2.Escape(string(x)))
		}
	case 'Z':
		r.pos += 2
		r.emit(`(?=(?:\r\n|[` + lineEnds + `])?\z)`)
	case 'R':
		r.pos += 2
		r.emit(`(?:\r\n|[\n-\r\x85\u2028\u2029])`)
	case 'A', 'b', 'B', 'G', 'z', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		r.pos += 2
		r.emit(`\` + string(c))
	case 'k':
		name, _, ok := strings.Cut(strings.TrimPrefix(r.src[r.pos+2:], "<"), ">")
		number, known := r.names[name]
		if !ok || !known {
			return r.fail("named capturing group <" + name + "> does not exist")
		}
		r.pos += len(`\k<>`) + len(name)
		r.emit(fmt.Sprintf(`(?:\%d)`, number))
	default:
		inside, negated, err := r.classEscape()
		if err != nil {
			return err
		}
		switch {
		case negated:
			r.emit("[^" + inside + "]")
		case len(inside) > 1 && inside[0] != '\\' || strings.HasPrefix(inside, `\x00-`) || strings.HasPrefix(inside, `\p`) || strings.HasPrefix(inside, `\P`) || strings.HasPrefix(inside, `\n\x0B`):
			r.emit("[" + inside + "]")
		default:
			r.emit(inside)
		}
	}
	return nil
}

// classEscape reads an escape that may stand in a class, and returns the inside of one.
func (r *regexTranslation) classEscape() (inside string, negated bool, err error) {
	c := r.src[r.pos+1]
	r.pos += 2
	switch c {
	case 'd', 'D', 'w', 'W', 's', 'S', 'h', 'v':
		return javaClasses[string(c)], false, nil
	case 'H', 'V':
		return javaClasses[strings.ToLower(string(c))], true, nil
	case 'p', 'P':
		return r.property(c == 'P')
	case 't', 'n', 'r', 'f', 'a', 'e':
		return `\` + string(c), false, nil
	case 'x', 'u', '0', 'c':
		return r.character(c)
	}
	if isLetter(c) || isDigit(c) {
		return "", false, r.fail("Illegal/unsupported escape sequence")
	}
	r.pos--
	_, n := utf8.DecodeRuneInString(r.src[r.pos:])
	text := r.src[r.pos : r.pos+n]
	r.pos += n
	if n == 1 {
		text = `\` + text
	}
	return text, false, nil
}

// property reads \p{Name} and \pL behind the letter.
func (r *regexTranslation) property(negated bool) (string, bool, error) {
	if r.pos >= len(r.src) {
		return "", false, r.fail("Illegal/unsupported escape sequence")
	}
	name := r.src[r.pos : r.pos+1]
	n := 1
	if name == "{" {
		var ok bool
		if name, _, ok = strings.Cut(r.src[r.pos+1:], "}"); !ok {
			return "", false, r.fail("Unclosed character family")
		}
		n = len(name) + 2
	}
	r.pos += n
	if inside, ok := javaClasses[name]; ok && len(name) > 1 {
		return inside, negated, nil
	}
	letter := "p"
	if negated {
		letter = "P"
	}
	return `\` + letter + `{` + strings.TrimPrefix(name, "Is") + `}`, false, nil
}

// character reads \xhh, \x{h...}, \uhhhh, \0ooo and \cX behind the letter.
func (r *regexTranslation) character(c byte) (string, bool, error) {
	rest := r.src[r.pos:]
	var n, code int
	var err error
	switch {
	case c == 'c' && rest != "":
		return fmt.Sprintf(`\x%02X`, rest[0]^64), false, r.skip(1)
	case c == '0':
		for n < 3 && n < len(rest) && rest[n] >= '0' && rest[n] <= '7' {
			n++
		}
		_, err = fmt.Sscanf(rest[:n], "%o", &code)
	case strings.HasPrefix(rest, "{"):
		text, _, _ := strings.Cut(rest[1:], "}")
		n = len(text) + 2
		_, err = fmt.Sscanf(text, "%x", &code)
	default:
		n = 2
		if c == 'u' {
			n = 4
		}
		if len(rest) < n {
			return "", false, r.fail("Illegal hexadecimal escape sequence")
		}
		_, err = fmt.Sscanf(rest[:n], "%x", &code)
	}
	if err != nil || code > utf8.MaxRune || n > len(rest) {
		return "", false, r.fail("Illegal hexadecimal escape sequence")
	}
	if code > 0xffff {
		return string(rune(code)), false, r.skip(n)
	}
	return fmt.Sprintf(`\u%04X`, code), false, r.skip(n)
}

func (r *regexTranslation) skip(n int) error {
	r.pos += n
	return nil
}
