package compile

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (c *compiler) method(r *apigateway.Resource, verb string, m *apigateway.Method) snapshot.Method {
	at := place{c, text(r.Path) + " " + verb + ": "}
	authorization := c.authorization(at, m)
	out := snapshot.Method{
		ResourceID:          text(r.Id),
		ResourcePath:        text(r.Path),
		HTTPMethod:          verb,
		OperationName:       text(m.OperationName),
		AuthorizationType:   authorization.kind,
		AuthorizerID:        authorization.authorizerID,
		AuthorizationScopes: authorization.scopes,
		APIKeyRequired:      isTrue(m.ApiKeyRequired),
		RequiredParameters:  c.requiredParameters(at, m),
		RequestModels:       c.requestModels(at, m),
		Integration:         c.integration(at, m, m.MethodIntegration),
	}
	if out.Integration.CacheNamespace == out.ResourceID {
		out.Integration.CacheNamespace = "" // the default
	}
	for _, status := range slices.Sorted(maps.Keys(m.MethodResponses)) {
		if out.Responses == nil {
			out.Responses = map[string]snapshot.MethodResponse{}
		}
		out.Responses[status] = methodResponse(m.MethodResponses[status])
	}
	return out
}

// requiredParameters are the parameters that the method's validator checks (REST data plane spec,
// 10).
func (c *compiler) requiredParameters(at place, m *apigateway.Method) []string {
	v := c.validators[text(m.RequestValidatorId)]
	if v == nil {
		return nil
	}
	if !isTrue(v.ValidateRequestParameters) {
		return nil
	}
	var required []string
	for name, is := range m.RequestParameters {
		if is {
			required = append(required, singleValued.Replace(name))
		}
	}
	slices.Sort(required)
	return slices.Compact(required)
}

// singleValued names a parameter as its presence is checked: one value or several is the same.
var singleValued = strings.NewReplacer(
	"method.request.multivaluequerystring.", "method.request.querystring.",
	"method.request.multivalueheader.", "method.request.header.",
)

func methodResponse(r apigateway.MethodResponse) snapshot.MethodResponse {
	var out snapshot.MethodResponse
	for name := range r.ResponseParameters {
		out.Headers = append(out.Headers, strings.TrimPrefix(name, "method.response.header."))
	}
	slices.Sort(out.Headers)
	return out
}
