package wire

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// Request is a routed HTTP request from which generated code binds the members of an input. The first error sticks.
type Request struct {
	header http.Header
	query  url.Values
	labels map[string]string // percent-decoded, by label name
	body   []byte
	err    error
	seen   *Observation // what Mux.Observe will hear
}

// Label returns a path label.
func (r *Request) Label(name string) *string {
	if v, ok := r.labels[name]; ok {
		return &v
	}
	return nil
}

// Header returns the first value of a header.
func (r *Request) Header(name string) *string {
	if v := r.header.Values(name); len(v) > 0 {
		return &v[0]
	}
	return nil
}

// Query returns the first value of a query parameter.
func (r *Request) Query(name string) *string {
	if v := r.query[name]; len(v) > 0 {
		return &v[0]
	}
	return nil
}

// QueryList returns all values of a query parameter that may be repeated.
func (r *Request) QueryList(name string) []string { return slices.Clone(r.query[name]) }

// QueryBool returns a query parameter that is "true" or "false".
func (r *Request) QueryBool(name string) *bool {
	s := r.Query(name)
	if s == nil {
		return nil
	}
	if *s != "true" && *s != "false" {
		r.fail(serializationError("'%s' can not be converted to an Boolean", *s))
		return nil
	}
	v := *s == "true"
	return &v
}

// QueryInt32 returns a query parameter that is a decimal 32-bit integer.
func (r *Request) QueryInt32(name string) *int32 {
	s := r.Query(name)
	if s == nil {
		return nil
	}
	n, err := strconv.ParseInt(*s, 10, 32)
	if err != nil {
		r.fail(serializationError("'%s' can not be converted to an Integer", *s))
		return nil
	}
	v := int32(n)
	return &v
}

// QueryMap returns the first value of every query parameter that is not in claimed, the names that other members or the
// URI template use. Without any it is nil.
func (r *Request) QueryMap(claimed ...string) map[string]string {
	var m map[string]string
	for name, values := range r.query {
		if slices.Contains(claimed, name) {
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		m[name] = values[0]
	}
	return m
}

// Payload returns the raw body. A request without body has an empty one, not an absent one: HTTP does not tell them apart.
func (r *Request) Payload() []byte {
	if r.body == nil {
		return []byte{}
	}
	return r.body
}

// Body reads the JSON document of a request whose input has members elsewhere, too: decode takes or skips the value of the
// named member. An empty body stands for an object without members.
func (r *Request) Body(decode func(d *Decoder, name string)) {
	if d := r.document(); d != nil {
		for name := range d.Members() {
			decode(d, name)
		}
		r.fail(d.err)
	}
}

// Document reads the JSON document of a request that holds the whole input.
func (r *Request) Document(v interface{ DecodeJSON(*Decoder) }) {
	if d := r.document(); d != nil {
		v.DecodeJSON(d)
		r.fail(d.err)
	}
}

func (r *Request) document() *Decoder {
	if len(r.body) == 0 {
		return nil
	}
	if err := checkContentType(r.header.Get("Content-Type")); err != nil {
		r.fail(err)
		return nil
	}
	return newDecoder(r.body)
}

func (r *Request) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}
