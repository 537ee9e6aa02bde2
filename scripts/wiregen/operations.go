package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// writeOperations writes the Operation of every operation of a group and the functions that bind its structures to HTTP.
func (g *generator) writeOperations(w *writer, group string) {
	for _, op := range g.operations {
		if verbGroup(op.Name) != group {
			continue
		}
		in, out, encode := op.Input.Shape, "wire.Empty", "nil"
		if op.Output != nil {
			out, encode = op.Output.Shape, "encode"+op.Name
		}
		w.p("// %sOperation is %s %s.", op.Name, op.HTTP.Method, op.HTTP.RequestURI)
		w.p("var %sOperation = wire.Operation[%s, %s]{", op.Name, in, out)
		w.p("Service: %q, Name: %q, Success: %d,", g.service.name, op.Name, op.success())
		w.p("Decode: decode%s,", op.Name)
		if g.constrained(in) {
			w.p("Validate: validate%s,", in)
		}
		if encode != "nil" {
			w.p("Encode: %s,", encode)
		}
		w.p("}\n")
		g.writeBindInput(w, op)
		if op.Output != nil {
			g.writeBindOutput(w, op)
		}
	}
}

func (op *operation) success() int {
	if op.HTTP.ResponseCode == 0 {
		return 200
	}
	return op.HTTP.ResponseCode
}

func (g *generator) writeBindInput(w *writer, op *operation) {
	s := g.Shapes[op.Input.Shape]
	if len(s.Members) == 0 {
		w.p("func decode%s(*wire.Request, *%s) {}\n", op.Name, op.Input.Shape)
		return
	}
	w.p("func decode%s(r *wire.Request, v *%s) {", op.Name, op.Input.Shape)
	for _, m := range s.Members {
		if !s.inBody(m) {
			w.p("v.%s = %s", fieldName(m.Name), g.bindInput(op, s, m))
		}
	}
	switch {
	case s.hasBody() && s.bound():
		w.p("r.Body(v.decodeMember)")
	case s.hasBody():
		w.p("r.Document(v)")
	}
	w.p("}\n")
}

// bindInput is the expression that reads a member outside the JSON document.
func (g *generator) bindInput(op *operation, s *shape, m member) string {
	kind := g.Shapes[m.Shape].Type
	switch {
	case m.Name == s.Payload && kind == "blob":
		return "r.Payload()"
	case m.Location == "uri" && kind == "string":
		return fmt.Sprintf("r.Label(%q)", m.wireName())
	case m.Location == "header" && kind == "string":
		return fmt.Sprintf("r.Header(%q)", m.wireName())
	case m.Location == "querystring":
		switch kind {
		case "string":
			return fmt.Sprintf("r.Query(%q)", m.wireName())
		case "boolean":
			return fmt.Sprintf("r.QueryBool(%q)", m.wireName())
		case "integer":
			return fmt.Sprintf("r.QueryInt32(%q)", m.wireName())
		case "list":
			return fmt.Sprintf("r.QueryList(%q)", m.wireName())
		case "map":
			return fmt.Sprintf("r.QueryMap(%s)", quoted(g.claimedQuery(op, s)))
		}
	}
	g.fail("operation %s: member %s of type %s at location %q is not supported", op.Name, m.Name, kind, m.Location)
	return ""
}

// claimedQuery lists the query parameters that a map of the remaining ones must not take.
func (g *generator) claimedQuery(op *operation, s *shape) []string {
	var names []string
	_, fixed, _ := strings.Cut(op.HTTP.RequestURI, "?")
	query, err := url.ParseQuery(fixed)
	if err != nil {
		g.fail("operation %s: %w", op.Name, err)
	}
	for name := range query {
		names = append(names, name)
	}
	for _, m := range s.Members {
		if m.Location == "querystring" && m.LocationName != "" {
			names = append(names, m.LocationName)
		}
	}
	slices.Sort(names)
	return names
}

func (g *generator) writeBindOutput(w *writer, op *operation) {
	s := g.Shapes[op.Output.Shape]
	w.p("func encode%s(r *wire.Response, v *%s) {", op.Name, op.Output.Shape)
	for _, m := range s.Members {
		kind := g.Shapes[m.Shape].Type
		switch {
		case s.inBody(m):
		case m.Name == s.Payload && kind == "blob":
			w.p("r.Payload(v.%s)", fieldName(m.Name))
		case m.Location == "header" && kind == "string":
			w.p("r.Header(%q, v.%s)", m.wireName(), fieldName(m.Name))
		default:
			g.fail("operation %s: output member %s of type %s at location %q is not supported", op.Name, m.Name, kind, m.Location)
		}
	}
	if !s.bound() {
		w.p("r.JSON(v)")
	} else if s.Payload == "" {
		g.fail("operation %s: an output with headers and a JSON body is not supported", op.Name)
	}
	w.p("}\n")
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
