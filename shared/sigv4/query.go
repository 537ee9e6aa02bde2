package sigv4

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxExpires is the longest life of a presigned request, in seconds: seven days.
const maxExpires = 604800

// hasQuerySignature tells whether a query carries a signature, complete or not.
func hasQuerySignature(rawQuery string) bool {
	return strings.Contains(rawQuery, "X-Amz-Signature=") || strings.Contains(rawQuery, "X-Amz-Credential=") || strings.Contains(rawQuery, "X-Amz-Algorithm=")
}

// parseQuery reads the signature of a presigned request.
func parseQuery(r *http.Request) (*Signature, error) {
	s := &Signature{Presigned: true, payload: joined(r.Header["X-Amz-Content-Sha256"])}
	var algorithm, credential, date, expires string
	seen := map[string]bool{}
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		var to *string
		switch name = unescape(name, false); name {
		case "X-Amz-Algorithm":
			to = &algorithm
		case "X-Amz-Credential":
			to = &credential
		case "X-Amz-Date":
			to = &date
		case "X-Amz-Expires":
			to = &expires
		case "X-Amz-SignedHeaders":
			to = &s.signedHeaders
		case "X-Amz-Signature":
			to = &s.value
		case "X-Amz-Security-Token":
			to = &s.SecurityToken
		case "X-Amz-Region-Set":
			to = &s.RegionSet
		case "X-Amz-Content-Sha256":
			to = &s.payload
		default:
			continue
		}
		if seen[name] {
			return nil, incomplete("AWS query-string parameters must include '%s' only once. Re-examine the query-string parameters.", name)
		}
		seen[name] = true
		*to = unescape(value, false)
	}
	required := [...]struct{ name, value string }{
		{"X-Amz-Algorithm", algorithm}, {"X-Amz-Credential", credential}, {"X-Amz-Signature", s.value},
		{"X-Amz-SignedHeaders", s.signedHeaders}, {"X-Amz-Date", date},
	}
	for _, p := range required {
		if p.value == "" {
			return nil, incomplete("AWS query-string parameters must include '%s'. Re-examine the query-string parameters.", p.name)
		}
	}
	switch algorithm {
	case algorithmV4:
	case algorithmV4a:
		s.Asymmetric = true
		if s.RegionSet == "" {
			return nil, incomplete("AWS query-string parameters must include 'X-Amz-Region-Set'. Re-examine the query-string parameters.")
		}
	default:
		return nil, incomplete("Unsupported AWS 'algorithm': '%s'", algorithm)
	}
	if seen["X-Amz-Expires"] {
		seconds, err := strconv.ParseUint(expires, 10, 32)
		switch {
		case err != nil:
			return nil, incomplete("X-Amz-Expires must be a non-negative number, got '%s'", expires)
		case seconds == 0 || seconds > maxExpires:
			return nil, incomplete("X-Amz-Expires must be between 1 and %d seconds, got '%s'", maxExpires, expires)
		}
		s.Expires = time.Duration(seconds) * time.Second
	}
	if refusal := s.setCredential(credential); refusal != nil {
		return nil, refusal
	}
	s.setTime(date, false)
	return s, nil
}
