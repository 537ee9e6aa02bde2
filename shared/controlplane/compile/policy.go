package compile

import (
	"slices"

	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// access writes who may reach the API at all: its resource policy and its VPC endpoints.
func access(at place, a *apigateway.RestApi, out *snapshot.API) {
	if document := text(a.Policy); document != "" {
		if _, err := policy.Parse(document, policy.ResourcePolicy); err != nil {
			at.invalid("policy", err)
		}
		out.Policy = document
	}
	if a.EndpointConfiguration == nil {
		return
	}
	out.VPCEndpointIDs = slices.Clone(a.EndpointConfiguration.VpcEndpointIds)
	out.Private = slices.Contains(a.EndpointConfiguration.Types, apigateway.EndpointTypePrivate)
	switch {
	case out.Private && out.Policy == "":
		// Nobody could call it (REST data plane spec, 2.1).
		at.found("policy: Private REST API doesn't have a resource policy attached to it")
	case !out.Private && len(out.VPCEndpointIDs) > 0:
		at.found("endpointConfiguration.vpcEndpointIds: only a PRIVATE API is reached through VPC endpoints")
	}
}
