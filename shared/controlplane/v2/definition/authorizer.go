package definition

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Quotas of HTTP APIs (HTTP API spec, 19).
const (
	maxAuthorizers = 10
	maxAudiences   = 50
)

const defaultAuthorizerTTL = 300

var (
	jwtIdentity       = regexp.MustCompile(`^\$\{?request\.(?:header|querystring)\.[A-Za-z0-9._$-]+\}?$`)
	requestIdentity   = regexp.MustCompile(`^\$\{?(?:request\.(?:header|querystring)\.[A-Za-z0-9._$-]+|context\.[A-Za-z0-9._]+|stageVariables\.[A-Za-z0-9_]+)\}?$`)
	webSocketIdentity = regexp.MustCompile(`^(?:route\.request\.(?:header|querystring)\.[A-Za-z0-9._$-]+|context\.[A-Za-z0-9._]+|stageVariables\.[A-Za-z0-9_]+)$`)
)

// CompleteAuthorizer fills in what an authorizer does not say and refuses what none can be (HTTP API
// spec, 11 and 12; WebSocket API spec, 7).
func (d *Document) CompleteAuthorizer(a *v2.Authorizer) error {
	if name := Value(a.Name); name == "" || len(name) > 128 {
		return wire.BadRequest("Authorizer name must have between 1 and 128 characters")
	}
	for _, other := range d.Authorizers {
		if other != a && Value(other.AuthorizerId) != Value(a.AuthorizerId) && *other.Name == *a.Name {
			return wire.BadRequest("Authorizer name must be unique. Authorizer %s already exists in this API.", *a.Name)
		}
	}
	switch kind := Value(a.AuthorizerType); {
	case kind == v2.AuthorizerTypeJwt && d.HTTP():
		return completeJWT(a)
	case kind != v2.AuthorizerTypeRequest:
		return wire.BadRequest("Invalid authorizer type specified: %s. Only REQUEST is supported for WebSocket APIs", kind)
	}
	if err := checkAuthorizerFunction(a); err != nil {
		return err
	}
	if d.HTTP() {
		return completeHTTPAuthorizer(a)
	}
	return completeWebSocketAuthorizer(a)
}

func completeJWT(a *v2.Authorizer) error {
	for member, set := range map[string]bool{
		"authorizerUri": a.AuthorizerUri != nil, "authorizerCredentialsArn": a.AuthorizerCredentialsArn != nil,
		"authorizerPayloadFormatVersion": a.AuthorizerPayloadFormatVersion != nil, "enableSimpleResponses": Value(a.EnableSimpleResponses),
		"authorizerResultTtlInSeconds": Value(a.AuthorizerResultTtlInSeconds) != 0, "identityValidationExpression": a.IdentityValidationExpression != nil,
	} {
		if set {
			return wire.BadRequest("%s is not supported for JWT authorizers", member)
		}
	}
	a.AuthorizerResultTtlInSeconds, a.EnableSimpleResponses = nil, nil
	if len(a.IdentitySource) != 1 || !jwtIdentity.MatchString(a.IdentitySource[0]) {
		return wire.BadRequest("Invalid identity source specified: %s. A JWT authorizer needs one $request.header.NAME or $request.querystring.NAME", strings.Join(a.IdentitySource, ","))
	}
	c := a.JwtConfiguration
	if c == nil || Value(c.Issuer) == "" {
		return wire.BadRequest("Issuer must be specified for JWT authorizers")
	}
	u, err := url.Parse(*c.Issuer)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return wire.BadRequest("Invalid issuer: %s. Issuer must have a valid URL", *c.Issuer)
	}
	switch {
	case len(c.Audience) == 0:
		return wire.BadRequest("Audience list must have at least 1 item")
	case len(c.Audience) > maxAudiences:
		return wire.BadRequest("Audience list must have at most %d items", maxAudiences)
	}
	return nil
}

