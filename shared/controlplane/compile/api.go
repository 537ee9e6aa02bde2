package compile

import (
	"maps"
	"slices"
	"strconv"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (c *compiler) api(a *apigateway.RestApi, responses []*apigateway.GatewayResponse, deploymentID string) snapshot.API {
	at := place{c: c}
	if a.EndpointAccessMode != nil {
		at.unsupported("endpointAccessMode", *a.EndpointAccessMode)
	}
	if a.SecurityPolicy != nil {
		at.unsupported("securityPolicy", *a.SecurityPolicy)
	}
	out := snapshot.API{
		ID:                        text(a.Id),
		Name:                      text(a.Name),
		DeploymentID:              deploymentID,
		BinaryMediaTypes:          a.BinaryMediaTypes,
		DisableExecuteAPIEndpoint: isTrue(a.DisableExecuteApiEndpoint),
	}
	if a.MinimumCompressionSize != nil {
		size := int(*a.MinimumCompressionSize)
		out.MinimumCompressionSize = &size
	}
	if a.EndpointConfiguration != nil && slices.Contains(a.EndpointConfiguration.Types, apigateway.EndpointTypeRegional) {
		out.EndpointType = apigateway.EndpointTypeRegional
	}
	access(at, a, &out)
	if source := text(a.ApiKeySource); source != apigateway.ApiKeySourceTypeHeader {
		out.APIKeySource = source
	}
	for _, r := range responses {
		if out.GatewayResponses == nil {
			out.GatewayResponses = map[string]snapshot.GatewayResponse{}
		}
		out.GatewayResponses[text(r.ResponseType)] = gatewayResponse(at.in("gatewayResponses."+text(r.ResponseType)), r)
	}
	return out
}

func gatewayResponse(at place, r *apigateway.GatewayResponse) snapshot.GatewayResponse {
	var out snapshot.GatewayResponse
	if r.StatusCode != nil {
		status, err := strconv.Atoi(*r.StatusCode)
		if err != nil {
			at.invalid("statusCode", err)
		}
		out.StatusCode = status
	}
	out.Parameters = mappings(at, "responseParameters", r.ResponseParameters, mapping.ParseGateway)
	// Templates of gateway responses are substituted, not evaluated: any text is one.
	out.Templates = templates(r.ResponseTemplates)
	return out
}

// mappings returns parameter mappings in the order of their targets.
func mappings(at place, member string, m map[string]string, parse func(target, source string) (mapping.Pair, error)) []snapshot.Mapping {
	var out []snapshot.Mapping
	for _, target := range slices.Sorted(maps.Keys(m)) {
		if _, err := parse(target, m[target]); err != nil {
			at.invalid(member+"."+target, err)
		}
		out = append(out, snapshot.Mapping{Target: target, Source: m[target]})
	}
	return out
}

// templates returns templates in the order of their media types.
func templates(m map[string]string) []snapshot.Template {
	var out []snapshot.Template
	for _, contentType := range slices.Sorted(maps.Keys(m)) {
		out = append(out, snapshot.Template{ContentType: contentType, Text: m[contentType]})
	}
	return out
}

// checkedTemplates returns templates and reports those that the template language refuses.
func checkedTemplates(at place, member string, m map[string]string) []snapshot.Template {
	for _, contentType := range slices.Sorted(maps.Keys(m)) {
		if _, err := mapping.CompileTemplate("", m[contentType]); err != nil {
			at.found("%s.%s: %s", member, contentType, err)
		}
	}
	return templates(m)
}
