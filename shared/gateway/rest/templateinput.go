package rest

import (
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// templateInput is $input (REST data plane spec, 8.1). The payload is decoded when a template
// first asks for a part of it.
type templateInput struct {
	inv      *Invocation
	paths    *jsonpath.Cache
	payload  []byte
	response bool

	// body is $input.body once a template has asked for it.
	body    string
	decoded bool
	doc     vtl.Value
	err     error
}

// Property returns $input.body.
func (in *templateInput) Property(name string) (vtl.Value, error) {
	if name != "body" {
		return nil, nil
	}
	return in.text(), nil
}

// Call runs $input.json, $input.path and $input.params.
func (in *templateInput) Call(method string, args []vtl.Value) (vtl.Value, error) {
	switch {
	case method == "params" && len(args) == 0:
		return in.allParams(), nil
	case method == "params" && len(args) == 1:
		return in.param(fmt.Sprint(args[0])), nil
	case method == "path" && len(args) == 1:
		v, _, err := in.find(args[0])
		return v, err
	case method == "json" && len(args) == 1:
		v, found, err := in.find(args[0])
		if err != nil {
			return nil, err
		}
		if !found {
			return `""`, nil
		}
		b, err := vtl.AppendJSON(nil, v)
		return string(b), err
	}
	return nil, vtl.ErrNoMethod
}

func (in *templateInput) text() string {
	if len(in.payload) == 0 {
		return "{}"
	}
	if in.body == "" {
		// Bytes that are no UTF-8 are no text (REST data plane spec, 4.7).
		in.body = strings.ToValidUTF8(string(in.payload), "\ufffd")
	}
	return in.body
}

// find evaluates a JSONPath on the payload.
func (in *templateInput) find(path vtl.Value) (v vtl.Value, found bool, err error) {
	text, ok := path.(string)
	if !ok {
		return nil, false, fmt.Errorf("a JSONPath is a text, not %T", path)
	}
	doc, err := in.document()
	if err != nil {
		return nil, false, err
	}
	p, err := in.paths.Get(text)
	if err != nil {
		return nil, false, err
	}
	r, err := p.Find(doc)
	return r.Value, r.Found, err
}

// document decodes the payload: one that does not look like JSON is a text, one that does and
// is none is an error.
func (in *templateInput) document() (vtl.Value, error) {
	if !in.decoded {
		in.decoded = true
		body := in.text()
		if !mapping.LooksLikeJSON([]byte(body)) {
			in.doc = body
			return in.doc, nil
		}
		if in.doc, in.err = vtl.DecodeJSON([]byte(body)); in.err != nil {
			in.err = in.notJSON(in.err)
		}
	}
	return in.doc, in.err
}

func (in *templateInput) notJSON(err error) *Error {
	if in.response {
		return configurationError("Unable to transform response", err)
	}
	return &Error{Type: Default4XX, Status: 400, Message: "Invalid JSON in request body", Reason: "Invalid JSON in request body", Err: err}
}

// param looks a request parameter up in path, query and headers, in that order; "" if it is
// nowhere. Responses see those of the request.
func (in *templateInput) param(name string) string {
	for _, p := range in.inv.Resource.PathParams {
		if p.Name == name {
			return p.Value
		}
	}
	for _, q := range in.inv.Arrival.Query {
		if q.Name == name {
			return in.inv.Arrival.Query.Last(name)
		}
	}
	return in.inv.requestHeader(name)
}

func (in *templateInput) allParams() *vtl.Map {
	path, query, header := vtl.NewMap(), vtl.NewMap(), &headerParams{}
	for _, p := range in.inv.Resource.PathParams {
		path.Put(p.Name, p.Value)
	}
	for _, q := range in.inv.Arrival.Query {
		query.Put(q.Name, q.Value)
	}
	for _, h := range in.inv.Arrival.Headers {
		header.add(h.Name, h.Values[len(h.Values)-1])
	}
	params := vtl.NewMap()
	params.Put("path", path)
	params.Put("querystring", query)
	params.Put("header", header)
	return params
}
