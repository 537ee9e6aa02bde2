package websocket

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
)

// Target is where in an API a request goes, as the gateway found out from host and path.
type Target struct {
	// Path is what follows the stage or the base path: raw, with one leading slash.
	Path string
	// DomainName is the host that the client named, without a port.
	DomainName string
	// Current returns the stage as it is served now, for the messages of connections that outlive a
	// deployment; nil serves them all from the stage of the handshake.
	Current func(context.Context) (*Stage, error)
}

// Sockets holds the sockets of connections.
type Sockets interface {
	// Upgrade answers a handshake that the phases have accepted, and from then on hands what happens
	// on the socket to events. It returns when the connection is established; if it cannot be, it
	// answers the request and returns an error.
	Upgrade(w http.ResponseWriter, r *http.Request, c *Connection, events Events) error
}

// Events takes what happens on a socket. The methods are called from many goroutines, Closed once
// and after the last message was read.
type Events interface {
	// Message answers a message, with nil if nothing does. text must not change afterwards.
	Message(ctx context.Context, text []byte) []byte
	// Immediate tells whether Message waits for nobody.
	Immediate(text []byte) bool
	// Closed runs what follows the end of the connection.
	Closed(ctx context.Context, closing Closing)
}

// Serve answers a request to a WebSocket API: a handshake, or a call of @connections.
func (p *Pipeline) Serve(w http.ResponseWriter, r *http.Request, s *Stage, t Target) {
	path, err := url.PathUnescape(t.Path)
	if err != nil {
		path = t.Path
	}
	if rest, ok := strings.CutPrefix(path, "/@connections"); ok && (rest == "" || rest[0] == '/') {
		p.manage(w, r, s, strings.TrimPrefix(rest, "/"))
		return
	}
	c := &Connection{Ref: Ref{APIID: s.doc.APIID, Stage: s.doc.Name}, DomainName: t.DomainName, Identity: Identity{SourceIP: sourceIP(r)}}
	switch {
	case path != "/":
		// Nothing follows the stage (WebSocket API spec, 1).
		p.refuse(w, http.StatusForbidden, messageForbidden)
	case !isUpgrade(r):
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		p.refuse(w, http.StatusUpgradeRequired, http.StatusText(http.StatusUpgradeRequired))
	case !validHandshake(r):
		w.Header().Set("Sec-WebSocket-Version", "13")
		p.refuse(w, http.StatusBadRequest, http.StatusText(http.StatusBadRequest))
	case p.c.Sockets == nil:
		p.refuse(w, http.StatusNotImplemented, "This gateway holds no sockets")
	default:
		p.handshake(w, r, s, t, c)
	}
}

func (p *Pipeline) handshake(w http.ResponseWriter, r *http.Request, s *Stage, t Target, c *Connection) {
	out := p.Connect(r, s, c)
	if out.Connection == nil {
		if out.Status == 0 {
			return // nobody is there
		}
		w.Header().Set("X-Amzn-RequestId", out.RequestID)
		answer(w, out.Status, out.Body)
		return
	}
	if c.Protocol != "" {
		w.Header().Set("Sec-WebSocket-Protocol", c.Protocol)
	}
	live := &liveConnection{p: p, c: c, first: s, current: t.Current}
	if err := p.c.Sockets.Upgrade(w, r, c, live); err != nil {
		// The integration has seen a connection that nobody can use.
		live.Closed(context.WithoutCancel(r.Context()), ConnectionLost)
	}
}

// liveConnection serves the events of one socket.
type liveConnection struct {
	p       *Pipeline
	c       *Connection
	first   *Stage
	current func(context.Context) (*Stage, error)
}

// stage is what serves the connection now: that of the handshake if there is none any more.
func (l *liveConnection) stage(ctx context.Context) *Stage {
	if l.current != nil {
		if s, err := l.current(ctx); err == nil && s != nil {
			return s
		}
	}
	return l.first
}

// Message implements Events.
func (l *liveConnection) Message(ctx context.Context, text []byte) []byte {
	return l.p.Message(ctx, l.stage(ctx), l.c, text)
}

// Immediate implements Events.
func (l *liveConnection) Immediate(text []byte) bool {
	return l.stage(context.Background()).Immediate(text)
}

// Closed implements Events.
func (l *liveConnection) Closed(ctx context.Context, closing Closing) {
	l.p.Disconnect(ctx, l.stage(ctx), l.c, closing)
}

// refuse answers a request that is no handshake of a connection.
func (p *Pipeline) refuse(w http.ResponseWriter, status int, message string) {
	id := p.c.NewID()
	w.Header().Set("X-Amzn-RequestId", id)
	answer(w, status, appendFrame(nil, message, p.c.NewID(), id, ""))
}

func answer(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone if this fails
}

// isUpgrade tells a WebSocket handshake from a plain request (RFC 6455, 4.2.1).
func isUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && r.ProtoAtLeast(1, 1) && r.ProtoMajor == 1 &&
		hasToken(r.Header["Connection"], "upgrade") && hasToken(r.Header["Upgrade"], "websocket")
}

// validHandshake checks what a client must send, before any integration sees the connection.
func validHandshake(r *http.Request) bool {
	keys := r.Header["Sec-Websocket-Key"]
	return r.Header.Get("Sec-Websocket-Version") == "13" && len(keys) == 1 && validKey(strings.TrimSpace(keys[0]))
}

// validKey tells 16 bytes in base64.
func validKey(key string) bool {
	return len(key) == 24 && strings.HasSuffix(key, "==") && strings.IndexFunc(key[:22], func(c rune) bool {
		return c != '+' && c != '/' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	}) < 0
}

func hasToken(values []string, token string) bool {
	for _, v := range values {
		for t := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(t), token) {
				return true
			}
		}
	}
	return false
}

func sourceIP(r *http.Request) string {
	if info := edge.FromContext(r.Context()); info != nil && info.SourceIP != "" {
		return info.SourceIP
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}
