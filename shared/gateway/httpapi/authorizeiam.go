package httpapi

import (
	"context"
	"errors"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/sigv4"
)

// signedFor is the service that requests to routes are signed for.
const signedFor = "execute-api"

// authorizeIAM authenticates the caller of an AWS_IAM route by signature and decides by the caller's
// policies together with the resource policy (HTTP API spec, 13). Whatever is wrong, the client is
// told no more than that it is forbidden.
func (inv *Invocation) authorizeIAM() error {
	start := inv.pipeline.c.Now()
	who, err := inv.authenticate()
	z := &inv.Authorization
	z.Latency = inv.pipeline.c.Now().Sub(start)
	if err != nil {
		return err
	}
	z.Caller = &who.Caller
	r := inv.policyRequest(inv.requestARN(), who.Policy(), who.ConditionKey)
	identity, name := who.Evaluate(&r)
	effect := identity.Effect
	z.Statement = "identity-based policy: " + identity.Reason()
	if p := inv.Stage.policy; p != nil {
		combine := policy.CrossAccount
		if who.Caller.AccountID == inv.Stage.doc.AccountID {
			combine = policy.SameAccount
		}
		c := combine(identity, p.Evaluate(&r))
		effect, z.Statement = c.Effect, c.Reason()
	}
	if name != "" {
		z.Statement += "; the identity-based policy is " + name
	}
	if effect != policy.Allow {
		return forbidden(z.Statement, nil)
	}
	return nil
}

// authenticate finds out who calls. A front door that has verified the caller is believed: its
// signature was made for that front door and cannot be verified again.
func (inv *Invocation) authenticate() (*accesskey.Principal, error) {
	if info := edge.FromContext(inv.Request.Context()); info != nil && info.Caller != nil {
		return accesskey.NewAdmitted(*info.Caller), nil
	}
	var keys sigv4.Keys[*accesskey.Principal] = noKeys{}
	if inv.pipeline.c.Keys != nil {
		keys = inv.pipeline.c.Keys
	}
	v := sigv4.Verifier{
		Services: []string{signedFor}, Region: inv.Stage.region,
		Now: inv.pipeline.c.Now, Skew: sigv4.Skew, AllowUnsignedPayload: true,
	}
	who, _, err := sigv4.Verify(inv.Request.Context(), &v, keys, inv.Request, func() (string, error) {
		if err := inv.bufferRequest(); err != nil {
			return "", err
		}
		return sigv4.Bytes(inv.payload)()
	})
	var refusal *sigv4.Error
	var own *Error
	switch {
	case err == nil:
		return who, nil
	case errors.As(err, &refusal):
		reason := refusal.Code
		if refusal.Reason != "" {
			reason += ": " + refusal.Reason
		}
		inv.Authorization.Error = reason
		return nil, forbidden(reason, err)
	case errors.As(err, &own), errors.Is(err, errClientGone):
		return nil, err // the body could not be read
	}
	return nil, internal(authorizerFailed, "the signature cannot be verified", err)
}

// noKeys is the store of a gateway that issues no keys.
type noKeys struct{}

func (noKeys) Find(context.Context, string) (*sigv4.Key, *accesskey.Principal, error) {
	return nil, nil, sigv4.ErrUnknownKey
}
