package openapi

import "github.com/postern-gateway/postern/shared/wire/apigateway"

// DefaultTimeout is the timeout of an integration that does not set one, in milliseconds.
const DefaultTimeout int32 = 29000

// ApplyIntegrationDefaults fills in what PutIntegration fills in for the type of the integration (recorded, 6), except for
// the cache namespace, which is the identifier of the resource.
func ApplyIntegrationDefaults(i *apigateway.Integration) {
	if i.PassthroughBehavior == nil {
		i.PassthroughBehavior = ptr("WHEN_NO_MATCH")
	}
	if i.TimeoutInMillis == nil {
		i.TimeoutInMillis = ptr(DefaultTimeout)
	}
	if i.CacheKeyParameters == nil {
		i.CacheKeyParameters = []string{}
	}
	if i.Type == nil || i.ConnectionType != nil {
		return
	}
	if *i.Type == apigateway.IntegrationTypeHttp || *i.Type == apigateway.IntegrationTypeHttpProxy {
		i.ConnectionType = ptr(apigateway.ConnectionTypeInternet)
	}
}
