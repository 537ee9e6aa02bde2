package httpapi

import (
	"context"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// Throttle bounds the rates of requests (HTTP API spec, 16).
type Throttle interface {
	// Admit takes a token for a request to a route of a stage, whose setting is its own or that of
	// all routes. It returns false, with a reason for the operator, if there is none. It bounds by
	// the account's limits too.
	Admit(ctx context.Context, r ThrottleRequest) (admitted bool, reason string)
}

// ThrottleRequest says what a request takes a token of.
type ThrottleRequest struct {
	AccountID, APIID, Stage, RouteKey string
	// Setting is that of the route, RateLimit in requests per second and BurstLimit in requests; nil
	// members leave the account's limits alone.
	Setting snapshot.MethodSetting
}

// throttle refuses requests beyond the rates that are allowed.
func (inv *Invocation) throttle() error {
	t := inv.pipeline.c.Throttle
	if t == nil {
		return nil
	}
	doc, route := &inv.Stage.doc, inv.Route.route
	ok, reason := t.Admit(inv.Request.Context(), ThrottleRequest{
		AccountID: doc.AccountID, APIID: doc.APIID, Stage: doc.Name, RouteKey: route.doc.Key, Setting: route.setting,
	})
	if !ok {
		return tooManyRequests(reason)
	}
	return nil
}
