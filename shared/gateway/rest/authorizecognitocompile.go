package rest

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/authorizer/jwt"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// userPoolAuthorizer is an authorizer of type COGNITO_USER_POOLS, compiled for a stage.
type userPoolAuthorizer struct {
	source mapping.Expr
	arns   []string
	// admits tests the claim aud; nil tests nothing.
	admits func(audience string) bool
	// verifier is made of arns at the first use.
	verifier atomic.Pointer[jwt.Verifier]
	// err says that the definition cannot be used: every request then fails.
	err error
}

func compileUserPoolAuthorizers(docs map[string]snapshot.Authorizer, stage *snapshot.Stage) map[string]*userPoolAuthorizer {
	var out map[string]*userPoolAuthorizer
	for id, doc := range docs {
		if doc.Type != "COGNITO_USER_POOLS" {
			continue
		}
		if out == nil {
			out = make(map[string]*userPoolAuthorizer, len(docs))
		}
		a := &userPoolAuthorizer{}
		a.err = a.compile(doc, stage)
		out[id] = a
	}
	return out
}

func (a *userPoolAuthorizer) compile(doc snapshot.Authorizer, stage *snapshot.Stage) error {
	var err error
	if a.source, err = parseIdentitySource(doc.IdentitySource); err != nil {
		return err
	}
	if a.source.Kind != mapping.RequestHeader {
		return fmt.Errorf("the identity source %q of a user pool authorizer is not one header", doc.IdentitySource)
	}
	if a.admits, err = audienceTest(doc.ValidationExpression); err != nil {
		return err
	}
	for _, arn := range doc.ProviderARNs {
		// Stage variables may stand for a pool (REST data plane spec, 14).
		t, err := mapping.CompileURI(arn)
		if err != nil {
			return fmt.Errorf("user pool %q: %w", arn, err)
		}
		a.arns = append(a.arns, string(t.Append(nil, nil, stage.Variables)))
	}
	return nil
}

// audienceTest returns the identity validation expression as a test of audiences, nil without one.
func audienceTest(expression string) (func(string) bool, error) {
	if expression == "" {
		return nil, nil
	}
	pattern, err := authorizer.NewIdentity("", expression)
	if err != nil {
		return nil, err
	}
	return func(audience string) bool { return pattern.Admits([]string{audience}) }, nil
}

var errNoUserPools = errors.New("nothing is configured that verifies the tokens of user pools")

// verify returns the token if one of the pools issued it.
func (a *userPoolAuthorizer) verify(inv *Invocation, token string) (*jwt.Token, error) {
	v := a.verifier.Load()
	if v == nil {
		pools := inv.pipeline.c.UserPools
		if pools == nil {
			return nil, errNoUserPools
		}
		var err error
		if v, err = pools.UserPools(a.arns); err != nil {
			return nil, err
		}
		a.verifier.Store(v)
	}
	return v.Verify(inv.Request.Context(), token)
}
