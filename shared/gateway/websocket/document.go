package websocket

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// document is the body of a message, looked into as far as expressions ask. It is not safe for
// concurrent use.
type document struct {
	text []byte

	checked, valid bool
	decoded        bool
	value          vtl.Value
}

// isJSON tells whether the body is JSON.
func (d *document) isJSON() bool {
	if !d.checked {
		d.checked, d.valid = true, jsontext.Valid(d.text)
	}
	return d.valid
}

// find returns the text of what a path selects, "" if that is nothing, and false if the body is no
// JSON.
func (d *document) find(p *expressionPart) (string, bool) {
	if !d.isJSON() {
		return "", false
	}
	if p.members != nil {
		if text, ok := d.member(p.members); ok {
			return text, true
		}
	}
	if !d.decoded {
		d.decoded = true
		v, err := vtl.DecodeJSON(d.text)
		if err != nil {
			d.valid = false // nested deeper than is read
			return "", false
		}
		d.value = v
	}
	r, err := p.path.Find(d.value)
	if err != nil || !r.Found {
		return "", true
	}
	return javaText(r.Value), true
}

// member walks through objects. ok is false where the walk meets something else than a scalar at
// its end, or an object on its way, so that the path has to be evaluated.
func (d *document) member(names []string) (text string, ok bool) {
	at := jsontext.Trim(d.text)
	for _, name := range names {
		if jsontext.Kind(at) != '{' {
			return "", false
		}
		var found []byte
		for member, value := range jsontext.Members(at) {
			if member == name {
				found = value // the last of equal names counts
			}
		}
		if found == nil {
			return "", true
		}
		at = found
	}
	switch jsontext.Kind(at) {
	case '{', '[':
		return "", false
	case 'n':
		return "", true
	}
	return jsontext.Text(at), true
}

// javaText is what a selected value is compared as: scalars as they are, lists and objects as Java
// prints them (WebSocket API spec, 2).
func javaText(v vtl.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case *vtl.List:
		items := make([]string, len(v.Items))
		for i, item := range v.Items {
			items[i] = innerText(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *vtl.Map:
		members := make([]string, v.Len())
		for i := range v.Len() {
			key, value := v.At(i)
			members[i] = innerText(key) + "=" + innerText(value)
		}
		return "{" + strings.Join(members, ", ") + "}"
	case vtl.Double:
		if v.Text != "" {
			return v.Text
		}
	}
	text, err := vtl.Text(v)
	if err != nil {
		return ""
	}
	return text
}

func innerText(v vtl.Value) string {
	if v == nil {
		return "null"
	}
	return javaText(v)
}
