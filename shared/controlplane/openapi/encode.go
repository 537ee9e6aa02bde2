package openapi

import (
	"bytes"
	"encoding/json"
	"strings"
)

// bytesPerVisit charges long texts to the budget of the document when they are copied.
const bytesPerVisit = 16

// appendJSON writes a value as compact JSON, members in document order. replace, when given, is applied to every string
// value. What the budget of the document does not cover is left out; the import fails then anyway.
func (d *document) appendJSON(out *bytes.Buffer, n *node, replace func(string) string) {
	d.visits += 1 + len(n.text)/bytesPerVisit
	if d.spent() {
		out.WriteString("null")
		return
	}
	switch n.kind {
	case kindString:
		text := n.text
		if replace != nil {
			text = replace(text)
		}
		quote(out, text)
	case kindList:
		out.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				out.WriteByte(',')
			}
			d.appendJSON(out, item, replace)
		}
		out.WriteByte(']')
	case kindObject:
		out.WriteByte('{')
		for i, f := range n.fields {
			if i > 0 {
				out.WriteByte(',')
			}
			d.visits += len(f.name) / bytesPerVisit
			quote(out, f.name)
			out.WriteByte(':')
			d.appendJSON(out, f.value, replace)
		}
		out.WriteByte('}')
	default:
		out.WriteString(n.text)
	}
}

// json is the value as compact JSON.
func (p *place) json(replace func(string) string) string {
	var out bytes.Buffer
	p.doc.appendJSON(&out, p.node, replace)
	return out.String()
}

// quote writes a JSON string. Angle brackets and ampersands stay as they are: the text is shown to people and compared with
// what they wrote.
func quote(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(strings.ToValidUTF8(text, "\uFFFD")) == nil {
		out.Truncate(out.Len() - 1)
	}
}
