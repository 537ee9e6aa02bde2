package websocket

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// Keys finds the access keys that this gateway has issued, with whose they are.
type Keys interface {
	// Find returns an active key. The error is or wraps sigv4.ErrUnknownKey if there is none.
	Find(ctx context.Context, accessKeyID string) (*sigv4.Key, *accesskey.Principal, error)
}

// What is signed for and asked for (WebSocket API spec, 7 and 9).
const (
	signedFor    = "execute-api"
	invokeAction = "execute-api:Invoke"
	manageAction = "execute-api:ManageConnections"
)

// noKeys is the store of a gateway that issues no keys.
type noKeys struct{}

func (noKeys) Find(context.Context, string) (*sigv4.Key, *accesskey.Principal, error) {
	return nil, nil, sigv4.ErrUnknownKey
}

// verify finds out who signed a request. A front door that has verified the caller is believed: its
// signature was made for that front door and cannot be verified again.
func (p *Pipeline) verify(r *http.Request, s *Stage, payload sigv4.Payload) (*accesskey.Principal, error) {
	if info := edge.FromContext(r.Context()); info != nil && info.Caller != nil {
		return accesskey.NewAdmitted(*info.Caller), nil
	}
	var keys sigv4.Keys[*accesskey.Principal] = noKeys{}
	if p.c.Keys != nil {
		keys = p.c.Keys
	}
	v := sigv4.Verifier{Services: []string{signedFor}, Region: s.region, Now: p.c.Now, Skew: sigv4.Skew, AllowUnsignedPayload: true}
	who, _, err := sigv4.Verify(r.Context(), &v, keys, r, payload)
	return who, err
}

// authorizeIAM authenticates the caller of a handshake by signature, usually one in the query, and
// decides by the caller's policies.
func (inv *Invocation) authorizeIAM() error {
	start := inv.pipeline.c.Now()
	who, err := inv.pipeline.verify(inv.request, inv.Stage, sigv4.Bytes(nil))
	inv.Authorization.Latency = inv.pipeline.c.Now().Sub(start)
	var refusal *sigv4.Error
	switch {
	case errors.As(err, &refusal):
		return signatureRefused(refusal)
	case err != nil:
		return configurationError("the signature cannot be verified", err)
	}
	inv.Connection.Identity.Caller = &who.Caller
	allowed, statement := evaluate(who, invokeAction, inv.routeARN(), inv.Stage, inv.Arrival.Time, inv.Connection.Identity.SourceIP, inv.Connection.Identity.UserAgent)
	inv.Authorization.Statement = statement
	if !allowed {
		return accessDenied(statement)
	}
	return nil
}

// routeARN names what a handshake wants to invoke.
func (inv *Invocation) routeARN() string { return inv.Stage.invokeARN + inv.routeKey }

// signatureRefused says in a body of the form of section 8 what is wrong with a signature.
func signatureRefused(r *sigv4.Error) *Error {
	kind, message := "INVALID_SIGNATURE", r.Message
	switch r.Code {
	case sigv4.CodeMissingToken:
		kind, message = "MISSING_AUTHENTICATION_TOKEN", "Missing Authentication Token"
	case sigv4.CodeExpiredToken:
		kind = "EXPIRED_TOKEN"
	}
	return &Error{Status: http.StatusForbidden, Message: message, Type: kind, Reason: r.Code + ": " + r.Message, Err: r}
}

// evaluate asks the policies of a caller. Callers of other accounts have nobody who lets them in:
// WebSocket APIs have no resource policies.
func evaluate(who *accesskey.Principal, action, resource string, s *Stage, now time.Time, sourceIP, userAgent string) (bool, string) {
	r := policy.Request{Principal: who.Policy(), Action: action, Resource: resource, Context: func(key string) (policy.Value, bool) {
		switch key {
		case "aws:currenttime":
			return policy.One(now.UTC().Format(time.RFC3339)), true
		case "aws:epochtime":
			return policy.One(strconv.FormatInt(now.Unix(), 10)), true
		case "aws:sourceip":
			return policy.One(sourceIP), sourceIP != ""
		case "aws:useragent":
			return policy.One(userAgent), userAgent != ""
		case "aws:securetransport":
			// The endpoints that this stands for take nothing but TLS.
			return policy.One("true"), true
		}
		return who.ConditionKey(key)
	}}
	d, name := who.Evaluate(&r)
	statement := d.Reason()
	if name != "" {
		statement += "; the identity-based policy is " + name
	}
	if who.Caller.AccountID != s.doc.AccountID {
		return false, statement + "; the caller is of another account"
	}
	return d.Effect == policy.Allow, statement
}
