package rest

import (
	"bytes"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping"
)

// mapHTTPRequest evaluates the parameter mappings of a request to an HTTP backend, on top of
// what the client sent where that passes (REST data plane spec, 3.2 and 4.1).
func (inv *Invocation) mapHTTPRequest() error {
	b, req := &inv.Resource.method.backend, &inv.IntegrationRequest
	req.Header = make(http.Header, len(inv.Arrival.Headers)+6)
	if b.kind == httpProxyIntegration {
		for _, h := range inv.Arrival.Headers {
			if name, ok := clientToHTTPProxy.rename(h.Name, canonicalHeader(h.Name)); ok {
				req.Header[name] = h.Values
			}
		}
	}
	for i := range b.parameters {
		p := &b.parameters[i]
		if p.Target.Kind == mapping.TargetQuery && p.Source.Kind == mapping.RequestMultiQuery {
			for _, v := range inv.Arrival.Query {
				if v.Name == p.Source.Name {
					req.query = append(req.query, exchange.QueryParam{Name: p.Target.Name, Value: v.Value})
				}
			}
			continue
		}
		value, err := inv.source(&p.Source)
		if err != nil {
			return err
		}
		if value == "" {
			continue
		}
		switch p.Target.Kind {
		case mapping.TargetPath:
			req.paths = append(req.paths, mapping.PathValue{Name: p.Target.Name, Value: value, Escaped: p.Source.Kind == mapping.RequestPath})
		case mapping.TargetQuery:
			req.query = append(req.query, exchange.QueryParam{Name: p.Target.Name, Value: value})
		case mapping.TargetHeader:
			req.setMappedHeader(&p.Target, exchange.CleanHeaderValue(value))
		}
	}
	return nil
}

// finishHTTPRequest makes the address and completes the header, once templates have had their
// say.
func (inv *Invocation) finishHTTPRequest() error {
	if err := inv.overrideRequest(); err != nil {
		return err
	}
	req := &inv.IntegrationRequest
	inv.makeURI(req.paths, req.query)
	inv.addStage()
	inv.addDefaultHeaders()
	return nil
}

// setMappedHeader overwrites the client's header of that name and keeps the casing of the
// definition, but for the names that net/http knows by their canonical form alone.
func (req *IntegrationRequest) setMappedHeader(target *mapping.Expr, value string) {
	name := target.Name
	switch target.Canonical {
	case "Host":
		req.Host = value
		return
	case "User-Agent":
		name = target.Canonical
	case "Trailer":
		// net/http writes no field of the canonical name.
		name = "trailer"
	}
	if name != target.Canonical {
		delete(req.Header, target.Canonical)
	}
	req.Header[name] = []string{value}
}

// addDefaultHeaders adds what every backend gets unless a mapping, or for HTTP_PROXY the
// client, has set it.
func (inv *Invocation) addDefaultHeaders() {
	req := &inv.IntegrationRequest
	space := make([]string, 5)
	set := func(i int, name, value string) {
		space[i] = value
		req.Header[name] = space[i : i+1 : i+1]
	}
	add := func(i int, name, value string) {
		if !req.has(name) {
			set(i, name, value)
		}
	}
	set(0, "X-Amzn-Apigateway-Api-Id", inv.Stage.doc.APIID)
	set(1, "X-Amzn-Trace-Id", inv.Arrival.TraceID)
	add(2, "Accept", applicationJSON)
	add(3, "User-Agent", inv.Stage.userAgent)
	bodiless := inv.body == nil && (req.HTTPMethod == http.MethodGet || req.HTTPMethod == http.MethodHead)
	if inv.Resource.method.backend.kind == httpIntegration && !bodiless {
		add(4, "Content-Type", inv.Method.ContentType)
	}
}

// has tells whether a header is set, in whatever casing a mapping gave it.
func (req *IntegrationRequest) has(canonical string) bool {
	if _, ok := req.Header[canonical]; ok {
		return true
	}
	for name := range req.Header {
		if len(name) == len(canonical) && canonicalHeader(name) == canonical {
			return true
		}
	}
	return false
}

// makeURI fills the address in. The query is that of the definition, then for HTTP_PROXY the
// client's, then the mapped one (REST data plane spec, 4.1).
func (inv *Invocation) makeURI(paths []mapping.PathValue, mapped exchange.Query) {
	b := &inv.Resource.method.backend
	var client exchange.Query
	if b.kind == httpProxyIntegration {
		client = inv.Arrival.Query
	}
	if uri, ok := b.uri.Literal(); ok && len(client) == 0 && len(mapped) == 0 {
		inv.IntegrationRequest.URI = uri
		return
	}
	space := exchange.GetBuffer()
	defer exchange.PutBuffer(space)
	buf := b.uri.Append((*space)[:0], paths, inv.Stage.doc.Variables)
	if len(client) > 0 || len(mapped) > 0 {
		if i := bytes.IndexByte(buf, '#'); i >= 0 {
			buf = buf[:i] // a fragment never reaches a server
		}
		start := bytes.IndexByte(buf, '?') + 1
		if start == 0 {
			buf = append(buf, '?')
			start = len(buf)
		}
		for _, q := range client {
			buf = exchange.AppendQueryParam(buf, start, q.Name, q.Value)
		}
		for _, q := range mapped {
			buf = exchange.AppendQueryParam(buf, start, q.Name, q.Value)
		}
	}
	inv.IntegrationRequest.URI = string(buf)
	*space = buf
}
