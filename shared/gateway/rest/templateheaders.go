package rest

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// headerParams is $input.params().header: a map that finds a header by the name in exactly the
// definition's casing, else whatever the casing, since net/http and HTTP/2 do not keep what the
// client wrote.
type headerParams struct {
	entries []vtl.Entry
}

func (h *headerParams) add(name, value string) {
	h.entries = append(h.entries, vtl.Entry{Key: name, Value: value})
}

func (h *headerParams) find(name string) (vtl.Value, bool) {
	for i := range h.entries {
		if h.entries[i].Key == vtl.Value(name) {
			return h.entries[i].Value, true
		}
	}
	for i := range h.entries {
		if key, _ := h.entries[i].Key.(string); strings.EqualFold(key, name) {
			return h.entries[i].Value, true
		}
	}
	return nil, false
}

// Property returns a header.
func (h *headerParams) Property(name string) (vtl.Value, error) {
	v, _ := h.find(name)
	return v, nil
}

// Call runs the methods of a map that do not change it.
func (h *headerParams) Call(method string, args []vtl.Value) (vtl.Value, error) {
	name := ""
	if len(args) == 1 {
		name, _ = args[0].(string)
	}
	switch {
	case method == "get" && len(args) == 1:
		return h.Property(name)
	case method == "containsKey" && len(args) == 1:
		_, ok := h.find(name)
		return ok, nil
	case method == "size" && len(args) == 0:
		return int32(len(h.entries)), nil
	case method == "isEmpty" && len(args) == 0:
		return len(h.entries) == 0, nil
	case method == "keySet" && len(args) == 0:
		return h.set(func(e *vtl.Entry) vtl.Value { return e.Key }), nil
	case method == "values" && len(args) == 0:
		return h.set(func(e *vtl.Entry) vtl.Value { return e.Value }), nil
	case method == "entrySet" && len(args) == 0:
		return h.set(func(e *vtl.Entry) vtl.Value { return e }), nil
	}
	return nil, vtl.ErrNoMethod
}

func (h *headerParams) set(part func(*vtl.Entry) vtl.Value) *vtl.Set {
	s := vtl.NewSet()
	for i := range h.entries {
		s.Items = append(s.Items, part(&h.entries[i]))
	}
	return s
}

// Elements are what #foreach over the map walks through: its values.
func (h *headerParams) Elements() []vtl.Value {
	return h.set(func(e *vtl.Entry) vtl.Value { return e.Value }).Items
}

// AppendText renders the map as Java prints one.
func (h *headerParams) AppendText(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range h.entries {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		key, _ := h.entries[i].Key.(string)
		value, _ := h.entries[i].Value.(string)
		dst = append(append(append(dst, key...), '='), value...)
	}
	return append(dst, '}')
}
