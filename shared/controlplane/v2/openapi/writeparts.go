package openapi

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// iamScheme is the security scheme of routes with IAM authorization.
const iamScheme = "sigv4"

// securitySchemes writes the authorizers.
func (w *writer) securitySchemes() {
	schemes := map[string]scheme{}
	for _, a := range w.d.Authorizers {
		s := scheme{Type: "apiKey", Name: "Unused", In: "header"}
		jwt := definition.Value(a.AuthorizerType) == v2.AuthorizerTypeJwt
		if jwt {
			s = scheme{Type: "oauth2", Flows: json.RawMessage(`{}`)}
		} else if len(a.IdentitySource) == 1 {
			if name, ok := strings.CutPrefix(strings.Trim(a.IdentitySource[0], "${}"), "request.header."); ok {
				s.Name = name
			}
		}
		if w.o.Extensions {
			s.Authorizer = &authorizer{
				Type: strings.ToLower(*a.AuthorizerType), URI: definition.Value(a.AuthorizerUri), Credentials: definition.Value(a.AuthorizerCredentialsArn),
				PayloadFormatVersion: definition.Value(a.AuthorizerPayloadFormatVersion), TTL: a.AuthorizerResultTtlInSeconds,
				IdentitySource: strings.Join(a.IdentitySource, ", "), SimpleResponses: a.EnableSimpleResponses,
			}
			if c := a.JwtConfiguration; c != nil {
				s.Authorizer.JWT = &jwtConfiguration{Issuer: definition.Value(c.Issuer), Audience: c.Audience}
			}
			if !jwt {
				s.AuthType = "custom"
			}
		}
		schemes[*a.Name] = s
	}
	if len(schemes) > 0 {
		w.components().SecuritySchemes = schemes
	}
}

// authorization writes who may call a route.
func (w *writer) authorization(r *definition.Route, o *operation) {
	switch kind := definition.Value(r.AuthorizationType); kind {
	case v2.AuthorizationTypeAwsIam:
		if w.o.Extensions {
			o.Auth = &auth{Type: kind}
		}
		o.Security = []map[string][]string{{iamScheme: {}}}
		if w.components().SecuritySchemes == nil {
			w.components().SecuritySchemes = map[string]scheme{}
		}
		s := scheme{Type: "apiKey", Name: "Authorization", In: "header"}
		if w.o.Extensions {
			s.AuthType = "awsSigv4"
		}
		w.components().SecuritySchemes[iamScheme] = s
	case v2.AuthorizationTypeCustom, v2.AuthorizationTypeJwt:
		if a := w.d.Authorizer(definition.Value(r.AuthorizerId)); a != nil {
			scopes := r.AuthorizationScopes
			if scopes == nil {
				scopes = []string{}
			}
			o.Security = []map[string][]string{{*a.Name: scopes}}
		}
	}
}

// validation writes what requests are checked against.
func (w *writer) validation(r *definition.Route, o *operation) {
	for _, name := range sortedKeys(r.RequestParameters) {
		place, parameterName, _ := strings.Cut(strings.TrimPrefix(name, "route.request."), ".")
		o.Parameters = append(o.Parameters, parameter{
			Name: parameterName, In: strings.Replace(place, "querystring", "query", 1),
			Required: definition.Value(r.RequestParameters[name].Required), Schema: json.RawMessage(`{"type":"string"}`),
		})
	}
	for _, mediaType := range sortedKeys(r.RequestModels) {
		if o.RequestBody == nil {
			o.RequestBody = &requestBody{Content: map[string]media{}}
		}
		o.RequestBody.Content[mediaType] = media{Schema: json.RawMessage(`{"$ref":` + string(quoted(schemaRef+r.RequestModels[mediaType])) + `}`)}
	}
	if w.o.Extensions && len(r.RequestParameters)+len(r.RequestModels) > 0 {
		o.Validation = definition.Ptr(true)
	}
}

// models writes the models that are JSON.
func (w *writer) models() {
	for _, m := range w.d.Models {
		schema := localModelRefs(definition.Value(m.Schema), definition.Value(w.d.API.ApiId))
		if !json.Valid([]byte(schema)) {
			continue
		}
		if w.components().Schemas == nil {
			w.components().Schemas = map[string]json.RawMessage{}
		}
		w.components().Schemas[*m.Name] = json.RawMessage(schema)
	}
}