func checkAuthorizerFunction(a *v2.Authorizer) error {
	if a.JwtConfiguration != nil {
		return wire.BadRequest("jwtConfiguration is supported for JWT authorizers only")
	}
	if Value(a.AuthorizerUri) == "" {
		return wire.BadRequest("authorizerUri must be specified for REQUEST authorizers")
	}
	if _, err := integration.ParseLambdaURI(*a.AuthorizerUri); err != nil {
		return wire.BadRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", *a.AuthorizerUri)
	}
	if Value(a.AuthorizerCredentialsArn) == "" {
		a.AuthorizerCredentialsArn = nil
	}
	return checkRole("authorizerCredentialsArn", a.AuthorizerCredentialsArn)
}

func completeHTTPAuthorizer(a *v2.Authorizer) error {
	for _, source := range a.IdentitySource {
		if !requestIdentity.MatchString(source) {
			return wire.BadRequest("Invalid identity source specified: %s", source)
		}
	}
	if a.IdentityValidationExpression != nil {
		return wire.BadRequest("identityValidationExpression is not supported for HTTP APIs")
	}
	switch version := Value(a.AuthorizerPayloadFormatVersion); version {
	case "1.0", "2.0":
	case "":
		return wire.BadRequest("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
	default:
		return wire.BadRequest("Invalid authorizer payload format version specified: %s. Must be one of: [1.0, 2.0]", version)
	}
	a.EnableSimpleResponses = orElse(a.EnableSimpleResponses, false)
	if *a.EnableSimpleResponses && *a.AuthorizerPayloadFormatVersion != "2.0" {
		return wire.BadRequest("Simple responses are supported with the authorizer payload format version 2.0 only")
	}
	ttl := int32(defaultAuthorizerTTL)
	if len(a.IdentitySource) == 0 {
		ttl = 0
	}
	a.AuthorizerResultTtlInSeconds = orElse(a.AuthorizerResultTtlInSeconds, ttl)
	switch ttl := *a.AuthorizerResultTtlInSeconds; {
	case ttl < 0 || ttl > 3600:
		return wire.BadRequest("Invalid authorizer result TTL specified: %d. Must be between 0 and 3600", ttl)
	case ttl > 0 && len(a.IdentitySource) == 0:
		return wire.BadRequest("Caching of authorizer results requires at least one identity source")
	}
	return nil
}

func completeWebSocketAuthorizer(a *v2.Authorizer) error {
	for _, source := range a.IdentitySource {
		if !webSocketIdentity.MatchString(source) {
			return wire.BadRequest("Invalid identity source specified: %s", source)
		}
	}
	if Value(a.IdentityValidationExpression) != "" {
		return wire.BadRequest("identityValidationExpression is not supported for REQUEST authorizers")
	}
	for member, set := range map[string]bool{
		"authorizerPayloadFormatVersion": a.AuthorizerPayloadFormatVersion != nil,
		"enableSimpleResponses":          Value(a.EnableSimpleResponses),
		"authorizerResultTtlInSeconds":   Value(a.AuthorizerResultTtlInSeconds) != 0,
	} {
		if set {
			return wire.BadRequest("%s is supported for HTTP APIs only", member)
		}
	}
	a.EnableSimpleResponses, a.AuthorizerResultTtlInSeconds = nil, nil
	return nil
}

// CheckAuthorizerQuota refuses one more authorizer than an API may have.
func (d *Document) CheckAuthorizerQuota() error {
	if len(d.Authorizers) >= maxAuthorizers {
		return wire.LimitExceeded("Maximum number of Authorizers for this API has been reached. Please contact AWS if you need additional Authorizers")
	}
	return nil
}

var rolePattern = regexp.MustCompile(`^arn:[^:]+:iam::(?:[0-9]{12}|\*):(?:role|user)/.+$`)

// checkRole takes the ARN of a role or that of any user, which passes the caller's identity on;
// stage variables may be part of it.
func checkRole(member string, arn *string) error {
	if arn == nil || strings.Contains(*arn, "${stageVariables.") || rolePattern.MatchString(*arn) {
		return nil
	}
	return wire.BadRequest("Invalid ARN specified for %s: %s", member, *arn)
}
