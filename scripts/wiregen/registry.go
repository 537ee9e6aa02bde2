package main

// writeRegistry writes the tables through which the tests of package wire reach every structure and operation.
func (g *generator) writeRegistry(w *writer) {
	pkg := g.service.name
	w.p("// %sStructures makes an empty value of every structure.", pkg)
	w.p("var %sStructures = map[string]func() any{", pkg)
	for _, name := range g.structures {
		w.p("%q: func() any { return new(%s.%s) },", name, pkg, name)
	}
	w.p("}\n")
	w.p("// %sEndpoints binds every operation to a handler that sees its input and gives its output.", pkg)
	w.p("func %sEndpoints(h handler) []wire.Endpoint {", pkg)
	w.p("return []wire.Endpoint{")
	for _, op := range g.operations {
		w.p("bind(&%s.%sOperation, h),", pkg, op.Name)
	}
	w.p("}\n}")
}
