package export

import (
	"bytes"
	"encoding/json"
	"strings"
)

// appendJSON writes a value in API Gateway's layout: two blanks a level, blanks around colons, lists on the line of their
// brackets.
func appendJSON(out *bytes.Buffer, value any, level int) {
	switch v := value.(type) {
	case *object:
		if len(v.members) == 0 {
			out.WriteString("{ }")
			return
		}
		out.WriteString("{\n")
		for i, m := range v.members {
			if i > 0 {
				out.WriteString(",\n")
			}
			indent(out, level+1)
			quote(out, m.name)
			out.WriteString(" : ")
			appendJSON(out, m.value, level+1)
		}
		out.WriteByte('\n')
		indent(out, level)
		out.WriteByte('}')
	case []any:
		out.WriteString("[ ")
		for i, item := range v {
			if i > 0 {
				out.WriteString(", ")
			}
			appendJSON(out, item, level)
		}
		if len(v) > 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(']')
	case string:
		quote(out, v)
	case json.Number:
		out.WriteString(v.String())
	case bool:
		if v {
			out.WriteString("true")
		} else {
			out.WriteString("false")
		}
	default:
		out.WriteString("null")
	}
}

func indent(out *bytes.Buffer, level int) { out.WriteString(strings.Repeat("  ", level)) }

// quote writes a JSON string; angle brackets and ampersands stay readable.
func quote(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(strings.ToValidUTF8(text, "\uFFFD")) == nil {
		out.Truncate(out.Len() - 1)
	}
}
