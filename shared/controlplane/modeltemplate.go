package controlplane

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func (s *Service) modelTemplates() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.GetModelTemplateOperation, s.GetModelTemplate),
	}}
}

// GetModelTemplate makes a sample mapping template that produces what a model describes, with
// sample values for the user to replace.
func (s *Service) GetModelTemplate(ctx context.Context, in *apigateway.GetModelTemplateRequest) (*apigateway.Template, error) {
	return viewing(ctx, s, *in.RestApiId, errNoModel(*in.ModelName), func(v *view) (*apigateway.Template, error) {
		text, err := v.modelTemplate(*in.ModelName)
		return &apigateway.Template{Value: &text}, err
	})
}

func (v *view) modelTemplate(name string) (string, error) {
	m, err := v.model(name)
	if err != nil {
		return "", err
	}
	if !isJSON(*m.ContentType) {
		return "", wire.BadRequest("Templates can be generated for JSON models only, and the content type of model %s is %s", *m.Name, *m.ContentType)
	}
	w := &templateWriter{view: v, using: map[string]bool{*m.Name: true}}
	w.WriteString("#set($inputRoot = $input.path('$'))\n")
	if err := w.model(m, 0); err != nil {
		return "", err
	}
	return w.String(), nil
}

// maxTemplateBytes bounds a template: models that refer to each other many times over could
// unfold without end (control-plane operations, 2.12: the largest mapping template).
const maxTemplateBytes = 300 << 10

// templateWriter writes a template. using are the models that are being unfolded: a model that
// contains itself is written once.
type templateWriter struct {
	strings.Builder
	view  *view
	using map[string]bool
}

func (w *templateWriter) model(m *apigateway.Model, depth int) error {
	s, err := readTemplateSchema(*m.Schema)
	if err != nil {
		return wire.BadRequest("Unable to generate a template for model %s: %s", *m.Name, err)
	}
	return w.schema(s, depth)
}

// sampleOf are the values that stand for simple types.
var sampleOf = map[string]string{"string": `"foo"`, "integer": "42", "number": "42", "boolean": "true", "null": "null"}

func (w *templateWriter) schema(s *templateSchema, depth int) error {
	if w.Len() > maxTemplateBytes {
		return wire.BadRequest("The template of this model is longer than %d bytes", maxTemplateBytes)
	}
	if s.ref != "" {
		return w.reference(s.ref, depth)
	}
	switch {
	case s.kind == "array" || s.kind == "" && s.items != nil:
		return w.array(s, depth)
	case s.kind == "object" || s.kind == "":
		return w.object(s, depth)
	case len(s.enum) > 0:
		w.Write(s.enum[0])
	case sampleOf[s.kind] != "":
		w.WriteString(sampleOf[s.kind])
	default:
		return wire.BadRequest("Unable to generate a template: unknown type %s", s.kind)
	}
	return nil
}

// reference unfolds another model of the API.
func (w *templateWriter) reference(ref string, depth int) error {
	name, ok := strings.CutPrefix(ref, modelReference(w.view.id, ""))
	if !ok {
		return wire.BadRequest("Unable to generate a template: %s is no model of this API", ref)
	}
	if w.using[name] {
		w.WriteString("{ }")
		return nil
	}
	m, err := w.view.model(name)
	if err != nil {
		return err
	}
	w.using[name] = true
	defer delete(w.using, name)
	return w.model(m, depth)
}

func (w *templateWriter) object(s *templateSchema, depth int) error {
	properties := s.properties
	for _, part := range s.allOf {
		properties = append(properties, part.properties...)
	}
	if len(properties) == 0 && len(s.allOf) == 1 {
		return w.schema(s.allOf[0], depth)
	}
	if len(properties) == 0 {
		w.WriteString("{ }")
		return nil
	}
	indent := strings.Repeat("  ", depth)
	w.WriteString("{\n")
	for i, p := range properties {
		if i > 0 {
			w.WriteString(",\n")
		}
		name, err := json.Marshal(p.name)
		if err != nil {
			return fmt.Errorf("write property %q: %w", p.name, err)
		}
		w.WriteString(indent + "  " + string(name) + " : ")
		if err := w.schema(p.schema, depth+1); err != nil {
			return err
		}
	}
	w.WriteString("\n" + indent + "}")
	return nil
}

// array writes a loop. What it goes through cannot be known from the model, and the comment that
// says so is part of the answer of API Gateway.
func (w *templateWriter) array(s *templateSchema, depth int) error {
	w.WriteString("[\n##TODO: Update this foreach loop to reference array from input json\n#foreach($elem in $inputRoot)\n ")
	items := s.items
	if items == nil {
		items = &templateSchema{}
	}
	if err := w.schema(items, depth); err != nil {
		return err
	}
	w.WriteString(" \n#if($foreach.hasNext),#end\n#end\n]")
	return nil
}
