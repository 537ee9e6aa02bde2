package controlplane

import (
	"slices"
	"strconv"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var restAPIPatches = patch.Table[apigateway.RestApi]{
	Paths: []patch.Path[apigateway.RestApi]{
		{Pattern: "/name", Replace: patch.Text(func(a *apigateway.RestApi) **string { return &a.Name })},
		{Pattern: "/description", Add: patch.Text(apiDescription), Replace: patch.Text(apiDescription), Remove: patch.Clear(apiDescription)},
		{Pattern: "/apiKeySource", Replace: patch.Choice(func(a *apigateway.RestApi) **string { return &a.ApiKeySource }, apigateway.ApiKeySourceTypeValues...)},
		{Pattern: "/binaryMediaTypes/{type}", Add: patch.Element(binaryTypes), Replace: patch.Exchange(binaryTypes), Remove: patch.DropElement(binaryTypes)},
		{Pattern: "/disableExecuteApiEndpoint", Replace: patch.Bool(func(a *apigateway.RestApi) **bool { return &a.DisableExecuteApiEndpoint })},
		{Pattern: "/endpointAccessMode", Replace: patch.Choice(func(a *apigateway.RestApi) **string { return &a.EndpointAccessMode }, apigateway.EndpointAccessModeValues...)},
		{Pattern: "/endpointConfiguration/ipAddressType", Replace: patch.Choice(func(a *apigateway.RestApi) **string { return &a.EndpointConfiguration.IpAddressType }, apigateway.IpAddressTypeValues...)},
		{Pattern: "/endpointConfiguration/types/{type}", Replace: replaceEndpointType},
		{Pattern: "/endpointConfiguration/vpcEndpointIds", Add: patch.Append(vpcEndpoints), Remove: patch.DropValue(vpcEndpoints)},
		{Pattern: "/minimumCompressionSize", Replace: replaceCompressionSize},
		{Pattern: "/policy", Replace: patch.Reference(func(a *apigateway.RestApi) **string { return &a.Policy })},
		{Pattern: "/securityPolicy", Replace: patch.Choice(func(a *apigateway.RestApi) **string { return &a.SecurityPolicy }, apigateway.SecurityPolicyValues...)},
	},
	Refusals: patch.Refusals{
		UnknownPath: "Invalid patch path {path}",
		WrongOp:     "Invalid patch operation specified. Must be one of: [{ops}]",
	},
}

func apiDescription(a *apigateway.RestApi) **string { return &a.Description }
func binaryTypes(a *apigateway.RestApi) *[]string   { return &a.BinaryMediaTypes }
func vpcEndpoints(a *apigateway.RestApi) *[]string  { return &a.EndpointConfiguration.VpcEndpointIds }

// replaceEndpointType takes any element in the path, since an API has one type only: clients
// write the old type or the index.
func replaceEndpointType(a *apigateway.RestApi, c patch.Change) error {
	if !slices.Contains(apigateway.EndpointTypeValues, c.Text()) {
		return wire.BadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	a.EndpointConfiguration.Types = []string{c.Text()}
	if c.Text() == apigateway.EndpointTypePrivate {
		a.EndpointConfiguration.IpAddressType = ptr(apigateway.IpAddressTypeDualstack)
	}
	return nil
}

// replaceCompressionSize switches compression off if there is no value.
func replaceCompressionSize(a *apigateway.RestApi, c patch.Change) error {
	if c.Text() == "" {
		a.MinimumCompressionSize = nil
		return nil
	}
	n, err := strconv.ParseInt(c.Text(), 10, 32)
	if err != nil || n < 0 || n > maxCompressionSize {
		return errCompressionSize
	}
	a.MinimumCompressionSize = ptr(int32(n))
	return nil
}
