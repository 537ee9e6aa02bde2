package definition

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

const (
	maxScopes = 10
	// MaxRoutes is the quota of an API, which is the same for integrations (HTTP API spec, 19).
	MaxRoutes = 300
)

var (
	httpAuthorizations      = []string{"NONE", v2.AuthorizationTypeAwsIam, v2.AuthorizationTypeCustom, v2.AuthorizationTypeJwt}
	webSocketAuthorizations = []string{"NONE", v2.AuthorizationTypeAwsIam, v2.AuthorizationTypeCustom}
	targetPattern           = regexp.MustCompile(`^integrations/([A-Za-z0-9]+)$`)
	routeParameter          = regexp.MustCompile(`^route\.request\.(?:header|multivalueheader|querystring|multivaluequerystring)\.[A-Za-z0-9._$-]+$`)
	routeParameterHTTP      = regexp.MustCompile(`^route\.request\.(?:header|querystring)\.[A-Za-z0-9._$-]+$`)
)

// TargetOf is the identifier of the integration that a route's target names, or empty.
func TargetOf(r *v2.Route) string {
	if parts := targetPattern.FindStringSubmatch(Value(r.Target)); parts != nil {
		return parts[1]
	}
	return ""
}

// CompleteRoute fills in what a route does not say and refuses what none can be. The route may
// be part of the document already.
func (d *Document) CompleteRoute(r *Route) error {
	key := Value(r.RouteKey)
	if err := CheckRouteKey(d.HTTP(), key); err != nil {
		return err
	}
	for _, other := range d.Routes {
		if other != r && Value(other.RouteId) != Value(r.RouteId) && routePattern(*other.RouteKey) == routePattern(key) {
			return wire.Conflict("Route with key %s already exists for this API", key)
		}
	}
	r.AuthorizationType = orElse(r.AuthorizationType, "NONE")
	r.ApiKeyRequired = orElse(r.ApiKeyRequired, false)
	if Value(r.Target) == "" {
		r.Target = nil
	} else if id := TargetOf(&r.Route); id == "" {
		return wire.BadRequest("Invalid target specified: %s. The target must be of the form integrations/{integrationId}", *r.Target)
	} else if d.Integration(id) == nil {
		return wire.BadRequest("Invalid Integration identifier specified %s", id)
	}
	if err := d.checkAuthorization(r); err != nil {
		return err
	}
	if err := d.checkRequestModels(r); err != nil {
		return err
	}
	if d.HTTP() {
		return completeHTTPRoute(r)
	}
	return completeWebSocketRoute(r)
}

func (d *Document) checkAuthorization(r *Route) error {
	kind := *r.AuthorizationType
	allowed := webSocketAuthorizations
	if d.HTTP() {
		allowed = httpAuthorizations
	}
	switch {
	case !slices.Contains(allowed, kind):
		return wire.BadRequest("Invalid authorization type specified: %s. Must be one of: [%s]", kind, strings.Join(allowed, ", "))
	case !d.HTTP() && kind != "NONE" && *r.RouteKey != "$connect":
		return wire.BadRequest("Currently, authorization is restricted to the $connect route only")
	}
	if id := Value(r.AuthorizerId); id == "" {
		r.AuthorizerId = nil
	}
	switch kind {
	case v2.AuthorizationTypeCustom, v2.AuthorizationTypeJwt:
		a := d.Authorizer(Value(r.AuthorizerId))
		if a == nil {
			return wire.BadRequest("Invalid authorizer ID specified. Setting the authorization type to %s requires a valid authorizer.", kind)
		}
		if (Value(a.AuthorizerType) == v2.AuthorizerTypeJwt) != (kind == v2.AuthorizationTypeJwt) {
			return wire.BadRequest("Authorizer %s is of type %s, which does not serve the authorization type %s", *a.AuthorizerId, Value(a.AuthorizerType), kind)
		}
	default:
		if r.AuthorizerId != nil {
			return wire.BadRequest("An authorizer cannot be specified with the authorization type %s", kind)
		}
	}
	switch {
	case len(r.AuthorizationScopes) > 0 && kind != v2.AuthorizationTypeJwt:
		return wire.BadRequest("Authorization scopes are supported with the authorization type JWT only")
	case len(r.AuthorizationScopes) > maxScopes:
		return wire.BadRequest("At most %d authorization scopes can be specified", maxScopes)
	case len(r.AuthorizationScopes) == 0:
		r.AuthorizationScopes = nil
	}
	return nil
}

