package main

import (
	"strings"
	"unicode"
)

// fieldName is the Go name of a member: only the first letter changes, so that fields are found by the model's names.
func fieldName(member string) string { return upperFirst(member) }

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// constantName is the Go name of an enum value: the enum's name, then the words of the value. Shouted words become
// title case; an underscore stays only between digits.
func constantName(enum, value string) string {
	words := strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) > 1 && words[0] == enum {
		words = words[1:]
	}
	name := enum
	for _, w := range words {
		if w == strings.ToUpper(w) {
			w = strings.ToLower(w)
		}
		if isDigit(name[len(name)-1]) && isDigit(w[0]) {
			name += "_"
		}
		name += upperFirst(w)
	}
	return name
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// list joins names for a sentence.
func list(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
