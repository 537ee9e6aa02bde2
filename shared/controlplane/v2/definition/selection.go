package definition

import (
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/wire"
)

// selectionName is what a variable of a selection expression is called.
var selectionName = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_\-\[\]*'"@]+)*$`)

// selectionVariables returns the names of the variables in a selection expression, in order:
// "$name", "${name}"; "\$" is a dollar (WebSocket API spec, 2). ok is false for what is none.
func selectionVariables(expression string) (names []string, ok bool) {
	for rest := expression; rest != ""; {
		at := strings.IndexByte(rest, '$')
		if at < 0 {
			break
		}
		if at > 0 && rest[at-1] == '\\' {
			rest = rest[at+1:]
			continue
		}
		rest = rest[at+1:]
		var name string
		if strings.HasPrefix(rest, "{") {
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return nil, false
			}
			name, rest = rest[1:end], rest[end+1:]
		} else {
			end := strings.IndexFunc(rest, func(r rune) bool {
				return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-[]*'\"@", r))
			})
			if end < 0 {
				end = len(rest)
			}
			name, rest = rest[:end], rest[end:]
		}
		if !selectionName.MatchString(name) {
			return nil, false
		}
		names = append(names, name)
	}
	return names, true
}

// checkSelection refuses an expression with other variables than those that begin with one of the
// prefixes. An absent expression is none.
func checkSelection(member string, expression *string, prefixes ...string) error {
	if expression == nil || *expression == "" {
		return nil
	}
	names, ok := selectionVariables(*expression)
	if !ok {
		return wire.BadRequest("Invalid selection expression specified for %s: %s", member, *expression)
	}
	for _, name := range names {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return name == strings.TrimSuffix(p, ".") || strings.HasPrefix(name, p) }) {
			return wire.BadRequest("Invalid selection expression specified for %s: %s. Variables must begin with one of: [%s]", member, *expression, strings.Join(prefixes, ", "))
		}
		if path, ok := strings.CutPrefix(name, "request.body."); ok {
			if _, err := jsonpath.Compile("$." + path); err != nil {
				return wire.BadRequest("Invalid selection expression specified for %s: %s. %s", member, *expression, err.Error())
			}
		}
	}
	return nil
}
