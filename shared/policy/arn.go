package policy

import (
	"errors"
	"strings"
)

// arnFields is the number of parts of an ARN; the last, the resource, may hold colons.
const arnFields = 6

// arnPattern is an ARN with wildcards. The first five fields are compared one by one, so that a
// path with colons in it cannot pass for another account's or API's ARN; in the resource a "*"
// also crosses "/" and ":". A text with fewer fields is compared as a whole: a "*" at the end of
// a field expands beyond colons ("arn:aws:execute-api:*"; IAM user guide, Resource).
type arnPattern struct {
	any    bool
	fields []pattern // six, or one for the whole
}

// errEarlyVariable refuses what IAM has no meaning for.
var errEarlyVariable = errors.New("policy variables can be used after the fifth colon only")

func (x syntaxOf) compileARN(text string) (arnPattern, error) {
	if text != "" && strings.Trim(text, "*") == "" {
		return arnPattern{any: true}, nil
	}
	texts := x.splitARN(text)
	if len(texts) < arnFields {
		texts = []string{text}
	}
	var a arnPattern
	for _, t := range texts {
		p, err := x.compile(t)
		if err != nil {
			return a, err
		}
		a.fields = append(a.fields, p)
	}
	return a, nil
}

// splitARN cuts at the first five colons that are not in a variable.
func (x syntaxOf) splitARN(text string) []string {
	var fields []string
	start := 0
	for i := 0; i < len(text) && len(fields) < arnFields-1; i++ {
		switch {
		case x.variables && strings.HasPrefix(text[i:], "${"):
			if n, _, err := readVariable(text[i:]); err == nil {
				i += n - 1
			}
		case text[i] == ':':
			fields = append(fields, text[start:i])
			start = i + 1
		}
	}
	return append(fields, text[start:])
}

// variableTooEarly tells whether a variable begins before the resource part of an ARN.
func (a *arnPattern) variableTooEarly() bool {
	if len(a.fields) == 1 {
		return a.fields[0].variables
	}
	for i := range len(a.fields) - 1 {
		if a.fields[i].variables {
			return true
		}
	}
	return false
}

// match compares an ARN.
func (a *arnPattern) match(arn string, l Lookup) verdict {
	if a.any {
		return yes
	}
	if len(a.fields) == 1 {
		return a.fields[0].match(arn, l)
	}
	result := yes
	for i := range a.fields {
		field := arn
		if i < arnFields-1 {
			colon := strings.IndexByte(arn, ':')
			if colon < 0 {
				return no
			}
			field, arn = arn[:colon], arn[colon+1:]
		}
		switch a.fields[i].match(field, l) {
		case no:
			return no
		case unresolved:
			result = unresolved
		}
	}
	return result
}

// arnField gives one of the first five fields of an ARN, counted from 0, or the rest as the
// sixth; "" if there are too few.
func arnField(arn string, n int) string {
	for range n {
		_, rest, ok := strings.Cut(arn, ":")
		if !ok {
			return ""
		}
		arn = rest
	}
	if n < arnFields-1 {
		arn, _, _ = strings.Cut(arn, ":")
	}
	return arn
}

func isARN(s string) bool {
	return strings.HasPrefix(s, "arn:") && strings.Count(s, ":") >= arnFields-1
}
