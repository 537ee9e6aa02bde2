package main

import (
	"maps"
	"slices"
)

// enum is a named set of values, in the order in which violations print them.
type enum struct {
	name   string
	values []string
}

// enumOf names the enum of a member: its shape, or a name of its own for values declared on the member.
func (g *generator) enumOf(owner string, m member) string {
	switch {
	case len(m.Enum) > 0:
		return owner + fieldName(m.Name)
	case len(g.Shapes[m.Shape].Enum) > 0:
		return m.Shape
	default:
		return ""
	}
}

func (g *generator) collectEnums() {
	for _, name := range slices.Sorted(maps.Keys(g.Shapes)) {
		s := g.Shapes[name]
		if len(s.Enum) > 0 {
			g.enums = append(g.enums, enum{name, g.enumOrder(name, s.Enum)})
		}
		for _, m := range s.Members {
			if len(m.Enum) > 0 {
				g.enums = append(g.enums, enum{g.enumOf(name, m), m.Enum})
			}
		}
	}
}

func (g *generator) enumOrder(name string, values []string) []string {
	order, ok := enumOrders[g.service.name+"."+name]
	if !ok {
		return values
	}
	if !slices.Equal(slices.Sorted(slices.Values(order)), slices.Sorted(slices.Values(values))) {
		g.fail("recorded order of enum %s does not hold the model's values", name)
	}
	return order
}

func (g *generator) writeEnums(w *writer) {
	names := map[string]bool{}
	for _, e := range g.enums {
		w.p("// Values of %s.\nconst (", e.name)
		for _, v := range e.values {
			name := constantName(e.name, v)
			if names[name] || g.Shapes[name] != nil {
				g.fail("the constant %s is not unique", name)
			}
			names[name] = true
			w.p("%s = %q", name, v)
		}
		w.p(")\n\n// %sValues lists the values of %s in the order in which violations print them.", e.name, e.name)
		w.p("var %sValues = []string{", e.name)
		for _, v := range e.values {
			w.p("%s,", constantName(e.name, v))
		}
		w.p("}\n")
	}
}
