package compile_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const (
	authURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"
	pool    = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"
	open    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}`
)

// guarded is a definition of one method, GET /x, under the authorizer "auth1".
func guarded(kind string, a *apigateway.Authorizer) compile.Definition {
	a.Id = ptr("auth1")
	def := one(func(_ *apigateway.RestApi, m *apigateway.Method) {
		m.AuthorizationType, m.AuthorizerId = ptr(kind), ptr("auth1")
	})
	def.Authorizers = []*apigateway.Authorizer{a, {Id: ptr("unused"), Type: ptr("TOKEN")}}
	return def
}

func TestAuthorizers(t *testing.T) {
	for _, c := range []struct {
		kind string
		in   *apigateway.Authorizer
		want snapshot.Authorizer
	}{
		{"CUSTOM", &apigateway.Authorizer{Name: ptr("n"), Type: ptr("TOKEN"), AuthorizerUri: ptr(authURI), AuthorizerCredentials: ptr("arn:aws:iam::123456789012:role/r"), IdentitySource: ptr("method.request.header.Auth"), IdentityValidationExpression: ptr("Bearer .+"), AuthorizerResultTtlInSeconds: ptr[int32](60)},
			snapshot.Authorizer{ID: "auth1", Name: "n", Type: "TOKEN", URI: authURI, Credentials: "arn:aws:iam::123456789012:role/r", IdentitySource: "method.request.header.Auth", ValidationExpression: "Bearer .+", TTLSeconds: 60}},
		{"CUSTOM", &apigateway.Authorizer{Type: ptr("REQUEST"), AuthorizerUri: ptr(authURI), IdentitySource: ptr("method.request.header.A, method.request.querystring.b,stageVariables.c,context.stage")},
			snapshot.Authorizer{ID: "auth1", Type: "REQUEST", URI: authURI, IdentitySource: "method.request.header.A, method.request.querystring.b,stageVariables.c,context.stage"}},
		{"CUSTOM", &apigateway.Authorizer{Type: ptr("REQUEST"), AuthorizerUri: ptr(authURI)},
			snapshot.Authorizer{ID: "auth1", Type: "REQUEST", URI: authURI}},
		{"COGNITO_USER_POOLS", &apigateway.Authorizer{Type: ptr("COGNITO_USER_POOLS"), ProviderARNs: []string{pool}, IdentitySource: ptr("method.request.header.Authorization")},
			snapshot.Authorizer{ID: "auth1", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{pool}, IdentitySource: "method.request.header.Authorization"}},
	} {
		api, methods := compiled(t, guarded(c.kind, c.in))
		if diff := cmp.Diff(map[string]snapshot.Authorizer{"auth1": c.want}, api.Authorizers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", *c.in.Type, diff)
		}
		if m := methods[0]; m.AuthorizationType != c.kind || m.AuthorizerID != "auth1" {
			t.Errorf("%s: the method has %s %q", *c.in.Type, m.AuthorizationType, m.AuthorizerID)
		}
	}
}

func TestAuthorizersThatCannotWork(t *testing.T) {
	header := ptr("method.request.header.Authorization")
	for _, c := range []struct {
		name, kind string
		in         *apigateway.Authorizer
		want       string
	}{
		{"no such authorizer", "CUSTOM", nil, "/x GET: authorizerId: there is no authorizer auth1"},
		{"type of another", "COGNITO_USER_POOLS", &apigateway.Authorizer{Type: ptr("TOKEN"), AuthorizerUri: ptr(authURI), IdentitySource: header}, "/x GET: authorizerId: authorizer auth1 of type TOKEN does not serve authorization type COGNITO_USER_POOLS"},
		{"user pool for a function", "CUSTOM", &apigateway.Authorizer{Type: ptr("COGNITO_USER_POOLS"), ProviderARNs: []string{pool}, IdentitySource: header}, "/x GET: authorizerId: authorizer auth1 of type COGNITO_USER_POOLS does not serve authorization type CUSTOM"},
		{"no URI", "CUSTOM", &apigateway.Authorizer{Type: ptr("TOKEN"), IdentitySource: header}, "authorizers.auth1: authorizerUri: Invalid ARN specified in the request"},
		{"another service", "CUSTOM", &apigateway.Authorizer{Type: ptr("TOKEN"), IdentitySource: header, AuthorizerUri: ptr("arn:aws:apigateway:us-east-1:sqs:path/1/q")}, "authorizers.auth1: authorizerUri: Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."},
		{"no identity", "CUSTOM", &apigateway.Authorizer{Type: ptr("TOKEN"), AuthorizerUri: ptr(authURI)}, "authorizers.auth1: identitySource: an authorizer of type TOKEN needs one request header"},
		{"broken identity", "CUSTOM", &apigateway.Authorizer{Type: ptr("REQUEST"), AuthorizerUri: ptr(authURI), IdentitySource: ptr("nothing")}, "authorizers.auth1: identitySource: Invalid mapping expression specified: nothing"},
		{"identity in the path", "CUSTOM", &apigateway.Authorizer{Type: ptr("REQUEST"), AuthorizerUri: ptr(authURI), IdentitySource: ptr("method.request.path.id")}, "authorizers.auth1: identitySource: method.request.path.id cannot be an identity source"},
		{"no pools", "COGNITO_USER_POOLS", &apigateway.Authorizer{Type: ptr("COGNITO_USER_POOLS"), IdentitySource: header}, "authorizers.auth1: providerARNs: an authorizer of type COGNITO_USER_POOLS needs a user pool"},
	} {
		def := guarded(c.kind, &apigateway.Authorizer{})
		if def.Authorizers = nil; c.in != nil {
			def = guarded(c.kind, c.in)
		}
		_, err := compile.Compile(def, "d")
		var refusal *wire.Error
		if !errors.As(err, &refusal) || refusal.Message != c.want {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	_, err := compile.Compile(guarded("CUSTOM", &apigateway.Authorizer{Type: ptr("TOKEN"), AuthorizerUri: ptr(authURI), IdentitySource: header, IdentityValidationExpression: ptr("(")}), "d")
	if err == nil {
		t.Error("a broken validation expression was deployed")
	}
}

func TestAccess(t *testing.T) {
	api, _ := compiled(t, one(func(a *apigateway.RestApi, _ *apigateway.Method) {
		a.Policy, a.ApiKeySource = ptr(open), ptr("AUTHORIZER")
		a.EndpointConfiguration = &apigateway.EndpointConfiguration{Types: []string{"PRIVATE"}, VpcEndpointIds: []string{"vpce-1"}}
	}))
	want := snapshot.API{ID: "a", DeploymentID: "dep001", Policy: open, Private: true, VPCEndpointIDs: []string{"vpce-1"}, APIKeySource: "AUTHORIZER"}
	if diff := cmp.Diff(want, api); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	api, _ = compiled(t, one(func(a *apigateway.RestApi, _ *apigateway.Method) { a.ApiKeySource = ptr("HEADER") }))
	if api.Private || api.APIKeySource != "" || api.Policy != "" {
		t.Errorf("an open API has %+v", api)
	}
	_, err := compile.Compile(one(func(a *apigateway.RestApi, _ *apigateway.Method) {
		a.EndpointConfiguration.VpcEndpointIds = []string{"vpce-1"}
	}), "d")
	var refusal *wire.Error
	if !errors.As(err, &refusal) || refusal.Message != "endpointConfiguration.vpcEndpointIds: only a PRIVATE API is reached through VPC endpoints" {
		t.Errorf("endpoints of a public API: %v", err)
	}
}
