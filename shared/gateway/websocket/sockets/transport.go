package sockets

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Post implements websocket.Transport.
func (h *Hub) Post(_ context.Context, c *websocket.Connection, data []byte) error {
	s := h.socket(c.Ref)
	switch {
	case s == nil:
		return websocket.ErrGone
	case len(data) > websocket.MaxMessage:
		return websocket.ErrTooLarge
	}
	return s.post(data)
}

// Get implements websocket.Transport.
func (h *Hub) Get(_ context.Context, c *websocket.Connection) (websocket.Status, error) {
	s := h.socket(c.Ref)
	if s == nil {
		return websocket.Status{}, websocket.ErrGone
	}
	return websocket.Status{
		ConnectedAt: s.c.ConnectedAt, LastActiveAt: time.Unix(0, s.active.Load()),
		SourceIP: s.c.Identity.SourceIP, UserAgent: s.c.Identity.UserAgent,
	}, nil
}

// Delete implements websocket.Transport. It does not wait for the client.
func (h *Hub) Delete(_ context.Context, c *websocket.Connection) error {
	s := h.socket(c.Ref)
	if s == nil {
		return websocket.ErrGone
	}
	h.remove(s) // from now on the connection is gone
	go s.close(websocket.ClosedNormally)
	return nil
}

// Find implements websocket.Connections.
func (h *Hub) Find(_ context.Context, ref websocket.Ref) (*websocket.Connection, error) {
	if s := h.socket(ref); s != nil {
		return s.c, nil
	}
	return nil, websocket.ErrGone
}

// List implements websocket.Connections. There is one page.
func (h *Hub) List(_ context.Context, apiID, stage, tag, _ string) ([]*websocket.Connection, string, error) {
	h.mu.RLock()
	sockets := slices.Collect(maps.Values(h.stages[stageKey{apiID, stage}]))
	h.mu.RUnlock()
	out := make([]*websocket.Connection, 0, len(sockets))
	for _, s := range sockets {
		if tag == "" || slices.Contains(s.c.Tags, tag) {
			out = append(out, s.c)
		}
	}
	return out, "", nil
}

// Forget implements websocket.Connections: a socket that has gone is forgotten already.
func (h *Hub) Forget(context.Context, *websocket.Connection) error { return nil }
