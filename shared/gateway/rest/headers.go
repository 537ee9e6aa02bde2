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

// cleanHeaderValue makes a mapped value fit for a header line: control characters, with which
// a caller could add lines of its own, become spaces.
func cleanHeaderValue(v string) string {
	clean := true
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return v
	}
	b := []byte(v)
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// validHeaderName tells whether name is a token of RFC 9110, 5.6.2.
func validHeaderName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0 {
			continue
		}
		return false
	}
	return name != ""
}
