package rest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// executionLog tells, phase by phase, what became of a request, in the lines of API Gateway's
// execution log (REST data plane spec, 15). It reads what the phases have written and is told
// nothing by them, so that requests without one pay nothing for it.
type executionLog struct {
	now  func() time.Time
	text strings.Builder
}

// maxLoggedMap is where long header maps are cut.
const maxLoggedMap = 1000

func (l *executionLog) String() string { return l.text.String() }

func (l *executionLog) line(format string, args ...any) {
	l.text.WriteString(l.now().UTC().Format("Mon Jan 02 15:04:05 UTC 2006"))
	l.text.WriteString(" : ")
	fmt.Fprintf(&l.text, format, args...)
	l.text.WriteByte('\n')
}

// after writes what a phase has contributed. It reads bodies into memory, which a streamed
// request would not want.
func (l *executionLog) after(p *phase, inv *Invocation) error {
	switch p.name {
	case "resource matching":
		return l.methodRequest(inv)
	case "integration request":
		l.integrationRequest(inv)
	case "integration":
		return l.integration(inv)
	case "method response":
		return l.methodResponse(inv)
	}
	return nil
}

func (l *executionLog) methodRequest(inv *Invocation) error {
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	fmt.Fprintf(&l.text, "Execution log for request %s\n", inv.Arrival.RequestID)
	l.line("Starting execution for request: %s", inv.Arrival.RequestID)
	l.line("HTTP Method: %s, Resource Path: %s", inv.Resource.HTTPMethod, inv.Target.Path)
	var path, query, headers []string
	for _, p := range inv.Resource.PathParams {
		path = append(path, p.Name+"="+p.Value)
	}
	for _, q := range inv.Arrival.Query {
		query = append(query, q.Name+"="+q.Value)
	}
	for name, values := range inv.Request.Header {
		headers = append(headers, name+"="+strings.Join(values, ","))
	}
	slices.Sort(headers)
	l.line("Method request path: %s", javaMap(path))
	l.line("Method request query string: %s", javaMap(query))
	l.line("Method request headers: %s", javaMap(headers))
	l.line("Method request body before transformations: %s", inv.IntegrationRequest.Body)
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
	case lambdaProxyIntegration:
		uri = "https://lambda." + req.Function.Region + ".amazonaws.com/2015-03-31/functions/" + req.Function.QualifiedARN() + "/invocations"
		headers = []string{
			"x-amzn-lambda-integration-tag=" + inv.Arrival.RequestID, "x-amzn-apigateway-api-id=" + inv.Stage.doc.APIID,
			"Accept=" + applicationJSON, "User-Agent=" + inv.Stage.userAgent, "X-Amzn-Trace-Id=" + inv.Arrival.TraceID,
		}
		body = req.Event
	default:
		uri = req.URI
		headers = headerPairs(req.Header)
	}
	l.line("Endpoint request URI: %s", uri)
	l.line("Endpoint request headers: %s", javaMap(headers))
	l.line("Endpoint request body after transformations: %s", body)
	l.line("Sending request to %s", uri)
}

func (l *executionLog) integration(inv *Invocation) error {
	in := &inv.Integration
	status, body := in.Status, in.Payload
	switch inv.Resource.method.backend.kind {
	case mockIntegration:
		return nil
	case lambdaProxyIntegration:
		status = in.ServiceStatus
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
	l.line("Received response. Status: %d, Integration latency: %d ms", status, in.Latency.Milliseconds())
	l.line("Endpoint response headers: %s", javaMap(headerPairs(in.Headers)))
	l.line("Endpoint response body before transformations: %s", body)
	return nil
}

func (l *executionLog) methodResponse(inv *Invocation) error {
	out := &inv.Response
	body := out.Body
	if out.Stream {
		var err error
		if body, err = io.ReadAll(inv.Integration.HTTP.Body); err != nil {
			return integrationFailure(http.StatusGatewayTimeout, "Network error communicating with endpoint", err)
		}
		out.Body, out.Stream, out.Length = body, false, int64(len(body))
	}
	var headers []string
	for _, h := range out.Headers {
		headers = append(headers, h.Name+"="+strings.Join(h.Values, ","))
	}
	l.line("Method response body after transformations: %s", body)
	l.line("Method response headers: %s", javaMap(headers))
	l.line("Successfully completed execution")
	l.line("Method completed with status: %d", out.Status)
	return nil
}

// failed ends the log of a request that a phase has refused.
func (l *executionLog) failed(inv *Invocation) {
	if e := inv.Refusal.Err; e != nil {
		l.line("%s", e.Reason)
	}
	l.line("Method completed with status: %d", inv.Delivery.Status)
}

func headerPairs(h http.Header) []string {
	var pairs []string
	for name, values := range h {
		pairs = append(pairs, name+"="+strings.Join(values, ","))
	}
	slices.Sort(pairs)
	return pairs
}

// javaMap prints pairs as Java prints a map, cut where it gets long.
func javaMap(pairs []string) string {
	s := "{" + strings.Join(pairs, ", ") + "}"
	if len(s) > maxLoggedMap {
		return s[:maxLoggedMap] + " [TRUNCATED]"
	}
	return s
}
