package sockets

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	coder "github.com/coder/websocket"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Config says how long connections last.
type Config struct {
	// Idle is how long a connection may be without a message in either direction; 0 is 10 minutes.
	Idle time.Duration
	// Life is how long a connection may last; 0 is 2 hours.
	Life time.Duration
	// Now tells the time; nil is time.Now.
	Now func() time.Time
}

// Hub holds the sockets of this process. It implements websocket.Sockets, Transport and Connections,
// and is safe for concurrent use.
type Hub struct {
	idle, life time.Duration
	now        func() time.Time

	// base is the context of the events, which ends when Close gives up waiting.
	base   context.Context
	cancel context.CancelFunc

	mu     sync.RWMutex
	stages map[stageKey]map[string]*socket
	closed bool
	open   sync.WaitGroup
}

type stageKey struct{ apiID, stage string }

var (
	_ websocket.Sockets     = (*Hub)(nil)
	_ websocket.Transport   = (*Hub)(nil)
	_ websocket.Connections = (*Hub)(nil)
)

// NewHub returns a Hub without sockets.
func NewHub(c Config) *Hub {
	h := &Hub{idle: c.Idle, life: c.Life, now: c.Now, stages: map[stageKey]map[string]*socket{}}
	if h.idle <= 0 {
		h.idle = 10 * time.Minute
	}
	if h.life <= 0 {
		h.life = websocket.MaxLife
	}
	if h.now == nil {
		h.now = time.Now
	}
	h.base, h.cancel = context.WithCancel(context.Background())
	return h
}

// errClosed says that the process ends.
var errClosed = errors.New("no further sockets are held: the process ends")

// Upgrade implements websocket.Sockets.
func (h *Hub) Upgrade(w http.ResponseWriter, r *http.Request, c *websocket.Connection, events websocket.Events) error {
	if h.ending() {
		w.Header().Set("Connection", "close")
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return errClosed
	}
	s := &socket{hub: h, c: c, events: events, answered: make(chan struct{}, 1)}
	conn, err := coder.Accept(&taken{ResponseWriter: w, guard: &s.guard}, r, &coder.AcceptOptions{
		InsecureSkipVerify: true, // browsers of any origin connect; authorizers decide
		CompressionMode:    coder.CompressionDisabled,
	})
	if err != nil {
		return err
	}
	conn.SetReadLimit(-1) // the guard counts
	s.conn = conn
	s.touch()
	if !h.add(s) {
		s.close(websocket.GoingAway)
		return errClosed
	}
	// The request's context ends with this call; the socket's begins.
	go s.serve(h.base)
	return nil
}

// taken hands the socket over to the library with the guard in front of it and with buffers of a
// size that thousands of idle connections can have.
type taken struct {
	http.ResponseWriter
	guard **guard
}

const bufferBytes = 1 << 10

// Hijack implements http.Hijacker.
func (t *taken) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	_ = conn.SetDeadline(time.Time{}) // those of the HTTP server do not concern the socket
	g := &guard{Conn: conn}
	if n := rw.Reader.Buffered(); n > 0 {
		pending, _ := rw.Reader.Peek(n)
		g.pending = append(g.pending, pending...)
	}
	if err := rw.Flush(); err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	*t.guard = g
	return g, bufio.NewReadWriter(bufio.NewReaderSize(g, bufferBytes), bufio.NewWriterSize(g, bufferBytes)), nil
}

func (h *Hub) ending() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.closed
}

// add makes a socket known, from when on it can be posted to.
func (h *Hub) add(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	k := stageKey{s.c.APIID, s.c.Stage}
	if h.stages[k] == nil {
		h.stages[k] = map[string]*socket{}
	}
	h.stages[k][s.c.ID] = s
	h.open.Add(1)
	s.timer = time.AfterFunc(min(h.idle, h.life), s.watch)
	return true
}

// remove forgets a socket. The end of its events is waited for by Close, and so counted separately.
func (h *Hub) remove(s *socket) {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := stageKey{s.c.APIID, s.c.Stage}
	delete(h.stages[k], s.c.ID)
	if len(h.stages[k]) == 0 {
		delete(h.stages, k)
	}
}

func (h *Hub) socket(ref websocket.Ref) *socket {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.stages[stageKey{ref.APIID, ref.Stage}][ref.ID]
}

// Open returns the number of open sockets.
func (h *Hub) Open() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, sockets := range h.stages {
		n += len(sockets)
	}
	return n
}

// Close answers what was read, closes every socket with 1001 and waits, for as long as ctx lasts, until their $disconnect
// integrations have run.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	var all []*socket
	for _, sockets := range h.stages {
		for _, s := range sockets {
			all = append(all, s)
		}
	}
	h.mu.Unlock()
	for _, s := range all {
		go func() {
			s.quiet(ctx)
			s.close(websocket.GoingAway)
		}()
	}
	done := make(chan struct{})
	go func() { h.open.Wait(); close(done) }()
	defer h.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errors.New("the ends of some connections were not told to their APIs in time")
	}
}
