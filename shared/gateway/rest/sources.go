package rest

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// joinValues makes one value of several (REST data plane spec, 3.5).
func joinValues(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(values, ",")
}

// requestBodySource evaluates method.request.body, whose payload the integration request has
// read.
func (inv *Invocation) requestBodySource(e *mapping.Expr) (string, error) {
	v, ok := bodySource(inv.IntegrationRequest.Body, e.Path)
	if !ok {
		return "", &Error{Type: Default4XX, Status: 400, Message: "Invalid JSON in request body", Reason: "Invalid JSON in request body"}
	}
	return v, nil
}

// responseSource evaluates the sources of an integration response.
func (inv *Invocation) responseSource(e *mapping.Expr) (string, error) {
	switch e.Kind {
	case mapping.ResponseHeader:
		if v := inv.backendHeader(e); len(v) > 0 {
			return v[len(v)-1], nil
		}
	case mapping.ResponseMultiHeader:
		return joinValues(inv.backendHeader(e)), nil
	case mapping.ResponseBody:
		v, ok := bodySource(inv.IntegrationResponse.Body, e.Path)
		if !ok {
			return "", configurationError("Invalid JSON in the integration response body", nil)
		}
		return v, nil
	}
	return "", nil
}

// backendHeader looks a backend's header up in the form net/http keeps it, since backends may
// write any case.
func (inv *Invocation) backendHeader(e *mapping.Expr) []string {
	return inv.Integration.Headers[e.Canonical]
}

// bodySource evaluates a body, or a path within it (REST data plane spec, 7). It returns false
// for a body that looks like JSON and is none.
func bodySource(body []byte, path *mapping.BodyPath) (string, bool) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	if !mapping.LooksLikeJSON(body) {
		if path != nil {
			return "", true
		}
		return string(body), true
	}
	if !jsontext.Valid(body) {
		return "", false
	}
	if path == nil {
		return string(body), true
	}
	v, _ := path.Find(body)
	return v, true
}
