package sockets

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	coder "github.com/coder/websocket"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// maxInFlight is how many messages of one connection are answered at once. Further ones wait in the
// network, so that the client notices.
const maxInFlight = 32

// socket is one open connection.
type socket struct {
	hub    *Hub
	c      *websocket.Connection
	conn   *coder.Conn
	guard  *guard
	events websocket.Events

	queue    queue
	active   atomic.Int64 // Unix nanoseconds of the last message in either direction
	timer    *time.Timer
	inFlight atomic.Int32
	// answered is signalled for the reader when it waits for one of maxInFlight to be answered.
	answered chan struct{}

	closeOnce sync.Once
	mu        sync.Mutex
	closing   *websocket.Closing // why this side closed, or nil
}

// serve reads until the connection ends. Messages that are being answered then go on: their
// integrations do not depend on who hears of the result.
func (s *socket) serve(ctx context.Context) {
	defer s.hub.open.Done()
	err := s.readAll(ctx)
	s.hub.remove(s)
	closing := s.outcome(err)
	s.timer.Stop()
	s.queue.close()
	s.events.Closed(ctx, closing)
}

func (s *socket) readAll(ctx context.Context) error {
	for {
		kind, r, err := s.conn.Reader(context.Background())
		if err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		switch {
		case kind != coder.MessageText:
			s.close(websocket.BinaryRefused)
			return errFault
		case !utf8.Valid(text):
			s.guard.fault.Store(&websocket.InvalidText)
			return errFault
		}
		s.touch()
		if s.events.Immediate(text) {
			s.answer(ctx, text)
			continue
		}
		if s.inFlight.Add(1) > maxInFlight {
			<-s.answered
		}
		go func() {
			defer s.done()
			s.answer(ctx, text)
		}()
	}
}

// done counts a message as answered.
func (s *socket) done() {
	if s.inFlight.Add(-1) >= maxInFlight {
		select {
		case s.answered <- struct{}{}:
		default:
		}
	}
}

// answer answers a message. It waits for a client that reads slowly, so that its next messages wait
// too, and nothing is lost.
func (s *socket) answer(ctx context.Context, text []byte) {
	frame := s.events.Message(ctx, text)
	if frame == nil {
		return
	}
	for {
		mine, room, err := s.queue.push(frame)
		switch {
		case mine:
			s.write()
			return
		case err == nil, errors.Is(err, websocket.ErrGone):
			return
		}
		<-room // the end of the connection makes room too
	}
}

// post queues a message and waits for nobody.
func (s *socket) post(data []byte) error {
	mine, _, err := s.queue.push(data)
	if mine {
		go s.write()
	}
	return err
}

// write sends what is queued, long messages in several frames (WebSocket API spec, 9).
func (s *socket) write() {
	for {
		data, ok := s.queue.next()
		if !ok {
			return
		}
		if err := s.send(data); err != nil {
			s.queue.close()
			_ = s.conn.CloseNow() // the reader notices and ends the connection
			continue
		}
		s.touch()
	}
}

func (s *socket) send(data []byte) error {
	ctx := context.Background()
	if len(data) <= websocket.MaxFrame {
		return s.conn.Write(ctx, coder.MessageText, data)
	}
	w, err := s.conn.Writer(ctx, coder.MessageText)
	if err != nil {
		return err
	}
	for len(data) > 0 {
		n := min(len(data), websocket.MaxFrame)
		if _, err := w.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return w.Close()
}

func (s *socket) touch() { s.active.Store(s.hub.now().UnixNano()) }

// watch ends the connection when it is idle for too long or too old, and else comes again.
func (s *socket) watch() {
	now := s.hub.now()
	idle := time.Unix(0, s.active.Load()).Add(s.hub.idle)
	end := s.c.ConnectedAt.Add(s.hub.life)
	if !now.Before(idle) || !now.Before(end) {
		s.close(websocket.GoingAway)
		return
	}
	s.timer.Reset(min(idle.Sub(now), end.Sub(now)))
}

// quiet waits until every message that was read is answered and sent, or ctx ends.
func (s *socket) quiet(ctx context.Context) {
	const look = 5 * time.Millisecond // a process that ends can afford to look
	for s.inFlight.Load() > 0 || s.queue.busy() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(look):
		}
	}
}

// close ends the connection from this side. It returns once the client has answered, or did not for
// a few seconds.
func (s *socket) close(c websocket.Closing) {
	s.closeOnce.Do(func() {
		s.mu.Lock()
		s.closing = &c
		s.mu.Unlock()
		s.queue.close()
		_ = s.conn.Close(coder.StatusCode(c.Code), c.Reason) // the connection is closed in any case
	})
}

// outcome tells how the connection ended, and ends it where that is left to do.
func (s *socket) outcome(err error) websocket.Closing {
	s.mu.Lock()
	closing := s.closing
	s.mu.Unlock()
	if closing != nil {
		return *closing
	}
	if fault := s.guard.fault.Load(); fault != nil {
		s.close(*fault)
		return *fault
	}
	var closed coder.CloseError
	if errors.As(err, &closed) {
		if closed.Code == coder.StatusNoStatusRcvd {
			return websocket.NoStatus
		}
		return websocket.Closing{Code: int(closed.Code), Reason: closed.Reason}
	}
	_ = s.conn.CloseNow()
	if strings.Contains(err.Error(), "invalid close payload") {
		return websocket.ProtocolError // as the library has told the client; it has no error value for it
	}
	return websocket.ConnectionLost
}
