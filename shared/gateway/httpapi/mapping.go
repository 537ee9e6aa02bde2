package httpapi

import (
	"fmt"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// parameter is a parameter mapping, compiled (HTTP API spec, 10).
type parameter struct {
	action action
	target target
	name   string // of headers in canonical form
	value  value
}

type action uint8

const (
	appendValue action = iota
	overwriteValue
	removeValue
)

type target uint8

const (
	headerTarget target = iota
	queryTarget
	pathTarget
	statusTarget
)

// reserved are the headers that no mapping may change; a name that ends in a hyphen stands for all
// that begin so.
var reserved = map[string]bool{
	"authorization": true, "connection": true, "content-encoding": true, "content-length": true, "content-location": true,
	"forwarded": true, "keep-alive": true, "origin": true, "proxy-authenticate": true, "proxy-authorization": true, "te": true,
	"trailers": true, "transfer-encoding": true, "upgrade": true, "x-forwarded-for": true, "x-forwarded-host": true,
	"x-forwarded-proto": true, "via": true,
}

func isReserved(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range [...]string{"access-control-", "apigw-", "x-amz-", "x-amzn-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return reserved[name]
}

// parseParameter reads a mapping such as "append:header.x" of one side.
func parseParameter(m snapshot.Mapping, response bool) (parameter, error) {
	var p parameter
	word, rest, ok := strings.Cut(m.Target, ":")
	switch word {
	case "append":
	case "overwrite":
		p.action = overwriteValue
	case "remove":
		p.action = removeValue
	default:
		ok = false
	}
	kind, name, named := strings.Cut(rest, ".")
	switch {
	case !ok:
	case kind == "header" && exchange.ValidHeaderName(name):
		if isReserved(name) {
			return p, fmt.Errorf("header %s must not be mapped", name)
		}
		p.target, p.name = headerTarget, textproto.CanonicalMIMEHeaderKey(name)
	case kind == "querystring" && name != "" && !response:
		p.target, p.name = queryTarget, name
	case kind == "path" && !named && !response && p.action == overwriteValue:
		p.target = pathTarget
	case kind == "statuscode" && !named && response && p.action == overwriteValue:
		p.target = statusTarget
	default:
		ok = false
	}
	if !ok {
		return p, fmt.Errorf("%q is not a mapping", m.Target)
	}
	if p.action == removeValue {
		return p, nil
	}
	var err error
	p.value, err = parseValue(m.Source, response)
	return p, err
}

func parseParameters(mappings []snapshot.Mapping, response bool) ([]parameter, error) {
	var out []parameter
	for _, m := range mappings {
		p, err := parseParameter(m, response)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// mapRequest makes what the backend gets: the client's headers and query with the changes of the
// definition.
func (inv *Invocation) mapRequest() error {
	r := inv.Route.route
	if r.err != nil {
		return internal(apiConfiguration, "the route cannot be served", r.err)
	}
	if r.mapsBody {
		if err := inv.bufferRequest(); err != nil {
			return err
		}
	}
	req := &inv.IntegrationRequest
	if r.kind == serviceBackend {
		return inv.evaluateParameters()
	}
	req.Header, req.Query, req.RawQuery = inv.clientHeader(), inv.Arrival.Query, inv.Request.URL.RawQuery
	changed := false
	for i := range r.parameters {
		p := &r.parameters[i]
		text := ""
		if p.action != removeValue {
			var ok bool
			if text, ok = inv.evaluate(&p.value); !ok {
				continue
			}
		}
		switch p.target {
		case headerTarget:
			if p.name == "Host" && p.action != removeValue {
				req.Host = exchange.CleanHeaderValue(text)
			}
			changeHeader(req.Header, p, text)
		case queryTarget:
			if !changed {
				req.Query, changed = slices.Clone(req.Query), true
			}
			changeQuery(&req.Query, p, text)
		case pathTarget:
			req.Path = "/" + strings.TrimLeft(text, "/")
		}
	}
	if changed {
		var b []byte
		for _, q := range req.Query {
			b = exchange.AppendQueryParam(b, 0, q.Name, q.Value)
		}
		req.RawQuery = string(b)
	}
	return nil
}

// changeHeader never changes a list of values in place: it may be the client's.
func changeHeader(h http.Header, p *parameter, text string) {
	text = exchange.CleanHeaderValue(text)
	switch p.action {
	case removeValue:
		delete(h, p.name)
	case overwriteValue:
		h[p.name] = []string{text}
	default:
		h[p.name] = append(slices.Clip(h[p.name]), text)
	}
}

func changeQuery(q *exchange.Query, p *parameter, text string) {
	if p.action != appendValue {
		*q = slices.DeleteFunc(*q, func(have exchange.QueryParam) bool { return have.Name == p.name })
	}
	if p.action != removeValue {
		*q = append(*q, exchange.QueryParam{Name: p.name, Value: text})
	}
}

// mapResponse makes what the client gets of the backend's answer. Only the mappings of exactly its
// status apply.
func (inv *Invocation) mapResponse() error {
	in, out := &inv.Integration, &inv.Response
	out.Status, out.Header = in.Status, in.Header
	parameters := inv.Route.route.responses[in.Status]
	if len(parameters) == 0 {
		return nil
	}
	out.Header = in.Header.Clone()
	for i := range parameters {
		p := &parameters[i]
		text := ""
		if p.action != removeValue {
			if p.value.reads(responseBody) {
				if err := inv.bufferAnswer(); err != nil {
					return err
				}
			}
			var ok bool
			if text, ok = inv.evaluate(&p.value); !ok {
				continue
			}
		}
		if p.target == headerTarget {
			changeHeader(out.Header, p, text)
			continue
		}
		status, err := strconv.Atoi(text)
		if err != nil || status < 200 || status > 599 {
			return inv.failed(fmt.Sprintf("the mapped status %q is not the status of a response", text), nil)
		}
		out.Status = status
	}
	return nil
}
