package rest

import (
	"net/textproto"
	"strings"
)

// Header is a header with all its values, in order.
type Header struct {
	Name   string
	Values []string
}

// Headers is a list of headers, no two of which have names that differ in case only.
type Headers []Header

// Values returns the values of the header with exactly the given name, else of the one whose
// name differs in case only: HTTP/2 and net/http do not keep what the client wrote.
func (h Headers) Values(name string) []string {
	for i := range h {
		if h[i].Name == name {
			return h[i].Values
		}
	}
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Values
		}
	}
	return nil
}

// Last returns the last value of a header, as the single-value views of API Gateway do (REST
// data plane spec, 3.5), or "".
func (h Headers) Last(name string) string {
	if v := h.Values(name); len(v) > 0 {
		return v[len(v)-1]
	}
	return ""
}

// First returns the first value of a header or "".
func (h Headers) First(name string) string {
	if v := h.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// set replaces a header whose name may differ in case, or adds it.
func (h *Headers) set(name string, values ...string) {
	for i := range *h {
		if strings.EqualFold((*h)[i].Name, name) {
			(*h)[i] = Header{Name: name, Values: values}
			return
		}
	}
	*h = append(*h, Header{Name: name, Values: values})
}

// canonicalHeader returns the canonical form of a header's name.
func canonicalHeader(name string) string { return textproto.CanonicalMIMEHeaderKey(name) }
