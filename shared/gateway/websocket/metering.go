package websocket

import (
	"context"
	"net/http"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// Verdict is what metering says about a request.
type Verdict uint8

// The verdicts.
const (
	Admitted Verdict = iota
	// UnknownKey says that there is no such API key, or that it is not for the stage.
	UnknownKey
	// Throttled and QuotaExceeded say that a limit is reached.
	Throttled
	QuotaExceeded
)

// Metering admits handshakes by API keys and usage plans, and everything by throttles.
type Metering interface {
	// Key admits a handshake with an API key and counts it towards the plan's limits. It returns the
	// identifier of the key.
	Key(ctx context.Context, stage *snapshot.Stage, value string) (keyID string, v Verdict, err error)
	// Throttle takes a handshake or a message from the limits of the account, the stage and the
	// route.
	Throttle(ctx context.Context, stage *snapshot.Stage, routeKey string) (Verdict, error)
}

// checkAPIKey admits a handshake to a route that requires an API key.
func (inv *Invocation) checkAPIKey() error {
	if inv.route == nil || !inv.route.doc.APIKeyRequired {
		return nil
	}
	value := inv.Arrival.Headers.last("X-Api-Key")
	if inv.Stage.keyOfAuthorizer {
		value = inv.Authorization.UsageIdentifierKey
	}
	m := inv.pipeline.c.Metering
	switch {
	case value == "":
		return forbidden("INVALID_API_KEY", "the handshake has no API key", nil)
	case m == nil:
		return forbidden("INVALID_API_KEY", "this gateway knows no API keys", nil)
	}
	id, verdict, err := m.Key(inv.ctx, &inv.Stage.doc, value)
	if err != nil {
		return &Error{Status: http.StatusInternalServerError, Message: messageInternal, Type: "DEFAULT_5XX", Reason: "the API key cannot be checked", Err: err}
	}
	if verdict == UnknownKey {
		return forbidden("INVALID_API_KEY", "the API key is unknown or not for this stage", nil)
	}
	inv.Connection.Identity.APIKey, inv.Connection.Identity.APIKeyID = value, id
	return refusedBy(verdict)
}

// throttle takes the event from the limits of its route (WebSocket API spec, 11).
func (inv *Invocation) throttle() error {
	m := inv.pipeline.c.Metering
	if m == nil {
		return refusedBy(inv.pipeline.buckets.take(&inv.Stage.doc, inv.routeKey))
	}
	verdict, err := m.Throttle(inv.ctx, &inv.Stage.doc, inv.routeKey)
	if err != nil {
		// Limits protect backends; a store that fails must not close the API. One of this process
		// stands in.
		verdict = inv.pipeline.buckets.take(&inv.Stage.doc, inv.routeKey)
	}
	return refusedBy(verdict)
}

func refusedBy(v Verdict) error {
	switch v {
	case Throttled:
		return throttled("THROTTLED", "a rate limit is reached")
	case QuotaExceeded:
		return throttled("QUOTA_EXCEEDED", "the quota of the usage plan is used up")
	}
	return nil
}
