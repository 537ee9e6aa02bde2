package controlplane

import (
	"context"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// TestInvokeAuthorizer calls a Lambda authorizer with the event that a request would give it, or
// verifies a token as the authorizer of a user pool, and answers with what came of it and the
// execution log.
func (s *Service) TestInvokeAuthorizer(ctx context.Context, in *apigateway.TestInvokeAuthorizerRequest) (*apigateway.TestInvokeAuthorizerResponse, error) {
	if s.cfg.Tester == nil {
		return nil, errNoTester
	}
	if len(in.AdditionalContext) > 0 {
		return nil, unsupported("additionalContext: values of $context given by the test")
	}
	a, err := viewing(ctx, s, *in.RestApiId, errNoAuthorizer, func(v *view) (*apigateway.Authorizer, error) {
		row, err := get[apigateway.Authorizer](v, v.definitionKey(authorizerPrefix+*in.AuthorizerId))
		if err == nil && row == nil {
			return nil, errNoAuthorizer
		}
		return row, err
	})
	if err != nil {
		return nil, err
	}
	result, err := s.cfg.Tester.TestAuthorizer(ctx, snapshot.AuthorizerTest{
		Authorizer: snapshot.Authorizer{
			ID: *a.Id, Type: value(a.Type), URI: value(a.AuthorizerUri), Credentials: value(a.AuthorizerCredentials),
			IdentitySource: value(a.IdentitySource), ValidationExpression: value(a.IdentityValidationExpression),
			ProviderARNs: a.ProviderARNs,
		},
		Stage:  snapshot.Stage{APIID: *in.RestApiId, AccountID: s.cfg.Account, Variables: in.StageVariables},
		Path:   rooted(value(in.PathWithQueryString)),
		Header: testHeaders(in.Headers, in.MultiValueHeaders),
	})
	if err != nil {
		return nil, err
	}
	out := &apigateway.TestInvokeAuthorizerResponse{
		ClientStatus: ptr(int32(result.ClientStatus)),
		Log:          &result.Log,
		Latency:      ptr(result.Latency.Milliseconds()),
	}
	switch {
	case result.ClientStatus != 0:
	case value(a.Type) == apigateway.AuthorizerTypeCognitoUserPools:
		out.Claims = result.Claims
	default:
		out.PrincipalId, out.Policy = &result.PrincipalID, &result.Policy
	}
	return out, nil
}
