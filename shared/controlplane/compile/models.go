package compile

import (
	"errors"
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/jsonschema"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// models are the schemas of the definition, and of them those that a snapshot needs: the models
// that methods check bodies against, and those that they refer to.
type models struct {
	apiID   string
	texts   map[string]string
	used    map[string]string
	checked map[string]bool // by name; false for one with a finding
}

func modelTexts(all []*apigateway.Model) map[string]string {
	texts := make(map[string]string, len(all))
	for _, m := range all {
		texts[text(m.Name)] = text(m.Schema)
	}
	return texts
}

// requestModels are the models that the method's validator checks bodies against, by media type
// (REST data plane spec, 10).
func (c *compiler) requestModels(at place, m *apigateway.Method) map[string]string {
	v := c.validators[text(m.RequestValidatorId)]
	if v == nil || !isTrue(v.ValidateRequestBody) || len(m.RequestModels) == 0 {
		return nil
	}
	for _, mediaType := range slices.Sorted(maps.Keys(m.RequestModels)) {
		c.useModel(at.in("requestModels."+mediaType), m.RequestModels[mediaType])
	}
	return m.RequestModels
}

// useModel puts a model with all that it refers to into the snapshot. Its faults are found once,
// however many methods use it.
func (c *compiler) useModel(at place, name string) {
	if _, known := c.models.texts[name]; !known {
		at.found("the API has no model %s", name)
		return
	}
	if _, done := c.models.checked[name]; done {
		return
	}
	schema, err := jsonschema.Compile(c.models.apiID, name, c.models.texts)
	if c.models.checked == nil {
		c.models.checked, c.models.used = map[string]bool{}, map[string]string{}
	}
	c.models.checked[name] = err == nil
	if err != nil {
		var fault *jsonschema.Error
		if errors.As(err, &fault) {
			place{c: c}.found("models.%s.schema%s: %s", fault.Model, fault.Path, fault.Err)
			return
		}
		at.invalid("schema", err)
		return
	}
	for _, used := range schema.Models() {
		c.models.used[used] = c.models.texts[used]
	}
}
