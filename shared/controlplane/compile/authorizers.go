package compile

import (
	"errors"
	"slices"

	"github.com/postern-gateway/postern/shared/authorizer"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// The authorization types of methods that have an authorizer.
const (
	customAuthorization  = "CUSTOM"
	cognitoAuthorization = "COGNITO_USER_POOLS"
)

// authorization is who may call a method.
type authorization struct {
	kind         string
	authorizerID string
	scopes       []string
}

// authorization reads who may call a method, and makes the method's authorizer one of the
// snapshot's.
func (c *compiler) authorization(at place, m *apigateway.Method) authorization {
	out := authorization{kind: text(m.AuthorizationType)}
	switch out.kind {
	case "NONE", "AWS_IAM":
		return out
	case customAuthorization, cognitoAuthorization:
	default:
		at.unsupported("authorizationType", out.kind)
		return out
	}
	out.authorizerID, out.scopes = text(m.AuthorizerId), m.AuthorizationScopes
	a := c.authorizers[out.authorizerID]
	switch {
	case out.authorizerID == "":
		at.found("authorizerId: a method of authorization type %s needs an authorizer", out.kind)
		return out
	case a == nil:
		at.found("authorizerId: there is no authorizer %s", out.authorizerID)
		return out
	case (text(a.Type) == apigateway.AuthorizerTypeCognitoUserPools) != (out.kind == cognitoAuthorization):
		at.found("authorizerId: authorizer %s of type %s does not serve authorization type %s", out.authorizerID, text(a.Type), out.kind)
		return out
	}
	if _, done := c.usedAuthorizers[out.authorizerID]; !done {
		if c.usedAuthorizers == nil {
			c.usedAuthorizers = map[string]snapshot.Authorizer{}
		}
		c.usedAuthorizers[out.authorizerID] = authorizerOf(place{c: c}.in("authorizers."+out.authorizerID), a)
	}
	return out
}

// authorizerOf reports what would keep the authorizer from ever deciding.
func authorizerOf(at place, a *apigateway.Authorizer) snapshot.Authorizer {
	out := snapshot.Authorizer{
		ID:                   text(a.Id),
		Name:                 text(a.Name),
		Type:                 text(a.Type),
		URI:                  text(a.AuthorizerUri),
		Credentials:          text(a.AuthorizerCredentials),
		IdentitySource:       text(a.IdentitySource),
		ValidationExpression: text(a.IdentityValidationExpression),
		ProviderARNs:         slices.Clone(a.ProviderARNs),
	}
	if a.AuthorizerResultTtlInSeconds != nil {
		out.TTLSeconds = int(*a.AuthorizerResultTtlInSeconds)
	}
	identity, err := authorizer.NewIdentity(out.IdentitySource, out.ValidationExpression)
	if err != nil {
		at.invalid("identityValidationExpression", errors.Unwrap(err))
		return out
	}
	for _, source := range identity.Sources {
		checkIdentitySource(at, source)
	}
	oneHeader := len(identity.Sources) == 1
	switch out.Type {
	case apigateway.AuthorizerTypeRequest:
		checkAuthorizerFunction(at, out)
	case apigateway.AuthorizerTypeToken:
		checkAuthorizerFunction(at, out)
		if !oneHeader {
			at.found("identitySource: an authorizer of type TOKEN needs one request header")
		}
	case apigateway.AuthorizerTypeCognitoUserPools:
		if len(out.ProviderARNs) == 0 {
			at.found("providerARNs: an authorizer of type COGNITO_USER_POOLS needs a user pool")
		}
		if !oneHeader {
			at.found("identitySource: an authorizer of type COGNITO_USER_POOLS needs one request header")
		}
	default:
		at.unsupported("type", out.Type)
	}
	return out
}

func checkIdentitySource(at place, source string) {
	e, err := mapping.Parse(source)
	if err != nil {
		at.invalid("identitySource", err)
		return
	}
	switch e.Kind {
	case mapping.RequestHeader, mapping.RequestQuery, mapping.StageVariable, mapping.Context:
	default:
		at.found("identitySource: %s cannot be an identity source", source)
	}
}

func checkAuthorizerFunction(at place, a snapshot.Authorizer) {
	if _, err := integration.ParseLambdaURI(a.URI); err != nil {
		at.invalid("authorizerUri", err)
	}
	if _, err := mapping.CompileURI(a.Credentials); err != nil {
		at.invalid("authorizerCredentials", err)
	}
}
