package rest

import (
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// The limits of REST data plane spec, 3.6 and 16, in bytes.
const (
	maxPayload      = exchange.MaxPayload
	maxHeaderValues = 10240
)

const methodOverrideHeader = "X-Http-Method-Override"

// arrive is the first phase: identifiers, limits, and the request's headers and query as the
// later phases see them.
func (inv *Invocation) arrive() error {
	inv.identify()
	if err := inv.checkLimits(); err != nil {
		return err
	}
	a := &inv.Arrival
	a.MethodOverride = inv.Request.Header.Get(methodOverrideHeader)
	a.Headers = inv.visibleHeaders()
	a.Query = exchange.ParseQuery(inv.Request.URL.RawQuery)
	inv.body = inv.decodedBody(newRequestBody(inv.Request))
	return nil
}

// identify gives the request its identifiers, which even a refusal carries.
func (inv *Invocation) identify() {
	r, a, p := inv.Request, &inv.Arrival, inv.pipeline
	a.Time = p.c.Now()
	a.RequestID = p.c.NewID()
	a.ExtendedRequestID = exchange.ExtendedRequestID()
	a.TraceID = exchange.TraceID(r.Header["X-Amzn-Trace-Id"], a.Time)
	a.SourceIP, a.Protocol = exchange.Client(r)
}

func (inv *Invocation) checkLimits() error {
	r := inv.Request
	size := 0
	for _, values := range r.Header {
		for _, v := range values {
			size += len(v)
		}
	}
	switch {
	case size > maxHeaderValues:
		return &Error{Type: Default4XX, Status: http.StatusRequestHeaderFieldsTooLarge, Plain: "HTTP header is larger than 10240 bytes.", Reason: "the header values are too long"}
	case r.ContentLength > maxPayload:
		return payloadTooLarge()
	case len(inv.Target.Path)+len(r.URL.RawQuery) > inv.Stage.maxURL():
		return &Error{Type: Default4XX, Status: http.StatusRequestURITooLong, Message: "Request URI too long", Reason: "the path and query are too long"}
	case strings.ContainsAny(r.URL.RawQuery, "|{}"):
		// Such a query has to be encoded (REST data plane spec, 1.3).
		return &Error{Type: Default4XX, Status: http.StatusBadRequest, Reason: "the query holds a character that must be encoded"}
	}
	return nil
}

func payloadTooLarge() *Error {
	return &Error{Type: RequestTooLarge, Plain: "HTTP content length exceeded 10485760 bytes.", Reason: "the request body exceeds 10485760 bytes"}
}

// visibleHeaders returns the client's headers but for those that end here (REST data plane
// spec, 3.1), with those that the gateway writes (3.4).
func (inv *Invocation) visibleHeaders() Headers {
	r, a := inv.Request, &inv.Arrival
	out := make(Headers, 0, len(r.Header)+5)
	hosted := false
	for name, values := range r.Header {
		// An event source may keep the client's own casing; net/http does not.
		canonical := canonicalHeader(name)
		if _, hidden := arrivalHeaders[canonical]; hidden || len(values) == 0 {
			continue
		}
		switch canonical {
		case "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id":
			continue // written below
		case "Authorization":
			// A signature is for this gateway and nobody else.
			if sigv4.IsSignature(values[0]) {
				continue
			}
		case "Host":
			hosted = true
		}
		out = append(out, Header{Name: name, Values: values})
	}
	own := make([]string, 5)
	add := func(i int, name, value string) {
		own[i] = value
		out = append(out, Header{Name: name, Values: own[i : i+1 : i+1]})
	}
	if !hosted && r.Host != "" {
		add(0, "Host", r.Host)
	}
	add(1, "X-Forwarded-For", exchange.ForwardedFor(r, a.SourceIP))
	add(2, "X-Forwarded-Port", "443")
	add(3, "X-Forwarded-Proto", "https")
	add(4, "X-Amzn-Trace-Id", a.TraceID)
	return out
}
