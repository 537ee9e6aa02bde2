package main

import "fmt"

// writeJSON writes the JSON form of every structure of a group. A structure that is bound to HTTP has two: its own
// document with all members, and decodeMember for the part that a request's body holds.
func (g *generator) writeJSON(w *writer, group string) {
	for _, name := range g.structures {
		if g.groups[name] != group {
			continue
		}
		s := g.Shapes[name]
		g.writeEncode(w, name, s)
		g.writeDecode(w, name, s)
		w.p("// MarshalJSON writes all members by their wire names.")
		w.p("func (v %s) MarshalJSON() ([]byte, error) { return wire.Marshal(&v) }\n", name)
		w.p("// UnmarshalJSON reads what MarshalJSON writes.")
		w.p("func (v *%s) UnmarshalJSON(data []byte) error { return wire.Unmarshal(data, v) }\n", name)
	}
}

func (g *generator) writeEncode(w *writer, name string, s *shape) {
	w.p("// EncodeJSON writes the members that are present.")
	if len(s.Members) == 0 {
		w.p("func (v *%s) EncodeJSON(*wire.Encoder) {}\n", name)
		return
	}
	w.p("func (v *%s) EncodeJSON(e *wire.Encoder) {", name)
	for _, m := range s.Members {
		w.p("%s", g.encodeMember(m))
	}
	w.p("}\n")
}

func (g *generator) writeDecode(w *writer, name string, s *shape) {
	w.p("// DecodeJSON reads the members that are present.")
	w.p("func (v *%s) DecodeJSON(d *wire.Decoder) {", name)
	switch {
	case len(s.Members) == 0:
		w.p("for range d.Members() { d.Skip() } }\n")
	case !s.bound():
		w.p("for name := range d.Members() { switch name {")
		g.writeCases(w, s, s.inBody)
		w.p("default: d.Skip() } } }\n")
	case !s.hasBody():
		w.p("for name := range d.Members() { switch name {")
		g.writeCases(w, s, func(m member) bool { return !s.inBody(m) })
		w.p("default: d.Skip() } } }\n")
	default:
		w.p("for name := range d.Members() { switch name {")
		g.writeCases(w, s, func(m member) bool { return !s.inBody(m) })
		w.p("default: v.decodeMember(d, name) } } }\n")
		w.p("// decodeMember reads one member of the body.")
		w.p("func (v *%s) decodeMember(d *wire.Decoder, name string) { switch name {", name)
		g.writeCases(w, s, s.inBody)
		w.p("default: d.Skip() } }\n")
	}
}

func (g *generator) writeCases(w *writer, s *shape, include func(member) bool) {
	for _, m := range s.Members {
		if include(m) {
			w.p("case %q: v.%s = %s", m.wireName(), fieldName(m.Name), g.decodeMember(m))
		}
	}
}

func (g *generator) decodeMember(m member) string {
	s := g.Shapes[m.Shape]
	switch s.Type {
	case "structure":
		return fmt.Sprintf("wire.DecodeStructure[%s](d)", m.Shape)
	case "list":
		return fmt.Sprintf("wire.DecodeList(d, %s)", g.decodeElement(s.Member.Shape))
	case "map":
		return fmt.Sprintf("wire.DecodeMap(d, %s)", g.decodeElement(s.Value.Shape))
	default:
		return fmt.Sprintf("d.%s()", g.scalarMethod(m.Shape))
	}
}

// decodeElement is the function that reads an element of the given shape.
func (g *generator) decodeElement(name string) string {
	s := g.Shapes[name]
	switch s.Type {
	case "structure":
		return fmt.Sprintf("wire.DecodeElement[%s]", name)
	case "list":
		return fmt.Sprintf("func(d *wire.Decoder) %s { return wire.DecodeList(d, %s) }",
			g.valueType(name), g.decodeElement(s.Member.Shape))
	case "map":
		return fmt.Sprintf("func(d *wire.Decoder) %s { return wire.DecodeMap(d, %s) }",
			g.valueType(name), g.decodeElement(s.Value.Shape))
	default:
		return fmt.Sprintf("(*wire.Decoder).%sValue", g.elementMethod(name))
	}
}

func (g *generator) encodeMember(m member) string {
	s := g.Shapes[m.Shape]
	field := "v." + fieldName(m.Name)
	switch s.Type {
	case "structure":
		return fmt.Sprintf("wire.EncodeStructure(e, %q, %s)", m.wireName(), field)
	case "list":
		return fmt.Sprintf("wire.EncodeList(e, %q, %s, %s)", m.wireName(), field, g.encodeElement(s.Member.Shape))
	case "map":
		return fmt.Sprintf("wire.EncodeMap(e, %q, %s, %s)", m.wireName(), field, g.encodeElement(s.Value.Shape))
	default:
		return fmt.Sprintf("e.%s(%q, %s)", g.scalarMethod(m.Shape), m.wireName(), field)
	}
}

// encodeElement is the function that writes an element of the given shape.
func (g *generator) encodeElement(name string) string {
	s := g.Shapes[name]
	switch s.Type {
	case "structure":
		return fmt.Sprintf("wire.EncodeElement[%s]", name)
	case "list":
		return fmt.Sprintf("func(e *wire.Encoder, v %s) { wire.ListValue(e, v, %s) }",
			g.valueType(name), g.encodeElement(s.Member.Shape))
	case "map":
		return fmt.Sprintf("func(e *wire.Encoder, v %s) { wire.MapValue(e, v, %s) }",
			g.valueType(name), g.encodeElement(s.Value.Shape))
	default:
		return fmt.Sprintf("(*wire.Encoder).%sValue", g.elementMethod(name))
	}
}

// scalarMethod names the methods of Decoder and Encoder for a member.
func (g *generator) scalarMethod(name string) string {
	s := g.Shapes[name]
	switch {
	case s.Type == "blob":
		return "Blob"
	case s.Type == "timestamp" && s.TimestampFormat == "iso8601":
		return "ISO8601"
	case s.Type == "timestamp" && s.TimestampFormat == "":
		return "Epoch" // the protocol's default in bodies
	}
	return g.elementMethod(name)
}

func (g *generator) elementMethod(name string) string {
	if t := scalars[g.Shapes[name].Type]; t.method != "" {
		return t.method
	}
	g.fail("shape %s of type %s is not supported here", name, g.Shapes[name].Type)
	return ""
}
