package sdk

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// reserved are names that a method of a JavaScript class cannot have, or that change what the
// language does with its objects.
var reserved = []string{"constructor", "then", "toString", "toJSON", "valueOf", "toLocaleString", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"}

// names returns a name for each method, unique among them: the operation name if there is one, or
// else the path followed by the verb: GET /pets/{petId} is petsPetIdGet, as in the libraries of
// API Gateway.
func names(methods []snapshot.Method) []string {
	taken := map[string]bool{}
	for _, name := range reserved {
		taken[name] = true
	}
	out := make([]string, len(methods))
	// Operation names come first: adding a path must not rename an operation.
	for _, operations := range []bool{true, false} {
		for i, m := range methods {
			base := camel(m.OperationName)
			if (base != "") != operations {
				continue
			}
			if base == "" {
				path := m.ResourcePath
				if path == "/" {
					path = "root"
				}
				base = camel(path + " " + strings.ToLower(m.HTTPMethod))
			}
			name := base
			for n := 2; taken[name]; n++ {
				name = base + "_" + strconv.Itoa(n)
			}
			taken[name] = true
			out[i] = name
		}
	}
	return out
}

// camel joins the words of a text, which are runs of ASCII letters, digits and underscores, and
// begins each but the first with a capital letter. The result is an identifier or empty.
func camel(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
	var b strings.Builder
	for _, word := range words {
		first := word[:1]
		switch {
		case b.Len() > 0:
			first = strings.ToUpper(first)
		case unicode.IsDigit(rune(first[0])):
			b.WriteByte('_')
		default:
			first = strings.ToLower(first)
		}
		b.WriteString(first + word[1:])
	}
	return b.String()
}
