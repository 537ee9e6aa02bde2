package httpapi

import (
	"errors"
	"strings"
	"sync"

	"github.com/postern-gateway/postern/shared/jsonschema"
)

// model is a schema that is compiled when a request first needs it.
type model struct {
	compile func() (*jsonschema.Schema, error)
	once    sync.Once
	schema  *jsonschema.Schema
	err     error
}

func (m *model) get() (*jsonschema.Schema, error) {
	m.once.Do(func() { m.schema, m.err = m.compile() })
	return m.schema, m.err
}

// validateRequest checks required parameters and the body, an extension of Postern with the messages
// of REST APIs (REST data plane spec, 10).
func (inv *Invocation) validateRequest() error {
	doc := inv.Route.route.doc
	var missing []string
	for _, p := range doc.RequiredParameters {
		v, err := parseSource(p, false)
		if err != nil || v.kind != requestHeader && v.kind != requestQuery {
			return internal(apiConfiguration, "the required parameter "+p+" cannot be checked", err)
		}
		if text, _ := inv.source(&v); text == "" {
			_, name, _ := strings.Cut(strings.TrimPrefix(p, "request."), ".")
			missing = append(missing, name)
		}
	}
	if missing != nil {
		message := "Missing required request parameters: [" + strings.Join(missing, ", ") + "]"
		return badRequest(message, message)
	}
	if len(doc.RequestModels) == 0 {
		return nil
	}
	return inv.validateBody()
}

// validateBody checks the body against the model for its media type; nothing stands in for a media
// type without model.
func (inv *Invocation) validateBody() error {
	contentType, _ := inv.requestHeader("Content-Type")
	media := mediaType(contentType)
	if media == "" {
		media = applicationJSON
	}
	name := ""
	for of, model := range inv.Route.route.doc.RequestModels {
		if mediaType(of) == media {
			name = model
		}
	}
	if name == "" {
		return nil
	}
	m := inv.Stage.schemas[name]
	if m == nil {
		return internal(apiConfiguration, "the deployment has no model "+name, nil)
	}
	schema, err := m.get()
	if err != nil {
		return internal(apiConfiguration, "model "+name+" cannot be used", err)
	}
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	err = schema.Validate(inv.payload)
	var invalid *jsonschema.Invalid
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid):
		e := badRequest("Invalid request body", "the body does not match model "+name+": "+invalid.Error())
		e.Type = "BAD_REQUEST_BODY"
		return e
	}
	return internal(apiConfiguration, "the body could not be checked against model "+name, err)
}

// mediaType is a content type without its parameters, in lower case.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}
