package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
)

// callHTTP calls an HTTP backend, and returns once the whole of its answer has arrived, or, if that
// is to stream, its header (HTTP API spec, 9.1).
func (inv *Invocation) callHTTP() error {
	p, r := inv.pipeline, inv.Route.route
	if p.c.HTTP == nil {
		return inv.failed("no HTTP client is configured", nil)
	}
	inv.call = exchange.StartCall(inv.Request.Context(), r.timeout, 0)
	to, options, err := inv.backendAddress()
	if err != nil {
		return err
	}
	req, err := inv.backendRequest(to)
	if err != nil {
		return inv.failed("the address of the backend is invalid", err)
	}
	in := &inv.Integration
	in.start = p.c.Now()
	res, err := p.c.HTTP.Do(req, options)
	in.Latency = inv.sinceCall()
	if err != nil {
		return inv.httpFailure(err)
	}
	if inv.body != nil && !inv.buffered {
		// A backend may answer while it is still being sent to. Without full duplex the server would
		// read the rest of the request itself, away from the backend. Not every event source knows
		// the notion, and those need nothing.
		_ = http.NewResponseController(inv.writer).EnableFullDuplex()
	}
	return inv.takeAnswer(res, req.Method)
}

// takeAnswer keeps a backend's answer, the body in memory unless it is to stream.
func (inv *Invocation) takeAnswer(res *http.Response, method string) error {
	in := &inv.Integration
	in.Status, in.Body, in.Length = res.StatusCode, res.Body, res.ContentLength
	if err := exchange.CheckAnswerHeader(res.Header); err != nil {
		return inv.unavailable(integrationFailed, err.Error(), err)
	}
	in.Header = answerHeader(res.Header)
	if inv.Route.route.stream || method == http.MethodHead && inv.Request.Method == http.MethodHead {
		return nil
	}
	err := inv.holdAnswer()
	in.Latency = inv.sinceCall()
	return err
}

// holdAnswer reads an answer to its end within the integration's time, so that one that is too long,
// breaks off or does not end in time is an error to the client and not half an answer.
func (inv *Invocation) holdAnswer() error {
	in := &inv.Integration
	if in.Length > exchange.MaxPayload {
		return inv.failed(fmt.Sprintf("the integration's response exceeds %d bytes", exchange.MaxPayload), nil)
	}
	held, err := exchange.Hold(in.Body, exchange.MaxPayload)
	switch {
	case err == nil:
	case errors.Is(err, exchange.ErrTooLong):
		return inv.failed(fmt.Sprintf("the integration's response exceeds %d bytes", exchange.MaxPayload), nil)
	case inv.call.Expired():
		return inv.timedOut(err)
	case inv.Request.Context().Err() != nil:
		return errClientGone
	default:
		if e := inv.bodyFailure(); e != nil {
			return e
		}
		return inv.unavailable(integrationFailed, "the connection to the backend broke", err)
	}
	inv.call.Answered()
	_ = in.Body.Close() // at its end
	in.Body, in.Length = held, held.Size()
	return nil
}

// bufferAnswer makes the answer's body one piece, for mappings that look into it.
func (inv *Invocation) bufferAnswer() error {
	in := &inv.Integration
	if in.Body == nil {
		return nil
	}
	held, ok := in.Body.(*exchange.Held)
	if !ok {
		if err := inv.holdAnswer(); err != nil {
			return err
		}
		held = in.Body.(*exchange.Held)
	}
	in.Payload, in.Body = held.Bytes(), nil
	return nil
}

// backendAddress returns the address to call, without the client's query, and how to reach it.
func (inv *Invocation) backendAddress() (string, integration.HTTPOptions, error) {
	r, req := inv.Route.route, &inv.IntegrationRequest
	if r.kind == privateBackend {
		return inv.privateAddress()
	}
	if literal, ok := r.uri.Literal(); ok && !r.appends && req.Path == "" {
		return literal, integration.HTTPOptions{}, nil
	}
	space := exchange.GetBuffer()
	defer exchange.PutBuffer(space)
	values := make([]mapping.PathValue, 0, 4)
	for _, p := range inv.Route.PathParams {
		values = append(values, mapping.PathValue{Name: p.Name, Value: p.Value})
	}
	*space = r.uri.Append((*space)[:0], values, inv.Stage.doc.Variables)
	to := string(*space)
	switch {
	case req.Path != "":
		to = replacePath(to, req.Path)
	case r.appends:
		to = appendPath(to, inv.Arrival.Path)
	}
	return to, integration.HTTPOptions{}, nil
}

