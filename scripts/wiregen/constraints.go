package main

import (
	"maps"
	"slices"
)

// has reports whether a member declares a constraint that is not excluded.
func (g *generator) has(owner string, s *shape, m member, c constraint) bool {
	t := g.Shapes[m.Shape]
	declared := false
	switch c {
	case constrainRequired:
		declared = s.required(m.Name)
	case constrainEnum:
		declared = g.enumOf(owner, m) != ""
	case constrainPattern:
		declared = t.Pattern != ""
	case constrainLength:
		declared = (t.Type == "string" || t.Type == "blob") && restricts(t)
	case constrainRange:
		declared = t.Type != "string" && t.Type != "blob" && t.Type != "list" && restricts(t)
	}
	if !declared {
		return false
	}
	for i, e := range exclusions {
		if e.service == g.service.name && e.shape == owner && e.member == m.Name && e.constraint == c {
			g.excluded[i] = true
			return false
		}
	}
	return true
}

// restricts reports whether a shape's bounds exclude anything; a length of at least 0 does not.
func restricts(t *shape) bool {
	return t.Max != nil || t.Min != nil && (*t.Min > 0 || t.Type != "string")
}

// checks reports whether the member needs any check.
func (g *generator) checks(owner string, s *shape, m member) bool {
	for _, c := range []constraint{constrainRequired, constrainEnum, constrainPattern, constrainLength, constrainRange} {
		if g.has(owner, s, m, c) {
			return true
		}
	}
	switch t := g.Shapes[m.Shape]; t.Type {
	case "structure":
		return g.constrained(m.Shape)
	case "list":
		return g.constrainedValue(t.Member.Shape)
	case "map":
		return g.constrainedValue(t.Value.Shape)
	}
	return false
}

// constrained reports whether a structure has anything to check.
func (g *generator) constrained(name string) bool {
	s := g.Shapes[name]
	return slices.ContainsFunc(s.Members, func(m member) bool { return g.checks(name, s, m) })
}

// constrainedValue reports whether a shape that stands as an element has anything to check.
func (g *generator) constrainedValue(name string) bool {
	s := g.Shapes[name]
	switch s.Type {
	case "structure":
		return g.constrained(name)
	case "list":
		return g.constrainedValue(s.Member.Shape)
	case "map":
		return g.constrainedValue(s.Value.Shape)
	}
	return len(s.Enum) > 0 || s.Pattern != "" || restricts(s)
}

// reached returns the structures that inputs contain, the inputs included.
func (g *generator) reached() map[string]bool {
	reached := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		s := g.Shapes[name]
		if s.Type == "structure" {
			reached[name] = true
		}
		for _, m := range s.Members {
			visit(m.Shape)
		}
		for _, r := range []*ref{s.Member, s.Value} {
			if r != nil {
				visit(r.Shape)
			}
		}
	}
	for _, op := range g.operations {
		visit(op.Input.Shape)
	}
	return reached
}

// checkExclusions refuses exclusions that the model no longer needs.
func (g *generator) checkExclusions() {
	for i, e := range exclusions {
		if e.service == g.service.name && !g.excluded[i] {
			g.fail("the exclusion of %s %s.%s excludes nothing", e.constraint, e.shape, e.member)
		}
	}
}

func (g *generator) sortedShapes() []string { return slices.Sorted(maps.Keys(g.Shapes)) }
