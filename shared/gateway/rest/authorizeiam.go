package rest

import (
	"context"
	"errors"
	"net/http"
	"strings"

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

// signedFor is the service that requests to methods are signed for.
const signedFor = "execute-api"

// endingNoResourcePolicy is what the message says about a caller of another account whom only its
// own policies allow.
const endingNoResourcePolicy = " because no resource-based policy allows the " + invokeAction + " action"

// authorizeIAM authenticates the caller of an AWS_IAM method by signature and decides by the
// caller's policies together with the resource policy (REST data plane spec, 2.1 and 11.5).
func (inv *Invocation) authorizeIAM() error {
	// What signs this request is for nobody behind the gateway (REST data plane spec, 3.1).
	inv.dropAuthorization()
	start := inv.pipeline.c.Now()
	who, err := inv.authenticate()
	inv.Authorization.Latency = inv.pipeline.c.Now().Sub(start)
	if err != nil {
		return err
	}
	inv.Authorization.Caller, inv.signer = &who.Caller, who
	return inv.decideInvoke(who)
}

func (inv *Invocation) dropAuthorization() {
	// The list may be shared with nobody: arrival has made it for this request.
	h := inv.Arrival.Headers
	for i := range h {
		if strings.EqualFold(h[i].Name, "Authorization") {
			inv.Arrival.Headers = append(h[:i], h[i+1:]...)
			return
		}
	}
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
	who, _, err := sigv4.Verify(inv.Request.Context(), &v, keys, inv.Request, inv.payloadHash)
	var refusal *sigv4.Error
	switch {
	case err == nil:
		return who, nil
	case errors.As(err, &refusal):
		return nil, signatureRefused(refusal)
	}
	var own *Error
	if errors.As(err, &own) || errors.Is(err, errClientGone) {
		return nil, err // the body could not be read
	}
	return nil, configurationError("the signature cannot be verified", err)
}

// noKeys is the store of a gateway that issues no keys.
type noKeys struct{}

func (noKeys) Find(context.Context, string) (*sigv4.Key, *accesskey.Principal, error) {
	return nil, nil, sigv4.ErrUnknownKey
}

// payloadHash reads the body, which the later phases then find in memory. A body with a coding was
// signed with it, as it was sent.
func (inv *Invocation) payloadHash() (string, error) {
	if inv.body != nil {
		if coded, ok := inv.body.Source.(*contentDecoder); ok {
			sent, err := coded.buffer()
			if err != nil {
				return "", err
			}
			return sigv4.Bytes(sent)()
		}
	}
	if err := inv.bufferRequest(); err != nil {
		return "", err
	}
	return sigv4.Bytes(inv.IntegrationRequest.Body)()
}

// signatureRefused gives a refusal the gateway response type of the table in REST data plane spec,
// 11.5. DEFAULT_4XX stands for the cases that have no type of their own.
func signatureRefused(r *sigv4.Error) *Error {
	reason := r.Code
	if r.Reason != "" {
		reason += ": " + r.Reason
	}
	switch r.Code {
	case sigv4.CodeMissingToken:
		return &Error{Type: MissingAuthenticationToken, Reason: "the request is not signed"}
	case sigv4.CodeInvalid:
		message, _, _ := strings.Cut(r.Message, "\n")
		return &Error{Type: InvalidSignature, Message: r.Message, Reason: message}
	case sigv4.CodeExpiredToken:
		return &Error{Type: ExpiredToken, Message: r.Message, Reason: reason}
	}
	return &Error{Type: Default4XX, Status: http.StatusForbidden, ErrorType: r.Code, Message: r.Message, Reason: reason}
}

// decideInvoke decides whether the caller may invoke the method.
func (inv *Invocation) decideInvoke(who *accesskey.Principal) error {
	r := inv.policyRequest(who.Policy(), who.ConditionKey)
	identity, name := who.Evaluate(&r)
	sameAccount := who.Caller.AccountID == inv.Stage.doc.AccountID
	effect := inv.decideCaller(identity, &r, sameAccount)
	z := &inv.Authorization
	if name != "" {
		z.Statement += "; the identity-based policy is " + name
	}
	ending := endingNoIdentityPolicy
	switch {
	case effect == policy.Allow:
		return nil
	case effect == policy.ExplicitDeny:
		ending = endingExplicitDeny
	case identity.Effect == policy.Allow:
		ending = endingNoResourcePolicy
	}
	return inv.accessDenied(who.Caller.UserARN, ending, z.Statement)
}
