package httpapi

import (
	"net/http"
	"net/textproto"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// hopByHop are the headers that end at each hop (RFC 9110, 7.6.1), and Expect, which the server
// answers.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Proxy-Authenticate": true, "Proxy-Authorization": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Expect": true,
}

// clientHeader returns the client's headers that go on, under canonical names, in a map of the
// request's own. What signs the request for this gateway is for nobody else.
func (inv *Invocation) clientHeader() http.Header {
	out := make(http.Header, len(inv.Request.Header)+6)
	named := connectionHeaders(inv.Request.Header["Connection"])
	for name, values := range inv.Request.Header {
		// An event source may keep the client's own casing; net/http does not.
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		switch {
		case hopByHop[canonical], len(values) == 0, named != nil && named[canonical]:
			continue
		case canonical == "Authorization" && inv.signed() && sigv4.IsSignature(values[0]):
			continue
		}
		if before := out[canonical]; before != nil {
			values = append(before[:len(before):len(before)], values...)
		}
		out[canonical] = values
	}
	return out
}

// dropFrontDoor removes what a front door other than this process's own listener has written about
// the client: backends of HTTP_PROXY get no such headers but those that the client sent (HTTP API
// spec, 9.1). The client's own part of X-Forwarded-For stays.
func (inv *Invocation) dropFrontDoor(h http.Header) {
	info := edge.FromContext(inv.Request.Context())
	if info == nil || info.Source == edge.SourceNetHTTP {
		return
	}
	delete(h, "X-Forwarded-Port")
	delete(h, "X-Forwarded-Proto")
	values := h["X-Forwarded-For"]
	if len(values) == 0 {
		return
	}
	all := strings.Join(values, ", ")
	at := strings.LastIndexByte(all, ',')
	if strings.TrimSpace(all[at+1:]) != inv.Arrival.SourceIP {
		return
	}
	if at < 0 {
		delete(h, "X-Forwarded-For")
		return
	}
	h["X-Forwarded-For"] = []string{all[:at]}
}

// signed tells whether AWS_IAM has consumed the request's signature.
func (inv *Invocation) signed() bool { return inv.Authorization.Caller != nil }

// connectionHeaders are the canonical names that a Connection header lists.
func connectionHeaders(values []string) map[string]bool {
	var out map[string]bool
	for _, v := range values {
		for name := range strings.SplitSeq(v, ",") {
			name = strings.TrimSpace(name)
			if name == "" || strings.EqualFold(name, "keep-alive") || strings.EqualFold(name, "close") {
				continue
			}
			if out == nil {
				out = map[string]bool{}
			}
			out[textproto.CanonicalMIMEHeaderKey(name)] = true
		}
	}
	return out
}

// answerHeader returns a backend's headers that go on to the client, under canonical names. The
// gateway says itself how long the body is.
func answerHeader(from http.Header) http.Header {
	out := make(http.Header, len(from)+4)
	for name, values := range from {
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if hopByHop[canonical] || canonical == "Content-Length" || canonical == requestIDHeader {
			continue
		}
		out[canonical] = append(out[canonical], values...)
	}
	return out
}
