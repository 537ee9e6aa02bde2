package vtl

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// pattern is a compiled java.util.regex pattern.
type pattern struct {
	// literal is what the pattern matches if it has no special character.
	literal   string
	isLiteral bool
	re        *regexp2.Regexp
	// whole is re for the whole text, as matches needs it.
	whole  *regexp2.Regexp
	groups int
	names  map[string]int
}

// maxPattern bounds the length of a pattern.
const maxPattern = 8 << 10

// takesPattern tells whether the first argument of a String's method is a pattern.
func takesPattern(method string) bool {
	switch method {
	case "replaceAll", "replaceFirst", "matches", "split":
		return true
	}
	return false
}

func compilePattern(text string, timeout time.Duration) (*pattern, error) {
	if literal, ok := literalPattern(text); ok {
		return &pattern{literal: literal, isLiteral: true}, nil
	}
	if len(text) > maxPattern {
		return nil, limitError(fmt.Sprintf("the regular expression has more than %d bytes", maxPattern))
	}
	source, translation, err := translateRegex(text)
	if err != nil {
		return nil, err
	}
	p := &pattern{groups: translation.groups, names: translation.names}
	if p.re, err = regexp2.Compile(source, regexp2.None); err != nil {
		return nil, thrown("java.util.regex.PatternSyntaxException", err.Error())
	}
	if p.whole, err = regexp2.Compile(`\A(?:`+source+`)\z`, regexp2.None); err != nil {
		return nil, thrown("java.util.regex.PatternSyntaxException", err.Error())
	}
	p.re.MatchTimeout, p.whole.MatchTimeout = timeout, timeout
	return p, nil
}

// literalPattern returns the only text that a pattern without special characters matches.
func literalPattern(text string) (string, bool) {
	if !strings.ContainsAny(text, `\.$|()[{^?*+`) {
		return text, true
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' {
			i++
			if i == len(text) || isLetter(text[i]) || isDigit(text[i]) {
				return "", false
			}
			c = text[i]
		} else if strings.IndexByte(`.$|()[{^?*+`, c) >= 0 {
			return "", false
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

// patternMethod is a method of String whose pattern is not known before.
func patternMethod(name string) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, args []Value) (Value, error) {
		text, err := textArgument(args, 0)
		if err != nil {
			return nil, err
		}
		p := s.patterns[text]
		if p == nil {
			if err := s.spend(1000); err != nil {
				return nil, err
			}
			if p, err = compilePattern(text, s.t.limits.MatchTime); err != nil {
				return nil, err
			}
			if s.patterns == nil {
				s.patterns = map[string]*pattern{}
			}
			s.patterns[text] = p
		}
		return p.run(s, name, on.(string), args)
	}
}

// run calls one of the methods with patterns.
func (p *pattern) run(s *state, method, text string, args []Value) (Value, error) {
	if err := s.spend(1 + len(text)/16); err != nil {
		return nil, err
	}
	watch := stopwatch{s: s, start: time.Now()}
	v, err := p.runTimed(s, watch, method, text, args)
	s.matching += time.Since(watch.start)
	return v, err
}

// stopwatch measures one call; each single match has a bound of its own, but there may be
// many.
type stopwatch struct {
	s     *state
	start time.Time
}

// check is called between matches.
func (w stopwatch) check() error {
	if w.s.matching+time.Since(w.start) > w.s.t.limits.MatchTime {
		return errMatchTime
	}
	return nil
}

var errMatchTime = limitError("regular expressions took too long")

func (p *pattern) runTimed(s *state, watch stopwatch, method, text string, args []Value) (Value, error) {
	if err := watch.check(); err != nil {
		return nil, err
	}
	switch method {
	case "matches":
		if p.isLiteral {
			return text == p.literal, nil
		}
		ok, err := p.whole.MatchString(text)
		return ok, matchError(err)
	case "split":
		limit := 0
		if len(args) > 1 {
			limit = args[1].(int)
		}
		return p.split(s, watch, text, limit)
	}
	with, err := textArgument(args, 1)
	if err != nil {
		return nil, err
	}
	return p.replace(s, watch, text, with, method == "replaceFirst")
}

// matchError names a pattern that took too long.
func matchError(err error) error {
	if err != nil {
		return errMatchTime
	}
	return nil
}

func (p *pattern) replace(s *state, watch stopwatch, text, with string, once bool) (Value, error) {
	if p.isLiteral && p.literal != "" && !strings.ContainsAny(with, `$\`) {
		if once {
			return made(s, strings.Replace(text, p.literal, with, 1))
		}
		return s.replaceLiteral(text, p.literal, with)
	}
	re, err := p.regexp(s)
	if err != nil {
		return nil, err
	}
	runes := []rune(text)
	m, err := re.FindRunesMatch(runes)
	if err != nil {
		return nil, matchError(err)
	}
	if m == nil {
		return text, nil
	}
	r, err := p.parseReplacement(with)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	last := 0
	for m != nil {
		if err := s.spend(2 + len(r.parts)); err != nil {
			return nil, err
		}
		b.WriteString(string(runes[last:m.Index]))
		for _, part := range r.parts {
			if part.group < 0 {
				b.WriteString(part.text)
			} else if g := m.GroupByNumber(part.group); g != nil {
				b.WriteString(g.String())
			}
		}
		last = m.Index + m.Length
		if b.Len() > s.memory {
			return nil, s.allocate(b.Len())
		}
		if once {
			break
		}
		if err := watch.check(); err != nil {
			return nil, err
		}
		if m, err = re.FindNextMatch(m); err != nil {
			return nil, matchError(err)
		}
	}
	b.WriteString(string(runes[last:]))
	return made(s, b.String())
}

var errPattern = errors.New("the regular expression cannot be compiled")

// regexp returns the compiled pattern, for literals too.
func (p *pattern) regexp(s *state) (*regexp2.Regexp, error) {
	if p.re != nil {
		return p.re, nil
	}
	re, err := regexp2.Compile(regexp2.Escape(p.literal), regexp2.None)
	if err != nil {
		return nil, errPattern
	}
	re.MatchTimeout = s.t.limits.MatchTime
	return re, nil
}

// split is String.split: with limit 0, empty texts at the end go.
func (p *pattern) split(s *state, watch stopwatch, text string, limit int) (Value, error) {
	re, err := p.regexp(s)
	if err != nil {
		return nil, err
	}
	runes := []rune(text)
	m, err := re.FindRunesMatch(runes)
	l := &List{}
	last := 0
	for ; m != nil && err == nil; m, err = re.FindNextMatch(m) {
		if err := watch.check(); err != nil {
			return nil, err
		}
		if limit > 0 && len(l.Items) == limit-1 {
			break
		}
		if m.Length == 0 && (m.Index == 0 || m.Index == len(runes)) {
			// An empty match at the start gives no empty text, and one at the end none that
			// limit 0 would keep.
			if m.Index == 0 || limit == 0 {
				continue
			}
		}
		l.Items = append(l.Items, string(runes[last:m.Index]))
		last = m.Index + m.Length
		if err := s.spend(2); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, matchError(err)
	}
	if last == 0 && len(l.Items) == 0 {
		l.Items = append(l.Items, text)
		return l, s.allocate(48)
	}
	l.Items = append(l.Items, string(runes[last:]))
	if limit == 0 {
		for len(l.Items) > 0 && l.Items[len(l.Items)-1] == "" {
			l.Items = l.Items[:len(l.Items)-1]
		}
	}
	return l, s.allocate(len(text) + 32*len(l.Items))
}
