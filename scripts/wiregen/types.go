package main

import "strings"

func (g *generator) writeTypes(w *writer, group string) {
	for _, name := range g.structures {
		if g.groups[name] != group {
			continue
		}
		s := g.Shapes[name]
		w.p("// %s is %s.", name, g.usedFor[name])
		if len(s.Members) == 0 {
			w.p("type %s struct{}\n", name)
			continue
		}
		w.p("type %s struct {", name)
		for _, m := range s.Members {
			w.p("%s %s%s", fieldName(m.Name), g.fieldType(m.Shape), g.fieldNote(name, s, m))
		}
		w.p("}\n")
	}
}

// fieldNote is the comment of a field: where it travels, whether it is required, which enum it holds.
func (g *generator) fieldNote(owner string, s *shape, m member) string {
	var notes []string
	switch {
	case m.Name == s.Payload:
		notes = append(notes, "raw body")
	case m.Location == "querystring" && m.LocationName == "":
		notes = append(notes, "query parameters")
	case m.Location != "":
		notes = append(notes, strings.TrimSuffix(m.Location, "string")+" "+m.wireName())
	case m.wireName() != lowerFirst(m.Name):
		notes = append(notes, "wire name "+m.wireName())
	}
	if s.required(m.Name) {
		notes = append(notes, "required")
	}
	if e := g.enumOf(owner, m); e != "" {
		notes = append(notes, "enum "+e)
	}
	if len(notes) == 0 {
		return ""
	}
	return " // " + strings.Join(notes, ", ")
}

// fieldType is the type of a structure's field; nil is absent in all of them.
func (g *generator) fieldType(shape string) string {
	switch s := g.Shapes[shape]; s.Type {
	case "list", "map", "blob":
		return g.valueType(shape)
	default:
		return "*" + g.valueType(shape)
	}
}

// valueType is the type of an element.
func (g *generator) valueType(name string) string {
	s := g.Shapes[name]
	switch s.Type {
	case "structure":
		return name
	case "list":
		return "[]" + g.valueType(s.Member.Shape)
	case "map":
		return "map[string]" + g.valueType(s.Value.Shape)
	case "blob":
		return "[]byte"
	case "timestamp":
		return "time.Time"
	}
	if t := scalars[s.Type]; t.goType != "" {
		return t.goType
	}
	g.fail("shape %s has the unknown type %s", name, s.Type)
	return ""
}

// scalars maps model types to Go types and to the names of the methods that read and write them.
var scalars = map[string]struct{ goType, method string }{
	"string":  {"string", "String"},
	"boolean": {"bool", "Bool"},
	"integer": {"int32", "Int32"},
	"long":    {"int64", "Int64"},
	"double":  {"float64", "Float64"},
}
