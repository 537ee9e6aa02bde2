package websocket

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// maxURL is the length of a handshake's path and query in characters (WebSocket API spec, 14).
const maxURL = 4096

// arrive gives an event its identifiers.
func (inv *Invocation) arrive() error {
	a, p := &inv.Arrival, inv.pipeline
	a.Time = p.c.Now()
	a.RequestID = p.c.NewID()
	a.TraceID = newTraceID(a.Time)
	return nil
}

// arriveMessage is the first phase of a message.
func (inv *Invocation) arriveMessage() error {
	inv.Arrival.MessageID = inv.pipeline.c.NewID()
	return inv.arrive()
}

// arriveHandshake is the first phase of a handshake: identifiers, and header and query as the later
// phases see them.
func (inv *Invocation) arriveHandshake() error {
	_ = inv.arrive() // gives identifiers only
	r, a, c := inv.request, &inv.Arrival, inv.Connection
	if c.ID == "" {
		c.ID = inv.pipeline.c.NewID()
	}
	if c.ConnectedAt.IsZero() {
		c.ConnectedAt = a.Time
	}
	c.Host = r.Host
	c.Identity.UserAgent = r.UserAgent()
	if sent := r.Header.Get("X-Amzn-Trace-Id"); strings.Contains(sent, "Root=") && validHeaderValue(sent) {
		a.TraceID = sent
	}
	a.Headers, a.Query = inv.visibleHeaders(), parseQuery(r.URL.RawQuery)
	if len(r.URL.EscapedPath())+len(r.URL.RawQuery) > maxURL {
		return &Error{Status: http.StatusRequestURITooLong, Message: "Request URI too long", Type: "DEFAULT_4XX", Reason: "the path and query are too long"}
	}
	return nil
}

// visibleHeaders are the client's with those that the gateway writes, in the order of their names.
func (inv *Invocation) visibleHeaders() headers {
	r, c := inv.request, inv.Connection
	out := make(headers, 0, len(r.Header)+5)
	for name, values := range r.Header {
		switch name {
		case "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id", "Host":
			continue // written below
		case "Authorization":
			// A signature is for this gateway and nobody else.
			if len(values) > 0 && sigv4.IsSignature(values[0]) {
				continue
			}
		}
		if len(values) > 0 {
			out = append(out, field{eventName(name), values})
		}
	}
	add := func(name, value string) { out = append(out, field{name, []string{value}}) }
	add("Host", c.Host)
	forwarded := strings.Join(r.Header["X-Forwarded-For"], ", ")
	switch {
	case forwarded == "":
		forwarded = c.Identity.SourceIP
	case c.Endpoint == "" && c.Identity.SourceIP != "":
		forwarded += ", " + c.Identity.SourceIP // a front door before this one has done so already
	}
	add("X-Forwarded-For", forwarded)
	add("X-Forwarded-Port", "443")
	add("X-Forwarded-Proto", "https")
	add("X-Amzn-Trace-Id", inv.Arrival.TraceID)
	slices.SortFunc(out, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return out
}

// parseQuery reads a query in the order of its parameters. What cannot be decoded stays as it is.
func parseQuery(raw string) query {
	var out fields
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		out.add(unescape(name), unescape(value), func(a, b string) bool { return a == b })
	}
	return query(out)
}

func unescape(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

func validHeaderValue(v string) bool {
	return strings.IndexFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) < 0
}

func newTraceID(now time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint32(b[:4], uint32(now.Unix()))
	_, _ = rand.Read(b[4:])
	out := make([]byte, 0, len("Root=1-12345678-123456789012345678901234"))
	out = append(out, "Root=1-"...)
	out = hex.AppendEncode(out, b[:4])
	out = append(out, '-')
	return string(hex.AppendEncode(out, b[4:]))
}

// selectFixedRoute finds the route of a handshake or of a disconnect, which need not exist.
func (inv *Invocation) selectFixedRoute() error {
	r, err := inv.Stage.route(inv.routeKey)
	if err != nil {
		return configurationError("the route cannot be read", err)
	}
	inv.route = r
	return nil
}

// selectRoute finds the route of a message (WebSocket API spec, 2).
func (inv *Invocation) selectRoute() error {
	r, key, err := inv.Stage.selectRoute(&inv.body)
	inv.route, inv.routeKey = r, key
	switch {
	case err != nil:
		return configurationError("the route cannot be read", err)
	case r == nil:
		return forbidden("RESOURCE_NOT_FOUND", "no route matches the message and there is no $default", errNoRoute)
	}
	return nil
}

var errNoRoute = errors.New("no route of that key")

// selectRoute returns the route whose key the expression gives, or $default; nil if there is
// neither. The keys that the gateway chooses by itself cannot be asked for by a message.
func (s *Stage) selectRoute(body *document) (*route, string, error) {
	if s.selectionErr == nil {
		key, ok := s.selection.evaluate(body, nil)
		if ok && key != connectRoute && key != disconnectRoute {
			if r, err := s.route(key); r != nil || err != nil {
				return r, key, err
			}
		}
	}
	r, err := s.route(defaultRoute)
	return r, defaultRoute, err
}
