package httpapi

import (
	"context"
	"errors"

	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// APIKeys knows API keys and their plans, an extension of Postern for HTTP APIs.
type APIKeys interface {
	// Use counts a request by the key of the value. What it tells of the key it also tells of one that
	// is refused, as far as it is known. The error is or wraps ErrNoKey, ErrThrottled or ErrQuota, or
	// is a failure.
	Use(ctx context.Context, r KeyRequest) (KeyUse, error)
}

// KeyRequest is a request to a route that requires an API key.
type KeyRequest struct {
	// Value is the key itself, "" if the request has none.
	Value                  string
	APIID, Stage, RouteKey string
	// Fields asks for KeyUse.Fields.
	Fields bool
}

// KeyUse is what is known of the key of a request.
type KeyUse struct {
	// KeyID and PlanID identify the key and the usage plan that lets it in, or are empty.
	KeyID, PlanID string
	// Fields tell the client about its limits.
	Fields []usageplan.Field
}

// Why a key does not let a request pass.
var (
	// ErrNoKey: there is no such key, it is disabled, or none of its plans holds the stage.
	ErrNoKey = errors.New("the API key is missing or not valid for the stage")
	// ErrThrottled: the plan's rate is used up.
	ErrThrottled = errors.New("the usage plan's rate is exceeded")
	// ErrQuota: the plan's quota is used up.
	ErrQuota = errors.New("the usage plan's quota is used up")
)

// apiKeyHeader carries the key, as with REST APIs.
const apiKeyHeader = "X-Api-Key"

// checkAPIKey lets requests to routes that need a key pass if they have a good one. Without
// somebody who knows keys such routes are closed.
func (inv *Invocation) checkAPIKey() error {
	route := inv.Route.route
	if !route.doc.APIKeyRequired {
		return nil
	}
	if inv.pipeline.c.APIKeys == nil {
		return forbidden("the route requires an API key and this gateway knows none", nil)
	}
	key, _ := inv.requestHeader(apiKeyHeader)
	use, err := inv.pipeline.c.APIKeys.Use(inv.Request.Context(), KeyRequest{
		Value: key, APIID: inv.Stage.doc.APIID, Stage: inv.Stage.doc.Name, RouteKey: route.doc.Key, Fields: inv.Stage.limitFields(),
	})
	inv.Metering = Metering{APIKeyID: use.KeyID, UsagePlanID: use.PlanID}
	inv.tellLimits(use.Fields)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNoKey):
		e := forbidden(err.Error(), nil)
		e.Type = "INVALID_API_KEY"
		return e
	case errors.Is(err, ErrThrottled):
		return tooManyRequests(err.Error())
	case errors.Is(err, ErrQuota):
		return limitExceeded(err.Error())
	}
	return internal(apiConfiguration, "the API key cannot be looked up", err)
}
