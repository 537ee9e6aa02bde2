package controlplane

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const modelPrefix = "model#"

func (s *Service) models() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateModelOperation, s.CreateModel),
			wire.Bind(&apigateway.GetModelOperation, s.GetModel),
			wire.Bind(&apigateway.GetModelsOperation, s.GetModels),
			wire.Bind(&apigateway.UpdateModelOperation, s.UpdateModel),
			wire.Bind(&apigateway.DeleteModelOperation, s.DeleteModel),
		},
		adopt: adoptModels,
	}
}

var modelPatches = patch.Table[apigateway.Model]{
	Paths: []patch.Path[apigateway.Model]{
		{Pattern: "/description", Replace: patch.Text(func(m *apigateway.Model) **string { return &m.Description })},
		{Pattern: "/schema", Replace: patch.Text(func(m *apigateway.Model) **string { return &m.Schema })},
	},
	Refusals: patch.Common,
}

// defaultModels are those of every API that is created, not imported (recorded answers, 7).
func defaultModels() []apigateway.Model {
	return []apigateway.Model{{
		Name:        ptr("Empty"),
		Description: ptr("This is a default empty schema model"),
		ContentType: ptr("application/json"),
		Schema: ptr(`{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title" : "Empty Schema",
  "type" : "object"
}`),
	}, {
		Name:        ptr("Error"),
		Description: ptr("This is a default error schema model"),
		ContentType: ptr("application/json"),
		Schema: ptr(`{
  "$schema" : "http://json-schema.org/draft-04/schema#",
  "title" : "Error Schema",
  "type" : "object",
  "properties" : {
    "message" : { "type" : "string" }
  }
}`),
	}}
}

// CreateModel creates a model.
func (s *Service) CreateModel(ctx context.Context, in *apigateway.CreateModelRequest) (*apigateway.Model, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.Model, error) {
		return e.addModel(apigateway.Model{
			Name:        in.Name,
			Description: in.Description,
			Schema:      in.Schema,
			ContentType: in.ContentType,
		})
	})
}

// adoptModels stores the models of a document. One whose name exists keeps its identifier.
func adoptModels(im *importing) error {
	for _, m := range im.doc.Models {
		key := im.definitionKey(modelPrefix + *m.Name)
		existing, err := get[apigateway.Model](im.view, key)
		if err != nil {
			return err
		}
		if existing != nil {
			m.Id = existing.Id
		} else {
			m.Id = ptr(im.s.cfg.NewID(idLength))
		}
		if err := im.put(key, &m); err != nil {
			return err
		}
	}
	return nil
}

var modelName = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

// addModel stores a model under a name that is not taken.
func (e *edit) addModel(m apigateway.Model) (*apigateway.Model, error) {
	if *m.Name == "" {
		return nil, wire.BadRequest("Model name must be non-empty")
	}
	if !modelName.MatchString(*m.Name) {
		return nil, wire.BadRequest("Model name must be alphanumeric: %s", *m.Name)
	}
	key := e.definitionKey(modelPrefix + *m.Name)
	existing, err := get[apigateway.Model](e.view, key)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		return nil, wire.Conflict("Model name already exists for this REST API")
	}
	if err := checkModel(&m); err != nil {
		return nil, err
	}
	m.Id = ptr(e.s.cfg.NewID(idLength))
	return &m, e.put(key, &m)
}

// checkModel refuses an empty schema of any content type, and one for JSON that is no JSON object.
func checkModel(m *apigateway.Model) error {
	if value(m.Schema) == "" {
		return wire.BadRequest("Model schema must have at least 1 property or array items defined")
	}
	if !isJSON(*m.ContentType) {
		return nil
	}
	var schema map[string]json.RawMessage
	if err := json.Unmarshal([]byte(*m.Schema), &schema); err != nil || schema == nil {
		return wire.BadRequest("Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]")
	}
	return nil
}

func isJSON(contentType string) bool {
	mediaType, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	mediaType = strings.TrimSpace(mediaType)
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// GetModel returns a model.
func (s *Service) GetModel(ctx context.Context, in *apigateway.GetModelRequest) (*apigateway.Model, error) {
	return viewing(ctx, s, *in.RestApiId, errNoModel(*in.ModelName), func(v *view) (*apigateway.Model, error) {
		m, err := v.model(*in.ModelName)
		if err == nil && value(in.Flatten) {
			return v.flatten(m)
		}
		return m, err
	})
}

// model returns an existing model.
func (v *view) model(name string) (*apigateway.Model, error) {
	m, err := get[apigateway.Model](v, v.definitionKey(modelPrefix+name))
	if err == nil && m == nil {
		return nil, errNoModel(name)
	}
	return m, err
}

// GetModels lists models, in pages.
func (s *Service) GetModels(ctx context.Context, in *apigateway.GetModelsRequest) (*apigateway.Models, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.Models, error) {
		rows, next, err := pageDefinition[apigateway.Model](v, modelPrefix, in.Position, in.Limit)
		return &apigateway.Models{Items: deref(rows), Position: next}, err
	})
}

// UpdateModel changes a model by patch operations.
func (s *Service) UpdateModel(ctx context.Context, in *apigateway.UpdateModelRequest) (*apigateway.Model, error) {
	return editing(ctx, s, *in.RestApiId, errNoModel(*in.ModelName), func(e *edit) (*apigateway.Model, error) {
		m, err := e.model(*in.ModelName)
		if err != nil {
			return nil, err
		}
		if err := modelPatches.Apply(m, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		if err := checkModel(m); err != nil {
			return nil, err
		}
		return m, e.put(e.definitionKey(modelPrefix+*m.Name), m)
	})
}

// DeleteModel deletes a model.
func (s *Service) DeleteModel(ctx context.Context, in *apigateway.DeleteModelRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoModel(*in.ModelName), func(e *edit) error {
		m, err := e.model(*in.ModelName)
		if err != nil {
			return err
		}
		if err := e.checkModelUnused(*m.Name); err != nil {
			return err
		}
		e.delete(e.definitionKey(modelPrefix + *m.Name))
		return nil
	})
}

// checkModelUnused refuses if a method request, a method response or another model refers to a
// model.
func (e *edit) checkModelUnused(name string) error {
	users := func(kind string, list []string) error {
		if len(list) == 0 {
			return nil
		}
		return wire.Conflict("Cannot delete model '%s', is referenced in %s: %s", name, kind, list[0])
	}
	requests, err := e.methodsWith(func(m *apigateway.Method) bool { return hasValue(m.RequestModels, name) })
	if err == nil {
		err = users("method request", requests)
	}
	if err != nil {
		return err
	}
	responses, err := e.methodsWith(func(m *apigateway.Method) bool {
		for _, r := range m.MethodResponses {
			if hasValue(r.ResponseModels, name) {
				return true
			}
		}
		return false
	})
	if err == nil {
		err = users("method response", responses)
	}
	if err != nil {
		return err
	}
	models, err := definition[apigateway.Model](e.view, modelPrefix)
	if err != nil {
		return err
	}
	var referring []string
	for _, m := range models {
		if *m.Name != name && strings.Contains(*m.Schema, `"`+modelReference(e.id, name)+`"`) {
			referring = append(referring, *m.Name)
		}
	}
	slices.Sort(referring)
	return users("model", referring)
}

// modelReference is how models refer to each other (recorded answers, 7).
func modelReference(apiID, name string) string {
	return "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/" + name
}

func hasValue(m map[string]string, v string) bool {
	for _, e := range m {
		if e == v {
			return true
		}
	}
	return false
}
