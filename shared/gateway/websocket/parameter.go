package websocket

import (
	"net/textproto"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// parameter is a parameter mapping, compiled (WebSocket API spec, 4).
type parameter struct {
	target, source mapping.Expr
}

func parseRequestParameter(m snapshot.Mapping) (parameter, error) {
	pair, err := mapping.ParseWebSocketRequest(m.Target, m.Source)
	return parameter{pair.Target, pair.Source}, err
}

func parseResponseParameter(m snapshot.Mapping) (parameter, error) {
	pair, err := mapping.ParseWebSocketResponse(m.Target, m.Source)
	return parameter{pair.Target, pair.Source}, err
}

// source returns the value of a mapping source, "" if there is none.
func (inv *Invocation) source(e *mapping.Expr) (string, error) {
	switch e.Kind {
	case mapping.Static:
		return e.Name, nil
	case mapping.StageVariable:
		return inv.Stage.doc.Variables[e.Name], nil
	case mapping.Context:
		v, _ := inv.dataVariable(e.Name)
		return v, nil
	case mapping.RequestQuery:
		return inv.Arrival.Query.last(e.Name), nil
	case mapping.RequestMultiQuery:
		return strings.Join(inv.Arrival.Query.all(e.Name), ","), nil
	case mapping.RequestHeader:
		return inv.Arrival.Headers.last(e.Name), nil
	case mapping.RequestMultiHeader:
		return strings.Join(inv.Arrival.Headers.all(e.Name), ","), nil
	case mapping.RequestBody:
		return bodySource(&inv.body, e.Path)
	case mapping.ResponseHeader:
		if v := inv.Integration.Headers[e.Canonical]; len(v) > 0 {
			return v[len(v)-1], nil
		}
	case mapping.ResponseMultiHeader:
		return strings.Join(inv.Integration.Headers[e.Canonical], ","), nil
	case mapping.ResponseBody:
		return bodySource(&document{text: inv.Integration.Body}, e.Path)
	}
	return "", nil
}

// bodySource evaluates a body, or a path within it.
func bodySource(body *document, path *mapping.BodyPath) (string, error) {
	if path == nil {
		return string(body.text), nil
	}
	if !body.isJSON() {
		return "", notJSON(body.text)
	}
	v, _ := path.Find(body.text)
	return v, nil
}

// fields are named values in the order of their arrival: headers, or the parameters of a query.
type fields []field

type field struct {
	name   string
	values []string
}

// add appends a value under a name, which is compared as fold says.
func (f *fields) add(name, value string, same func(a, b string) bool) {
	for i := range *f {
		if same((*f)[i].name, name) {
			(*f)[i].values = append((*f)[i].values, value)
			return
		}
	}
	*f = append(*f, field{name, []string{value}})
}

// headers are fields whose names do not depend on case, query those whose names do.
type (
	headers fields
	query   fields
)

func (h headers) all(name string) []string {
	for i := range h {
		if strings.EqualFold(h[i].name, name) {
			return h[i].values
		}
	}
	return nil
}

func (h headers) last(name string) string { return lastOf(h.all(name)) }

func (q query) all(name string) []string {
	for i := range q {
		if q[i].name == name {
			return q[i].values
		}
	}
	return nil
}

func (q query) last(name string) string { return lastOf(q.all(name)) }

func lastOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// eventName is the name of a header as events show it. net/http writes Sec-Websocket-Key where
// clients write Sec-WebSocket-Key.
func eventName(name string) string {
	canonical := textproto.CanonicalMIMEHeaderKey(name)
	if rest, ok := strings.CutPrefix(canonical, "Sec-Websocket-"); ok {
		return "Sec-WebSocket-" + rest
	}
	return canonical
}
