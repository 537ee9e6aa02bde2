package controlplane

import (
	"encoding/json"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// flatten returns a model whose schema holds all the models that it refers to, directly and over
// others, as its definitions.
func (v *view) flatten(m *apigateway.Model) (*apigateway.Model, error) {
	var top map[string]json.RawMessage
	schema := value(m.Schema)
	if err := json.Unmarshal([]byte(schema), &top); err != nil {
		return m, nil // no JSON schema, and so without references
	}
	prefix := `"` + modelReference(v.id, "")
	names := []string{}
	seen := map[string]bool{}
	collect := func(schema string) {
		for _, part := range strings.Split(schema, prefix)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	collect(schema)
	if len(names) == 0 {
		return m, nil
	}
	if top["definitions"] != nil {
		return nil, wire.BadRequest("The model %s has definitions of its own, which leave no place for those of the models that it refers to", *m.Name)
	}
	var definitions strings.Builder
	for i := 0; i < len(names); i++ { // grows while it runs
		other, err := v.model(names[i])
		if err != nil {
			return nil, err
		}
		collect(value(other.Schema))
		if i > 0 {
			definitions.WriteByte(',')
		}
		definitions.WriteString(`"` + names[i] + `":` + value(other.Schema))
	}
	flat := *m
	body := strings.TrimSuffix(strings.TrimSpace(schema), "}")
	flat.Schema = ptr(strings.ReplaceAll(body+`,"definitions":{`+definitions.String()+"}}", prefix, `"#/definitions/`))
	return &flat, nil
}
