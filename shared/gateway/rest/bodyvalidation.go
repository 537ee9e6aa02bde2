package rest

import (
	"errors"
	"strings"
	"sync"

	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// stageModel is a model of the API, compiled when a request first needs it, for all methods.
type stageModel struct {
	once   sync.Once
	schema *jsonschema.Schema
	err    error
}

// stageModels are the models of an API by name.
type stageModels struct {
	apiID  string
	texts  map[string]string
	models map[string]*stageModel
}

func newStageModels(api *snapshot.API) stageModels {
	s := stageModels{apiID: api.ID, texts: api.Models}
	if len(api.Models) > 0 {
		s.models = make(map[string]*stageModel, len(api.Models))
		for name := range api.Models {
			s.models[name] = &stageModel{}
		}
	}
	return s
}

// schema returns the schema of a model. Deployment has compiled the same model, so that only a
// snapshot written by something else makes it fail.
func (s *stageModels) schema(name string) (*jsonschema.Schema, error) {
	m := s.models[name]
	if m == nil {
		return nil, errors.New("the deployment has no model " + name)
	}
	m.once.Do(func() { m.schema, m.err = jsonschema.Compile(s.apiID, name, s.texts) })
	return m.schema, m.err
}

// requestModel returns the name of the model for bodies of a media type, whose parameters do not
// count; "" if there is none. Nothing stands in for a media type without model.
func requestModel(models map[string]string, contentType string) string {
	media := firstMediaType(contentType)
	if media == "" {
		media = applicationJSON
	}
	if name, ok := models[media]; ok {
		return name
	}
	for key, name := range models {
		if strings.EqualFold(firstMediaType(key), media) {
			return name
		}
	}
	return ""
}

// validateBody checks the body against the model for its media type (REST data plane spec, 10). No
// body at all is no JSON and fails against every model, whatever the request's method (recorded
// answers, 8).
func (inv *Invocation) validateBody() error {
	models := inv.Resource.method.doc.RequestModels
	if len(models) == 0 {
		return nil
	}
	name := requestModel(models, inv.Arrival.Headers.First("Content-Type"))
	if name == "" {
		return nil
	}
	schema, err := inv.Stage.models.schema(name)
	if err != nil {
		return unexpectedValidationError(err)
	}
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	err = schema.Validate(inv.IntegrationRequest.Body)
	var invalid *jsonschema.Invalid
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &invalid):
		return unexpectedValidationError(err)
	}
	found := invalid.Error()
	media := firstMediaType(inv.Arrival.Headers.First("Content-Type"))
	if media == "" {
		media = applicationJSON
	}
	return &Error{
		Type: BadRequestBody, Message: "Invalid request body", ValidationErrors: found,
		Reason: "Request body does not match model schema for content type " + media + ": " + found,
	}
}

func unexpectedValidationError(err error) *Error {
	return configurationError("Request body validation failed due to an unexpected error", err)
}
