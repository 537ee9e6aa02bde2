package main

import (
	"fmt"
	"slices"
)

// constraint is a kind of declared constraint.
type constraint string

const (
	constrainRequired constraint = "required"
	constrainEnum     constraint = "enum"
	constrainPattern  constraint = "pattern"
	constrainLength   constraint = "length"
	constrainRange    constraint = "range"
)

// writeValidation writes a function for every structure that an input reaches and that has constraints.
func (g *generator) writeValidation(w *writer) {
	g.writePatterns(w)
	inputs := map[string]string{}
	for _, op := range g.operations {
		inputs[op.Input.Shape] = op.Name
	}
	reached := g.reached()
	for _, name := range g.structures {
		if !reached[name] || !g.constrained(name) {
			continue
		}
		s := g.Shapes[name]
		if op, ok := inputs[name]; ok {
			w.p("func validate%s(x *wire.Violations, v *%s) {", name, name)
			if slices.ContainsFunc(s.Members, func(m member) bool { return s.inBody(m) && g.checks(name, s, m) }) {
				w.p("const path = %q", lowerFirst(op)+"Input")
			}
			g.writeMemberChecks(w, name, s, s.inBody)
			g.writeMemberChecks(w, name, s, func(m member) bool { return !s.inBody(m) })
		} else {
			w.p("func validate%s(x *wire.Violations, path string, v *%s) {", name, name)
			g.writeMemberChecks(w, name, s, s.inBody)
		}
		w.p("}\n")
	}
}

func (g *generator) writePatterns(w *writer) {
	for _, name := range g.sortedShapes() {
		if p := g.Shapes[name].Pattern; p != "" {
			w.p("var %s = wire.Pattern{Source: %q}\n", patternName(name), p)
		}
	}
}

// writeMemberChecks writes the checks of the members that include selects. Members of a JSON document have a path below
// path, by wire name; others stand for themselves, by member name (REST control plane recordings, 1.3).
func (g *generator) writeMemberChecks(w *writer, owner string, s *shape, include func(member) bool) {
	for _, m := range s.Members {
		if !include(m) {
			continue
		}
		path := fmt.Sprintf("path + %q", "."+m.wireName())
		if !s.inBody(m) {
			path = fmt.Sprintf("%q", lowerFirst(m.Name))
		}
		field := "v." + fieldName(m.Name)
		if g.has(owner, s, m, constrainRequired) {
			w.p("x.Required(%s, %s == nil)", path, field)
		}
		g.writeValueChecks(w, owner, s, m, path, field)
	}
}

func (g *generator) writeValueChecks(w *writer, owner string, s *shape, m member, path, field string) {
	t := g.Shapes[m.Shape]
	switch t.Type {
	case "structure":
		if g.constrained(m.Shape) {
			w.p("if %s != nil { validate%s(x, %s, %s) }", field, m.Shape, path, field)
		}
	case "list":
		g.writeListChecks(w, owner, m, t, path, field)
	case "map":
		element := t.Value.Shape
		if g.Shapes[element].Type == "structure" && g.constrained(element) {
			w.p("for _, key := range slices.Sorted(maps.Keys(%s)) {", field)
			w.p("entry := %s[key]\nvalidate%s(x, wire.Entry(%s, key), &entry)\n}", field, element, path)
		} else if g.constrainedValue(element) {
			g.fail("%s.%s: constraints of map values are not supported", owner, m.Name)
		}
	default:
		g.writeScalarChecks(w, owner, s, m, t, path, field)
	}
}

func (g *generator) writeListChecks(w *writer, owner string, m member, t *shape, path, field string) {
	e := g.Shapes[t.Member.Shape]
	switch {
	case e.Type == "structure" && g.constrained(t.Member.Shape):
		w.p("for i := range %s { validate%s(x, wire.Element(%s, i), &%s[i]) }", field, t.Member.Shape, path, field)
	case len(e.Enum) > 0:
		w.p("x.EnumList(%s, %s, %sValues)", path, field, t.Member.Shape)
	case e.Type == "string" && e.Pattern == "" && (e.Min != nil || e.Max != nil):
		w.p("x.LengthList(%s, %s, %s, %s)", path, field, bound(e.Min), bound(e.Max))
	case g.constrainedValue(t.Member.Shape):
		g.fail("%s.%s: these constraints of list elements are not supported", owner, m.Name)
	}
	if t.Min != nil || t.Max != nil {
		g.fail("%s.%s: the number of elements cannot be constrained", owner, m.Name)
	}
}

func (g *generator) writeScalarChecks(w *writer, owner string, s *shape, m member, t *shape, path, field string) {
	if g.has(owner, s, m, constrainEnum) {
		w.p("x.Enum(%s, %s, %sValues)", path, field, g.enumOf(owner, m))
	}
	if g.has(owner, s, m, constrainPattern) {
		w.p("x.Pattern(%s, %s, &%s)", path, field, patternName(m.Shape))
	}
	if g.has(owner, s, m, constrainLength) {
		if t.Type != "string" {
			g.fail("%s.%s: the length of a %s cannot be constrained", owner, m.Name, t.Type)
		}
		w.p("x.Length(%s, %s, %s, %s)", path, field, bound(t.Min), bound(t.Max))
	}
	if g.has(owner, s, m, constrainRange) {
		if t.Type != "integer" {
			g.fail("%s.%s: the range of a %s cannot be constrained", owner, m.Name, t.Type)
		}
		w.p("x.Range(%s, %s, %s, %s)", path, field, bound(t.Min), bound(t.Max))
	}
}

func bound(n *int) string {
	if n == nil {
		return "wire.Unbounded"
	}
	return fmt.Sprint(*n)
}

func patternName(shape string) string { return "pattern" + shape }
