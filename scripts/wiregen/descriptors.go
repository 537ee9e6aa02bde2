package main

// writeDescriptors writes the table of operations as one literal, which the linker can lay out: a table put together from
// variables would be copied at start-up.
func (g *generator) writeDescriptors(w *writer) {
	w.p("// Service is the %s.", g.service.title)
	w.p("var Service = wire.Service{Name: %q, SigningName: %q, Operations: Operations}\n", g.service.name, g.signingName())
	w.p("// Operations describes every operation, by name.")
	w.p("var Operations = []wire.Descriptor{")
	for _, op := range g.operations {
		g.writeDescriptor(w, op)
	}
	w.p("}")
}

func (g *generator) writeDescriptor(w *writer, op *operation) {
	w.p("{")
	w.p("Name: %q, Method: %q, URI: %q, Success: %d,", op.Name, op.HTTP.Method, op.HTTP.RequestURI, op.success())
	output := ""
	if op.Output != nil {
		output = op.Output.Shape
	}
	w.p("Input: %q, Output: %q,", op.Input.Shape, output)
	g.writeBindings(w, "In", g.Shapes[op.Input.Shape])
	if op.Output != nil {
		g.writeBindings(w, "Out", g.Shapes[op.Output.Shape])
	}
	w.p("Errors: []wire.ErrorDescriptor{")
	for _, e := range op.Errors {
		w.p("{Code: %q, Status: %d},", e.Shape, g.Shapes[e.Shape].Error.HTTPStatusCode)
	}
	w.p("},\n},")
}

func (g *generator) writeBindings(w *writer, field string, s *shape) {
	if len(s.Members) == 0 {
		return
	}
	w.p("%s: []wire.Binding{", field)
	for _, m := range s.Members {
		location, name := "wire.InBody", m.wireName()
		switch {
		case m.Name == s.Payload:
			location, name = "wire.InPayload", ""
		case m.Location == "uri":
			location = "wire.InLabel"
		case m.Location == "header":
			location = "wire.InHeader"
		case m.Location == "querystring" && m.LocationName == "":
			location, name = "wire.InQueries", ""
		case m.Location == "querystring":
			location = "wire.InQuery"
		}
		required := ""
		if s.required(m.Name) {
			required = ", Required: true"
		}
		w.p("{Member: %q, Wire: %q, In: %s%s},", fieldName(m.Name), name, location, required)
	}
	w.p("},")
}
