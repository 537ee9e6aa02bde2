package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// jwtAuthorizer is an authorizer of type JWT, compiled.
type jwtAuthorizer struct {
	source source
	config jwt.Config
	// err says that the definition cannot be used: every request then fails.
	err error

	// verifier is made when the first request comes, with what the pipeline has for it.
	once     sync.Once
	verifier *jwt.Verifier
}

func compileJWTAuthorizer(doc snapshot.RouteAuthorizer) *jwtAuthorizer {
	a := &jwtAuthorizer{config: jwt.Config{Issuers: []jwt.Issuer{{Name: doc.Issuer}}, Audiences: doc.Audience, Algorithms: jwt.HTTPAlgorithms}}
	if len(doc.IdentitySource) != 1 {
		a.err = errors.New("a JWT authorizer has one identity source")
		return a
	}
	v, err := parseValue(doc.IdentitySource[0], false)
	if err == nil && (!v.bare || v.parts[0].kind != requestHeader && v.parts[0].kind != requestQuery) {
		err = fmt.Errorf("%s cannot be the identity source of a JWT authorizer", doc.IdentitySource[0])
	}
	if err != nil {
		a.err = err
		return a
	}
	a.source = v.parts[0]
	return a
}

// authorizeJWT verifies the request's token (HTTP API spec, 11). Results are not kept: a token that
// was verified before costs little, and what it may do depends on the route.
func (inv *Invocation) authorizeJWT() error {
	doc := inv.Route.route.doc
	a := inv.Stage.jwts[doc.AuthorizerID]
	switch {
	case a == nil:
		return internal(authorizerConfiguration, "the deployment does not have the route's JWT authorizer", nil)
	case inv.pipeline.c.Tokens == nil:
		return internal(authorizerConfiguration, "this gateway verifies no tokens", nil)
	}
	a.once.Do(func() {
		if a.err == nil {
			a.verifier, a.err = inv.pipeline.c.Tokens.Verifier(a.config)
		}
	})
	if a.err != nil {
		return internal(authorizerConfiguration, "the authorizer cannot be used", a.err)
	}
	text, _ := inv.source(&a.source)
	start := inv.pipeline.c.Now()
	z := &inv.Authorization
	token, err := a.verifier.Verify(inv.Request.Context(), jwt.TokenFromHeader(text))
	if err == nil {
		err = token.CheckScopes(doc.AuthorizationScopes)
	}
	z.Latency = inv.pipeline.c.Now().Sub(start)
	if err == nil {
		z.Token = token
		return nil
	}
	var e *jwt.Error
	switch {
	case !errors.As(err, &e):
		if inv.Request.Context().Err() != nil {
			return errClientGone
		}
		return internal(authorizerFailed, "the token cannot be verified", err)
	case e.Dependency() && inv.Request.Context().Err() != nil:
		return errClientGone
	}
	z.Error = e.LogText()
	if e.HTTPStatus() == http.StatusForbidden {
		refusal := forbidden(z.Error, err)
		refusal.Challenge = e.Challenge()
		return refusal
	}
	return unauthorized(e.Challenge(), z.Error, err)
}
