package metered

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// routeKey is a route with what its stage sets for it, -1 for what it does not set.
type routeKey struct {
	apiID, stage, key string
	rate              float64
	burst             int
}

// route returns a route as limits see it.
func (m *Metering) route(apiID, stage, key string, s snapshot.MethodSetting) *usageplan.Route {
	k := routeKey{apiID, stage, key, -1, -1}
	if s.RateLimit != nil {
		k.rate = *s.RateLimit
	}
	if s.BurstLimit != nil {
		k.burst = *s.BurstLimit
	}
	if r, ok := m.routes.Load(k); ok {
		return r.(*usageplan.Route)
	}
	path, method := usageplan.SplitRouteKey(key)
	r, _ := m.routes.LoadOrStore(k, usageplan.NewRoute(apiID, stage, path, method, s.RateLimit, s.BurstLimit))
	return r.(*usageplan.Route)
}

// HTTPAPIs is the metering of HTTP APIs, as httpapi.APIKeys and httpapi.Throttle.
type HTTPAPIs struct{ m *Metering }

// HTTPAPIs returns the metering in the form for HTTP APIs.
func (m *Metering) HTTPAPIs() HTTPAPIs { return HTTPAPIs{m} }

// Use implements httpapi.APIKeys.
func (h HTTPAPIs) Use(ctx context.Context, r httpapi.KeyRequest) (found httpapi.KeyUse, err error) {
	key, err := h.m.Find(ctx, r.Value, r.APIID, r.Stage)
	if key != nil {
		found.KeyID = key.ID
	}
	if errors.Is(err, usageplan.ErrNoKey) {
		return found, fmt.Errorf("%w: %w", httpapi.ErrNoKey, err)
	}
	if err != nil {
		return found, err
	}
	found.PlanID = key.Plan.ID
	use := usageplan.Use{Route: h.m.route(r.APIID, r.Stage, r.RouteKey, snapshot.MethodSetting{}), Key: key, KeyOnly: true}
	v := h.m.Admit(ctx, use)
	if r.Fields {
		found.Fields = h.m.Fields(ctx, use, v)
	}
	switch {
	case v.Admitted:
		return found, nil
	case v.By == usageplan.PlanQuota:
		return found, fmt.Errorf("%w: %s", httpapi.ErrQuota, v.Reason(use))
	}
	return found, fmt.Errorf("%w: %s", httpapi.ErrThrottled, v.Reason(use))
}

// Admit implements httpapi.Throttle.
func (h HTTPAPIs) Admit(ctx context.Context, r httpapi.ThrottleRequest) (a httpapi.Admission) {
	use := usageplan.Use{Route: h.m.route(r.APIID, r.Stage, r.RouteKey, r.Setting)}
	v := h.m.Admit(ctx, use)
	if a.Admitted = v.Admitted; !v.Admitted {
		a.Reason = v.Reason(use)
	}
	if r.Fields {
		a.Fields = h.m.Fields(ctx, use, v)
	}
	return a
}

// WebSockets is the metering of WebSocket APIs, as websocket.Metering.
type WebSockets struct{ m *Metering }

// WebSockets returns the metering in the form for WebSocket APIs.
func (m *Metering) WebSockets() WebSockets { return WebSockets{m} }

// Key implements websocket.Metering.
func (w WebSockets) Key(ctx context.Context, stage *snapshot.Stage, value string) (string, websocket.Verdict, error) {
	key, err := w.m.Find(ctx, value, stage.APIID, stage.Name)
	id := ""
	if key != nil {
		id = key.ID
	}
	if errors.Is(err, usageplan.ErrNoKey) {
		return id, websocket.UnknownKey, nil
	}
	if err != nil {
		return id, websocket.Admitted, err
	}
	use := usageplan.Use{Route: w.m.route(stage.APIID, stage.Name, connectRoute, snapshot.MethodSetting{}), Key: key, KeyOnly: true}
	return id, verdict(w.m.Admit(ctx, use)), nil
}

// connectRoute is the route of handshakes.
const connectRoute = "$connect"

// Throttle implements websocket.Metering.
func (w WebSockets) Throttle(ctx context.Context, stage *snapshot.Stage, routeKey string) (websocket.Verdict, error) {
	return verdict(w.m.Admit(ctx, usageplan.Use{Route: w.m.route(stage.APIID, stage.Name, routeKey, stage.RouteSetting(routeKey))})), nil
}

func verdict(v usageplan.Verdict) websocket.Verdict {
	switch {
	case v.Admitted:
		return websocket.Admitted
	case v.By == usageplan.PlanQuota:
		return websocket.QuotaExceeded
	}
	return websocket.Throttled
}
