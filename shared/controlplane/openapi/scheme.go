package openapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// schemeKind is what a security scheme of the document means to API Gateway.
type schemeKind uint8

const (
	// schemeIgnored protects nothing; a warning has said so.
	schemeIgnored schemeKind = iota
	schemeIAM
	schemeAPIKey
	schemeAuthorizer
	// schemeIncomplete promises an authorizer (by its authtype) that the document does not define.
	schemeIncomplete
)

// scheme is a security scheme. authorizationType is set for authorizers: CUSTOM or COGNITO_USER_POOLS.
type scheme struct {
	kind              schemeKind
	authorizationType string
}

// apiKeyHeader is the only place from which API Gateway reads API keys.
const apiKeyHeader = "x-api-key"

// importSchemes reads the security schemes and makes authorizers of those that define one.
func (im *importer) importSchemes() {
	top := im.doc.top()
	all := top.get("components").get("securitySchemes")
	if im.swagger {
		all = top.get("securityDefinitions")
	}
	if all == nil || !im.isKind(all, kindObject) {
		return
	}
	for name, p := range all.members() {
		if strings.HasPrefix(name, "x-") {
			continue
		}
		im.schemes[name] = scheme{kind: schemeIgnored}
		if p = im.resolve(p, ""); p != nil && im.isKind(p, kindObject) {
			im.checkExtensions(p, levelScheme)
			im.schemes[name] = im.readScheme(name, p)
		}
	}
}

func (im *importer) readScheme(name string, p *place) scheme {
	authtype := p.get(extensionPrefix + "authtype")
	if authorizer := p.get(extensionPrefix + "authorizer"); authorizer != nil {
		return im.importAuthorizer(name, p, authorizer, im.str(authtype))
	}
	switch text := im.str(authtype); {
	case strings.EqualFold(text, "awsSigv4"):
		return scheme{kind: schemeIAM}
	case len(text) >= 3 && strings.EqualFold(text[:3], "aws"):
		im.fail(authtype, "", "the authtype %q is not known; names that begin with aws are reserved, and awsSigv4 is the one in use", clip(text, 80))
		return scheme{kind: schemeIgnored}
	case text != "":
		return scheme{kind: schemeIncomplete}
	}
	kind := im.str(p.get("type"))
	if strings.EqualFold(kind, "apiKey") {
		if strings.EqualFold(im.str(p.get("name")), apiKeyHeader) && im.str(p.get("in")) == "header" {
			return scheme{kind: schemeAPIKey}
		}
		im.warnAt(p, "The security definition '%s' protects nothing: an API key is read from the header %s only. Ignoring.", name, apiKeyHeader)
		return scheme{kind: schemeIgnored}
	}
	im.warn("Unsupported security definition type '%s' for '%s'. Ignoring.", kind, name)
	return scheme{kind: schemeIgnored}
}

// importAuthorizer reads the authorizer extension of a scheme. The authorizer has the name of the scheme.
func (im *importer) importAuthorizer(name string, p, ext *place, authtype string) scheme {
	subject := "Unable to create authorizer '" + name + "'"
	if !im.isKind(ext, kindObject) {
		return scheme{kind: schemeIgnored}
	}
	kind := im.enum(ext.get("type"), subject, apigateway.AuthorizerTypeValues)
	if kind == "" {
		if ext.get("type") == nil {
			im.fail(ext, subject, "the authorizer has no type")
		}
		return scheme{kind: schemeIgnored}
	}
	im.warnOfHTTPFields(ext)
	authorizer := apigateway.Authorizer{
		Name:                         ptr(name),
		Type:                         ptr(kind),
		AuthType:                     textOrNil(authtype),
		ProviderARNs:                 im.strs(ext.get("providerARNs")),
		AuthorizerUri:                textOrNil(im.str(ext.get("authorizerUri"))),
		AuthorizerCredentials:        textOrNil(im.str(ext.get("authorizerCredentials"))),
		IdentitySource:               textOrNil(im.str(ext.get("identitySource"))),
		IdentityValidationExpression: textOrNil(im.str(ext.get("identityValidationExpression"))),
		AuthorizerResultTtlInSeconds: im.integer(ext.get("authorizerResultTtlInSeconds")),
	}
	if ttl := authorizer.AuthorizerResultTtlInSeconds; ttl != nil && (*ttl < 0 || *ttl > 3600) {
		im.fail(ext.get("authorizerResultTtlInSeconds"), subject, "the result TTL must be between 0 and 3600 seconds")
	}
	if kind != apigateway.AuthorizerTypeRequest && authorizer.IdentitySource == nil {
		authorizer.IdentitySource = ptr(im.tokenSource(p))
	}
	result := scheme{kind: schemeAuthorizer, authorizationType: authorizationCustom}
	if kind == apigateway.AuthorizerTypeCognitoUserPools {
		result.authorizationType = authorizationCognito
		if len(authorizer.ProviderARNs) == 0 {
			im.fail(ext, subject, "an authorizer of type %s needs providerARNs", kind)
		}
	} else if authorizer.AuthorizerUri == nil {
		im.fail(ext, subject, "an authorizer of type %s needs an authorizerUri", kind)
	}
	im.def.Authorizers = append(im.def.Authorizers, authorizer)
	return result
}

// tokenSource is the header that carries the token: the one of the scheme, which in the definition of a token authorizer
// takes the place of an identity source.
func (im *importer) tokenSource(p *place) string {
	header := im.str(p.get("name"))
	if header == "" || !strings.EqualFold(im.str(p.get("in")), "header") {
		header = "Authorization"
	}
	return "method.request.header." + header
}

// warnOfHTTPFields names the fields that only authorizers of HTTP APIs have. Payload format 1.0 is what a REST API sends,
// so that asking for it is no reason for a warning.
func (im *importer) warnOfHTTPFields(ext *place) {
	for _, name := range []string{"jwtConfiguration", "enableSimpleResponses", "authorizerPayloadFormatVersion"} {
		p := ext.get(name)
		if p == nil || p.text == "1.0" || p.kind == kindBool && p.text == "false" {
			continue
		}
		im.warnAt(p, "The field %s of an authorizer belongs to HTTP APIs. Ignoring.", name)
	}
}
