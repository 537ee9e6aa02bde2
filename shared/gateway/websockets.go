package gateway

import (
	"context"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// WebSocketStages gives the stages of WebSocket APIs among those that Stages finds. It is safe for
// concurrent use.
type WebSocketStages struct{ Stages *Stages }

// Get returns a stage as Stages.Get does. A stage of an API of another kind is ErrNoStage too.
func (s WebSocketStages) Get(ctx context.Context, apiID, stage string, overlay map[string]string) (*websocket.Stage, error) {
	k := stageKey{apiID: apiID, stage: stage}
	if len(overlay) > 0 {
		k.overlay = encodeOverlay(overlay)
	}
	v, err := s.Stages.find(ctx, k, overlay)
	switch {
	case err != nil:
		return nil, err
	case v.webSocket == nil:
		return nil, ErrNoStage
	}
	return v.webSocket, nil
}

// ServeWebSockets lets g serve WebSocket APIs through p. It must be called before the first request;
// without it they are refused.
func (g *Gateway) ServeWebSockets(p *websocket.Pipeline) { g.webSockets = p }

// serveWebSocket hands a request to a WebSocket API over.
func (g *Gateway) serveWebSocket(w http.ResponseWriter, r *http.Request, a address, stage *websocket.Stage) {
	switch {
	case g.webSockets == nil:
		g.pipeline.Forbidden(w, r, "API "+a.apiID+" is a WebSocket API, which is not served here")
	case a.executeAPI && stage.Snapshot().WebSocket.DisableExecuteAPIEndpoint:
		g.pipeline.Forbidden(w, r, "the API's execute-api endpoint is disabled")
	default:
		g.webSockets.Serve(w, r, stage, websocket.Target{
			Path: a.path, DomainName: a.domain,
			Current: func(ctx context.Context) (*websocket.Stage, error) {
				return WebSocketStages{g.stages}.Get(ctx, a.apiID, a.stage, a.variables)
			},
		})
	}
}
