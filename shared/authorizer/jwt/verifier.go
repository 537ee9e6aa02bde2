package jwt

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// Verifier is what one authorizer demands of a token. It is safe for concurrent use.
type Verifier struct {
	ring          *Keyring
	issuers       []accepted
	audiences     []string
	algorithms    algorithmSet
	leeway        float64 // seconds
	keyIDOptional bool
}

// accepted is a claim iss and whose keys it stands for.
type accepted struct {
	name   string
	source *source
}

// Verify returns the token if it is good, in the order of HTTP API spec, 11. Scopes are checked
// afterwards, by Token.CheckScopes. The error is an *Error. A token that was verified before costs
// a lookup, as long as its key is one of the issuer's; its times and audience are looked at every time.
func (v *Verifier) Verify(ctx context.Context, token string) (*Token, error) {
	switch {
	case token == "":
		return nil, &Error{Reason: Missing, Description: "token not provided"}
	case len(token) > MaxToken:
		return nil, &Error{Reason: Malformed, Description: "token is malformed: it is too long"}
	}
	sum := sha256.Sum256([]byte(token))
	if t, ok := v.ring.seen().GetIfPresent(sum); ok && v.takes(t) && t.source.trusts(t.key) {
		return v.judge(t)
	}
	parts, err := cut(token)
	if err != nil {
		return nil, err
	}
	t, err := v.parse(&parts)
	if err != nil {
		return nil, err
	}
	if err := v.checkSignature(ctx, t, &parts); err != nil {
		return nil, err
	}
	t.weight = weightFactor * len(token)
	judged, err := v.judge(t)
	if err == nil {
		v.ring.seen().Set(sum, t)
	}
	return judged, err
}

// takes tells whether a token that another verifier has found good was signed as this one wants it.
func (v *Verifier) takes(t *Token) bool {
	if !v.algorithms.has(t.header.algorithm) || t.header.keyID == "" && !v.keyIDOptional {
		return false
	}
	return slices.ContainsFunc(v.issuers, func(i accepted) bool { return i.source == t.source })
}

func (v *Verifier) parse(parts *compact) (*Token, error) {
	h, err := parseHeader(parts.header)
	if err != nil {
		return nil, err
	}
	t, err := parsePayload(parts.payload)
	if err != nil {
		return nil, err
	}
	if !v.algorithms.has(h.algorithm) {
		return nil, badAlgorithm(h.algorithm.String())
	}
	if h.keyID == "" && !v.keyIDOptional {
		return nil, &Error{Reason: UnknownKey, Description: "token has no key identifier (kid)"}
	}
	t.header = h
	t.source = v.choose(t.issuer)
	if t.source == nil {
		return nil, errIssuer()
	}
	return t, nil
}

func errIssuer() *Error { return &Error{Reason: BadIssuer, Description: "issuer does not match"} }

// choose returns whose keys a token is to be verified with. Of several issuers it is the one that
// the token names; a single one is not chosen, so that a wrong issuer shows in its turn.
func (v *Verifier) choose(issuer string) *source {
	first := v.issuers[0].source
	several := false
	for _, i := range v.issuers {
		if i.name == issuer {
			return i.source
		}
		several = several || i.source != first
	}
	if several {
		return nil
	}
	return first
}

// checkSignature finds the key and verifies with it.
func (v *Verifier) checkSignature(ctx context.Context, t *Token, parts *compact) error {
	signature, err := decode(parts.signature, "signature")
	if err != nil {
		return err
	}
	set, err := t.source.keys(ctx)
	if err != nil {
		return err
	}
	candidates := set.candidates(t.header)
	if len(candidates) == 0 {
		candidates = t.source.afterUnknown(ctx, set).candidates(t.header)
	}
	if len(candidates) == 0 {
		return &Error{Reason: UnknownKey, Description: "token is unverifiable: no key of the issuer matches it"}
	}
	for _, k := range candidates {
		if t.header.algorithm.verify(k.public, parts.signed, signature) {
			t.key = k
			return nil
		}
	}
	return &Error{Reason: BadSignature, Description: "signature is invalid"}
}

// judge checks the claims.
func (v *Verifier) judge(t *Token) (*Token, error) {
	now := float64(v.ring.o.Now().UnixNano()) / float64(time.Second)
	switch {
	case !slices.ContainsFunc(v.issuers, func(i accepted) bool { return i.name == t.issuer && i.source == t.source }):
		return nil, errIssuer()
	case !v.admits(t):
		return nil, &Error{Reason: BadAudience, Description: "the token does not have a valid audience"}
	case now >= t.expires+v.leeway:
		late := date(now).Sub(date(t.expires))
		return nil, &Error{Reason: Expired, Description: fmt.Sprintf("token is expired by %s", late)}
	case now+v.leeway < t.notBefore:
		return nil, &Error{Reason: NotYetValid, Description: "token is not valid yet"}
	case now+v.leeway < t.issued:
		return nil, &Error{Reason: UsedTooEarly, Description: "token used before issued"}
	}
	return t, nil
}

// admits checks the audience. client_id counts for tokens without aud only (HTTP API spec, 11).
func (v *Verifier) admits(t *Token) bool {
	if len(v.audiences) == 0 {
		return true
	}
	if t.audience == nil {
		return t.clientID != "" && slices.Contains(v.audiences, t.clientID)
	}
	return slices.ContainsFunc(t.audience, func(a string) bool { return slices.Contains(v.audiences, a) })
}
