package gateway

import (
	"cmp"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Gateway serves every API of its source. It is safe for concurrent use.
type Gateway struct {
	stages    *Stages
	domains   *Domains
	byDefault Default
	pipeline  *rest.Pipeline
	// httpAPIs is nil where no HTTP APIs are served.
	httpAPIs *httpapi.Pipeline
	// webSockets is nil where no WebSocket APIs are served.
	webSockets *websocket.Pipeline
	log        *slog.Logger
}

// New returns a gateway. domains may be nil when there are no custom domain names, byDefault when
// no stage serves requests that name none.
func New(stages *Stages, domains *Domains, byDefault Default, pipeline *rest.Pipeline, log *slog.Logger) *Gateway {
	if byDefault == nil {
		byDefault = func() (string, string, bool) { return "", "", false }
	}
	return &Gateway{stages: stages, domains: domains, byDefault: byDefault, pipeline: pipeline, log: log}
}

// ServeHTTP finds the stage and runs its API's phases. A request that no stage answers for
// is refused as API Gateway refuses it, before any gateway response could apply (REST data
// plane spec, 1.1).
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d, err := g.domain(r); err != nil {
		if r.Context().Err() == nil {
			g.log.Error("custom domain names cannot be read", "host", r.Host, "error", err)
		}
		g.pipeline.InternalError(w, r, "custom domain names cannot be read", err)
	} else if d != nil {
		g.serveDomain(w, r, d)
	} else if a, ok := resolve(r, g.byDefault); !ok {
		g.pipeline.Forbidden(w, r, "host and path name no stage")
	} else {
		g.serve(w, r, a)
	}
}

// domain returns the custom domain that decides where r goes, or nil.
func (g *Gateway) domain(r *http.Request) (*domain, error) {
	host, ok := customDomainHost(r)
	if !ok || g.domains == nil {
		return nil, nil
	}
	return g.domains.find(r.Context(), host)
}

// serveDomain runs the phases of the API that the mappings of a custom domain choose.
func (g *Gateway) serveDomain(w http.ResponseWriter, r *http.Request, d *domain) {
	path := rawPath(r)
	if healthCheck(path) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "healthy") // the client has gone if this fails
		return
	}
	a, err := address{domain: hostWithoutPort(r.Host)}.mapped(d, path)
	if err != nil {
		apiID := ""
		var none noMapping
		if errors.As(err, &none) && len(d.mappings) > 0 {
			apiID = d.mappings[0].APIID // which stands for them all
		}
		g.noStage(w, r, apiID, err.Error())
		return
	}
	g.serve(w, r, a)
}

// serve runs the phases of the API at an address.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request, a address) {
	v, err := g.find(r.Context(), &a)
	switch {
	case errors.Is(err, ErrNoStage):
		g.noStage(w, r, a.apiID, "API "+a.apiID+" has no stage "+a.stage)
	case err != nil:
		if r.Context().Err() == nil {
			g.log.Error("stage cannot be loaded", "api", a.apiID, "stage", a.stage, "error", err)
		}
		g.pipeline.InternalError(w, r, "the stage cannot be loaded", err)
	case v.http != nil:
		g.serveHTTPAPI(w, r, a, v.http)
	case v.webSocket != nil:
		g.serveWebSocket(w, r, a, v.webSocket)
	case a.executeAPI && v.snapshot.API.DisableExecuteAPIEndpoint:
		g.pipeline.Forbidden(w, r, "the API's execute-api endpoint is disabled")
	default:
		g.pipeline.Serve(w, r, g.stages.choose(v), rest.Target{Path: a.path, EventPath: cmp.Or(a.eventPath, a.path), ContextPath: a.contextPath, DomainName: a.domain, BasePath: a.basePath})
	}
}
