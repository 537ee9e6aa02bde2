package harness

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

type (
	// JSON is text that equals another as JSON values.
	JSON string
	// Match is a regular expression for the whole text.
	Match string
	// Contains is a part of the text.
	Contains string
	// AnyOf is a list of values of which one fits.
	AnyOf  []any
	absent struct{}
	null   struct{}
	anyVal struct{}
)

var (
	// Absent is a header or member that is not there.
	Absent = absent{}
	// Null is a member whose value is null.
	Null = null{}
	// Present is a header or member with any value.
	Present = anyVal{}
)

// Problem says how a text that is there or not differs from what is wanted, or returns "". A
// string has to be equal; see JSON, Match, Contains, AnyOf, Absent and Present for the rest.
func Problem(what string, got string, there bool, want any) string {
	switch w := want.(type) {
	case nil:
		return ""
	case absent:
		if !there {
			return ""
		}
		return fmt.Sprintf("%s is %q, want none", what, got)
	case AnyOf:
		for _, one := range w {
			if Problem(what, got, there, one) == "" {
				return ""
			}
		}
		return fmt.Sprintf("%s is %q (there: %t), want one of %v", what, got, there, []any(w))
	}
	if !there {
		return fmt.Sprintf("%s is missing, want %v", what, want)
	}
	ok := false
	switch w := want.(type) {
	case anyVal:
		ok = true
	case string:
		ok = got == w
	case Contains:
		ok = strings.Contains(got, string(w))
	case Match:
		ok = regexp.MustCompile(`(?s)\A(?:` + string(w) + `)\z`).MatchString(got)
	case JSON:
		var a, b any
		ok = json.Unmarshal([]byte(got), &a) == nil && json.Unmarshal([]byte(w), &b) == nil && reflect.DeepEqual(a, b)
	default:
		return fmt.Sprintf("%s: a case cannot want a %T", what, want)
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("%s is\n\t%q, want\n\t%q", what, got, want)
}

// memberProblem checks a member of an event. Wants of the types above apply to strings; other
// values are compared as JSON.
func memberProblem(event any, path string, want any) string {
	v, there := event, true
	for name := range strings.SplitSeq(path, "/") {
		m, ok := v.(map[string]any)
		if v, there = m[name]; !ok || !there {
			there, v = false, nil
			break
		}
	}
	what := "event " + path
	switch w := want.(type) {
	case null:
		if there && v == nil {
			return ""
		}
		return fmt.Sprintf("%s is %v (there: %t), want null", what, v, there)
	case Keys:
		m, _ := v.(map[string]any)
		var names []string
		for name := range m {
			names = append(names, name)
		}
		slices.Sort(names)
		sorted := slices.Sorted(slices.Values(w))
		if !slices.Equal(names, sorted) {
			return fmt.Sprintf("%s has the keys %v, want %v", what, names, sorted)
		}
		return ""
	case absent, anyVal, string, Match, Contains, AnyOf, JSON:
		text, ok := v.(string)
		if !ok && there {
			switch w.(type) {
			case absent, anyVal, AnyOf:
			default:
				return fmt.Sprintf("%s is %v, want %q", what, v, want)
			}
		}
		return Problem(what, text, there, want)
	}
	b, err := json.Marshal(want)
	if err != nil {
		return fmt.Sprintf("%s: %v", what, err)
	}
	var wanted any
	_ = json.Unmarshal(b, &wanted) // of our own making
	if !reflect.DeepEqual(v, wanted) {
		return fmt.Sprintf("%s is %#v, want %#v", what, v, wanted)
	}
	return ""
}

// Keys are the names of all members that an object has.
type Keys []string

func joined(lines [][2]string, name string) (string, bool) {
	var values []string
	for _, l := range lines {
		if strings.EqualFold(l[0], name) {
			values = append(values, l[1])
		}
	}
	return strings.Join(values, ","), values != nil
}

func headerProblems(what string, lines [][2]string, want map[string]any, exact []string) []string {
	var all []string
	for name, value := range want {
		got, there := joined(lines, name)
		if p := Problem(what+" header "+name, got, there, value); p != "" {
			all = append(all, p)
		}
	}
	for _, l := range exact {
		if !slices.ContainsFunc(lines, func(got [2]string) bool { return got[0]+": "+got[1] == l }) {
			all = append(all, fmt.Sprintf("%s has no header line %q but %q", what, l, lines))
		}
	}
	return all
}
