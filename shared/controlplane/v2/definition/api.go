package definition

import (
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Expressions that an API starts with.
const (
	httpRouteSelection = "$request.method $request.path"
	apiKeySelection    = "$request.header.x-api-key"
)

const maxDescription = 1024

// CompleteAPI fills in what an API does not say and refuses what none can be.
func CompleteAPI(d *Document) error {
	a := &d.API
	switch name := Value(a.Name); {
	case name == "":
		return wire.BadRequest("API name must be non-empty")
	case len(name) > 128:
		return wire.BadRequest("API name must be at most 128 characters long")
	case len(Value(a.Description)) > maxDescription:
		return wire.BadRequest("API description must be at most %d characters long", maxDescription)
	case len(Value(a.Version)) > 64:
		return wire.BadRequest("API version must be at most 64 characters long")
	}
	a.ApiKeySelectionExpression = orElse(a.ApiKeySelectionExpression, apiKeySelection)
	a.DisableExecuteApiEndpoint = orElse(a.DisableExecuteApiEndpoint, false)
	a.IpAddressType = orElse(a.IpAddressType, v2.IpAddressTypeIpv4)
	if err := controlplane.CheckTags(a.Tags); err != nil {
		return err
	}
	if err := d.CheckExtensionTags(a.Tags); err != nil {
		return err
	}
	if len(a.Tags) == 0 {
		a.Tags = nil
	}
	switch expression := *a.ApiKeySelectionExpression; expression {
	case apiKeySelection:
	case "$context.authorizer.usageIdentifierKey":
		if d.HTTP() {
			return wire.BadRequest("Invalid API key selection expression specified: %s. For HTTP APIs it must be %s", expression, apiKeySelection)
		}
	default:
		return wire.BadRequest("Invalid API key selection expression specified: %s. Must be one of: [%s, $context.authorizer.usageIdentifierKey]", expression, apiKeySelection)
	}
	if d.HTTP() {
		return completeHTTP(d)
	}
	return completeWebSocket(a)
}

func completeHTTP(d *Document) error {
	a := &d.API
	a.RouteSelectionExpression = orElse(a.RouteSelectionExpression, httpRouteSelection)
	switch strings.NewReplacer("{", "", "}", "").Replace(*a.RouteSelectionExpression) {
	case httpRouteSelection:
	default:
		return wire.BadRequest("Invalid route selection expression specified: %s. For HTTP APIs it must be ${request.method} ${request.path}", *a.RouteSelectionExpression)
	}
	if a.DisableSchemaValidation != nil {
		return wire.BadRequest("disableSchemaValidation is supported for WebSocket APIs only")
	}
	if d.Policy != "" {
		if _, err := policy.Parse(d.Policy, policy.ResourcePolicy); err != nil {
			return wire.BadRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
		}
	}
	return CheckCORS(a.CorsConfiguration)
}

func completeWebSocket(a *v2.Api) error {
	if Value(a.RouteSelectionExpression) == "" {
		return wire.BadRequest("Route selection expression must be specified for WebSocket APIs")
	}
	if a.CorsConfiguration != nil {
		return wire.BadRequest("CORS configuration is supported for HTTP APIs only")
	}
	a.DisableSchemaValidation = orElse(a.DisableSchemaValidation, false)
	return checkSelection("routeSelectionExpression", a.RouteSelectionExpression, "request.body.")
}
