package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// limits know API keys and decide which requests their usage plans admit; metered.Metering does.
type limits interface {
	// Find returns the key with a value and its plan of an API stage. The error is or wraps
	// usageplan.ErrNoKey or usageplan.ErrUnavailable.
	Find(ctx context.Context, value, apiID, stage string) (*usageplan.Key, error)
	// Admit asks the limits of a request and counts it if they admit it.
	Admit(ctx context.Context, u usageplan.Use) usageplan.Verdict
	// Beside does work, and meanwhile writes the counts that are due.
	Beside(ctx context.Context, work func())
}

// checkKey demands an API key of the stage's usage plans, and asks the plan whether there is room for
// the request. The limits of the stage and the account are left to API Gateway, which asked them
// before it asked this function.
func (a *authorizer) checkKey(ctx context.Context, e *event, r *rules, v *verdict, apiID, stage string) (bool, error) {
	if e.kind == tokenEvent {
		return false, errors.New("an API key is required, and TOKEN events do not show it: use an authorizer of type REQUEST")
	}
	if apiID == "" {
		return false, errors.New("an API key is required, and the stage names no API of the usage plans: set its stage variable " + variableAPIID + ", or POSTERN_API")
	}
	value := e.header("x-api-key")
	key, err := a.limits.Find(ctx, value, apiID, stage)
	if errors.Is(err, usageplan.ErrNoKey) {
		v.reason = err.Error()
		return false, nil
	}
	if err != nil {
		return false, err
	}
	v.key, v.keyValue = key, value
	path, method := r.resourcePath, r.httpMethod
	if !r.definition {
		path, method = e.route()
	}
	use := usageplan.Use{Route: usageplan.NewRoute(apiID, stage, path, method, nil, nil), Key: key, KeyOnly: true}
	admission := a.limits.Admit(ctx, use)
	if admission.Degraded {
		// The plan's setting for this case has decided (package usageplan).
		a.log.Warn("Usage Plan check failed due to an internal error", "plan", key.Plan.ID, "admitted", admission.Admitted)
	}
	if admission.Admitted {
		return true, nil
	}
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("wait for the limits of usage plan %s: %w", key.Plan.ID, err)
	}
	v.reason = admission.Reason(use)
	return false, nil
}
