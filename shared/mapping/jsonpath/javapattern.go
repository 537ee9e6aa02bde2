package jsonpath

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

var errPatternEnd = errors.New("regular expression: it ends too early")

// Java's line terminators, inside a class.
const lineEnds = `\n\r\x85\u2028\u2029`

// javaClasses are the insides of classes for Java's shorthands, which hold ASCII alone.
var javaClasses = map[string]string{
	"d": `0-9`, "w": `a-zA-Z_0-9`, "s": ` \t\n\x0B\f\r`,
	"D": `\x00-/:-\uFFFF`, "W": "\\x00-/:-@\\[-\\^`{-\\uFFFF", "S": `\x00-\x08\x0E-\x1F!-\uFFFF`,
	"h":     ` \t\xA0\u1680\u180E\u2000-\u200A\u202F\u205F\u3000`,
	"Lower": `a-z`, "Upper": `A-Z`, "ASCII": `\x00-\x7F`, "Alpha": `a-zA-Z`, "Digit": `0-9`,
	"Alnum": `a-zA-Z0-9`, "Punct": "!-/:-@\\[-`{-~", "Graph": `!-~`, "Print": ` -~`, "Blank": ` \t`,
	"Cntrl": `\x00-\x1F\x7F`, "XDigit": `0-9a-fA-F`, "Space": ` \t\n\x0B\f\r`,
	"IsAlphabetic": `\p{L}\p{Nl}`, "IsLetter": `\p{L}`, "IsDigit": `\p{Nd}`,
}

// translator writes a Java regular expression in the syntax of the library.
type translator struct {
	src     string
	pos     int
	out     strings.Builder
	unicode bool
	dot     string
	dollar  string
	// atom is where the last atom starts in out, open where the open groups do.
	atom int
	open []int
}

// translatePattern refuses what the library would read in another way: classes within classes,
// and the negations of POSIX's.
func translatePattern(src, flags string) (string, error) {
	t := &translator{src: src, unicode: strings.Contains(flags, "U"), dot: "[^" + lineEnds + "]", dollar: `(?=(?:\r\n|[` + lineEnds + `])?\z)`}
	switch {
	case strings.Contains(flags, "s") || strings.Contains(src, "(?s"):
		t.dot = "."
	case strings.Contains(flags, "d"):
		t.dot = `[^\n]`
	}
	if strings.Contains(flags, "m") || strings.Contains(src, "(?m") {
		t.dollar = "$"
	}
	for t.pos < len(src) {
		if err := t.next(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

func (t *translator) next() error {
	start, c := t.out.Len(), t.src[t.pos]
	t.pos++
	switch c {
	case '*', '+', '?', '{':
		return t.quantifier()
	case '(':
		t.open = append(t.open, start)
		t.out.WriteByte(c)
		if strings.HasPrefix(t.src[t.pos:], "?") {
			t.out.WriteByte('?')
			t.pos++
		}
		return nil
	case ')':
		t.out.WriteByte(c)
		if len(t.open) > 0 {
			t.atom = t.open[len(t.open)-1]
			t.open = t.open[:len(t.open)-1]
		}
		return nil
	}
	t.atom = start
	switch c {
	case '\\':
		text, inside, err := t.escape()
		if err == nil && inside {
			text = "[" + text + "]"
		}
		t.out.WriteString(text)
		return err
	case '.':
		t.out.WriteString(t.dot)
	case '$':
		t.out.WriteString(t.dollar)
	case '[':
		return t.class()
	default:
		t.out.WriteByte(c)
	}
	return nil
}

// quantifier copies a quantifier; a possessive one makes its atom an atomic group.
func (t *translator) quantifier() error {
	start := t.pos - 1
	if t.src[start] == '{' {
		bounds, rest, ok := strings.Cut(t.src[t.pos:], "}")
		low, high, _ := strings.Cut(bounds, ",")
		if !ok || low == "" || !onlyOf(low+high, "0123456789") {
			return errors.New("regular expression: '{' needs a number of times")
		}
		t.pos = len(t.src) - len(rest)
	}
	quantifier := t.src[start:t.pos]
	switch {
	case strings.HasPrefix(t.src[t.pos:], "?"):
		t.pos++
		quantifier += "?"
	case strings.HasPrefix(t.src[t.pos:], "+"):
		t.pos++
		all := t.out.String()
		t.out.Reset()
		t.out.WriteString(all[:t.atom] + "(?>" + all[t.atom:] + quantifier + ")")
		return nil
	}
	t.out.WriteString(quantifier)
	return nil
}

// escape reads what follows a backslash; inside tells that it belongs into a class.
func (t *translator) escape() (text string, inside bool, err error) {
	if t.pos == len(t.src) {
		return "", false, errPatternEnd
	}
	c := t.src[t.pos]
	t.pos++
	switch c {
	case 'd', 'D', 'w', 'W', 's', 'S', 'h':
		if t.unicode && c != 'h' {
			return `\` + string(c), false, nil
		}
		return javaClasses[string(c)], true, nil
	case '0':
		n := 0
		for n < 3 && t.pos+n < len(t.src) && t.src[t.pos+n] >= '0' && t.src[t.pos+n] <= '7' {
			n++
		}
		code, err := strconv.ParseUint(t.src[t.pos:t.pos+n], 8, 8)
		if err != nil {
			return "", false, errors.New("regular expression: \\0 needs an octal number up to 377")
		}
		t.pos += n
		return fmt.Sprintf(`\x%02x`, code), false, nil
	case 'Q':
		quoted, rest, _ := strings.Cut(t.src[t.pos:], `\E`)
		t.pos = len(t.src) - len(rest)
		var out strings.Builder
		for _, r := range quoted {
			if r < 0x80 && strings.ContainsRune(`\*+?|{}[]()^$.#- `, r) {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
		}
		return out.String(), false, nil
	case 'p', 'P':
		name, rest, ok := strings.Cut(t.src[t.pos:], "}")
		if !strings.HasPrefix(name, "{") || !ok {
			if t.pos == len(t.src) {
				return "", false, errPatternEnd
			}
			name, rest = "{"+t.src[t.pos:t.pos+1], t.src[t.pos+1:]
		}
		t.pos = len(t.src) - len(rest)
		if class, ok := javaClasses[name[1:]]; ok && c == 'p' {
			return class, true, nil
		} else if ok {
			return "", false, errors.New("regular expression: the negated class " + name[1:] + " is not supported")
		}
		return `\` + string(c) + "{" + strings.TrimPrefix(name[1:], "Is") + "}", false, nil
	}
	return `\` + string(c), false, nil
}

func (t *translator) class() error {
	t.out.WriteByte('[')
	if strings.HasPrefix(t.src[t.pos:], "^") {
		t.out.WriteByte('^')
		t.pos++
	}
	for first := true; t.pos < len(t.src); first = false {
		c := t.src[t.pos]
		t.pos++
		switch {
		case c == '[' || c == '&' && strings.HasPrefix(t.src[t.pos:], "&"):
			return errors.New("regular expression: classes within classes are not supported")
		case c == ']' && !first:
			t.out.WriteByte(c)
			return nil
		case c == ']':
			t.out.WriteString(`\]`)
		case c == '\\':
			text, _, err := t.escape()
			if err != nil {
				return err
			}
			t.out.WriteString(text)
		default:
			t.out.WriteByte(c)
		}
	}
	return errPatternEnd
}
