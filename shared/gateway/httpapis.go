package gateway

import (
	"context"
	"errors"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// defaultStage is the stage of an HTTP API that gets what no other stage's name begins (HTTP API
// spec, 1).
const defaultStage = "$default"

// ServeHTTPAPIs lets g serve HTTP APIs through p. It must be called before the first request;
// without it they are refused.
func (g *Gateway) ServeHTTPAPIs(p *httpapi.Pipeline) { g.httpAPIs = p }

// find loads the stage of an address. Where the path chooses it and its first segment is no stage's
// name, the whole path goes to the stage "$default" of an HTTP API.
func (g *Gateway) find(ctx context.Context, a *address) (*serving, error) {
	if !a.stageInPath {
		return g.stages.find(ctx, a.key(), a.variables)
	}
	if stageName(a.stage) {
		v, err := g.stages.find(ctx, a.key(), a.variables)
		if !errors.Is(err, ErrNoStage) {
			return v, err
		}
	}
	whole := *a
	whole.stage, whole.path, whole.eventPath = defaultStage, a.contextPath, ""
	v, err := g.stages.find(ctx, whole.key(), a.variables)
	if err == nil {
		*a = whole
	}
	return v, err
}

// stageName tells whether a segment can be the name of a stage: no other is looked for.
func stageName(segment string) bool {
	if segment == "" || len(segment) > 128 {
		return false
	}
	for i := range len(segment) {
		c := segment[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// key names the stage of an address among those that are loaded.
func (a *address) key() stageKey {
	k := stageKey{apiID: a.apiID, stage: a.stage}
	if len(a.variables) > 0 {
		k.overlay = encodeOverlay(a.variables)
	}
	return k
}

// serveHTTPAPI runs the phases of an HTTP API.
func (g *Gateway) serveHTTPAPI(w http.ResponseWriter, r *http.Request, a address, stage *httpapi.Stage) {
	switch {
	case g.httpAPIs == nil:
		g.pipeline.Forbidden(w, r, "API "+a.apiID+" is an HTTP API, which is not served here")
	case a.executeAPI && stage.Snapshot().HTTP.DisableExecuteAPIEndpoint:
		g.httpAPIs.NotFound(w, r, "the API's execute-api endpoint is disabled")
	default:
		g.httpAPIs.Serve(w, r, stage, httpapi.Target{
			Path: a.path, ContextPath: a.contextPath, DomainName: a.domain, Mapped: a.mappedDomain, MappingKey: a.basePath,
		})
	}
}

// noStage refuses a request that no stage of an API answers: HTTP APIs do not find it (HTTP API
// spec, 1), and whatever else there is or is not is forbidden (REST data plane spec, 1.1).
func (g *Gateway) noStage(w http.ResponseWriter, r *http.Request, apiID, reason string) {
	if g.httpAPIs != nil && apiID != "" && g.stages.protocol(r.Context(), apiID) == snapshot.ProtocolHTTP {
		g.httpAPIs.NotFound(w, r, reason)
		return
	}
	g.pipeline.Forbidden(w, r, reason)
}
