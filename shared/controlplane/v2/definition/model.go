package definition

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

var modelName = regexp.MustCompile(`^[A-Za-z0-9]{1,128}$`)

const maxSchema = 32 << 10

// CompleteModel fills in what a model does not say and refuses what none can be. Schemas that are
// JSON are compiled: what the data plane could not check is refused here.
func (d *Document) CompleteModel(m *v2.Model) error {
	if !modelName.MatchString(Value(m.Name)) {
		return wire.BadRequest("Model name must be alphanumeric: %s", Value(m.Name))
	}
	for _, other := range d.Models {
		if other != m && Value(other.ModelId) != Value(m.ModelId) && *other.Name == *m.Name {
			return wire.Conflict("Model name already exists for this API")
		}
	}
	m.ContentType = orElse(m.ContentType, "application/json")
	if len(Value(m.Schema)) > maxSchema {
		return wire.BadRequest("Model schema must be at most %d characters long", maxSchema)
	}
	if !strings.Contains(*m.ContentType, "json") {
		return nil
	}
	if !json.Valid([]byte(Value(m.Schema))) {
		return wire.BadRequest("Invalid model schema specified. The schema of a model of the content type %s must be JSON", *m.ContentType)
	}
	schemas := d.Schemas()
	schemas[*m.Name] = *m.Schema
	if _, err := jsonschema.Compile(Value(d.API.ApiId), *m.Name, schemas); err != nil {
		return wire.BadRequest("Invalid model schema specified. %s", err.Error())
	}
	return nil
}

// Schemas are the schemas of the models by name.
func (d *Document) Schemas() map[string]string {
	schemas := make(map[string]string, len(d.Models)+1)
	for _, m := range d.Models {
		schemas[*m.Name] = Value(m.Schema)
	}
	return schemas
}

// ModelUsers are the keys of the routes that name a model in requests or responses.
func (d *Document) ModelUsers(name string) []string {
	var keys []string
	for _, r := range d.Routes {
		used := contains(r.RequestModels, name)
		for _, p := range r.Responses {
			used = used || contains(p.ResponseModels, name)
		}
		if used {
			keys = append(keys, *r.RouteKey)
		}
	}
	return keys
}

func contains(m map[string]string, value string) bool {
	for _, v := range m {
		if v == value {
			return true
		}
	}
	return false
}
