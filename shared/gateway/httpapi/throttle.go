package httpapi

import (
	"context"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// Throttle bounds the rates of requests (HTTP API spec, 16).
type Throttle interface {
	// Admit takes a token for a request to a route of a stage, whose setting is its own or that of
	// all routes. It bounds by the account's limits too.
	Admit(ctx context.Context, r ThrottleRequest) Admission
}

// Admission is what a Throttle says.
type Admission struct {
	Admitted bool
	// Reason is why a request is not admitted, for the operator.
	Reason string
	// Fields tell the client about its limits.
	Fields []usageplan.Field
}

// ThrottleRequest says what a request takes a token of.
type ThrottleRequest struct {
	AccountID, APIID, Stage, RouteKey string
	// Setting is that of the route, RateLimit in requests per second and BurstLimit in requests; nil
	// members leave the account's limits alone.
	Setting snapshot.MethodSetting
	// Fields asks for Admission.Fields.
	Fields bool
}

// throttle refuses requests beyond the rates that are allowed.
func (inv *Invocation) throttle() error {
	t := inv.pipeline.c.Throttle
	if t == nil {
		return nil
	}
	doc, route := &inv.Stage.doc, inv.Route.route
	a := t.Admit(inv.Request.Context(), ThrottleRequest{
		AccountID: doc.AccountID, APIID: doc.APIID, Stage: doc.Name, RouteKey: route.doc.Key, Setting: route.setting,
		Fields: inv.Stage.limitFields(),
	})
	inv.tellLimits(a.Fields)
	if !a.Admitted {
		return tooManyRequests(a.Reason)
	}
	return nil
}

// limitFields says that answers of the stage tell clients about their limits, which a stage variable
// asks for as it does for REST APIs.
func (s *Stage) limitFields() bool { return s.doc.Variables[usageplan.FieldsVariable] == "true" }

// tellLimits adds header fields to the answer. Those of an API key's plan take the place of those of
// the stage.
func (inv *Invocation) tellLimits(fields []usageplan.Field) {
	h := inv.writer.Header()
	for _, f := range fields {
		h[f.Name] = []string{f.Value}
	}
}