// split cuts an address into what is before its path, the path, and the query with its question
// mark.
func split(address string) (base, path, query string) {
	address, _, _ = strings.Cut(address, "#") // a fragment never reaches a server
	if i := strings.IndexByte(address, '?'); i >= 0 {
		address, query = address[:i], address[i:]
	}
	at := 0
	if i := strings.Index(address, "://"); i >= 0 {
		at = i + 3
	}
	if i := strings.IndexByte(address[at:], '/'); i >= 0 {
		return address[:at+i], address[at+i:], query
	}
	return address, "", query
}

func replacePath(address, path string) string {
	base, _, query := split(address)
	return base + escapePath(path) + query
}

func appendPath(address, path string) string {
	base, before, query := split(address)
	return base + strings.TrimSuffix(before, "/") + escapePath(path) + query
}

// escapePath encodes a decoded path.
func escapePath(path string) string {
	const kept = "/-._~!$&'()*+,;=:@"
	clean := true
	for i := range len(path) {
		if !isWord(path[i]) && strings.IndexByte(kept, path[i]) < 0 {
			clean = false
			break
		}
	}
	if clean {
		return path
	}
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(path)+16)
	for i := range len(path) {
		if c := path[i]; isWord(c) || strings.IndexByte(kept, c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// backendRequest makes the request that the transport sends.
func (inv *Invocation) backendRequest(to string) (*http.Request, error) {
	r, req := inv.Route.route, &inv.IntegrationRequest
	method := r.method
	if method == "" {
		method = inv.Request.Method
	}
	if req.RawQuery != "" {
		base, path, query := split(to)
		if query == "" {
			query = "?"
		} else if query != "?" {
			query += "&"
		}
		to = base + path + query + req.RawQuery
	}
	out, err := http.NewRequestWithContext(inv.call.Context(), method, to, nil)
	if err != nil {
		return nil, err
	}
	out.Header = req.Header
	inv.addProxyHeaders(out)
	switch {
	case inv.buffered && len(inv.payload) > 0:
		body := inv.payload
		out.ContentLength = int64(len(body))
		out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		out.Body, _ = out.GetBody()
	case inv.body != nil && !inv.buffered:
		inv.body.Call = inv.call
		out.Body, out.ContentLength = inv.body, inv.body.Length
	default:
		out.Body = http.NoBody
		if method != http.MethodGet && method != http.MethodHead {
			// Makes net/http say "Content-Length: 0" with every method that may have a body.
			out.TransferEncoding = []string{"identity"}
		}
	}
	return out, nil
}

// addProxyHeaders completes the client's headers by those that a backend sees (HTTP API spec, 9.1).
func (inv *Invocation) addProxyHeaders(out *http.Request) {
	h := out.Header
	delete(h, "Content-Length")
	delete(h, "Host")
	inv.dropFrontDoor(h)
	if host := inv.IntegrationRequest.Host; host != "" {
		out.Host = host
	} else if inv.Route.route.kind == privateBackend {
		// The ARN of a load balancer or a service names no host: it sees the client's.
		out.Host = inv.Request.Host
	}
	own := []string{
		"HTTP/1.1 AmazonAPIGateway",
		"for=" + forwardedNode(inv.Arrival.SourceIP) + ";host=" + inv.Target.DomainName + ";proto=https",
		inv.Arrival.TraceID,
	}
	add := func(i int, name string) {
		if before := h[name]; len(before) > 0 {
			own[i] = strings.Join(before, ", ") + ", " + own[i]
		}
		h[name] = own[i : i+1 : i+1]
	}
	add(0, "Via")
	add(1, "Forwarded")
	h["X-Amzn-Trace-Id"] = own[2:3:3]
	if _, ok := h["User-Agent"]; !ok {
		h["User-Agent"] = []string{"AmazonAPIGateway_" + inv.Stage.doc.APIID}
	}
}

// forwardedNode is an address as RFC 7239, 6 has it.
func forwardedNode(ip string) string {
	if strings.Contains(ip, ":") {
		return `"[` + ip + `]"`
	}
	return ip
}

// httpFailure turns a failed call into what the client is told.
func (inv *Invocation) httpFailure(err error) error {
	if e := inv.bodyFailure(); e != nil {
		return e
	}
	var he *integration.HTTPError
	if errors.As(err, &he) {
		switch he.Kind {
		case integration.Timeout:
			return inv.timedOut(err)
		case integration.Canceled:
			return errClientGone
		}
	}
	return inv.unavailable(integrationFailed, "the backend cannot be reached", err)
}

// sinceCall is the time since the backend was called.
func (inv *Invocation) sinceCall() time.Duration {
	return inv.pipeline.c.Now().Sub(inv.Integration.start)
}
