package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// requestIDHeader carries the request's identifier on every answer (HTTP API spec, 4). HTTP/1.1
// sends it in its canonical form, HTTP/2 in lower case.
const requestIDHeader = "Apigw-Requestid"

// refuse ends a request that a phase has failed.
func (inv *Invocation) refuse(err error) {
	if errors.Is(err, errClientGone) {
		inv.Refusal.Err = &Error{Type: "DEFAULT_4XX", Reason: errClientGone.Error(), Err: err}
		inv.Delivery.Err = err
		return
	}
	var e *Error
	if !errors.As(err, &e) {
		e = internal("DEFAULT_5XX", "unexpected error", err)
	}
	inv.Refusal.Err = e
	h := inv.writer.Header()
	if e.Challenge != "" {
		h["Www-Authenticate"] = []string{e.Challenge}
	}
	if inv.Stage != nil {
		inv.setCORS(h)
	}
	inv.writeMessage(e.Status, e.Message)
}

// writeMessage writes an answer of the gateway itself.
func (inv *Invocation) writeMessage(status int, message string) {
	body := append(jsontext.AppendString([]byte(`{"message":`), message), '}')
	h := inv.writer.Header()
	h["Content-Type"] = []string{applicationJSON}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	h[requestIDHeader] = []string{inv.Arrival.RequestID}
	inv.Delivery.Status = status
	inv.writer.WriteHeader(status)
	if inv.Request.Method == http.MethodHead {
		return
	}
	// A client that has gone is nobody's fault, and the answer is complete as far as the gateway goes.
	n, _ := inv.writer.Write(body)
	inv.Delivery.Bytes = int64(n)
}

// NotFound answers a request to an HTTP API that has no stage for it (HTTP API spec, 1).
func (p *Pipeline) NotFound(w http.ResponseWriter, r *http.Request, reason string) {
	p.unrouted(w, r, notFound(reason))
}

// InternalError answers a request whose stage cannot be loaded. The cause goes to the record.
func (p *Pipeline) InternalError(w http.ResponseWriter, r *http.Request, reason string, cause error) {
	p.unrouted(w, r, internal("DEFAULT_5XX", reason, cause))
}

func (p *Pipeline) unrouted(w http.ResponseWriter, r *http.Request, e *Error) {
	inv := &Invocation{Request: r, pipeline: p, writer: w, Target: Target{ContextPath: r.URL.EscapedPath(), DomainName: r.Host}}
	inv.identify()
	inv.refuse(e)
	p.observe(inv)
}
