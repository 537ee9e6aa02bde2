package rest

import "net/http"

// InternalError answers a request whose stage cannot be loaded: its gateway responses are as
// unknown as the rest of it. The cause goes to the record.
func (p *Pipeline) InternalError(w http.ResponseWriter, r *http.Request, reason string, cause error) {
	p.unrouted(w, r, http.StatusInternalServerError, "InternalServerErrorException", "Internal server error", &Error{Type: Default5XX, Reason: reason, Err: cause})
}

// unrouted answers a request that belongs to no API, or to one that cannot be loaded.
func (p *Pipeline) unrouted(w http.ResponseWriter, r *http.Request, status int, errorType, message string, e *Error) {
	inv := &Invocation{Request: r, pipeline: p, writer: w, Target: Target{ContextPath: r.URL.EscapedPath(), DomainName: r.Host}}
	inv.identify()
	inv.Refusal = Refusal{Err: e, Status: status, Message: message}
	inv.writeRefusal(Headers{{Name: "x-amzn-ErrorType", Values: []string{errorType}}, {Name: "Content-Type", Values: []string{applicationJSON}}}, inv.defaultBody(""))
	p.observe(inv)
}
