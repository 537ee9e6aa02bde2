package sockets_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/sockets"
)

// A client that does not read fills its own queue and nobody else's.
func TestSlowReader(t *testing.T) {
	s := serve(t, sockets.Config{})
	slow := s.dial()
	_ = slow.Conn.(*net.TCPConn).SetReadBuffer(1024)
	first := s.conn
	quick := s.dial()
	second := s.conn
	data := []byte(strings.Repeat("x", 64<<10))
	var err error
	for range 10_000 {
		if err = s.hub.Post(context.Background(), first, data); err != nil {
			break
		}
	}
	if !errors.Is(err, websocket.ErrBusy) {
		t.Fatalf("the queue of a client that does not read takes everything: %v", err)
	}
	if err := s.hub.Post(context.Background(), second, []byte("hi")); err != nil {
		t.Fatal(err)
	}
	if first, payload, err := quick.next(); err != nil || first != 0x81 || payload != "hi" {
		t.Errorf("got %#x %s %v", first, payload, err)
	}
	// What was accepted arrives once the client reads.
	if _, payload, err := slow.next(); err != nil || len(payload) != 32<<10 {
		t.Errorf("got %d bytes, %v", len(payload), err)
	}
}

// Posts keep their order, and a connection that is deleted is gone at once.
func TestPostAndDelete(t *testing.T) {
	s := serve(t, sockets.Config{})
	c := s.dial()
	for i := range 100 {
		if err := s.hub.Post(context.Background(), s.conn, []byte(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		if _, payload, err := c.next(); err != nil || payload != fmt.Sprint(i) {
			t.Fatalf("message %d is %s, %v", i, payload, err)
		}
	}
	if err := s.hub.Post(context.Background(), s.conn, make([]byte, websocket.MaxMessage+1)); !errors.Is(err, websocket.ErrTooLarge) {
		t.Errorf("a long message: %v", err)
	}
	if err := s.hub.Delete(context.Background(), s.conn); err != nil {
		t.Fatal(err)
	}
	if err := s.hub.Post(context.Background(), s.conn, []byte("late")); !errors.Is(err, websocket.ErrGone) {
		t.Errorf("after it: %v", err)
	}
	if _, err := s.hub.Get(context.Background(), s.conn); !errors.Is(err, websocket.ErrGone) {
		t.Errorf("after it: %v", err)
	}
	first, payload, err := c.next()
	if err != nil || first != 0x88 || payload != "\x03\xe8Connection Closed Normally" {
		t.Errorf("got %#x %q %v", first, payload, err)
	}
	if _, err := io.WriteString(c, closeFrame(1000, "")); err != nil {
		t.Fatal(err)
	}
	if end := <-s.echo.ended; end != websocket.ClosedNormally {
		t.Errorf("ended with %v", end)
	}
}

// A hub that is closed closes with 1001 and takes nobody any more.
func TestClose(t *testing.T) {
	s := serve(t, sockets.Config{})
	c := s.dial()
	done := make(chan error)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done <- s.hub.Close(ctx)
	}()
	if first, payload, err := c.next(); err != nil || first != 0x88 || payload != "\x03\xe9Going away" {
		t.Errorf("got %#x %q %v", first, payload, err)
	}
	_ = c.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if end := <-s.echo.ended; end != websocket.GoingAway {
		t.Errorf("ended with %v", end)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, res, err := coder.Dial(ctx, "ws://"+s.addr+"/", nil); err == nil || res == nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a handshake after it: %v %v", res, err)
	}
}

// BenchmarkEcho is an echo through the hub, BenchmarkBareEcho one of the library alone.
func BenchmarkEcho(b *testing.B) {
	hub := sockets.NewHub(sockets.Config{})
	benchmark(b, func(w http.ResponseWriter, r *http.Request) {
		c := &websocket.Connection{Ref: websocket.Ref{APIID: "a", Stage: "s", ID: r.RemoteAddr}, ConnectedAt: time.Now()}
		_ = hub.Upgrade(w, r, c, &echo{ended: make(chan websocket.Closing, 1)})
	})
}

func BenchmarkBareEcho(b *testing.B) {
	benchmark(b, func(w http.ResponseWriter, r *http.Request) {
		c, err := coder.Accept(w, r, nil)
		if err != nil {
			return
		}
		for {
			kind, text, err := c.Read(context.Background())
			if err != nil || c.Write(context.Background(), kind, text) != nil {
				return
			}
		}
	})
}

func benchmark(b *testing.B, h http.HandlerFunc) {
	server := httptest.NewServer(h)
	defer server.Close()
	b.RunParallel(func(p *testing.PB) {
		c, _, err := coder.Dial(context.Background(), "ws://"+server.Listener.Addr().String(), nil)
		if err != nil {
			b.Error(err)
			return
		}
		defer func() { _ = c.CloseNow() }()
		text := []byte(`{"action":"echo","data":"hello"}`)
		for p.Next() {
			if err := c.Write(context.Background(), coder.MessageText, text); err != nil {
				b.Error(err)
				return
			}
			if _, _, err := c.Read(context.Background()); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
