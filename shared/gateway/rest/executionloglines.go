package rest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// begin writes the method request, once access control is over.
func (l *executionLog) begin(inv *Invocation) error {
	if l.begun {
		return nil
	}
	l.begun = true
	if !l.live {
		// The whole payload is read into memory, which a streamed request would not want.
		if err := inv.bufferRequest(); err != nil {
			return err
		}
		l.text.WriteString("Execution log for request " + inv.Arrival.RequestID + "\n")
	}
	l.line("Starting execution for request: %s", inv.Arrival.RequestID)
	l.line("HTTP Method: %s, Resource Path: %s", inv.Resource.HTTPMethod, inv.Target.Path)
	if !l.wants(logInfo, true) {
		return nil
	}
	var path, query []string
	for _, p := range inv.Resource.PathParams {
		path = append(path, p.Name+"="+p.Value)
	}
	for _, q := range inv.Arrival.Query {
		query = append(query, q.Name+"="+maskParameter(q.Name, q.Value))
	}
	l.trace("Method request path: %s", javaMap(path))
	l.trace("Method request query string: %s", javaMap(query))
	l.trace("Method request headers: %s", javaMap(headerPairs(inv.Request.Header)))
	const before = "Method request body before transformations: "
	if !l.live || inv.IntegrationRequest.buffered {
		l.trace(before+"%s", l.payload(inv.IntegrationRequest.Body))
		return nil
	}
	l.events = append(l.events, logEvent{at: l.now(), text: before, body: inv.body.tap()})
	return nil
}

// after writes what a phase has contributed.
func (l *executionLog) after(p *phase, inv *Invocation) error {
	if !l.live && inv.streams() {
		return nil // it would wait for the answer, and the test shows no log of it
	}
	switch p.name {
	case "resource matching":
		if l.live {
			l.line("Extended Request Id: %s", inv.Arrival.ExtendedRequestID)
		}
	case "authorization":
		l.authorized(inv)
	case "throttling":
		l.usagePlanChecked(inv)
	case "integration request":
		l.integrationRequest(inv)
	case "integration":
		return l.integration(inv)
	case "method response":
		return l.methodResponse(inv)
	}
	return nil
}

// integrationRequest tells nothing of a MOCK, which has no endpoint.
func (l *executionLog) integrationRequest(inv *Invocation) {
	req := &inv.IntegrationRequest
	var uri string
	var headers []string
	body := req.Body
	switch inv.Resource.method.backend.kind {
	case mockIntegration:
		return
	case lambdaIntegration:
		uri, headers, body = lambdaEndpoint(req.Function), headerPairs(req.Header), req.Event
	case lambdaProxyIntegration:
		uri = lambdaEndpoint(req.Function)
		headers = []string{
			"x-amzn-lambda-integration-tag=" + inv.Arrival.RequestID, "x-amzn-apigateway-api-id=" + inv.Stage.doc.APIID,
			"Accept=" + applicationJSON, "User-Agent=" + inv.Stage.userAgent, "X-Amzn-Trace-Id=" + inv.Arrival.TraceID,
		}
		body = req.Event
	default:
		uri = maskURI(req.URI)
		headers = headerPairs(req.Header)
	}
	l.line("Endpoint request URI: %s", uri)
	l.trace("Endpoint request headers: %s", javaMap(headers))
	l.trace("Endpoint request body after transformations: %s", l.payload(body))
	l.line("Sending request to %s", uri)
}

