package gateway

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/rest"
)

// Gateway serves every API of its source. It is safe for concurrent use.
type Gateway struct {
	stages    *Stages
	byDefault Default
	pipeline  *rest.Pipeline
	log       *slog.Logger
}

// New returns a gateway. byDefault may be nil when no stage serves requests that name none.
func New(stages *Stages, byDefault Default, pipeline *rest.Pipeline, log *slog.Logger) *Gateway {
	if byDefault == nil {
		byDefault = func() (string, string, bool) { return "", "", false }
	}
	return &Gateway{stages: stages, byDefault: byDefault, pipeline: pipeline, log: log}
}

// ServeHTTP finds the stage and runs its API's phases. A request that no stage answers for
// is refused as API Gateway refuses it, before any gateway response could apply (REST data
// plane spec, 1.1).
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a, ok := resolve(r, g.byDefault)
	if !ok {
		g.pipeline.Forbidden(w, r, "host and path name no stage")
		return
	}
	stage, err := g.stages.Get(r.Context(), a.apiID, a.stage, a.variables)
	switch {
	case errors.Is(err, ErrNoStage):
		g.pipeline.Forbidden(w, r, "API "+a.apiID+" has no stage "+a.stage)
	case err != nil:
		if r.Context().Err() == nil {
			g.log.Error("stage cannot be loaded", "api", a.apiID, "stage", a.stage, "error", err)
		}
		g.pipeline.InternalError(w, r, "the stage cannot be loaded", err)
	case a.executeAPI && stage.Snapshot().API.DisableExecuteAPIEndpoint:
		g.pipeline.Forbidden(w, r, "the API's execute-api endpoint is disabled")
	default:
		g.pipeline.Serve(w, r, stage, rest.Target{Path: a.path, EventPath: a.path, ContextPath: a.contextPath, DomainName: a.domain})
	}
}
