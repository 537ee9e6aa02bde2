package websocket

import (
	"strings"
	"testing"
	"time"
)

// TestLocal runs every fact against one local process.
func TestLocal(t *testing.T) {
	s := newSuite(t, nil)
	t.Run("messages", func(t *testing.T) { testMessages(t, s) })
	t.Run("handshakes", func(t *testing.T) { testHandshakes(t, s) })
	t.Run("events", func(t *testing.T) { testEvents(t, s) })
	t.Run("management", func(t *testing.T) { testManagement(t, s) })
	t.Run("12 access log", func(t *testing.T) {
		c := s.open(t, "logged")
		c.ask("x")
		c.close(1000, "")
		for _, part := range []string{`"event":"CONNECT","route":"$connect"`, `"event":"MESSAGE","route":"$default"`, `"event":"DISCONNECT","route":"$disconnect"`, `"status":"200"`, `"function":"fn-1"`, `"none":"-"`} {
			eventually(t, "a line with "+part, func() bool { return strings.Contains(s.out.String(), part) })
		}
	})
}

// TestLife shows the bounds of connections (WebSocket API spec, 10).
func TestLife(t *testing.T) {
	t.Run("10 idle", func(t *testing.T) {
		s := newSuite(t, []string{"events"}, "--websocket-idle", "300ms")
		c := s.open(t, "events")
		if r := c.recv(); !r.Closed || r.Code != 1001 || r.Reason != "Going away" {
			t.Errorf("got %+v", r)
		}
		check(t, s.newest(t, "bye", has("DISCONNECT")).body, map[string]any{"requestContext/disconnectStatusCode": float64(1001), "requestContext/disconnectReason": "Going away"})
	})
	t.Run("10 life", func(t *testing.T) {
		s := newSuite(t, []string{"events"}, "--websocket-life", "300ms")
		c := s.open(t, "events")
		if r := c.recv(); !r.Closed || r.Code != 1001 || r.Reason != "Going away" {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("SIGTERM answers what was asked and closes with 1001", func(t *testing.T) {
		s := newSuite(t, []string{"messages"})
		c := s.open(t, "messages")
		c.send(`{"action":"slow"}`)
		s.newest(t, "slow", has("slow"))
		go func() {
			time.Sleep(100 * time.Millisecond) // the order does not matter: the answer comes in any case
			close(s.hold)
		}()
		if err := s.terminate(t); err != nil {
			t.Errorf("the process ended with %v", err)
		}
		if got := c.text(); got != "late" {
			t.Errorf("got %s", got)
		}
		if r := c.recv(); !r.Closed || r.Code != 1001 {
			t.Errorf("got %+v", r)
		}
	})
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("it never came to %s", what)
}
