package sockets_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/gateway/websocket/sockets"
)

// patience bounds every wait; nothing is measured by it.
const patience = 20 * time.Second

// echo answers each message with itself and notes how the connection ended.
type echo struct {
	ended chan websocket.Closing
	slow  bool
	mu    sync.Mutex
	got   []string
}

func (e *echo) Message(_ context.Context, text []byte) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.got = append(e.got, string(text))
	return text
}
func (e *echo) Immediate([]byte) bool                               { return !e.slow }
func (e *echo) Closed(_ context.Context, closing websocket.Closing) { e.ended <- closing }

type server struct {
	t    *testing.T
	hub  *sockets.Hub
	echo *echo
	addr string
	conn *websocket.Connection
}

func serve(t *testing.T, c sockets.Config) *server {
	t.Helper()
	s := &server{t: t, hub: sockets.NewHub(c), echo: &echo{ended: make(chan websocket.Closing, 64)}}
	n := 0
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		conn := &websocket.Connection{Ref: websocket.Ref{APIID: "api", Stage: "dev", ID: fmt.Sprintf("id%d", n)}, ConnectedAt: time.Now()}
		s.conn = conn
		if err := s.hub.Upgrade(w, r, conn, s.echo); err != nil {
			t.Logf("upgrade: %v", err)
		}
	}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = s.hub.Close(ctx)
		h.Close()
	})
	s.addr = h.Listener.Addr().String()
	return s
}

// raw is a client that writes bytes.
type raw struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func (s *server) dial() *raw {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	_, err = io.WriteString(conn, "GET /dev HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
	if err != nil {
		s.t.Fatal(err)
	}
	c := &raw{t: s.t, Conn: conn, r: bufio.NewReader(conn)}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != 101 || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		s.t.Fatalf("handshake: %s %v", res.Status, res.Header)
	}
	return c
}

// frame makes a masked frame: first is the byte with FIN, reserved bits and opcode.
func frame(first byte, payload string) string {
	head := []byte{first}
	switch n := len(payload); {
	case n < 126:
		head = append(head, 0x80|byte(n))
	case n < 1<<16:
		head = append(head, 0x80|126)
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	default:
		head = append(head, 0x80|127)
		head = binary.BigEndian.AppendUint64(head, uint64(n))
	}
	mask := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	head = append(head, mask[:]...)
	body := []byte(payload)
	for i := range body {
		body[i] ^= mask[i%4]
	}
	return string(head) + string(body)
}

func closeFrame(code uint16, reason string) string {
	return frame(0x88, string(binary.BigEndian.AppendUint16(nil, code))+reason)
}

// next reads one frame as the server sent it.
func (c *raw) next() (first byte, payload string, err error) {
	var head [2]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return 0, "", err
	}
	if head[1]&0x80 != 0 {
		c.t.Fatal("the server masks its frames")
	}
	n := uint64(head[1] & 0x7f)
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(c.r, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(c.r, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err != nil {
		return 0, "", err
	}
	body := make([]byte, n)
	_, err = io.ReadFull(c.r, body)
	return head[0], string(body), err
}

// rest describes what the server sends until it closes: text frames as they are, others by opcode.
func (c *raw) rest() string {
	var out []string
	for {
		first, payload, err := c.next()
		if err != nil {
			if err != io.EOF {
				out = append(out, err.Error())
			}
			return strings.Join(append(out, "EOF"), " ")
		}
		switch first {
		case 0x81:
			out = append(out, "text:"+payload)
		case 0x8a:
			out = append(out, "pong:"+payload)
		case 0x88:
			if len(payload) < 2 {
				out = append(out, "close")
			} else {
				out = append(out, fmt.Sprintf("close:%d", binary.BigEndian.Uint16([]byte(payload))))
			}
		default:
			out = append(out, fmt.Sprintf("%#x:%d", first, len(payload)))
		}
	}
}
