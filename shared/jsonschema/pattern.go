package jsonschema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// pattern is a regular expression of ECMA 262, which may match anywhere in a text.
type pattern struct {
	text  string
	plain *regexp.Regexp  // in linear time, where Go's reading is the same
	ecma  *regexp2.Regexp // otherwise
}

// maxMatchTime bounds all matches of one document with expressions that backtrack.
const maxMatchTime = time.Second

func compilePattern(text string) (*pattern, error) {
	if translated, ok := plainPattern(text); ok {
		if re, err := regexp.Compile(translated); err == nil {
			return &pattern{text: text, plain: re}, nil
		}
	}
	re, err := regexp2.Compile(text, regexp2.ECMAScript)
	if err != nil {
		return nil, fmt.Errorf("%q is not a regular expression of ECMA 262: %w", text, err)
	}
	re.MatchTimeout = maxMatchTime / 4
	return &pattern{text: text, ecma: re}, nil
}

var errMatchTime = errors.New("a regular expression took too long")

// match tells whether the pattern matches somewhere in text. It takes what an expression that
// backtracks needs from left, and fails when nothing is left.
func (p *pattern) match(text []byte, left *time.Duration) (bool, error) {
	if p.plain != nil {
		return p.plain.Match(text), nil
	}
	if *left <= 0 {
		return false, errMatchTime
	}
	start := time.Now()
	ok, err := p.ecma.MatchString(string(text))
	*left -= time.Since(start)
	if err != nil {
		return false, errMatchTime
	}
	return ok, nil
}

// spaceClass is \s of ECMA 262.
const spaceClass = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`

// plainPattern rewrites an expression for Go's regular expressions, if it holds nothing that they
// lack or read otherwise: look-around, references, options, unusual escapes and classes, and braces
// that are no repetition.
func plainPattern(text string) (string, bool) {
	var out strings.Builder
	inClass := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\':
			i++
			if i == len(text) {
				return "", false
			}
			switch e := text[i]; {
			case e == 's' && inClass:
				out.WriteString(spaceClass)
			case e == 's':
				out.WriteString("[" + spaceClass + "]")
			case e == 'S' && !inClass:
				out.WriteString("[^" + spaceClass + "]")
			case strings.IndexByte("dDwWtnrfv", e) >= 0, !inClass && (e == 'b' || e == 'B'):
				// \d, \w and \b know ASCII alone in both.
				out.WriteByte('\\')
				out.WriteByte(e)
			case strings.IndexByte(`\.+*?()|[]{}^$-/`, e) >= 0:
				out.WriteString(regexp.QuoteMeta(string(e)))
				if e == '-' {
					// QuoteMeta leaves it as it is, which in a class would make a range.
					return "", false
				}
			default:
				return "", false
			}
			continue
		case inClass && c == ']':
			inClass = false
		case inClass:
			if c == '[' {
				out.WriteByte('\\') // no class within a class
			}
		case c == '[':
			inClass = true
			rest := strings.TrimPrefix(text[i+1:], "^")
			if strings.HasPrefix(rest, "]") {
				return "", false // an empty class, or one of everything
			}
		case c == '(' && strings.HasPrefix(text[i+1:], "?") && !strings.HasPrefix(text[i+1:], "?:"):
			return "", false
		case c == '{':
			if !repetition.MatchString(text[i:]) {
				return "", false
			}
		case c == '}' || c == ']':
			if c == ']' || !strings.Contains(text[:i], "{") {
				return "", false
			}
		case c == '.':
			out.WriteString(`[^\n\r\x{2028}\x{2029}]`)
			continue
		}
		out.WriteByte(c)
	}
	return out.String(), !inClass
}

var repetition = regexp.MustCompile(`^\{\d+(,\d*)?\}`)
