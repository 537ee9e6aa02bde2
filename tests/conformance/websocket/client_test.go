package websocket

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// patience bounds every wait; nothing is measured by it.
const patience = 40 * time.Second

// client is the independent client.
type client struct {
	in      io.Writer
	mu      sync.Mutex
	pending map[int]chan reply
	last    int
	names   atomic.Int64
}

// reply is what the client says about a command.
type reply struct {
	ID       int               `json:"id"`
	Error    string            `json:"error"`
	Status   int               `json:"status"`
	Body     string            `json:"body"`
	Headers  map[string]string `json:"headers"`
	Protocol string            `json:"protocol"`
	Text     *string           `json:"text"`
	Binary   *string           `json:"binary"`
	Closed   bool              `json:"closed"`
	Code     int               `json:"code"`
	Reason   string            `json:"reason"`
	Timeout  bool              `json:"timeout"`
	Pong     bool              `json:"pong"`
}

// python returns an interpreter that has the library, which scripts/tools.sh installs.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{filepath.Join(root, ".build/venv/bin/python3"), "python3"} {
		if exec.Command(name, "-c", "import websockets").Run() == nil {
			return name
		}
	}
	if os.Getenv("POSTERN_REQUIRE_WEBSOCKETS") != "" {
		t.Fatal("Python's websockets is not there: scripts/tools.sh websockets installs it")
	}
	t.Skip("Python's websockets is not there: scripts/tools.sh websockets installs it")
	return ""
}

func startClient(t *testing.T) *client {
	t.Helper()
	cmd := exec.Command(python(t), "-W", "ignore::DeprecationWarning", "client.py")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &client{in: in, pending: map[int]chan reply{}}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var r reply
			if json.Unmarshal(lines.Bytes(), &r) != nil {
				continue
			}
			c.mu.Lock()
			ch := c.pending[r.ID]
			delete(c.pending, r.ID)
			c.mu.Unlock()
			if ch != nil {
				ch <- r
			}
		}
	}()
	return c
}

func (c *client) do(t *testing.T, command map[string]any) reply {
	t.Helper()
	ch := make(chan reply, 1)
	c.mu.Lock()
	c.last++
	command["id"] = c.last
	c.pending[c.last] = ch
	b, err := json.Marshal(command)
	if err == nil {
		_, err = c.in.Write(append(b, '\n'))
	}
	c.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	select {
	case r := <-ch:
		if r.Error != "" {
			t.Fatalf("client: %v: %s", command["op"], r.Error)
		}
		return r
	case <-time.After(patience):
		t.Fatalf("client: no answer to %v", command["op"])
		return reply{}
	}
}

// conn is one connection of the client.
type conn struct {
	t    *testing.T
	c    *client
	name string
}

// dial describes a handshake.
type dial struct {
	host, path   string
	headers      [][2]string
	subprotocols []string
	userAgent    string
	compression  string
}

func (c *client) open(t *testing.T, address string, d dial) (*conn, reply) {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, _ := strconv.Atoi(port)
	name := "c" + strconv.FormatInt(c.names.Add(1), 10)
	command := map[string]any{"op": "open", "name": name, "address": host, "port": number, "url": "ws://" + d.host + ":" + port + d.path,
		"headers": d.headers, "subprotocols": d.subprotocols}
	if d.userAgent != "" {
		command["userAgent"] = d.userAgent
	}
	if d.compression != "" {
		command["compression"] = d.compression
	}
	r := c.do(t, command)
	return &conn{t, c, name}, r
}

func (c *conn) send(text string) {
	c.t.Helper()
	c.c.do(c.t, map[string]any{"op": "send", "name": c.name, "text": text})
}

func (c *conn) recv() reply {
	c.t.Helper()
	return c.c.do(c.t, map[string]any{"op": "recv", "name": c.name})
}

// text is the next message.
func (c *conn) text() string {
	c.t.Helper()
	r := c.recv()
	if r.Text == nil {
		c.t.Fatalf("no text arrived but %+v", r)
	}
	return *r.Text
}

// ask sends a message and returns the answer.
func (c *conn) ask(text string) string {
	c.t.Helper()
	c.send(text)
	return c.text()
}

func (c *conn) close(code int, reason string) {
	c.t.Helper()
	c.c.do(c.t, map[string]any{"op": "close", "name": c.name, "code": code, "reason": reason})
}
