package httpapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// maxInspected is how much of a body is looked into (HTTP API spec, 10).
const maxInspected = 100 << 10

// evaluate returns what a value is for the request, and false if it is one variable without value.
func (inv *Invocation) evaluate(v *value) (string, bool) {
	if v.bare {
		return inv.source(&v.parts[0])
	}
	if len(v.parts) == 1 {
		text, _ := inv.source(&v.parts[0])
		return text, true
	}
	var b strings.Builder
	for i := range v.parts {
		text, _ := inv.source(&v.parts[i])
		b.WriteString(text)
	}
	return b.String(), true
}

// source returns the value of a variable. All look at the request and the answer as they came, not as
// other mappings have changed them (HTTP API spec, 10).
func (inv *Invocation) source(s *source) (string, bool) {
	switch s.kind {
	case staticText:
		return s.name, true
	case requestHeader:
		return inv.requestHeader(s.name)
	case requestQuery:
		return inv.requestQuery(s.name)
	case requestPath:
		if s.name == "" {
			return inv.Arrival.Path, true
		}
		return inv.pathParam(s.name)
	case requestBody:
		return inspect(inv.payload, s.path)
	case responseHeader:
		values, ok := inv.Integration.Header[s.name]
		return strings.Join(values, ","), ok
	case responseBody:
		return inspect(inv.Integration.Payload, s.path)
	case contextVariable:
		return inv.ContextVariable(s.name)
	case stageVariable:
		text, ok := inv.Stage.doc.Variables[s.name]
		return text, ok
	}
	return "", false
}

// requestHeader returns a header by its canonical name, repeats joined by commas.
func (inv *Invocation) requestHeader(name string) (string, bool) {
	if values, ok := inv.Request.Header[name]; ok {
		return strings.Join(values, ","), true
	}
	if name == "Host" && inv.Request.Host != "" {
		return inv.Request.Host, true
	}
	// An event source may keep the client's own casing; net/http does not.
	for other, values := range inv.Request.Header {
		if len(other) == len(name) && strings.EqualFold(other, name) {
			return strings.Join(values, ","), true
		}
	}
	return "", false
}

func (inv *Invocation) requestQuery(name string) (string, bool) {
	var values []string
	for _, p := range inv.Arrival.Query {
		if p.Name == name {
			values = append(values, p.Value)
		}
	}
	return strings.Join(values, ","), values != nil
}

// inspect returns a body, or what a path selects within it if it is JSON of no more than
// maxInspected bytes: what is beyond cannot be read, and the rest is no JSON without it.
func inspect(body []byte, path *mapping.BodyPath) (string, bool) {
	if path == nil {
		return string(body), len(body) > 0
	}
	if len(body) > maxInspected || !jsontext.Valid(body) {
		return "", false
	}
	return path.Find(body)
}
