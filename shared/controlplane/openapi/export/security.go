package export

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const (
	authorizationIAM     = "AWS_IAM"
	authorizationCognito = "COGNITO_USER_POOLS"
)

// nameSchemes chooses names for the schemes of API keys and IAM that no authorizer has, and finds out who needs them.
func (w *writer) nameSchemes() {
	taken := map[string]bool{}
	for _, a := range w.def.Authorizers {
		taken[text(a.Name)] = true
	}
	free := func(name string) string {
		candidate := name
		for n := 2; taken[candidate]; n++ {
			candidate = name + strconv.Itoa(n)
		}
		return candidate
	}
	w.apiKeyScheme, w.iamScheme = free("api_key"), free("sigv4")
	for _, r := range w.def.Resources {
		for i := range r.Methods {
			m := &r.Methods[i]
			w.usesAPIKey = w.usesAPIKey || isTrue(m.ApiKeyRequired)
			w.usesIAM = w.usesIAM || text(m.AuthorizationType) == authorizationIAM
		}
	}
}

// security lists the requirements of a method. They apply together, although OpenAPI reads such a list as alternatives: it
// is how API Gateway writes and reads them (recorded, 14.3).
func (w *writer) security(m *openapi.Method) []any {
	var requirements []any
	switch kind := text(m.AuthorizationType); {
	case kind == authorizationIAM:
		requirements = append(requirements, newObject().set(w.iamScheme, []any{}))
	case m.AuthorizerName != "" && kind == authorizationCognito:
		requirements = append(requirements, newObject().set(m.AuthorizerName, list(m.AuthorizationScopes)))
	case m.AuthorizerName != "":
		requirements = append(requirements, newObject().set(m.AuthorizerName, []any{}))
	}
	if isTrue(m.ApiKeyRequired) {
		requirements = append(requirements, newObject().set(w.apiKeyScheme, []any{}))
	}
	return requirements
}

func (w *writer) schemes() *object {
	schemes := newObject()
	for i := range w.def.Authorizers {
		a := &w.def.Authorizers[i]
		schemes.set(text(a.Name), w.authorizer(a))
	}
	if w.usesIAM {
		schemes.set(w.iamScheme, apiKey("Authorization").set(extensionPrefix+"authtype", "awsSigv4"))
	}
	if w.usesAPIKey {
		schemes.set(w.apiKeyScheme, apiKey("x-api-key"))
	}
	return schemes
}

func apiKey(header string) *object {
	return newObject().set("type", "apiKey").set("name", header).set("in", "header")
}

// headerSource is the identity source that is a header, which the scheme names.
const headerSource = "method.request.header."

// authorizer is the scheme of an authorizer. The token of a TOKEN or COGNITO_USER_POOLS authorizer is in the header that the
// scheme names; the sources of a REQUEST authorizer are in the extension, where there may be several.
func (w *writer) authorizer(a *apigateway.Authorizer) *object {
	source := text(a.IdentitySource)
	header, single := strings.CutPrefix(source, headerSource)
	single = single && !strings.ContainsAny(header, ", ")
	request := text(a.Type) == apigateway.AuthorizerTypeRequest
	switch {
	case single:
	case request:
		header = "Unused"
	default:
		header = "Authorization"
	}
	scheme := apiKey(header).setText(extensionPrefix+"authtype", a.AuthType)
	document(scheme, w.documented(place{kind: "AUTHORIZER", name: text(a.Name)}), "description")
	if !w.opts.Extensions.Authorizers {
		return scheme
	}
	ext := newObject()
	if len(a.ProviderARNs) > 0 {
		ext.set("providerARNs", list(a.ProviderARNs))
	}
	ext.setText("authorizerUri", a.AuthorizerUri).setText("authorizerCredentials", a.AuthorizerCredentials)
	if ttl := a.AuthorizerResultTtlInSeconds; ttl != nil {
		ext.set("authorizerResultTtlInSeconds", number(*ttl))
	}
	if request || !single {
		ext.setText("identitySource", a.IdentitySource)
	}
	ext.setText("identityValidationExpression", a.IdentityValidationExpression)
	ext.set("type", strings.ToLower(text(a.Type)))
	return scheme.set(extensionPrefix+"authorizer", ext)
}
