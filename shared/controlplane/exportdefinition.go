package controlplane

import (
	"cmp"
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// describeDeployed turns rows into a definition as documents have it: without identifiers, and
// without what an import fills in by itself.
func describeDeployed(d *deployedDefinition) *openapi.Definition {
	api := &d.API
	def := &openapi.Definition{
		Name:                   value(api.Name),
		Description:            api.Description,
		Version:                api.Version,
		BinaryMediaTypes:       api.BinaryMediaTypes,
		MinimumCompressionSize: api.MinimumCompressionSize,
		Policy:                 value(api.Policy),
		SecurityPolicy:         api.SecurityPolicy,
		EndpointAccessMode:     api.EndpointAccessMode,
		Models:                 deref(d.Models),
		GatewayResponses:       deref(d.GatewayResponses),
	}
	if source := value(api.ApiKeySource); source != apigateway.ApiKeySourceTypeHeader {
		def.APIKeySource = source
	}
	if value(api.DisableExecuteApiEndpoint) {
		def.DisableExecuteAPIEndpoint = ptr(true)
	}
	if api.EndpointConfiguration != nil {
		def.VPCEndpointIDs = api.EndpointConfiguration.VpcEndpointIds
	}
	var validators, authorizers map[string]string
	def.Validators, validators = namedApart(d.Validators, func(v *apigateway.RequestValidator) (**string, **string) { return &v.Id, &v.Name })
	def.Authorizers, authorizers = namedApart(d.Authorizers, func(a *apigateway.Authorizer) (**string, **string) { return &a.Id, &a.Name })
	for _, r := range d.Resources {
		resource := openapi.Resource{Path: value(r.Path)}
		for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
			m := openapi.Method{Method: r.ResourceMethods[verb]}
			m.HttpMethod = ptr(verb)
			m.ValidatorName = validators[value(m.RequestValidatorId)]
			m.AuthorizerName = authorizers[value(m.AuthorizerId)]
			m.RequestValidatorId, m.AuthorizerId = nil, nil
			if i := m.MethodIntegration; i != nil && len(i.CacheKeyParameters) == 0 && value(i.CacheNamespace) == value(r.Id) {
				i.CacheNamespace = nil
			}
			resource.Methods = append(resource.Methods, m)
		}
		def.Resources = append(def.Resources, resource)
	}
	slices.SortFunc(def.Resources, func(a, b openapi.Resource) int { return cmp.Compare(a.Path, b.Path) })
	return def
}

// namedApart copies rows without identifiers, sorted by name, and gives every one a name of its
// own, since documents refer by name: a further row of a name has its identifier added. It returns
// the names by identifier, too.
func namedApart[T any](rows []*T, of func(*T) (id, name **string)) ([]T, map[string]string) {
	list := slices.Clone(rows)
	slices.SortStableFunc(list, func(a, b *T) int {
		_, nameA := of(a)
		_, nameB := of(b)
		return cmp.Compare(value(*nameA), value(*nameB))
	})
	names, taken := map[string]string{}, map[string]bool{}
	var out []T
	for _, row := range list {
		copied := *row
		id, name := of(&copied)
		unique := value(*name)
		if taken[unique] {
			unique += "-" + value(*id)
		}
		taken[unique] = true
		names[value(*id)] = unique
		*id, *name = nil, &unique
		out = append(out, copied)
	}
	return out, names
}
