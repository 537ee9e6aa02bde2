package compile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// Build compiles an API of either type for a deployment. A definition that cannot be served is a
// BadRequestException: in API Gateway's words where it would refuse as well, otherwise with one
// finding a line.
func Build(d *definition.Document, deploymentID string) ([]byte, error) {
	if d.HTTP() {
		return BuildHTTP(d, deploymentID)
	}
	return BuildWebSocket(d, deploymentID)
}

// compiler collects what cannot be served and what routes use.
type compiler struct {
	d           *definition.Document
	schemas     map[string]string
	findings    []string
	authorizers map[string]snapshot.RouteAuthorizer
	models      map[string]string
}

func newCompiler(d *definition.Document) *compiler {
	return &compiler{d: d, schemas: d.Schemas(), authorizers: map[string]snapshot.RouteAuthorizer{}, models: map[string]string{}}
}

func (c *compiler) found(path, format string, args ...any) {
	c.findings = append(c.findings, path+": "+fmt.Sprintf(format, args...))
}

func (c *compiler) err() error {
	if len(c.findings) == 0 {
		return nil
	}
	return wire.BadRequest("%s", strings.Join(c.findings, "\n"))
}

// routes are the routes in the order of their keys, so that equal definitions give equal snapshots.
func (c *compiler) routes() []*definition.Route {
	return slices.SortedFunc(slices.Values(c.d.Routes), func(a, b *definition.Route) int { return cmp.Compare(*a.RouteKey, *b.RouteKey) })
}

// authorizer makes the authorizer of a route one of the snapshot's and returns its identifier.
func (c *compiler) authorizer(path string, r *definition.Route) string {
	id := definition.Value(r.AuthorizerId)
	if id == "" {
		return ""
	}
	a := c.d.Authorizer(id)
	if a == nil {
		c.found(path+": authorizerId", "there is no authorizer %s", id)
		return ""
	}
	out := snapshot.RouteAuthorizer{
		ID: id, Name: definition.Value(a.Name), Type: definition.Value(a.AuthorizerType), IdentitySource: a.IdentitySource,
		URI: definition.Value(a.AuthorizerUri), Credentials: definition.Value(a.AuthorizerCredentialsArn),
		PayloadFormatVersion: definition.Value(a.AuthorizerPayloadFormatVersion),
		SimpleResponses:      definition.Value(a.EnableSimpleResponses),
		TTLSeconds:           int(definition.Value(a.AuthorizerResultTtlInSeconds)),
	}
	if j := a.JwtConfiguration; j != nil {
		out.Issuer, out.Audience = definition.Value(j.Issuer), j.Audience
	}
	c.authorizers[id] = out
	return id
}

// requestModels makes the models of a route, and those that they refer to, part of the snapshot.
func (c *compiler) requestModels(path string, models map[string]string) map[string]string {
	for _, key := range slices.Sorted(maps.Keys(models)) {
		name := models[key]
		m := c.d.ModelByName(name)
		switch {
		case m == nil:
			c.found(path+": requestModels."+key, "there is no model %s", name)
			continue
		case !strings.Contains(definition.Value(m.ContentType), "json"):
			c.found(path+": requestModels."+key, "the model %s is of the content type %s; only JSON can be validated", name, definition.Value(m.ContentType))
			continue
		}
		schema, err := jsonschema.Compile(definition.Value(c.d.API.ApiId), name, c.schemas)
		if err != nil {
			c.found(path+": requestModels."+key, "%s", err.Error())
			continue
		}
		for _, used := range schema.Models() {
			c.models[used] = c.schemas[used]
		}
	}
	return models
}

// mappings are parameters in the order of their targets.
func mappings(m map[string]string) []snapshot.Mapping {
	var out []snapshot.Mapping
	for _, target := range slices.Sorted(maps.Keys(m)) {
		out = append(out, snapshot.Mapping{Target: target, Source: m[target]})
	}
	return out
}

// templates are templates in the order of their keys.
func templates(m map[string]string) []snapshot.Template {
	var out []snapshot.Template
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, snapshot.Template{ContentType: key, Text: m[key]})
	}
	return out
}

// or is a map that is nil when it is empty.
func or[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return m
}

func privateConnection(i *v2.Integration) (kind, id string) {
	if definition.Value(i.ConnectionType) != v2.ConnectionTypeVpcLink {
		return "", ""
	}
	return v2.ConnectionTypeVpcLink, definition.Value(i.ConnectionId)
}
