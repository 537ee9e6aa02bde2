package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// methods are the members of a path that are operations.
var methods = map[string]string{
	"get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "options": "OPTIONS", "head": "HEAD", "patch": "PATCH", anyMethod: "ANY",
}

func (r *reader) path(path string, item pathItem) {
	var common []parameter
	if raw := item["parameters"]; raw != nil {
		if err := json.Unmarshal(raw, &common); err != nil {
			r.warn("Unable to read the parameters of path %s: %s", path, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(item)) {
		method, known := methods[name]
		if !known {
			if name != "parameters" && name != "summary" && name != "description" && !strings.HasPrefix(name, "x-") {
				r.inform("Ignoring %s of path %s.", name, path)
			}
			continue
		}
		var o operation
		if err := json.Unmarshal(item[name], &o); err != nil {
			r.warn("Unable to read %s of path %s: %s", name, path, err)
			continue
		}
		key := method + " " + r.prefix + path
		if o.DefaultRoute || strings.TrimPrefix(path, "/") == definition.DefaultRoute {
			key = definition.DefaultRoute
		} else if r.prefix != "" && path == "/" {
			key = method + " " + r.prefix
		}
		r.route(key, &o, common)
	}
}

func (r *reader) route(key string, o *operation, common []parameter) {
	route := &Route{Route: definition.Route{Route: v2.Route{RouteKey: &key, OperationName: textOrNil(o.OperationID)}}}
	if o.APIKeyRequired {
		route.ApiKeyRequired = &o.APIKeyRequired
	}
	if o.Cache != nil {
		route.Cache = &definition.Cache{TTLSeconds: o.Cache.TTLSeconds, KeyParameters: o.Cache.KeyParameters}
	}
	r.security(key, o, route)
	if o.Integration == nil {
		r.inform("Route %s has no integration.", key)
	} else {
		route.Backend = r.backend(key, o.Integration)
	}
	validate := r.Validation
	if o.Validation != nil {
		validate = *o.Validation
	}
	if validate {
		r.validation(key, o, common, route)
	} else if o.RequestBody != nil {
		r.inform("Request validation is not enabled. Ignoring request bodies.")
	}
	r.out.Routes = append(r.out.Routes, route)
}

// backend reads an integration, or finds a shared one.
func (r *reader) backend(key string, i *integration) *definition.Integration {
	const shared = "#/components/x-amazon-apigateway-integrations/"
	name, isShared := strings.CutPrefix(i.Ref, shared)
	if isShared {
		if known := r.shared[name]; known != nil {
			return known
		}
		if r.Components == nil {
			r.warn("Unable to resolve the integration of route %s: %s", key, i.Ref)
			return nil
		}
		found, ok := r.Components.Integrations[name]
		if !ok {
			r.warn("Unable to resolve the integration of route %s: %s", key, i.Ref)
			return nil
		}
		i = &found
	}
	out := &definition.Integration{Integration: v2.Integration{
		IntegrationType: definition.Ptr(strings.ToUpper(i.Type)), IntegrationSubtype: textOrNil(i.Subtype),
		IntegrationMethod: textOrNil(strings.ToUpper(i.HTTPMethod)), IntegrationUri: textOrNil(i.URI), Description: textOrNil(i.Description),
		PayloadFormatVersion: textOrNil(i.PayloadFormatVersion), ConnectionType: textOrNil(strings.ToUpper(i.ConnectionType)),
		ConnectionId: textOrNil(i.ConnectionID), CredentialsArn: textOrNil(i.Credentials),
		RequestParameters: i.RequestParameters, ResponseParameters: i.ResponseParameters, TimeoutInMillis: i.TimeoutInMillis,
	}}
	if i.TLSConfig != nil {
		out.TlsConfig = &v2.TlsConfig{ServerNameToVerify: &i.TLSConfig.ServerNameToVerify}
	}
	switch i.ResponseTransferMode {
	case "", "BUFFERED":
	case "STREAM":
		out.IntegrationUri = definition.Ptr(streaming(i.URI))
	default:
		r.warn("Unsupported responseTransferMode of the integration of route %s: %s", key, i.ResponseTransferMode)
	}
	if isShared {
		r.shared[name] = out
	}
	return out
}

// streaming is the URI of an invocation whose answer streams.
func streaming(uri string) string {
	before, function, ok := strings.Cut(uri, "path/2015-03-31/functions/")
	if !ok {
		return uri
	}
	return before + "path/2021-11-15/functions/" + strings.TrimSuffix(function, "/invocations") + "/response-streaming-invocations"
}

// security reads who may call a route: the first requirement counts.
func (r *reader) security(key string, o *operation, route *Route) {
	if o.Auth != nil {
		switch kind := strings.ToUpper(o.Auth.Type); kind {
		case "NONE":
			return
		case v2.AuthorizationTypeAwsIam:
			route.AuthorizationType = &kind
			return
		default:
			r.warn("Unsupported x-amazon-apigateway-auth type of route %s: %s", key, o.Auth.Type)
		}
	}
	requirements := r.Security
	if o.Security != nil {
		requirements = o.Security
	}
	if len(requirements) == 0 {
		return
	}
	if len(requirements) > 1 || len(requirements[0]) > 1 {
		r.warn("Only one security requirement is supported. The first one of route %s is used.", key)
	}
	names := slices.Sorted(maps.Keys(requirements[0]))
	if len(names) == 0 {
		return // anybody may call
	}
	name := names[0]
	s, ok := scheme{}, false
	if r.Components != nil {
		s, ok = r.Components.SecuritySchemes[name]
	}
	switch {
	case !ok:
		r.warn("Route %s names the security scheme %s, which does not exist.", key, name)
	case strings.EqualFold(s.AuthType, "awsSigv4"):
		route.AuthorizationType = definition.Ptr(v2.AuthorizationTypeAwsIam)
	case s.Authorizer == nil:
		r.warn("The security scheme %s has no x-amazon-apigateway-authorizer. Route %s is imported without authorization.", name, key)
	default:
		route.AuthorizerName = name
		route.AuthorizationType = definition.Ptr(v2.AuthorizationTypeCustom)
		if strings.EqualFold(s.Authorizer.Type, "jwt") {
			route.AuthorizationType = definition.Ptr(v2.AuthorizationTypeJwt)
			route.AuthorizationScopes = requirements[0][name]
		}
	}
}

// authorizers reads the security schemes.
func (r *reader) authorizers() {
	if r.Components == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.Components.SecuritySchemes)) {
		a := r.Components.SecuritySchemes[name].Authorizer
		if a == nil {
			continue
		}
		out := &v2.Authorizer{
			Name: &name, AuthorizerType: definition.Ptr(strings.ToUpper(a.Type)), AuthorizerUri: textOrNil(a.URI),
			AuthorizerCredentialsArn: textOrNil(a.Credentials), AuthorizerPayloadFormatVersion: textOrNil(a.PayloadFormatVersion),
			AuthorizerResultTtlInSeconds: a.TTL, EnableSimpleResponses: a.SimpleResponses, IdentitySource: []string{},
		}
		for source := range strings.SplitSeq(a.IdentitySource, ",") {
			if source = strings.TrimSpace(source); source != "" {
				out.IdentitySource = append(out.IdentitySource, source)
			}
		}
		if a.JWT != nil {
			out.JwtConfiguration = &v2.JWTConfiguration{Issuer: textOrNil(a.JWT.Issuer), Audience: a.JWT.Audience}
		}
		r.out.Authorizers = append(r.out.Authorizers, out)
	}
}
