package openapi

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// schemaRef begins the reference to a model in a document.
const schemaRef = "#/components/schemas/"

// validation reads what requests are checked against: required parameters and bodies.
func (r *reader) validation(key string, o *operation, common []parameter, route *Route) {
	for _, p := range slices.Concat(common, o.Parameters) {
		if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok && r.Components != nil {
			p = r.Components.Parameters[name]
		}
		place := map[string]string{"header": "header", "query": "querystring"}[p.In]
		if place == "" || p.Name == "" {
			continue
		}
		if route.RequestParameters == nil {
			route.RequestParameters = map[string]v2.ParameterConstraints{}
		}
		route.RequestParameters["route.request."+place+"."+p.Name] = v2.ParameterConstraints{Required: definition.Ptr(p.Required)}
	}
	if o.RequestBody == nil {
		return
	}
	for _, mediaType := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
		schema := o.RequestBody.Content[mediaType].Schema
		if len(schema) == 0 {
			continue
		}
		if route.RequestModels == nil {
			route.RequestModels = map[string]string{}
		}
		var ref struct {
			Ref string `json:"$ref"`
		}
		if json.Unmarshal(schema, &ref) == nil && strings.HasPrefix(ref.Ref, schemaRef) {
			route.RequestModels[mediaType] = strings.TrimPrefix(ref.Ref, schemaRef)
			continue
		}
		// An inline schema becomes a model, whose name depends on the schema alone.
		name := fmt.Sprintf("MODEL%x", sha256.Sum256(schema))[:11]
		route.RequestModels[mediaType] = name
		if !slices.ContainsFunc(r.out.Models, func(m *v2.Model) bool { return *m.Name == name }) {
			r.out.Models = append(r.out.Models, &v2.Model{Name: &name, ContentType: &mediaType, Schema: definition.Ptr(string(schema))})
		}
	}
}

// models reads the schemas, if any route checks requests.
func (r *reader) models() {
	if r.Components == nil {
		return
	}
	checks := slices.ContainsFunc(r.out.Routes, func(route *Route) bool { return len(route.RequestModels) > 0 })
	if !checks {
		if len(r.Components.Schemas) > 0 {
			r.inform("Request validation is not enabled. Ignoring schemas.")
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.Components.Schemas)) {
		r.out.Models = append(r.out.Models, &v2.Model{
			Name: &name, ContentType: definition.Ptr("application/json"), Schema: definition.Ptr(string(r.Components.Schemas[name])),
		})
	}
	// A model comes after those that it refers to, so that each can be checked when it is added.
	r.out.Models = inOrder(r.out.Models)
}

// inOrder sorts models so that references go backwards, as far as they make no circle.
func inOrder(models []*v2.Model) []*v2.Model {
	var out []*v2.Model
	visited := map[string]bool{}
	var visit func(m *v2.Model)
	visit = func(m *v2.Model) {
		if visited[*m.Name] {
			return
		}
		visited[*m.Name] = true
		for _, other := range models {
			if strings.Contains(*m.Schema, `"$ref":"`+schemaRef+*other.Name+`"`) {
				visit(other)
			}
		}
		out = append(out, m)
	}
	for _, m := range models {
		visit(m)
	}
	return out
}

// canonical begins the absolute form of a reference to a model; the host is literal and has no Region.
const canonical = "https://apigateway.amazonaws.com/restapis/"

// ResolveModelRefs rewrites the references between models to the form in which an API keeps them.
func ResolveModelRefs(schema, apiID string) string {
	return strings.ReplaceAll(schema, `"$ref":"`+schemaRef, `"$ref":"`+canonical+apiID+"/models/")
}

// localModelRefs is the reverse of ResolveModelRefs.
func localModelRefs(schema, apiID string) string {
	return strings.ReplaceAll(schema, `"$ref":"`+canonical+apiID+"/models/", `"$ref":"`+schemaRef)
}
