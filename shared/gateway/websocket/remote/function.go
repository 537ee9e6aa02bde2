package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/websocket"
)

// Stages finds the stages of WebSocket APIs.
type Stages interface {
	Get(ctx context.Context, apiID, stage string, overlay map[string]string) (*websocket.Stage, error)
}

// Connections are Rows, or a stand-in.
type Connections interface {
	websocket.Connections
	Put(ctx context.Context, c *websocket.Connection) error
}

// Function takes the events of a transport. It is safe for concurrent use.
type Function struct {
	Stages      Stages
	Pipeline    *websocket.Pipeline
	Connections Connections
	Transport   websocket.Transport
	// Region is that of the transport's @connections. Endpoint replaces their own address, without a
	// slash at the end, as AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI does.
	Region, Endpoint string
	// Meter is tended beside events, since nothing runs between them; it may be nil.
	Meter Meter
	Log   *slog.Logger

	mu     sync.Mutex
	tended time.Time
}

// Meter holds a part of shared limits, and counts.
type Meter interface {
	// Tend writes the counts that wait and returns what was not used.
	Tend(ctx context.Context)
	// Close does so when the environment ends.
	Close(ctx context.Context)
}

// tendEvery is how often the meter is tended while events come.
const tendEvery = time.Second

// tend tends the meter if that is due. It runs within the invocation, so that no write is frozen on
// its way.
func (f *Function) tend(ctx context.Context) {
	if f.Meter == nil {
		return
	}
	f.mu.Lock()
	due := time.Since(f.tended) >= tendEvery
	if due {
		f.tended = time.Now()
	}
	f.mu.Unlock()
	if due {
		f.Meter.Tend(ctx)
	}
}

// shutdownTime is what Lambda leaves of the time before it kills an environment.
const shutdownTime = 400 * time.Millisecond

// Close ends the function.
func (f *Function) Close() {
	if f.Meter == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	f.Meter.Close(ctx)
}

// endpoint is the address of the transport's @connections: never that of a custom domain, which the
// event names but where the stage is not in the path (WebSocket API spec, 13).
func (f *Function) endpoint(e *Event) string {
	if f.Endpoint != "" {
		return f.Endpoint
	}
	return "https://" + e.Context.APIID + ".execute-api." + f.Region + ".amazonaws.com/" + e.Context.Stage
}

// Connect serves CONNECT and DISCONNECT events.
func (f *Function) Connect(ctx context.Context, e Event) (Answer, error) {
	defer f.tend(ctx)
	switch e.Context.EventType {
	case "CONNECT":
		return f.connect(ctx, &e)
	case "DISCONNECT":
		return f.disconnect(ctx, &e)
	}
	return Answer{}, fmt.Errorf("the event is of type %q: this function serves CONNECT and DISCONNECT", e.Context.EventType)
}

func (f *Function) connect(ctx context.Context, e *Event) (Answer, error) {
	c := e.connection(f.endpoint(e))
	s, err := f.stage(ctx, e, c)
	if err != nil {
		f.Log.Error("stage cannot be loaded", "api", c.APIID, "stage", c.Stage, "error", err)
		return Answer{StatusCode: 500}, nil
	}
	out := f.Pipeline.Connect(e.handshake(ctx), s, c)
	if out.Connection == nil {
		return Answer{StatusCode: out.Status, Body: string(out.Body)}, nil
	}
	if err := f.Connections.Put(ctx, c); err != nil {
		// A connection without state could not be served. Its API has seen it come, and now sees it go.
		f.Log.Error("connection cannot be kept", "connection", c.ID, "error", err)
		f.Pipeline.Disconnect(ctx, s, c, websocket.ServerFailure)
		return Answer{StatusCode: 500}, nil
	}
	answer := Answer{StatusCode: 200}
	if c.Protocol != "" {
		answer.Headers = map[string]string{"Sec-WebSocket-Protocol": c.Protocol}
	}
	return answer, nil
}

func (f *Function) disconnect(ctx context.Context, e *Event) (Answer, error) {
	c, err := f.Connections.Find(ctx, e.connection("").Ref)
	if err != nil {
		if !errors.Is(err, websocket.ErrGone) {
			f.Log.Error("connection cannot be read", "connection", e.Context.ConnectionID, "error", err)
		}
		// What the event tells has to do: the API hears of the end in any case.
		c = e.connection(f.endpoint(e))
	}
	s, err := f.stage(ctx, e, c)
	if err != nil {
		f.Log.Error("stage cannot be loaded", "api", c.APIID, "stage", c.Stage, "error", err)
	} else {
		f.Pipeline.Disconnect(ctx, s, c, websocket.Closing{Code: e.Context.DisconnectStatusCode, Reason: e.Context.DisconnectReason})
	}
	if err := f.Connections.Forget(ctx, c); err != nil {
		f.Log.Warn("connection stays until it expires", "connection", c.ID, "error", err)
	}
	return Answer{StatusCode: 200}, nil
}

// Message serves MESSAGE events. The answer goes out through @connections, since only that shares
// its order with what others post.
func (f *Function) Message(ctx context.Context, e Event) (Answer, error) {
	defer f.tend(ctx)
	if e.Context.EventType != "MESSAGE" {
		return Answer{}, fmt.Errorf("the event is of type %q: this function serves MESSAGE", e.Context.EventType)
	}
	fromEvent := e.connection(f.endpoint(&e))
	c, err := f.Connections.Find(ctx, fromEvent.Ref)
	switch {
	case errors.Is(err, websocket.ErrGone):
		// Whoever is at the other end was never let in, or for longer than a connection may last.
		f.Log.Warn("message of a connection that is not known: it is closed", "connection", fromEvent.ID)
		if err := f.Transport.Delete(ctx, fromEvent); err != nil && !errors.Is(err, websocket.ErrGone) {
			f.Log.Error("connection cannot be closed", "connection", fromEvent.ID, "error", err)
		}
		return Answer{StatusCode: 410}, nil
	case err != nil:
		f.Log.Error("connection cannot be read", "connection", fromEvent.ID, "error", err)
		return f.reply(ctx, fromEvent, websocket.Failure(fromEvent.ID)), nil
	}
	s, err := f.stage(ctx, &e, c)
	if err != nil {
		f.Log.Error("stage cannot be loaded", "api", c.APIID, "stage", c.Stage, "error", err)
		return f.reply(ctx, c, websocket.Failure(c.ID)), nil
	}
	return f.reply(ctx, c, f.Pipeline.Message(ctx, s, c, []byte(e.Body))), nil
}

// reply posts a frame, if there is one.
func (f *Function) reply(ctx context.Context, c *websocket.Connection, frame []byte) Answer {
	if len(frame) == 0 {
		return Answer{StatusCode: 200}
	}
	switch err := f.Transport.Post(ctx, c, frame); {
	case err == nil:
	case errors.Is(err, websocket.ErrGone):
		if err := f.Connections.Forget(ctx, c); err != nil {
			f.Log.Warn("connection stays until it expires", "connection", c.ID, "error", err)
		}
		return Answer{StatusCode: 410}
	default:
		f.Log.Error("reply cannot be sent", "connection", c.ID, "error", err)
		return Answer{StatusCode: 500}
	}
	return Answer{StatusCode: 200}
}

// stage finds the stage of a connection. The transport's stage variables overlay its own.
func (f *Function) stage(ctx context.Context, e *Event, c *websocket.Connection) (*websocket.Stage, error) {
	return f.Stages.Get(ctx, c.APIID, c.Stage, e.StageVariables)
}
