package rest

import (
	"errors"
	"net/http"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
)

// UserPools gives what verifies the tokens of Cognito user pools; jwt.Keyring does. The error says
// which ARN is not that of a pool.
type UserPools interface {
	UserPools(arns []string) (*jwt.Verifier, error)
}

// expiredToken is what the client of an expired token is told (REST data plane spec, 11.4).
const expiredToken = "The incoming token has expired"

// authorizeCognito verifies the token of a user pool (REST data plane spec, 11.4): an ID token, or
// where the method has scopes an access token with one of them. Results are not kept: a token
// that was verified before costs little, and what it may do depends on the method.
func (inv *Invocation) authorizeCognito() error {
	a := inv.Stage.userPoolAuthorizers[inv.Resource.method.doc.AuthorizerID]
	if a == nil {
		return authorizerMisconfigured("the deployment does not have the method's user pool authorizer", nil)
	}
	if a.err != nil {
		return authorizerMisconfigured("the authorizer cannot be used", a.err)
	}
	// A header cannot fail.
	header, _ := inv.source(&a.source)
	start := inv.pipeline.c.Now()
	z := &inv.Authorization
	z.Called = true
	token, err := a.verify(inv, jwt.TokenFromHeader(header))
	z.Latency = inv.pipeline.c.Now().Sub(start)
	if err != nil {
		return inv.tokenRefused(err)
	}
	if err := token.CheckUserPoolUse(inv.Resource.method.doc.AuthorizationScopes, a.admits); err != nil {
		z.Status = http.StatusUnauthorized
		return &Error{Type: Unauthorized, Reason: err.Error(), Err: err}
	}
	z.Status = http.StatusOK
	z.Claims = token.RESTClaims()
	return nil
}

// tokenRefused turns what is wrong with a token, or with its user pool, into an answer.
func (inv *Invocation) tokenRefused(err error) error {
	z := &inv.Authorization
	var e *jwt.Error
	if !errors.As(err, &e) || e.Dependency() {
		if inv.Request.Context().Err() != nil {
			return errClientGone
		}
		z.Status = http.StatusInternalServerError
		return authorizerMisconfigured("the token cannot be verified", err)
	}
	z.Status = http.StatusUnauthorized
	refusal := &Error{Type: Unauthorized, Reason: e.LogText(), Err: err}
	if e.Reason == jwt.Expired {
		refusal.Message = expiredToken
	}
	return refusal
}
