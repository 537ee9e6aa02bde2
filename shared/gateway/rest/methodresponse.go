package rest

import (
	"net/http"
	"strconv"
)

// makeMethodResponse checks that the method declares the response and completes its headers
// (REST data plane spec, 6 and 16).
func (inv *Invocation) makeMethodResponse() error {
	in, out := &inv.IntegrationResponse, &inv.Response
	if in.selected != nil && !in.selected.declared {
		return configurationError("Output mapping refers to an invalid method response: "+strconv.Itoa(in.Status), nil)
	}
	if inv.call != nil {
		inv.call.Settle()
		if inv.call.Expired() {
			return timedOut(nil)
		}
	}
	out.Status, out.Body, out.Stream = in.Status, in.Body, in.Stream
	if out.Stream {
		out.Length = inv.Integration.HTTP.ContentLength
	} else {
		out.Length = int64(len(out.Body))
	}
	out.Headers = in.Headers
	inv.completeHeaders()
	return nil
}

// completeHeaders adds what every answer has. Content-Type goes by its canonical name, since
// net/http would guess one beside any other.
func (inv *Invocation) completeHeaders() {
	out := &inv.Response
	typed, traced := false, false
	for i := range out.Headers {
		switch canonicalHeader(out.Headers[i].Name) {
		case "Content-Type":
			out.Headers[i].Name = "Content-Type"
			typed = true
		case "X-Amzn-Trace-Id":
			traced = true
		}
	}
	if !typed {
		out.Headers = append(out.Headers, Header{Name: "Content-Type", Values: []string{applicationJSON}})
	}
	switch inv.Resource.method.backend.kind {
	case httpIntegration, lambdaProxyIntegration, awsIntegration, lambdaIntegration:
		if !traced {
			out.Headers = append(out.Headers, Header{Name: "X-Amzn-Trace-Id", Values: []string{inv.Arrival.TraceID}})
		}
	}
}

// hasBody tells whether an answer may have a body (RFC 9110, 6.4.1).
func hasBody(method string, status int) bool {
	return method != http.MethodHead && status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
