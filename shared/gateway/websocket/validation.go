package websocket

import (
	"errors"
	"net/http"
	"strings"

	"github.com/postern-gateway/postern/shared/jsonschema"
)

// validateParameters refuses a handshake that lacks a parameter which the route requires.
func (inv *Invocation) validateParameters() error {
	if inv.route == nil || inv.Stage.api.DisableSchemaValidation {
		return nil
	}
	var missing []string
	for name, required := range inv.route.doc.RequestParameters {
		if !required {
			continue
		}
		rest, _ := strings.CutPrefix(name, "route.request.")
		part, field, _ := strings.Cut(rest, ".")
		present := true
		switch part {
		case "header", "multivalueheader":
			present = len(inv.Arrival.Headers.all(field)) > 0
		case "querystring", "multivaluequerystring":
			present = len(inv.Arrival.Query.all(field)) > 0
		}
		if !present {
			missing = append(missing, field)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &Error{Status: http.StatusBadRequest, Message: "Missing required request parameters: [" + strings.Join(missing, ", ") + "]",
		Type: "BAD_REQUEST_PARAMETERS", Reason: "required parameters are missing"}
}

// validateBody checks a message against the model that the route's expression selects (WebSocket API
// spec, 6).
func (inv *Invocation) validateBody() error {
	r := inv.route
	if r.model == nil || inv.Stage.api.DisableSchemaValidation {
		return nil
	}
	name := ""
	if key, ok := r.model.evaluate(&inv.body, nil); ok {
		name = r.doc.RequestModels[key]
	}
	if name == "" {
		name = r.doc.RequestModels[defaultRoute]
	}
	if name == "" {
		return badBody(http.StatusBadRequest, messageBadBody, "the model selection expression finds no model for the message", nil)
	}
	schema, err := inv.Stage.model(name)
	if err != nil {
		return configurationError("the model of the route cannot be used", err)
	}
	err = schema.Validate(inv.body.text)
	var invalid *jsonschema.Invalid
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &invalid):
		return configurationError("the validation of the message failed", err)
	}
	e := badBody(http.StatusBadRequest, messageBadBody, "the message does not match model "+name+": "+invalid.Error(), nil)
	e.ValidationErrors = invalid.Error()
	return e
}
