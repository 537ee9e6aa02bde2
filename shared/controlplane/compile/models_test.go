package compile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const modelURL = "https://apigateway.amazonaws.com/restapis/a/models/"

// validating is a definition of one method whose bodies are checked, with models as pairs of name
// and schema.
func validating(body bool, requestModels map[string]string, models ...string) compile.Definition {
	def := one(func(_ *apigateway.RestApi, m *apigateway.Method) {
		m.RequestValidatorId, m.RequestModels = ptr("v"), requestModels
	})
	def.Validators = []*apigateway.RequestValidator{{Id: ptr("v"), ValidateRequestBody: ptr(body)}}
	for i := 0; i < len(models); i += 2 {
		def.Models = append(def.Models, &apigateway.Model{Name: ptr(models[i]), ContentType: ptr("application/json"), Schema: ptr(models[i+1])})
	}
	return def
}

func TestModelsOfSnapshots(t *testing.T) {
	pets, pet, other := `{"items":{"$ref":"`+modelURL+`Pet"}}`, `{"properties":{"parent":{"$ref":"`+modelURL+`Pet"}}}`, `{"type":"wrong"}`
	api, methods := compiled(t, validating(true, map[string]string{"application/json": "Pets"}, "Pets", pets, "Pet", pet, "Other", other))
	if diff := cmp.Diff(map[string]string{"Pets": pets, "Pet": pet}, api.Models); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"application/json": "Pets"}, methods[0].RequestModels); diff != "" {
		t.Errorf("request models (-want +got):\n%s", diff)
	}

	// Nothing is checked, and so nothing is needed.
	api, methods = compiled(t, validating(false, map[string]string{"application/json": "Other"}, "Other", other))
	if api.Models != nil || methods[0].RequestModels != nil {
		t.Errorf("models %v, request models %v", api.Models, methods[0].RequestModels)
	}
}

func TestFindingsOfModels(t *testing.T) {
	for name, c := range map[string]struct {
		models []string
		want   string
	}{
		"missing":         {nil, "/x GET: requestModels.application/json: the API has no model M"},
		"no schema":       {[]string{"M", "<a/>"}, "models.M.schema: a JSON schema is an object"},
		"wrong keyword":   {[]string{"M", `{"properties":{"a":{"type":"text"}}}`}, `models.M.schema/properties/a/type: "text" is not a primitive type`},
		"in another":      {[]string{"M", `{"$ref":"` + modelURL + `N"}`, "N", `{"minimum":"1"}`}, "models.N.schema/minimum: must be a number"},
		"unresolvable":    {[]string{"M", `{"$ref":"` + modelURL + `N"}`}, "models.M.schema/$ref: the API has no model N"},
		"somewhere else":  {[]string{"M", `{"$ref":"https://example.com/s"}`}, "models.M.schema/$ref: https://example.com/s is no model of this API, and nothing else can be referred to"},
		"another API's":   {[]string{"M", `{"$ref":"https://apigateway.amazonaws.com/restapis/b/models/M"}`}, "models.M.schema/$ref: https://apigateway.amazonaws.com/restapis/b/models/M is no model of this API, and nothing else can be referred to"},
		"without an end":  {[]string{"M", `{"allOf":[{"$ref":"#"}]}`}, "the schema refers to itself without end"},
		"pattern, broken": {[]string{"M", `{"pattern":"("}`}, "models.M.schema/pattern: "},
	} {
		_, err := compile.Compile(validating(true, map[string]string{"application/json": "M", "application/x": "M"}, c.models...), "d")
		var refusal *wire.Error
		if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if c.models != nil && err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the finding is repeated: %v", name, err)
		}
	}
}

func TestCompression(t *testing.T) {
	for _, size := range []*int32{nil, ptr[int32](0), ptr[int32](1024)} {
		api, _ := compiled(t, one(func(a *apigateway.RestApi, _ *apigateway.Method) { a.MinimumCompressionSize = size }))
		switch got := api.MinimumCompressionSize; {
		case (size == nil) != (got == nil):
			t.Errorf("%v became %v", size, got)
		case size != nil && int(*size) != *got:
			t.Errorf("%d became %d", *size, *got)
		}
	}
}
