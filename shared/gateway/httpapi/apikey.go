package httpapi

import (
	"context"
	"errors"
)

// APIKeys knows API keys and their plans, an extension of Postern for HTTP APIs.
type APIKeys interface {
	// Use counts a request by the key of the value. It returns the key's id, also of a key that is
	// refused if it is known. The error is ErrNoKey, ErrQuota, or a failure.
	Use(ctx context.Context, r KeyRequest) (keyID string, err error)
}

// KeyRequest is a request to a route that requires an API key.
type KeyRequest struct {
	// Value is the key itself, "" if the request has none.
	Value                  string
	APIID, Stage, RouteKey string
}

// Why a key does not let a request pass.
var (
	// ErrNoKey: there is no such key, it is disabled, or none of its plans holds the stage.
	ErrNoKey = errors.New("the API key is missing or not valid for the stage")
	// ErrQuota: the plan's rate or quota is used up.
	ErrQuota = errors.New("the usage plan's limit is exceeded")
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
	id, err := inv.pipeline.c.APIKeys.Use(inv.Request.Context(), KeyRequest{
		Value: key, APIID: inv.Stage.doc.APIID, Stage: inv.Stage.doc.Name, RouteKey: route.doc.Key,
	})
	inv.Metering.APIKeyID = id
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNoKey):
		return forbidden(ErrNoKey.Error(), nil)
	case errors.Is(err, ErrQuota):
		return tooManyRequests(ErrQuota.Error())
	}
	return internal(apiConfiguration, "the API key cannot be looked up", err)
}
