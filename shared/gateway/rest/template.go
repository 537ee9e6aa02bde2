package rest

import (
	"context"
	"errors"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// template is a compiled mapping template.
type template struct {
	mediaType string
	// text is the whole output of a template that has nothing to evaluate; of others the source.
	text    string
	program *vtl.Template // nil for a template that has nothing to evaluate
	paths   jsonpath.Cache
}

func compileTemplates(docs []snapshot.Template) (templates, error) {
	out := make(templates, len(docs))
	for i, d := range docs {
		out[i].mediaType, out[i].text = d.ContentType, d.Text
		if mapping.IsStatic(d.Text) {
			continue
		}
		program, err := mapping.CompileTemplate(d.ContentType, d.Text)
		if err != nil {
			return nil, err
		}
		out[i].program = program
	}
	return out, nil
}

// readsBody tells whether the template may look at the payload.
func (t *template) readsBody() bool { return t.program != nil && t.program.Uses("input") }

// render runs a template on a payload (REST data plane spec, 8). Only what the template
// mentions is prepared.
func (inv *Invocation) render(t *template, payload []byte, response bool) ([]byte, error) {
	if t.program == nil {
		return []byte(t.text), nil
	}
	vars := vtl.Vars{}
	if t.program.Uses("input") {
		vars["input"] = &templateInput{inv: inv, paths: &t.paths, payload: payload, response: response}
	}
	if t.program.Uses("context") {
		vars["context"] = templateContext{inv: inv}
	}
	if t.program.Uses("stageVariables") {
		variables := vtl.NewMap()
		for name, v := range inv.Stage.doc.Variables {
			variables.Put(name, v)
		}
		vars["stageVariables"] = variables
	}
	if t.program.Uses("util") {
		vars["util"] = vtl.NewUtil()
	}
	body, err := t.program.Render(inv.Request.Context(), nil, vars)
	if err != nil {
		return nil, templateFailure(inv.Request.Context(), err, response)
	}
	return body, nil
}

func templateFailure(ctx context.Context, err error, response bool) error {
	var refusal *Error
	switch {
	case ctx.Err() != nil:
		return errClientGone
	case errors.As(err, &refusal):
		return refusal
	case response:
		return configurationError("Unable to transform response", err)
	}
	return configurationError("Unable to transform request", err)
}
