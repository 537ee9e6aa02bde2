package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/sockets"
)

// webSockets serves WebSocket APIs: this process holds their sockets itself.
type webSockets struct {
	hub      *sockets.Hub
	pipeline *websocket.Pipeline
}

// newWebSockets shares the clients of backends with the pipeline of REST APIs.
func newWebSockets(o options, c rest.Config, limits websocket.Metering, m *metrics, accessLog io.Writer, log *slog.Logger) *webSockets {
	hub := sockets.NewHub(sockets.Config{Idle: o.socketIdle, Life: o.socketLife})
	m.countSockets(hub.Open)
	return &webSockets{hub: hub, pipeline: websocket.New(websocket.Config{
		HTTP: c.HTTP, Lambda: c.Lambda, Services: c.Services, VPCLinks: c.VPCLinks, Keys: c.Keys,
		Sockets: hub, Transport: hub, Connections: hub, Metering: limits,
		AccessLog: accessLog,
		Observe: func(r *websocket.Record) {
			m.observeSocket(r)
			logSocket(log, r)
		},
	})}
}

// close ends every connection, once no further one can begin.
func (w *webSockets) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	return w.hub.Close(ctx)
}

// logSocket tells of handshakes, disconnects, and messages that failed; the others are too many.
func logSocket(log *slog.Logger, r *websocket.Record) {
	attrs := []any{"event", r.EventType, "route", r.RouteKey, "connection", r.ConnectionID, "status", r.Status, "took", r.Latency.Round(10 * time.Microsecond)}
	if r.Reason != "" {
		attrs = append(attrs, "type", r.ResponseType, "reason", r.Reason)
	} else if r.MessageID != "" {
		return
	}
	log.Info("websocket", attrs...)
}
