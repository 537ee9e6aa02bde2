package websocket

import (
	"errors"
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// template is a compiled mapping template.
type template struct {
	key string
	// text is the whole output of a template that has nothing to evaluate.
	text    string
	program *vtl.Template // nil for a template that has nothing to evaluate
	paths   *jsonpath.Cache
}

// usualTemplate is the key of samples that have no selection expression (WebSocket API spec, 4).
const usualTemplate = "application/json"

func compileTemplates(selection string, docs []snapshot.Template) (*Expression, []template, error) {
	var e *Expression
	if selection != "" {
		var err error
		if e, err = CompileExpression(selection); err != nil {
			return nil, nil, err
		}
	}
	out := make([]template, 0, len(docs))
	for _, d := range docs {
		t := template{key: d.ContentType, text: d.Text}
		if !mapping.IsStatic(d.Text) {
			program, err := mapping.CompileTemplate(d.ContentType, d.Text)
			if err != nil {
				return nil, nil, err
			}
			t.program, t.paths = program, &jsonpath.Cache{}
		}
		out = append(out, t)
	}
	return e, out, nil
}

// selectTemplate returns the template that the selection expression names, or $default, or without
// an expression the one of the usual media type; nil if there is none.
func selectTemplate(list []template, selection *Expression, body *document, lookup variables) *template {
	find := func(key string) *template {
		for i := range list {
			if list[i].key == key {
				return &list[i]
			}
		}
		return nil
	}
	if selection != nil {
		if key, ok := selection.evaluate(body, lookup); ok {
			if t := find(key); t != nil {
				return t
			}
		}
		return find(defaultRoute)
	}
	if t := find(defaultRoute); t != nil {
		return t
	}
	return find(usualTemplate)
}

// render runs a template on a payload (WebSocket API spec, 12). Only what the template mentions is
// prepared.
func (inv *Invocation) render(t *template, payload *document, response bool) ([]byte, error) {
	if t.program == nil {
		return []byte(t.text), nil
	}
	vars := vtl.Vars{}
	if t.program.Uses("input") {
		vars["input"] = &templateInput{paths: t.paths, payload: payload}
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
	body, err := t.program.Render(inv.ctx, nil, vars)
	if err == nil {
		return body, nil
	}
	var refusal *Error
	switch {
	case inv.ctx.Err() != nil:
		return nil, errClientGone
	case errors.As(err, &refusal) && !response:
		return nil, refusal
	case response:
		return nil, configurationError("Unable to transform response", err)
	}
	return nil, configurationError("Unable to transform request", err)
}

// notJSON is the failure of a template or a mapping that looks into a body that is no JSON
// (WebSocket API spec, 8).
func notJSON(body []byte) *Error {
	text := "Could not parse request body into json: "
	word := string(jsontext.Trim(body))
	if i := strings.IndexAny(word, " \t\r\n,:{}[]\""); i > 0 {
		word = word[:i]
	}
	const longest = 64
	if len(word) > longest {
		word = strings.ToValidUTF8(word[:longest], "")
	}
	text += fmt.Sprintf("Unrecognized token '%s': was expecting ('true', 'false' or 'null')", word)
	return badBody(400, text, "the message is not JSON, and a template or mapping looks into it", nil)
}

// templateInput is $input. The payload is decoded when a template first asks for a part of it.
type templateInput struct {
	paths   *jsonpath.Cache
	payload *document
}

// Property returns $input.body.
func (in *templateInput) Property(name string) (vtl.Value, error) {
	if name != "body" {
		return nil, nil
	}
	return in.text(), nil
}

func (in *templateInput) text() string {
	if len(in.payload.text) == 0 {
		return "{}"
	}
	return strings.ToValidUTF8(string(in.payload.text), "\ufffd")
}

// Call runs $input.json and $input.path; there is no $input.params.
func (in *templateInput) Call(method string, args []vtl.Value) (vtl.Value, error) {
	if len(args) != 1 || method != "path" && method != "json" {
		return nil, vtl.ErrNoMethod
	}
	path, ok := args[0].(string)
	if !ok {
		return nil, fmt.Errorf("a JSONPath is a text, not %T", args[0])
	}
	doc, err := in.document()
	if err != nil {
		return nil, err
	}
	p, err := in.paths.Get(path)
	if err != nil {
		return nil, err
	}
	r, err := p.Find(doc)
	if err != nil {
		return nil, err
	}
	switch {
	case method == "path":
		return r.Value, nil
	case !r.Found:
		return `""`, nil
	}
	b, err := vtl.AppendJSON(nil, r.Value)
	return string(b), err
}

func (in *templateInput) document() (vtl.Value, error) {
	d := in.payload
	if len(d.text) == 0 {
		return vtl.NewMap(), nil
	}
	if !d.isJSON() {
		return nil, notJSON(d.text)
	}
	if !d.decoded {
		v, err := vtl.DecodeJSON(d.text)
		if err != nil {
			return nil, notJSON(d.text)
		}
		d.decoded, d.value = true, v
	}
	return d.value, nil
}
