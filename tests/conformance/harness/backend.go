package harness

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// backend is an HTTP server that records requests as they come, casing included, and answers what
// the running case says. It also stands for AWS services.
type backend struct {
	listener net.Listener
	mu       sync.Mutex
	answer   Answer
	seen     []*Received
	open     map[net.Conn]bool
}

func newBackend(t *testing.T) *backend {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &backend{listener: l, open: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b.mu.Lock()
			b.open[c] = true
			b.mu.Unlock()
			go b.serve(c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		b.mu.Lock()
		defer b.mu.Unlock()
		for c := range b.open {
			_ = c.Close()
		}
	})
	return b
}

func (b *backend) url() string { return "http://" + b.listener.Addr().String() }

// prepare forgets what was seen and sets the next answers.
func (b *backend) prepare(a Answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer, b.seen = a, nil
}

func (b *backend) received() []*Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen
}

func (b *backend) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		b.mu.Lock()
		delete(b.open, c)
		b.mu.Unlock()
	}()
	for r := bufio.NewReader(c); ; {
		m, err := readMessage(r, func(string) bool { return false }, false)
		if err != nil {
			return // the client has gone
		}
		method, rest, _ := strings.Cut(m.start, " ")
		target, _, _ := strings.Cut(rest, " ")
		b.mu.Lock()
		b.seen = append(b.seen, &Received{method, target, m.lines, m.body})
		a := b.answer
		b.mu.Unlock()
		if a.Delay > 0 {
			time.Sleep(a.Delay)
		}
		if err := write(c, method, a); err != nil {
			return
		}
	}
}

var errClosed = errors.New("closed")

func write(c net.Conn, method string, a Answer) error {
	switch {
	case a.Reset:
		return errClosed
	case a.Raw != "":
		_, _ = c.Write([]byte(a.Raw)) // closed in any case
		return errClosed
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	text := format(fmt.Sprintf("HTTP/1.1 %d %s", a.Status, http.StatusText(a.Status)), a.Header, a.Body, false)
	if method == http.MethodHead || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		text = text[:len(text)-len(a.Body)]
	}
	_, err := c.Write([]byte(text))
	return err
}