func (d *Document) checkRequestModels(r *Route) error {
	for _, key := range slices.Sorted(maps.Keys(r.RequestModels)) {
		if d.ModelByName(r.RequestModels[key]) == nil {
			return wire.BadRequest("Invalid model identifier specified: %s", r.RequestModels[key])
		}
	}
	pattern := routeParameter
	if d.HTTP() {
		pattern = routeParameterHTTP
	}
	for _, name := range slices.Sorted(maps.Keys(r.RequestParameters)) {
		if !pattern.MatchString(name) {
			return wire.BadRequest("Invalid request parameter specified: %s", name)
		}
	}
	return nil
}

// completeHTTPRoute takes what AWS offers for WebSocket APIs alone as the extensions that the
// package doc of v2 names.
func completeHTTPRoute(r *Route) error {
	for member, v := range map[string]*string{"modelSelectionExpression": r.ModelSelectionExpression, "routeResponseSelectionExpression": r.RouteResponseSelectionExpression} {
		if v != nil {
			return wire.BadRequest("%s is supported for WebSocket APIs only", member)
		}
	}
	for mediaType := range r.RequestModels {
		if mediaType != DefaultRoute && !strings.Contains(mediaType, "/") {
			return wire.BadRequest("Invalid media type specified for requestModels: %s", mediaType)
		}
	}
	return CheckCache(r.Cache)
}

func completeWebSocketRoute(r *Route) error {
	if Value(r.ApiKeyRequired) && *r.RouteKey != "$connect" {
		return wire.BadRequest("Currently, API keys are restricted to the $connect route only")
	}
	if len(r.RequestParameters) > 0 && *r.RouteKey != "$connect" {
		return wire.BadRequest("Request parameters are supported for the $connect route only")
	}
	if e := Value(r.RouteResponseSelectionExpression); e != "" && e != DefaultRoute {
		return wire.BadRequest("Invalid route response selection expression specified: %s. Only $default is supported", e)
	}
	return checkSelection("modelSelectionExpression", r.ModelSelectionExpression, "request.body.")
}

// CompleteRouteResponse refuses what no route response can be (WebSocket API spec, 5).
func (d *Document) CompleteRouteResponse(r *Route, p *v2.RouteResponse) error {
	switch {
	case d.HTTP():
		return wire.BadRequest("Route responses are supported for WebSocket APIs only")
	case Value(p.RouteResponseKey) != DefaultRoute:
		return wire.BadRequest("Invalid route response key specified: %s. Only $default is supported", Value(p.RouteResponseKey))
	case *r.RouteKey == "$disconnect":
		return wire.BadRequest("Route responses are not supported for the $disconnect route")
	case Value(p.ModelSelectionExpression) != "":
		return wire.BadRequest("modelSelectionExpression is not supported for route responses")
	}
	for _, other := range r.Responses {
		if other != p && Value(other.RouteResponseId) != Value(p.RouteResponseId) && *other.RouteResponseKey == *p.RouteResponseKey {
			return wire.Conflict("Route response with key %s already exists for this route", *p.RouteResponseKey)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.ResponseModels)) {
		if d.ModelByName(p.ResponseModels[key]) == nil {
			return wire.BadRequest("Invalid model identifier specified: %s", p.ResponseModels[key])
		}
	}
	return nil
}

var cacheKey = regexp.MustCompile(`^request\.(?:header|querystring|path)\.[A-Za-z0-9._$-]+$`)

// maxCacheTTL is that of the cache of REST APIs (REST data plane spec, 13), in seconds.
const maxCacheTTL = 3600

// CheckCache refuses what no cache of a route can be.
func CheckCache(c *Cache) error {
	if c == nil {
		return nil
	}
	if c.TTLSeconds < 1 || c.TTLSeconds > maxCacheTTL {
		return wire.BadRequest("Invalid time to live of a cache specified: %d. Must be between 1 and %d seconds", c.TTLSeconds, maxCacheTTL)
	}
	for _, p := range c.KeyParameters {
		if !cacheKey.MatchString(p) {
			return wire.BadRequest("Invalid cache key parameter specified: %s. It must be request.header.NAME, request.querystring.NAME or request.path.NAME", p)
		}
	}
	return nil
}
