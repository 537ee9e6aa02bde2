package jsonpath

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// pattern is a Java regular expression that has to match the whole of a text.
type pattern struct{ re *regexp2.Regexp }

func compilePattern(source, flags string) (*pattern, error) {
	var options regexp2.RegexOptions
	for flag, option := range map[string]regexp2.RegexOptions{
		"i": regexp2.IgnoreCase, "x": regexp2.IgnorePatternWhitespace, "m": regexp2.Multiline, "s": regexp2.Singleline,
	} {
		if strings.Contains(flags, flag) {
			options |= option
		}
	}
	translated, err := translatePattern(source, flags)
	if err != nil {
		return nil, err
	}
	// Alone first: parentheses that do not match would match those around it.
	if _, err := regexp2.Compile(translated, options); err != nil {
		return nil, fmt.Errorf("regular expression: %w", err)
	}
	// The newline ends a comment that the flag x allows.
	end := `)\z`
	if strings.Contains(flags, "x") {
		end = "\n" + end
	}
	re, err := regexp2.Compile(`\A(?:`+translated+end, options)
	if err != nil {
		return nil, fmt.Errorf("regular expression: %w", err)
	}
	re.MatchTimeout = matchTime
	return &pattern{re}, nil
}

func (p *pattern) matches(c *filterContext, text string) (bool, error) {
	if err := c.spend(1 + len(text)/16); err != nil {
		return false, err
	}
	start := time.Now()
	ok, err := p.re.MatchString(text)
	if c.matched += time.Since(start); err != nil || c.matched > allMatchTime {
		return false, errors.Join(ErrLimit, err)
	}
	return ok, nil
}

// matches is the operator =~. A list matches if one of its elements does.
func matches(c *filterContext, left, right operand) (bool, error) {
	p, onLeft := left.(*patternOperand)
	subject := right
	if q, onRight := right.(*patternOperand); onRight {
		if onLeft {
			return false, nil
		}
		p, subject = q, left
	} else if !onLeft {
		return false, nil
	}
	j, ok := subject.(*jsonOperand)
	if !ok {
		return p.matches(c, matchText(subject))
	}
	v, err := j.parsed()
	if err != nil {
		return false, err
	}
	if _, ok := v.(*vtl.List); !ok {
		return p.matches(c, "")
	}
	all, _, err := elements(c, j)
	if err != nil {
		return false, err
	}
	for _, element := range all {
		if ok, err := p.matches(c, matchText(element)); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// matchText is what a pattern sees: nothing of what is no text, number or boolean.
func matchText(o operand) string {
	switch o := o.(type) {
	case textOperand:
		return string(o)
	case *numberOperand:
		return o.decimal.String()
	case boolOperand:
		if o {
			return "true"
		}
		return "false"
	}
	return ""
}
