package definition

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"

	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Document is an API with everything that belongs to it.
type Document struct {
	API v2.Api `json:"api"`
	// Policy is the resource policy of an HTTP API as JSON, an extension of Postern; empty for none.
	Policy string `json:"policy,omitempty"`

	Routes       []*Route         `json:"routes,omitempty"`
	Integrations []*Integration   `json:"integrations,omitempty"`
	Authorizers  []*v2.Authorizer `json:"authorizers,omitempty"`
	Models       []*v2.Model      `json:"models,omitempty"`

	// Stages and Deployments are no part of what a deployment captures.
	Stages      []*v2.Stage      `json:"stages,omitempty"`
	Deployments []*v2.Deployment `json:"deployments,omitempty"`
}

// Route is a route with its route responses.
type Route struct {
	v2.Route
	Responses []*v2.RouteResponse
	// Cache is nil on a route without one; an extension of Postern.
	Cache *Cache
}

// Cache keeps the answers of a route of an HTTP API for some time.
type Cache struct {
	TTLSeconds int `json:"ttlSeconds"`
	// KeyParameters are "request.header.X", "request.querystring.x" or "request.path.x".
	KeyParameters []string `json:"keyParameters,omitempty"`
}

// Integration is an integration with its integration responses.
type Integration struct {
	v2.Integration
	Responses []*v2.IntegrationResponse
}

// HTTP tells an HTTP API from a WebSocket API.
func (d *Document) HTTP() bool { return Value(d.API.ProtocolType) == v2.ProtocolTypeHttp }

// Route returns the route with an identifier, or nil; the same holds for the other kinds.
func (d *Document) Route(id string) *Route {
	return find(d.Routes, func(r *Route) *string { return r.RouteId }, id)
}

// RouteByKey returns the route with a key, or nil.
func (d *Document) RouteByKey(key string) *Route {
	return find(d.Routes, func(r *Route) *string { return r.RouteKey }, key)
}

// Integration returns the integration with an identifier, or nil.
func (d *Document) Integration(id string) *Integration {
	return find(d.Integrations, func(i *Integration) *string { return i.IntegrationId }, id)
}

// Authorizer returns the authorizer with an identifier, or nil.
func (d *Document) Authorizer(id string) *v2.Authorizer {
	return find(d.Authorizers, func(a *v2.Authorizer) *string { return a.AuthorizerId }, id)
}

// Model returns the model with an identifier, or nil.
func (d *Document) Model(id string) *v2.Model {
	return find(d.Models, func(m *v2.Model) *string { return m.ModelId }, id)
}

// ModelByName returns the model with a name, or nil.
func (d *Document) ModelByName(name string) *v2.Model {
	return find(d.Models, func(m *v2.Model) *string { return m.Name }, name)
}

// Stage returns the stage with a name, or nil.
func (d *Document) Stage(name string) *v2.Stage {
	return find(d.Stages, func(s *v2.Stage) *string { return s.StageName }, name)
}

// Deployment returns the deployment with an identifier, or nil.
func (d *Document) Deployment(id string) *v2.Deployment {
	return find(d.Deployments, func(p *v2.Deployment) *string { return p.DeploymentId }, id)
}

func find[T any](list []*T, key func(*T) *string, want string) *T {
	for _, e := range list {
		if k := key(e); k != nil && *k == want {
			return e
		}
	}
	return nil
}

// Remove takes an element out of a list.
func Remove[T any](list []*T, e *T) []*T {
	return slices.DeleteFunc(list, func(other *T) bool { return other == e })
}

// Captured is the document as a deployment captures it: without stages and deployments.
func (d *Document) Captured() *Document {
	out := *d
	out.Stages, out.Deployments = nil, nil
	return &out
}

// Encode returns the stored form: compressed JSON.
func Encode(d *Document) ([]byte, error) {
	var packed bytes.Buffer
	compressor, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err == nil {
		err = json.NewEncoder(compressor).Encode(d)
	}
	if err == nil {
		err = compressor.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encode API %s: %w", Value(d.API.ApiId), err)
	}
	return packed.Bytes(), nil
}

// Decode reads the stored form.
func Decode(b []byte) (*Document, error) {
	d := &Document{}
	unpacked, err := gzip.NewReader(bytes.NewReader(b))
	if err == nil {
		err = json.NewDecoder(unpacked).Decode(d)
	}
	if err != nil {
		return nil, fmt.Errorf("decode an API: %w", err)
	}
	return d, nil
}

// Value is an optional member or its zero value.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// Ptr makes an optional member.
func Ptr[T any](v T) *T { return &v }

// orElse is an optional member, or a default in its place.
func orElse[T any](p *T, def T) *T {
	if p == nil {
		return &def
	}
	return p
}
