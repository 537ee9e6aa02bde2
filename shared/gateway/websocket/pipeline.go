package websocket

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
)

// phase is one step of serving an event.
type phase struct {
	name string
	// run does the step; an error ends the event.
	run func(*Invocation) error
}

// The life of a handshake, of a message and of a disconnect, in the order of WebSocket API spec, 1,
// 2 and 6.
var (
	connectPhases = [...]phase{
		{"arrival", (*Invocation).arriveHandshake},
		{"route selection", (*Invocation).selectFixedRoute},
		{"authorization", (*Invocation).authorize},
		{"API key", (*Invocation).checkAPIKey},
		{"throttling", (*Invocation).throttle},
		{"request validation", (*Invocation).validateParameters},
		{"integration request", (*Invocation).makeIntegrationRequest},
		{"integration", (*Invocation).integrate},
		{"integration response", (*Invocation).makeIntegrationResponse},
		{"acceptance", (*Invocation).accept},
	}
	messagePhases = [...]phase{
		{"arrival", (*Invocation).arriveMessage},
		{"route selection", (*Invocation).selectRoute},
		{"throttling", (*Invocation).throttle},
		{"request validation", (*Invocation).validateBody},
		{"integration request", (*Invocation).makeIntegrationRequest},
		{"integration", (*Invocation).integrate},
		{"integration response", (*Invocation).makeIntegrationResponse},
	}
	disconnectPhases = [...]phase{
		{"arrival", (*Invocation).arrive},
		{"route selection", (*Invocation).selectFixedRoute},
		{"integration request", (*Invocation).makeIntegrationRequest},
		{"integration", (*Invocation).integrate},
	}
)

// HTTPClient calls HTTP backends. The error is an *integration.HTTPError.
type HTTPClient interface {
	Do(*http.Request, integration.HTTPOptions) (*http.Response, error)
}

// ServiceClient calls AWS services. The error is an *integration.CredentialsError or an
// *integration.HTTPError.
type ServiceClient interface {
	Do(*http.Request, integration.ServiceCall) (*http.Response, error)
}

// VPCLinks finds the network addresses of private backends.
type VPCLinks interface {
	// Address returns the host and port to connect to, or "" where the URI's own serve.
	Address(context.Context, integration.PrivateBackend) (string, error)
}

// Config is what a Pipeline works with.
type Config struct {
	// HTTP, Lambda and Services reach backends. An integration of a kind whose client is nil fails
	// with a configuration error.
	HTTP     HTTPClient
	Lambda   integration.Lambda
	Services ServiceClient
	// VPCLinks finds private backends; nil leaves them at the hosts of their URIs.
	VPCLinks VPCLinks
	// Keys verify signatures of AWS_IAM handshakes and of @connections; nil knows no key.
	Keys Keys
	// Metering admits handshakes and messages; nil knows no API key, so that routes that require one
	// stay closed, and counts throttles in this process alone.
	Metering Metering
	// Sockets upgrades the handshakes of ServeHTTP; nil accepts none.
	Sockets Sockets
	// Transport reaches sockets, Connections finds them. Both may be nil where @connections is not
	// served.
	Transport   Transport
	Connections Connections
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// NewID makes the ids of requests, messages and connections; nil is 15 random characters and "=".
	NewID func() string
	// Observe is called once per finished event; nil observes nothing.
	Observe func(*Record)
	// AccessLog takes the access log of the stages that have one: one Write per event, a line with
	// its line break, from many goroutines. Nil writes none.
	AccessLog io.Writer
}

// Pipeline takes the events of connections through the phases. It is safe for concurrent use.
type Pipeline struct {
	c       Config
	buckets *buckets
}

// New returns a Pipeline.
func New(c Config) *Pipeline {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.NewID == nil {
		c.NewID = newID
	}
	return &Pipeline{c: c, buckets: newBuckets(c.Now)}
}

// run takes an event through its phases.
func (inv *Invocation) run(phases []phase) {
	for i := range phases {
		inv.phase = &phases[i]
		err := phases[i].run(inv)
		if err == nil {
			continue
		}
		e := &Error{}
		switch {
		case errors.Is(err, errClientGone):
			e = &Error{Status: 0, Type: "DEFAULT_4XX", Reason: errClientGone.Error(), Err: err}
		case !errors.As(err, &e):
			e = configurationError("unexpected error", err)
		}
		inv.Refusal.Err = e
		return
	}
	inv.phase = nil
}

// Accepted is the outcome of a handshake.
type Accepted struct {
	// Connection is set if the handshake succeeded; else Status and Body are the answer.
	Connection *Connection
	Status     int
	Body       []byte
	RequestID  string
}

// Connect runs the phases of a handshake. c has the fields that the caller knows: the ref, of which
// an empty ID asks for a new one, the domain name, the source address and the endpoint; the phases
// fill in the others. Header and query of r are the client's.
func (p *Pipeline) Connect(r *http.Request, s *Stage, c *Connection) Accepted {
	inv := &Invocation{Stage: s, Connection: c, Event: connectEvent, pipeline: p, ctx: r.Context(), request: r, routeKey: connectRoute}
	inv.run(connectPhases[:])
	out := Accepted{Connection: c, Status: http.StatusSwitchingProtocols, RequestID: inv.Arrival.RequestID}
	if e := inv.Refusal.Err; e != nil {
		out.Connection, out.Status = nil, e.Status
		out.Body = appendFrame(nil, e.Message, c.ID, inv.Arrival.RequestID, "")
	}
	p.observe(inv, out.Status)
	return out
}

// Message runs the phases of a message and returns the frame that answers it, nil if none does.
// Errors are answered on one-way routes too (WebSocket API spec, 5). text must not change
// afterwards.
func (p *Pipeline) Message(ctx context.Context, s *Stage, c *Connection, text []byte) []byte {
	inv := &Invocation{Stage: s, Connection: c, Event: messageEvent, pipeline: p, ctx: ctx, body: document{text: text}}
	inv.run(messagePhases[:])
	var frame []byte
	status := inv.Answer.Status
	switch e := inv.Refusal.Err; {
	case e != nil && e.Status == 0:
		status = 0
	case e != nil:
		status = e.Status
		frame = appendFrame(nil, e.Message, c.ID, inv.Arrival.RequestID, inv.Arrival.MessageID)
	case inv.route != nil && inv.route.doc.Replies && len(inv.Answer.Body) > 0:
		frame = inv.Answer.Body
	}
	p.observe(inv, status)
	return frame
}

// Immediate tells whether answering a message waits for nobody, so that the caller need not do so
// beside reading the next one.
func (s *Stage) Immediate(text []byte) bool {
	r, _, err := s.selectRoute(&document{text: text})
	return err == nil && (r == nil || r.backend.kind == noIntegration || r.backend.kind == mockIntegration)
}

// Disconnect runs the phases of the end of a connection. Nobody hears of what fails.
func (p *Pipeline) Disconnect(ctx context.Context, s *Stage, c *Connection, closing Closing) {
	inv := &Invocation{Stage: s, Connection: c, Event: disconnectEvent, pipeline: p, ctx: ctx, Closing: closing, routeKey: disconnectRoute}
	inv.run(disconnectPhases[:])
	status := inv.Integration.Status
	if e := inv.Refusal.Err; e != nil {
		status = e.Status
	}
	p.observe(inv, status)
}
