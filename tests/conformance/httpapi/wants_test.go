package httpapi

import (
	"fmt"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// requestID is the form of identifiers of requests.
const requestID = harness.Match(`[A-Za-z0-9_-]{15}=`)

// refused is an answer that the gateway made itself.
func refused(status int, message string) want {
	return want{Status: status, Header: obj{"Content-Type": "application/json", "Apigw-Requestid": requestID}, Body: fmt.Sprintf(`{"message":%q}`, message)}
}

var (
	ok              = want{Status: 200}
	notFound        = refused(404, "Not Found")
	unauthorized    = refused(401, "Unauthorized")
	forbidden       = refused(403, "Forbidden")
	tooMany         = refused(429, "Too Many Requests")
	internal        = refused(500, "Internal Server Error")
	unavailable     = refused(503, "Service Unavailable")
	entityTooLarge  = refused(413, "Request Entity Too Large")
	headersTooLarge = refused(431, "Request Header Fields Too Large")
)

// with is an answer with more headers: name, value, ...
func with(w want, kv ...any) want {
	h := values(kv)
	for name, v := range w.Header {
		if _, own := h[name]; !own {
			h[name] = v
		}
	}
	w.Header = h
	return w
}

// body is 200 with a body.
func body(b any) want { return want{Status: 200, Body: b} }

// header is 200 with headers: name, value, ...
func header(kv ...any) want { return want{Status: 200, Header: values(kv)} }

// got is what the backend sees of a request's headers: name, value, ...
func got(kv ...any) *seen { return &seen{Header: values(kv)} }

func values(kv []any) obj {
	o := obj{}
	for i := 0; i < len(kv); i += 2 {
		o[kv[i].(string)] = kv[i+1]
	}
	return o
}

// oneLine says why only a front door that takes lines as they are can carry a fact.
const oneLine = "function URLs join the values of a header before the gateway sees them"

// onlyHTTP1 says the same of casing and lines.
const onlyHTTP1 = "a function's answer has no casing and no lines of its own"
