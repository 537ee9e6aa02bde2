package rest

import (
	"fmt"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
)

// requiredParameter is a parameter whose presence is checked.
type requiredParameter struct {
	kind mapping.Kind // RequestHeader, RequestPath or RequestQuery
	name string
}

// compileRequired reads the required parameters, which come in the order of their full names:
// header, path, querystring.
func compileRequired(names []string) ([]requiredParameter, error) {
	var out []requiredParameter
	for _, n := range names {
		e, err := mapping.Parse(n)
		if err != nil {
			return nil, err
		}
		switch e.Kind {
		case mapping.RequestHeader, mapping.RequestPath, mapping.RequestQuery:
			out = append(out, requiredParameter{kind: e.Kind, name: e.Name})
		default:
			return nil, fmt.Errorf("required parameter %q is no header, path or query parameter", n)
		}
	}
	return out, nil
}

// validateRequest checks the parameters and, if nothing is wrong with them, the body (REST data
// plane spec, 10).
func (inv *Invocation) validateRequest() error {
	if err := inv.validateParameters(); err != nil {
		return err
	}
	return inv.validateBody()
}

// validateParameters checks that the required parameters are present and not blank.
func (inv *Invocation) validateParameters() error {
	var missing []string
	for _, p := range inv.Resource.method.required {
		var value string
		switch p.kind {
		case mapping.RequestHeader:
			value = inv.requestHeader(p.name)
		case mapping.RequestPath:
			value = inv.pathParam(p.name)
		case mapping.RequestQuery:
			value = inv.Arrival.Query.Last(p.name)
		}
		if strings.TrimSpace(value) == "" {
			missing = append(missing, p.name)
		}
	}
	if missing == nil {
		return nil
	}
	text := "Missing required request parameters: [" + strings.Join(missing, ", ") + "]"
	return &Error{Type: BadRequestParameters, Message: text, Reason: text}
}
