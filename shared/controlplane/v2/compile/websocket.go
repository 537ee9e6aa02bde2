package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// ErrNoWebSocketRoutes is the answer to the deployment of a WebSocket API without routes.
var ErrNoWebSocketRoutes = wire.BadRequest("At least one route is required before deploying the Api.")

// BuildWebSocket compiles a WebSocket API.
func BuildWebSocket(d *definition.Document, deploymentID string) ([]byte, error) {
	if len(d.Routes) == 0 {
		return nil, ErrNoWebSocketRoutes
	}
	c := newCompiler(d)
	api := snapshot.WebSocketAPI{
		ID: definition.Value(d.API.ApiId), Name: definition.Value(d.API.Name), DeploymentID: deploymentID,
		DisableExecuteAPIEndpoint: definition.Value(d.API.DisableExecuteApiEndpoint),
		RouteSelectionExpression:  definition.Value(d.API.RouteSelectionExpression),
		APIKeySelectionExpression: definition.Value(d.API.ApiKeySelectionExpression),
		DisableSchemaValidation:   definition.Value(d.API.DisableSchemaValidation),
	}
	var routes []snapshot.WebSocketRoute
	for _, r := range c.routes() {
		routes = append(routes, c.webSocketRoute(r))
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	api.Authorizers, api.Models = or(c.authorizers), or(c.models)
	data, err := snapshot.BuildWebSocket(api, routes)
	if err != nil {
		return nil, fmt.Errorf("build snapshot of API %s: %w", api.ID, err)
	}
	return data, nil
}

func (c *compiler) webSocketRoute(r *definition.Route) snapshot.WebSocketRoute {
	path := "routes." + *r.RouteKey
	out := snapshot.WebSocketRoute{
		ID: *r.RouteId, Key: *r.RouteKey, OperationName: definition.Value(r.OperationName),
		AuthorizationType: *r.AuthorizationType, APIKeyRequired: definition.Value(r.ApiKeyRequired),
		ModelSelectionExpression: definition.Value(r.ModelSelectionExpression),
		// A route response alone does not make a route reply (WebSocket API spec, 5).
		Replies: len(r.Responses) > 0 && definition.Value(r.RouteResponseSelectionExpression) != "",
	}
	out.AuthorizerID = c.authorizer(path, r)
	if out.ModelSelectionExpression != "" {
		out.RequestModels = or(c.requestModels(path, r.RequestModels))
	}
	for name, constraints := range r.RequestParameters {
		if out.RequestParameters == nil {
			out.RequestParameters = map[string]bool{}
		}
		out.RequestParameters[name] = definition.Value(constraints.Required)
	}
	id := definition.TargetOf(&r.Route)
	if id == "" {
		return out
	}
	i := c.d.Integration(id)
	if i == nil {
		c.found(path+": target", "there is no integration %s", id)
		return out
	}
	out.Integration = webSocketIntegration(i)
	// Without one nothing says what the answer is, so that every message or handshake would fail.
	if answered := out.Replies || out.Key == "$connect"; answered && !strings.HasSuffix(out.Integration.Type, "_PROXY") && len(i.Responses) == 0 {
		c.found(path+": integration", "an integration of type %s needs an integration response for the route to answer", out.Integration.Type)
	}
	c.checkDeclared(path, r, out.Integration)
	return out
}

// checkDeclared refuses mappings from parameters of the handshake that the route does not declare,
// or does not have since it is not $connect (WebSocket API spec, 4).
func (c *compiler) checkDeclared(path string, r *definition.Route, i *snapshot.WebSocketIntegration) {
	for _, m := range i.RequestParameters {
		if !strings.HasPrefix(m.Source, "route.request.") || strings.HasPrefix(m.Source, "route.request.body") {
			continue
		}
		if _, declared := r.RequestParameters[m.Source]; !declared {
			c.found(path+": integration: requestParameters."+m.Target, "the route does not declare %s", m.Source)
		}
	}
}

func webSocketIntegration(i *definition.Integration) *snapshot.WebSocketIntegration {
	out := &snapshot.WebSocketIntegration{
		ID: *i.IntegrationId, Type: *i.IntegrationType, Method: definition.Value(i.IntegrationMethod), URI: definition.Value(i.IntegrationUri),
		TimeoutMillis: int(definition.Value(i.TimeoutInMillis)), Credentials: definition.Value(i.CredentialsArn),
		TemplateSelectionExpression: definition.Value(i.TemplateSelectionExpression),
		PassthroughBehavior:         definition.Value(i.PassthroughBehavior),
		ContentHandling:             definition.Value(i.ContentHandlingStrategy),
		RequestTemplates:            templates(i.RequestTemplates),
		RequestParameters:           mappings(i.RequestParameters),
	}
	out.ConnectionType, out.ConnectionID = privateConnection(&i.Integration)
	// The default comes last, the others in the order of their keys.
	responses := slices.SortedFunc(slices.Values(i.Responses), func(a, b *v2.IntegrationResponse) int {
		return strings.Compare(order(a), order(b))
	})
	for _, r := range responses {
		out.Responses = append(out.Responses, snapshot.WebSocketIntegrationResponse{
			Key: *r.IntegrationResponseKey, TemplateSelectionExpression: definition.Value(r.TemplateSelectionExpression),
			Templates: templates(r.ResponseTemplates), Parameters: mappings(r.ResponseParameters),
			ContentHandling: definition.Value(r.ContentHandlingStrategy),
		})
	}
	return out
}

// order sorts keys between slashes, which begin with "/", before "$default".
func order(r *v2.IntegrationResponse) string {
	if *r.IntegrationResponseKey == definition.DefaultRoute {
		return "~"
	}
	return *r.IntegrationResponseKey
}
