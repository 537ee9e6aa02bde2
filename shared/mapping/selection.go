package mapping

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// selectionTimeout bounds one match of a pattern that backtracks.
const selectionTimeout = 100 * time.Millisecond

// Selection is the selectionPattern of an integration response: a Java regular expression
// that has to match the whole selection value (REST data plane spec, 6).
type Selection struct {
	literal string // if nothing else is set
	plain   *regexp.Regexp
	java    *regexp2.Regexp
}

// CompileSelection reads a selection pattern, which must not be empty. The error says what is
// wrong with the expression.
func CompileSelection(pattern string) (*Selection, error) {
	if !strings.ContainsAny(pattern, `\.+*?()|[]{}^$`) {
		return &Selection{literal: pattern}, nil
	}
	whole := `\A(?:` + pattern + `)\z`
	if meansTheSame(pattern) {
		if re, err := regexp.Compile(whole); err == nil {
			return &Selection{plain: re}, nil
		}
	}
	re, err := regexp2.Compile(whole, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("selection pattern %q: %w", pattern, err)
	}
	re.MatchTimeout = selectionTimeout
	return &Selection{java: re}, nil
}

// meansTheSame tells whether Go's regular expressions, which take linear time, read a pattern
// as Java's do: it has no escapes but \d and escaped punctuation, no groups with options, no
// classes within classes, and no characters beyond ASCII.
func meansTheSame(pattern string) bool {
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c >= 0x80:
			return false
		case c == '\\':
			i++
			if i == len(pattern) || pattern[i] != 'd' && strings.IndexByte(`\.+*?()|[]{}^$-/`, pattern[i]) < 0 {
				return false
			}
		case inClass && (c == '[' || c == '&'):
			return false
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '(' && i+1 < len(pattern) && pattern[i+1] == '?':
			return false
		}
	}
	return true
}

// Match tells whether the pattern matches the whole of value. It fails if the match takes
// longer than its bound.
func (s *Selection) Match(value string) (bool, error) {
	switch {
	case s.plain != nil:
		return s.plain.MatchString(value), nil
	case s.java != nil:
		ok, err := s.java.MatchString(value)
		if err != nil {
			return false, fmt.Errorf("match selection pattern: %w", err)
		}
		return ok, nil
	}
	return s.literal == value, nil
}
