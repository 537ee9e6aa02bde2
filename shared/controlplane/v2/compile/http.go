package compile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// ErrNoHTTPRoutes is the answer to the deployment of an HTTP API without routes.
var ErrNoHTTPRoutes = wire.BadRequest("Unable to deploy API because no routes exist in this API")

// BuildHTTP compiles an HTTP API.
func BuildHTTP(d *definition.Document, deploymentID string) ([]byte, error) {
	if len(d.Routes) == 0 {
		return nil, ErrNoHTTPRoutes
	}
	c := newCompiler(d)
	api := snapshot.HTTPAPI{
		ID: definition.Value(d.API.ApiId), Name: definition.Value(d.API.Name), DeploymentID: deploymentID,
		DisableExecuteAPIEndpoint: definition.Value(d.API.DisableExecuteApiEndpoint),
		CORS:                      cors(d.API.CorsConfiguration),
		Policy:                    d.Policy,
	}
	var routes []snapshot.Route
	for _, r := range c.routes() {
		routes = append(routes, c.httpRoute(r))
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	api.Authorizers, api.Models = or(c.authorizers), or(c.models)
	data, err := snapshot.BuildHTTP(api, routes)
	if err != nil {
		return nil, fmt.Errorf("build snapshot of API %s: %w", api.ID, err)
	}
	return data, nil
}

func cors(c *v2.Cors) *snapshot.CORS {
	if c == nil {
		return nil
	}
	out := &snapshot.CORS{AllowOrigins: c.AllowOrigins, AllowHeaders: c.AllowHeaders, ExposeHeaders: c.ExposeHeaders,
		AllowCredentials: definition.Value(c.AllowCredentials)}
	for _, m := range c.AllowMethods {
		out.AllowMethods = append(out.AllowMethods, strings.ToUpper(m))
	}
	if c.MaxAge != nil {
		age := int(*c.MaxAge)
		out.MaxAgeSeconds = &age
	}
	return out
}

func (c *compiler) httpRoute(r *definition.Route) snapshot.Route {
	path := "routes." + *r.RouteKey
	out := snapshot.Route{
		ID: *r.RouteId, Key: *r.RouteKey, OperationName: definition.Value(r.OperationName),
		AuthorizationType: *r.AuthorizationType, AuthorizationScopes: r.AuthorizationScopes,
		APIKeyRequired: definition.Value(r.ApiKeyRequired),
	}
	out.AuthorizerID = c.authorizer(path, r)
	out.RequestModels = or(c.requestModels(path, r.RequestModels))
	for _, name := range slices.Sorted(maps.Keys(r.RequestParameters)) {
		if definition.Value(r.RequestParameters[name].Required) {
			out.RequiredParameters = append(out.RequiredParameters, strings.TrimPrefix(name, "route."))
		}
	}
	if cache := c.d.CacheOf(r); cache != nil {
		out.Cache = &snapshot.RouteCache{TTLSeconds: cache.TTLSeconds, KeyParameters: cache.KeyParameters}
		c.checkCacheKey(path+": cache", r, cache)
	}
	i := c.d.Integration(definition.TargetOf(&r.Route))
	if i == nil {
		c.found(path+": target", "the route has no integration")
		return out
	}
	out.Integration = httpIntegration(&i.Integration)
	if out.Integration.ResponseTransferMode != "" && out.Cache != nil {
		c.found(path+": cache", "an answer that streams is not cached")
	}
	c.checkPlaceholders(path, r, &out.Integration)
	return out
}

// checkCacheKey refuses path parameters that the route does not have.
func (c *compiler) checkCacheKey(path string, r *definition.Route, cache *definition.Cache) {
	for _, p := range cache.KeyParameters {
		if name, ok := strings.CutPrefix(p, "request.path."); ok && !slices.Contains(definition.PathVariables(*r.RouteKey), name) {
			c.found(path, "the route has no path variable %s", name)
		}
	}
}

var placeholder = regexp.MustCompile(`(^|[^$])\{([^}]*)\}`)

// checkPlaceholders refuses {placeholders} in an address that the route has no variable for.
func (c *compiler) checkPlaceholders(path string, r *definition.Route, i *snapshot.RouteIntegration) {
	if i.Type != v2.IntegrationTypeHttpProxy || i.ConnectionType != "" {
		return
	}
	for _, found := range placeholder.FindAllStringSubmatch(i.URI, -1) {
		if !slices.Contains(definition.PathVariables(*r.RouteKey), strings.TrimSuffix(found[2], "+")) {
			c.found(path+": integration: integrationUri", "the route has no path variable %s", found[2])
		}
	}
}

func httpIntegration(i *v2.Integration) snapshot.RouteIntegration {
	out := snapshot.RouteIntegration{
		ID: *i.IntegrationId, Type: *i.IntegrationType, Subtype: definition.Value(i.IntegrationSubtype),
		Method: definition.Value(i.IntegrationMethod), URI: definition.Value(i.IntegrationUri),
		PayloadFormatVersion: definition.Value(i.PayloadFormatVersion),
		TimeoutMillis:        int(definition.Value(i.TimeoutInMillis)),
		Credentials:          definition.Value(i.CredentialsArn),
		RequestParameters:    mappings(i.RequestParameters),
	}
	out.ConnectionType, out.ConnectionID = privateConnection(i)
	if i.TlsConfig != nil {
		out.ServerNameToVerify = definition.Value(i.TlsConfig.ServerNameToVerify)
	}
	if definition.Streams(i) {
		out.ResponseTransferMode = "STREAM"
	}
	for status, parameters := range i.ResponseParameters {
		if len(parameters) == 0 {
			continue
		}
		if out.ResponseParameters == nil {
			out.ResponseParameters = map[string][]snapshot.Mapping{}
		}
		out.ResponseParameters[status] = mappings(parameters)
	}
	return out
}
