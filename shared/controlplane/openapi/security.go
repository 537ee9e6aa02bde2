package openapi

import "strings"

// Authorization types of methods; the service model declares them as free text.
const (
	authorizationNone    = "NONE"
	authorizationIAM     = "AWS_IAM"
	authorizationCustom  = "CUSTOM"
	authorizationCognito = "COGNITO_USER_POOLS"
)

// missingAuthorizer is what PutMethod says when the type needs an authorizer and there is none (recorded, 4).
const missingAuthorizer = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."

// importSecurity reads who may call the method. API Gateway has no alternatives: all schemes that the requirements name
// apply together, one authorizer or IAM and the API key (recorded, 14.3).
func (o *operation) importSecurity() {
	o.out.AuthorizationType = ptr(authorizationNone)
	o.out.ApiKeyRequired = ptr(false)
	if security := o.place.get("security"); security != nil && o.isKind(security, kindList) {
		for requirement := range security.list() {
			if !o.isKind(requirement, kindObject) {
				continue
			}
			if len(requirement.fields) == 0 && requiresSomething(security) {
				o.warnAt(requirement, "Optional security is not supported; the method requires what the other requirements name. Ignoring.")
			}
			for name, scopes := range requirement.members() {
				o.require(name, scopes)
			}
		}
	}
	o.importAuthExtension()
}

// require applies one scheme to the method.
func (o *operation) require(name string, p *place) {
	s, defined := o.schemes[name]
	if !defined {
		// Templates mark a method that is exempt from a default authorizer by the undefined scheme NONE.
		if !strings.EqualFold(name, authorizationNone) {
			o.fail(p, o.subject(), "the security scheme %q is not defined", clip(name, 80))
		}
		return
	}
	scopes := o.strs(p)
	if len(scopes) > 0 && s.authorizationType != authorizationCognito && s.kind != schemeIgnored {
		o.fail(p, o.subject(), "authorization scopes need an authorizer of type COGNITO_USER_POOLS")
		return
	}
	switch s.kind {
	case schemeAPIKey:
		o.out.ApiKeyRequired = ptr(true)
	case schemeIAM:
		o.authorize(p, authorizationIAM, "")
	case schemeAuthorizer:
		if o.authorize(p, s.authorizationType, name) && len(scopes) > 0 {
			o.out.AuthorizationScopes = scopes
		}
	case schemeIncomplete:
		o.fail(p, o.subject(), missingAuthorizer)
	}
}

// authorize sets the authorization of the method, which has room for one only.
func (o *operation) authorize(p *place, kind, authorizer string) bool {
	current := *o.out.AuthorizationType
	if current != authorizationNone && (current != kind || o.out.AuthorizerName != authorizer) {
		o.fail(p, o.subject(), "a method has one authorizer; %s is required beside %s",
			describeAuthorization(kind, authorizer), describeAuthorization(current, o.out.AuthorizerName))
		return false
	}
	o.out.AuthorizationType, o.out.AuthorizerName = ptr(kind), authorizer
	return true
}

func describeAuthorization(kind, authorizer string) string {
	if authorizer == "" {
		return kind
	}
	return "'" + clip(authorizer, 80) + "'"
}

// importAuthExtension reads x-amazon-apigateway-auth, which sets the type without a scheme.
func (o *operation) importAuthExtension() {
	p := o.place.get(extensionPrefix + "auth")
	if p == nil || !o.isKind(p, kindObject) {
		return
	}
	kind := o.enum(p.get("type"), o.subject(), []string{authorizationNone, authorizationIAM})
	switch {
	case kind == authorizationIAM:
		o.authorize(p, authorizationIAM, "")
	case kind == authorizationNone && *o.out.AuthorizationType != authorizationNone:
		o.fail(p, o.subject(), "the extension says NONE, the security requirements say %s",
			describeAuthorization(*o.out.AuthorizationType, o.out.AuthorizerName))
	}
}
