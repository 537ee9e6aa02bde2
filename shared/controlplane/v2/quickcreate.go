package v2

import (
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// quickCreate adds what CreateApi makes of a target: an integration with it, a route (by default
// $default) and a stage $default that deploys every change, all marked as managed by API Gateway.
func (e *edit) quickCreate(target, routeKey, credentials *string) error {
	if definition.Value(target) == "" {
		if definition.Value(routeKey) != "" || definition.Value(credentials) != "" {
			return wire.BadRequest("Target must be specified with routeKey and credentialsArn")
		}
		return nil
	}
	if !e.HTTP() {
		return wire.BadRequest("Quick create is supported for HTTP APIs only")
	}
	i := &definition.Integration{Integration: v2.Integration{ApiGatewayManaged: definition.Ptr(true), CredentialsArn: credentials}}
	aim(i, target)
	if err := e.addIntegration(i); err != nil {
		return err
	}
	r := &definition.Route{Route: v2.Route{
		ApiGatewayManaged: definition.Ptr(true),
		RouteKey:          definition.Ptr(definition.DefaultRoute),
		Target:            definition.Ptr("integrations/" + *i.IntegrationId),
	}}
	set(&r.RouteKey, routeKey)
	if err := e.addRoute(r); err != nil {
		return err
	}
	return e.addStage(&v2.Stage{ApiGatewayManaged: definition.Ptr(true), AutoDeploy: definition.Ptr(true), StageName: definition.Ptr(defaultStage)})
}

// aim makes an integration reach a target: a Lambda function by its ARN, anything else by HTTP.
func aim(i *definition.Integration, target *string) {
	i.IntegrationUri, i.IntegrationMethod = target, nil
	if strings.HasPrefix(*target, "arn:") {
		i.IntegrationType, i.PayloadFormatVersion = definition.Ptr(v2.IntegrationTypeAwsProxy), definition.Ptr("2.0")
	} else {
		i.IntegrationType, i.PayloadFormatVersion = definition.Ptr(v2.IntegrationTypeHttpProxy), definition.Ptr("1.0")
		i.IntegrationMethod = definition.Ptr("ANY")
	}
}

// updateQuick changes what a quick create made.
func (e *edit) updateQuick(target, routeKey, credentials *string) error {
	if target == nil && routeKey == nil && credentials == nil {
		return nil
	}
	var integration *definition.Integration
	for _, i := range e.Integrations {
		if definition.Value(i.ApiGatewayManaged) {
			integration = i
		}
	}
	var route *definition.Route
	for _, r := range e.Routes {
		if definition.Value(r.ApiGatewayManaged) {
			route = r
		}
	}
	if integration == nil || route == nil {
		return wire.BadRequest("Target, routeKey and credentialsArn can be updated only for APIs that were created with a target")
	}
	if definition.Value(target) != "" {
		aim(integration, target)
	}
	setText(&integration.CredentialsArn, credentials)
	set(&route.RouteKey, routeKey)
	if err := e.CompleteIntegration(integration); err != nil {
		return err
	}
	return e.CompleteRoute(route)
}
