package controlplane

import (
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// How long results are kept, in seconds (REST data plane spec, 11.3); 0 keeps none.
const (
	defaultAuthorizerTTL = 300
	maxAuthorizerTTL     = 3600
)

// completeAuthorizer fills in what API Gateway fills in. The results of user pools are not kept,
// so that their authorizers have no time unless one is given. Empty strings count as absent.
func completeAuthorizer(a *apigateway.Authorizer) {
	for _, field := range []**string{&a.AuthType, &a.AuthorizerUri, &a.AuthorizerCredentials, &a.IdentitySource, &a.IdentityValidationExpression} {
		if value(*field) == "" {
			*field = nil
		}
	}
	if len(a.ProviderARNs) == 0 {
		a.ProviderARNs = nil
	}
	if authorizationOf(a) == "COGNITO_USER_POOLS" {
		a.AuthType = valueOr(a.AuthType, "cognito_user_pools")
		return
	}
	a.AuthType = valueOr(a.AuthType, "custom")
	a.AuthorizerResultTtlInSeconds = valueOr[int32](a.AuthorizerResultTtlInSeconds, defaultAuthorizerTTL)
}

// checkAuthorizer refuses an authorizer that could not decide about any request, or that has
// members of another type, which would be ignored.
func checkAuthorizer(a *apigateway.Authorizer) error {
	if err := checkImportedAuthorizer(a); err != nil {
		return err
	}
	switch {
	case authorizationOf(a) == "COGNITO_USER_POOLS" && a.AuthorizerUri != nil:
		return wire.BadRequest("authorizerUri: an authorizer of type %s calls no function", *a.Type)
	case authorizationOf(a) == "CUSTOM" && a.ProviderARNs != nil:
		return wire.BadRequest("providerARNs: an authorizer of type %s has no user pools", *a.Type)
	case *a.Type == apigateway.AuthorizerTypeRequest && a.IdentitySource == nil && *a.AuthorizerResultTtlInSeconds > 0:
		return wire.BadRequest("Identity source must be set if authorizer caching is enabled (TTL is greater than 0)")
	}
	return nil
}

// checkImportedAuthorizer is checkAuthorizer as imports do it, which take a REQUEST authorizer
// without identity sources whatever its TTL (recorded answers, 14.3).
func checkImportedAuthorizer(a *apigateway.Authorizer) error {
	if strings.TrimSpace(value(a.Name)) == "" {
		return wire.BadRequest("Authorizer name cannot be blank")
	}
	if a.Type == nil {
		return wire.BadRequest("Invalid authorizer type specified. Must be one of: [%s]", strings.Join(apigateway.AuthorizerTypeValues, ", "))
	}
	if ttl := value(a.AuthorizerResultTtlInSeconds); ttl < 0 || ttl > maxAuthorizerTTL {
		return wire.BadRequest("Invalid authorizer result TTL specified: %d. Must be between 0 and %d", ttl, maxAuthorizerTTL)
	}
	if c := value(a.AuthorizerCredentials); c != "" && !roleARN.MatchString(c) && !stageVariable.MatchString(c) {
		return errARN
	}
	if x := value(a.IdentityValidationExpression); x != "" {
		if _, err := mapping.CompileSelection(x); err != nil {
			return wire.BadRequest("Invalid identity validation expression specified: %s", x)
		}
	}
	if err := checkIdentitySource(a); err != nil {
		return err
	}
	if authorizationOf(a) == "COGNITO_USER_POOLS" {
		return checkUserPools(a.ProviderARNs)
	}
	if uri := value(a.AuthorizerUri); !authorizerURI.MatchString(uri) {
		return wire.BadRequest("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", uri)
	}
	return nil
}

// Stage variables may stand for the function and for the pool, or for a part of their names (REST
// data plane spec, 14), but not for the region.
var (
	authorizerURI = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:[a-z]{2,}(?:-[a-z]+)+-\d+:lambda:path//?2015-03-31/functions/(?:\$\{stageVariables\.\w+\}|arn:aws[a-z-]*:lambda:[\w-]+:\w+:function:(?:[\w:$.-]|\$\{stageVariables\.\w+\})+)/invocations$`)
	userPoolARN   = regexp.MustCompile(`^arn:aws[a-z-]*:cognito-idp:[^:\s]+:[^:\s]+:userpool/[^/\s]+$|^\$\{stageVariables\.\w+\}$`)
	roleARN       = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/.+$`)
	tokenSource   = regexp.MustCompile(`^method\.request\.header\.[a-zA-Z0-9._-]+$`)
)

func checkUserPools(arns []string) error {
	if len(arns) == 0 {
		return wire.BadRequest("providerARNs: an authorizer of type %s needs a user pool", apigateway.AuthorizerTypeCognitoUserPools)
	}
	for _, arn := range arns {
		if !userPoolARN.MatchString(arn) {
			return wire.BadRequest("Invalid Cognito User Pool ARN specified: %s", arn)
		}
	}
	return nil
}

// checkIdentitySource checks where the identity comes from: one header, or for REQUEST authorizers
// a list of parts of the request, separated by commas (REST data plane spec, 11.2).
func checkIdentitySource(a *apigateway.Authorizer) error {
	source := value(a.IdentitySource)
	if *a.Type != apigateway.AuthorizerTypeRequest {
		if !tokenSource.MatchString(source) {
			return wire.BadRequest("Invalid token source expression: %s. The source must be a method request header, matching 'method.request.header.[a-zA-Z0-9._-]+'.", source)
		}
		return nil
	}
	if source == "" {
		return nil
	}
	for expression := range strings.SplitSeq(source, ",") {
		if expression = strings.TrimSpace(expression); !isParameter(expression, mapping.RequestHeader, mapping.RequestQuery, mapping.StageVariable, mapping.Context) {
			return errMapping(expression)
		}
	}
	return nil
}
