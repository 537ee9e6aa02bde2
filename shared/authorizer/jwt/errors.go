package jwt

import (
	"net/http"
	"strings"
)

// Reason says what is wrong with a token, in a stable word for logs.
type Reason string

// The reasons.
const (
	Missing      Reason = "missing"
	Malformed    Reason = "malformed"
	BadAlgorithm Reason = "algorithm"
	UnknownKey   Reason = "key"
	BadSignature Reason = "signature"
	BadIssuer    Reason = "issuer"
	BadAudience  Reason = "audience"
	BadClaims    Reason = "claims"
	Expired      Reason = "expired"
	NotYetValid  Reason = "not-yet-valid"
	UsedTooEarly Reason = "issued-in-future"
	MissingScope Reason = "scope"
	BadUse       Reason = "use"
	NoDiscovery  Reason = "discovery"
	NoKeySet     Reason = "key-set"
)

// Error is why a token does not authorize.
type Error struct {
	Reason Reason
	// Description is the text that HTTP APIs show and log (HTTP API spec, 11). It may repeat
	// parts of the token's header.
	Description string
	// Scopes are those of which the token has none, for MissingScope.
	Scopes []string
	// Err is the cause, for the operator; it may be nil.
	Err error
}

func (e *Error) Error() string {
	text := "token refused (" + string(e.Reason) + "): " + e.Description
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// Dependency tells that the issuer is at fault, not the token: REST APIs then answer with a
// failure of the authorizer, HTTP APIs with 401 all the same.
func (e *Error) Dependency() bool {
	return e.Reason == NoDiscovery || e.Reason == NoKeySet
}

// HTTPStatus is what HTTP APIs answer: 403 for a missing scope, 401 for all else.
func (e *Error) HTTPStatus() int {
	if e.Reason == MissingScope {
		return http.StatusForbidden
	}
	return http.StatusUnauthorized
}

// Challenge is the WWW-Authenticate header that HTTP APIs answer with (HTTP API spec, 4).
func (e *Error) Challenge() string {
	switch e.Reason {
	case Missing:
		return "Bearer"
	case MissingScope:
		return `Bearer scope="` + quotable(strings.Join(e.Scopes, " ")) + `" error="insufficient_scope"`
	}
	return `Bearer scope="" error="invalid_token" error_description="` + quotable(e.Description) + `"`
}

// LogText is $context.authorizer.error of HTTP APIs (HTTP API spec, 11).
func (e *Error) LogText() string {
	switch e.Reason {
	case Missing:
		return "missing: " + e.Description
	case MissingScope:
		return "insufficient_scope: " + e.Description
	}
	return "invalid_token: " + e.Description
}

// maxQuoted bounds what an answer repeats of a request, in bytes.
const maxQuoted = 200

// quotable is s as it may stand within a quoted string of a header (RFC 6750, 3): printable ASCII
// without quotes and backslashes.
func quotable(s string) string {
	if len(s) > maxQuoted {
		s = s[:maxQuoted]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, s)
}
