package jwt

import (
	"encoding/json"
	"iter"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// Token is a token whose signature is good and whose claims were accepted. It never changes and
// may be used by many requests at the same time.
type Token struct {
	claims   object
	issuer   string
	audience []string // nil if there is no aud
	clientID string
	scopes   []string
	// Times are in seconds since 1970; nbf and iat are -Inf if absent.
	expires, notBefore, issued float64

	header header
	weight int // bytes of memory, roughly
	key    *key
	source *source

	restOnce, httpOnce     sync.Once
	restClaims, httpClaims map[string]string
}

// parsePayload reads the claims, without any judgement about their values but for their types.
func parsePayload(segment string) (*Token, error) {
	b, err := decode(segment, "payload")
	if err != nil {
		return nil, err
	}
	t := &Token{}
	if t.claims, err = parseObject(b); err != nil {
		return nil, malformed("payload", err)
	}
	var ok bool
	if t.issuer, ok = t.claims.text("iss"); !ok {
		return nil, wrongType("iss")
	}
	if t.audience, ok = audience(t.claims.get("aud")); !ok {
		return nil, wrongType("aud")
	}
	for _, d := range []struct {
		name string
		to   *float64
	}{{"exp", &t.expires}, {"nbf", &t.notBefore}, {"iat", &t.issued}} {
		if *d.to, ok = numericDate(t.claims.get(d.name)); !ok {
			return nil, wrongType(d.name)
		}
	}
	if t.claims.get("exp") == nil {
		return nil, &Error{Reason: BadClaims, Description: "token has no expiry"}
	}
	// These two matter to some authorizers only. Of a wrong type they are as good as absent.
	t.clientID, _ = t.claims.text("client_id")
	t.scopes = scopes(t.claims)
	return t, nil
}

func wrongType(claim string) *Error {
	return &Error{Reason: BadClaims, Description: "claim " + claim + " has an invalid type"}
}

func audience(v []byte) ([]string, bool) {
	switch {
	case v == nil:
		return nil, true
	case jsontext.Kind(v) == '"':
		return []string{jsontext.Text(v)}, true
	}
	return texts(v)
}

// numericDate reads a NumericDate (RFC 7519, 2), which may have a fraction. Absence is the
// beginning of time.
func numericDate(v []byte) (float64, bool) {
	if v == nil {
		return math.Inf(-1), true
	}
	if jsontext.Kind(v) != '0' {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}

// scopes are those of scope, words with spaces between, or else those of scp, which may be a list
// too (HTTP API spec, 11).
func scopes(claims object) []string {
	v := claims.get("scope")
	if v == nil {
		v = claims.get("scp")
		if list, ok := texts(v); ok {
			return list
		}
	}
	if jsontext.Kind(v) != '"' {
		return nil
	}
	var out []string
	for s := range strings.SplitSeq(jsontext.Text(v), " ") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Issuer is the claim iss.
func (t *Token) Issuer() string { return t.issuer }

// Subject is the claim sub, or "" if it is absent or no string.
func (t *Token) Subject() string { s, _ := t.claims.text("sub"); return s }

// Audience is the claim aud as a list, nil if it is absent. It must not be changed.
func (t *Token) Audience() []string { return t.audience }

// ClientID is the claim client_id, or "".
func (t *Token) ClientID() string { return t.clientID }

// Expires is the claim exp.
func (t *Token) Expires() time.Time { return date(t.expires) }

// Scopes are all that the token has, in their order. They must not be changed.
func (t *Token) Scopes() []string { return t.scopes }

// KeyID is the kid of the header, or "".
func (t *Token) KeyID() string { return t.header.keyID }

// Algorithm is what the token is signed with.
func (t *Token) Algorithm() Algorithm { return t.header.algorithm }

// Text is a claim that is a string, or "".
func (t *Token) Text(claim string) string { s, _ := t.claims.text(claim); return s }

// Claims yields every claim in its order, with its value as JSON, which must not be changed.
func (t *Token) Claims() iter.Seq2[string, json.RawMessage] {
	return func(yield func(string, json.RawMessage) bool) {
		for _, m := range t.claims {
			if !yield(m.name, m.value) {
				return
			}
		}
	}
}

// CheckScopes refuses a token that has none of the scopes of a route. No scopes ask for nothing.
func (t *Token) CheckScopes(required []string) error {
	if len(required) == 0 {
		return nil
	}
	for _, s := range t.scopes {
		for _, r := range required {
			if s == r {
				return nil
			}
		}
	}
	return &Error{Reason: MissingScope, Description: "the token has none of the required scopes", Scopes: required}
}
