package audit

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/postern-gateway/postern/shared/controlplane/change"
	"github.com/postern-gateway/postern/shared/wire"
)

// self is who acts when the process changes something on its own behalf.
const self = "postern"

// Own calls an operation of a service on the process's own behalf, outside of any mux, and records
// it like a request. It returns what call returns.
func Own[I, O any](ctx context.Context, t *Trail, s wire.Service, op *wire.Operation[I, O], in *I, call func(context.Context, *I) (*O, error)) (*O, error) {
	i := slices.IndexFunc(s.Operations, func(d wire.Descriptor) bool { return d.Name == op.Name })
	if i < 0 || !records(&s.Operations[i]) {
		return call(ctx, in)
	}
	e := event{
		service:    op.Service,
		operation:  &s.Operations[i],
		requestID:  uuid.NewString(),
		identity:   UserIdentity{Type: "AWSService", InvokedBy: self},
		sourceIP:   self,
		userAgent:  self,
		parameters: parametersOf(&s.Operations[i], in), // before the operation makes them its own
	}
	e.path = expand(e.operation, e.parameters)
	ctx, changes := change.NewContext(ctx)
	out, err := call(ctx, in)
	e.revisions = changes.Revisions()
	switch {
	case err == nil && out != nil:
		e.output = out
	case err == nil:
	case !errors.As(err, &e.refusal):
		e.refusal = &wire.Error{Code: "InternalFailure", Status: http.StatusInternalServerError, Message: err.Error()}
	}
	t.record(ctx, e)
	return out, err
}

// expand fills the labels of an operation's URI.
func expand(op *wire.Descriptor, parameters map[string]any) string {
	path, _, _ := strings.Cut(op.URI, "?")
	for _, b := range op.In {
		if b.In == wire.InLabel {
			v, _ := parameters[memberName(b)].(string)
			path = strings.ReplaceAll(path, "{"+b.Wire+"}", v)
		}
	}
	return path
}
