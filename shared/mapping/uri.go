package mapping

import "strings"

// WireError is an error whose text is API Gateway's own.
type WireError string

func (e WireError) Error() string { return string(e) }

// ErrHTTPEndpoint refuses the URI of an HTTP integration (control plane spec, 2.1).
const ErrHTTPEndpoint = WireError("Invalid HTTP endpoint specified for URI")

// URITemplate is an integration's address with {placeholders} and ${stageVariables.x}
// (REST data plane spec, 4.1).
type URITemplate struct {
	parts []uriPart
}

type partKind uint8

const (
	literalPart partKind = iota
	placeholderPart
	stageVariablePart
)

type uriPart struct {
	kind partKind
	text string // the literal, or the name
	zone zone   // of a placeholder: where it stands
}

// zone is a section of a URI, which decides how a placeholder's value is escaped.
type zone uint8

const (
	hostZone zone = iota // scheme and authority
	pathZone
	queryZone
)

// PathValue fills the placeholder with its name.
type PathValue struct {
	Name, Value string
	// Escaped says that Value came from a path and keeps its percent escapes.
	Escaped bool
}

// CompileURI reads a URI template. It fails with ErrHTTPEndpoint where a brace is not closed.
func CompileURI(text string) (*URITemplate, error) {
	t := &URITemplate{}
	where := hostZone
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			t.literal(text, &where)
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			return nil, ErrHTTPEndpoint
		}
		end += open
		name := text[open+1 : end]
		variable, isVariable := strings.CutPrefix(name, "stageVariables.")
		if isVariable && open > 0 && text[open-1] == '$' {
			t.literal(text[:open-1], &where)
			t.parts = append(t.parts, uriPart{kind: stageVariablePart, text: variable})
		} else {
			t.literal(text[:open], &where)
			t.parts = append(t.parts, uriPart{kind: placeholderPart, text: name, zone: where})
		}
		text = text[end+1:]
	}
	return t, nil
}

// CompileHTTPURI reads the URI of an HTTP integration, whose scheme must be http or https
// unless a stage variable supplies it. The error is ErrHTTPEndpoint.
func CompileHTTPURI(text string) (*URITemplate, error) {
	t, err := CompileURI(text)
	if err != nil {
		return nil, err
	}
	if len(t.parts) > 0 && t.parts[0].kind == stageVariablePart {
		return t, nil
	}
	rest, ok := strings.CutPrefix(text, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(text, "http://")
	}
	if !ok || rest == "" || rest[0] == '/' || rest[0] == '?' || rest[0] == '#' || strings.ContainsAny(rest, " \t\r\n") {
		return nil, ErrHTTPEndpoint
	}
	return t, nil
}

// literal adds text and follows which section of the URI comes after it.
func (t *URITemplate) literal(text string, where *zone) {
	if text == "" {
		return
	}
	t.parts = append(t.parts, uriPart{kind: literalPart, text: text})
	if *where == hostZone {
		after := text
		if i := strings.Index(text, "://"); i >= 0 {
			after = text[i+3:]
		}
		if i := strings.IndexAny(after, "/?"); i >= 0 {
			*where = pathZone
			text = after[i:]
		}
	}
	if *where == pathZone && strings.IndexByte(text, '?') >= 0 {
		*where = queryZone
	}
}

// Literal returns the whole URI if nothing in it has to be filled in.
func (t *URITemplate) Literal() (string, bool) {
	switch {
	case len(t.parts) == 0:
		return "", true
	case len(t.parts) == 1 && t.parts[0].kind == literalPart:
		return t.parts[0].text, true
	}
	return "", false
}

// StageVariables returns the names of the stage variables in the URI, in order.
func (t *URITemplate) StageVariables() []string {
	var names []string
	for _, p := range t.parts {
		if p.kind == stageVariablePart {
			names = append(names, p.text)
		}
	}
	return names
}

// Append appends the URI to b. A placeholder without a value stays as it is; a stage variable
// that is not defined is empty. Values cannot leave the section of the URI they stand in: what
// would end the section is percent-encoded.
func (t *URITemplate) Append(b []byte, values []PathValue, variables map[string]string) []byte {
	for i := range t.parts {
		p := &t.parts[i]
		switch p.kind {
		case literalPart:
			b = append(b, p.text...)
		case stageVariablePart:
			b = append(b, variables[p.text]...)
		case placeholderPart:
			found := false
			for j := range values {
				if values[j].Name == p.text {
					b, found = appendEscaped(b, values[j].Value, p.zone, values[j].Escaped), true
					break
				}
			}
			if !found {
				b = appendUnresolved(b, p.text, p.zone)
			}
		}
	}
	return b
}

// appendUnresolved leaves a placeholder as it is. The braces are escaped where net/url would
// otherwise escape the whole path anew, from its decoded form, and turn a "%2F" in a value
// into a slash.
func appendUnresolved(b []byte, name string, where zone) []byte {
	if where == hostZone {
		b = append(b, '{')
		b = append(b, name...)
		return append(b, '}')
	}
	b = append(b, "%7B"...)
	b = append(b, name...)
	return append(b, "%7D"...)
}

func appendEscaped(b []byte, s string, where zone, escaped bool) []byte {
	for i := range len(s) {
		c := s[i]
		keep := staysInZone(c, where)
		if c == '%' {
			keep = escaped && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		}
		if keep {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return b
}

const upperHex = "0123456789ABCDEF"

func staysInZone(c byte, where zone) bool {
	if isWord(c) || c == '-' || c == '.' || c == '~' {
		return true
	}
	switch where {
	case hostZone:
		return c == ':'
	case pathZone:
		return strings.IndexByte("!$&'()*+,;=:@/[]", c) >= 0
	}
	return strings.IndexByte("!$'()*,:@/", c) >= 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
