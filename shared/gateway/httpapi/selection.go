package httpapi

import (
	"fmt"
	"net/textproto"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
)

// sourceKind tells what a variable refers to.
type sourceKind uint8

const (
	staticText sourceKind = iota
	requestHeader
	requestQuery
	requestBody
	requestPath
	responseHeader
	responseBody
	contextVariable
	stageVariable
)

// source is text or one variable of a value (HTTP API spec, 10).
type source struct {
	kind sourceKind
	// name is that of the variable, of headers in canonical form; of static text it is the text. The
	// path of the request has none where the whole is meant.
	name string
	path *mapping.BodyPath // within a body; nil is the whole
}

// value is what a mapping sets: one variable as "$request.header.x", or text with "${...}" in it.
type value struct {
	parts []source
	// bare says that the value is one variable, without whose value nothing is set.
	bare bool
}

// parseValue reads a value. response says that it is one of the response side.
func parseValue(text string, response bool) (value, error) {
	if name, ok := strings.CutPrefix(text, "$"); ok && !strings.HasPrefix(name, "{") {
		s, err := parseSource(name, response)
		return value{parts: []source{s}, bare: true}, err
	}
	var v value
	for rest := text; rest != ""; {
		before, after, found := strings.Cut(rest, "${")
		if before != "" {
			v.parts = append(v.parts, source{name: before})
		}
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return v, fmt.Errorf("%q: a brace is not closed", text)
		}
		s, err := parseSource(name, response)
		if err != nil {
			return v, err
		}
		v.parts = append(v.parts, s)
		rest = tail
	}
	return v, nil
}

// parseSource reads the name of a variable without its dollar sign. Request headers may be read on
// the response side too (HTTP API spec, 10).
func parseSource(name string, response bool) (source, error) {
	of, member, named := strings.Cut(name, ".")
	switch {
	case of == "context" && member != "":
		return source{kind: contextVariable, name: member}, nil
	case of == "stageVariables" && member != "":
		return source{kind: stageVariable, name: member}, nil
	case of != "request" && of != "response", !named:
		return source{}, fmt.Errorf("$%s is not a variable", name)
	}
	part, member, named := strings.Cut(member, ".")
	switch {
	case part == "header" && member != "" && of == "request":
		return source{kind: requestHeader, name: textproto.CanonicalMIMEHeaderKey(member)}, nil
	case part == "header" && member != "" && response:
		return source{kind: responseHeader, name: textproto.CanonicalMIMEHeaderKey(member)}, nil
	case part == "body" && (member != "" || !named) && (of == "response") == response:
		return bodySource(of, member)
	case of == "request" && !response && part == "querystring" && member != "":
		return source{kind: requestQuery, name: member}, nil
	case of == "request" && !response && part == "path" && (member != "" || !named):
		return source{kind: requestPath, name: member}, nil
	}
	return source{}, fmt.Errorf("$%s is not a variable that can be read here", name)
}

func bodySource(of, path string) (source, error) {
	s := source{kind: requestBody}
	if of == "response" {
		s.kind = responseBody
	}
	if path == "" {
		return s, nil
	}
	if strings.HasPrefix(path, ".") || strings.Contains(path, "..") || strings.Contains(path, "?(") {
		return s, fmt.Errorf("%s: neither recursive descent nor filters are supported", path)
	}
	var err error
	s.path, err = mapping.CompileBodyPath(path)
	return s, err
}

// reads tells whether the value has a variable of a kind.
func (v *value) reads(kind sourceKind) bool {
	for i := range v.parts {
		if v.parts[i].kind == kind {
			return true
		}
	}
	return false
}