func (l *executionLog) integration(inv *Invocation) error {
	in := &inv.Integration
	status, body := in.Status, in.Payload
	switch kind := inv.Resource.method.backend.kind; {
	case kind == mockIntegration:
		return nil
	case in.ServiceStatus != 0:
		status = in.ServiceStatus
	}
	l.line("Received response. Status: %d, Integration latency: %d ms", status, in.Latency.Milliseconds())
	if !l.wants(logInfo, true) {
		return nil
	}
	l.trace("Endpoint response headers: %s", javaMap(headerPairs(in.Headers)))
	const before = "Endpoint response body before transformations: "
	switch {
	case in.HTTP == nil:
	case !l.live && inv.streams():
		return nil // the tests of such methods have no log (security and operations spec, 7)
	case l.live:
		l.response = &bodyStart{}
		if held, ok := in.HTTP.Body.(*exchange.Held); ok {
			show(held, l.response)
		} else {
			in.HTTP.Body = tapped{in.HTTP.Body, l.response}
		}
		l.events = append(l.events, logEvent{at: l.now(), text: before, body: l.response})
		return nil
	default:
		var err error
		if body, err = io.ReadAll(io.LimitReader(in.HTTP.Body, maxPayload+1)); err != nil {
			return integrationFailure(http.StatusGatewayTimeout, "Network error communicating with endpoint", err)
		}
		in.HTTP.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(body), in.HTTP.Body}
	}
	l.trace(before+"%s", l.payload(body))
	return nil
}

func (l *executionLog) methodResponse(inv *Invocation) error {
	out := &inv.Response
	const after = "Method response body after transformations: "
	switch {
	case l.live && !l.wants(logInfo, true):
	case l.live && out.Stream:
		l.events = append(l.events, logEvent{at: l.now(), text: after, body: l.response})
	case out.Stream && inv.streams():
	case out.Stream:
		body, err := io.ReadAll(inv.Integration.HTTP.Body)
		if err != nil {
			return integrationFailure(http.StatusGatewayTimeout, "Network error communicating with endpoint", err)
		}
		out.Body, out.Stream, out.Length = body, false, int64(len(body))
		fallthrough
	default:
		l.trace(after+"%s", l.payload(out.Body))
	}
	if l.wants(logInfo, true) {
		l.trace("Method response headers: %s", javaMap(namedPairs(out.Headers)))
	}
	l.line("Successfully completed execution")
	l.line("Method completed with status: %d", out.Status)
	return nil
}

// failed ends the log of a request that a phase has refused. The access phases and the
// integration have told nothing yet when they refuse.
func (l *executionLog) failed(inv *Invocation) {
	r := &inv.Refusal
	if inv.phase != nil {
		switch inv.phase.name {
		case "authorization":
			l.unauthorized(inv)
		case "API key", "throttling":
			l.usagePlanAsked(inv)
		case "integration":
			if inv.Integration.ServiceStatus != 0 {
				_ = l.integration(inv) // fails for answers of HTTP backends only
			}
		}
	}
	if r.Err != nil {
		l.fail("%s", r.Err.Reason)
	}
	if l.live && inv.Delivery.Status != 0 {
		l.fail("Gateway response type: %s with status code: %d", r.Type, r.Status)
		if l.wants(logErrors, true) {
			l.add(logErrors, true, "Gateway response body: %s", l.payload(r.body))
			l.add(logErrors, true, "Gateway response headers: %s", javaMap(namedPairs(r.headers)))
		}
	}
	l.fail("Method completed with status: %d", inv.Delivery.Status)
}

// headerPairs lists headers as name=value, by name, with the secret ones masked.
func headerPairs(h http.Header) []string {
	pairs := make([]string, 0, len(h))
	for name, values := range h {
		pairs = append(pairs, name+"="+maskHeader(name, strings.Join(values, ",")))
	}
	slices.Sort(pairs)
	return pairs
}

// namedPairs is headerPairs for headers in their own order.
func namedPairs(h Headers) []string {
	pairs := make([]string, 0, len(h))
	for _, v := range h {
		pairs = append(pairs, v.Name+"="+maskHeader(v.Name, strings.Join(v.Values, ",")))
	}
	return pairs
}

// maxLoggedMap is where long maps are cut (REST data plane spec, 15).
const maxLoggedMap = 1000

// javaMap prints pairs as Java prints a map, cut where it gets long.
func javaMap(pairs []string) string {
	return truncate("{"+strings.Join(pairs, ", ")+"}", maxLoggedMap)
}
