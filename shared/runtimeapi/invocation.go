package runtimeapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// latest is the only version that a local function has. Every alias and version
// that a caller names leads to it.
const latest = "$LATEST"

// InvocationType says how a caller waits.
type InvocationType string

const (
	RequestResponse InvocationType = "RequestResponse" // waits for the answer; the default
	Event           InvocationType = "Event"           // does not wait, and sees no failure
	DryRun          InvocationType = "DryRun"          // checks the request, runs nothing
)

// LogType says whether the end of the log comes with the answer.
type LogType string

const (
	LogNone LogType = "None" // the default
	LogTail LogType = "Tail"
)

// Invocation is a call of a function, with the parameters of Lambda's Invoke.
type Invocation struct {
	Function      string // name, name:qualifier, partial ARN or ARN, of any account and region
	Qualifier     string // alias or version; every one leads to the same executable
	Payload       []byte // the event, JSON; nothing stands for {}
	ClientContext string // JSON, not base64
	TraceID       string // X-Ray trace header; a new one, not sampled, when empty
	Type          InvocationType
	LogType       LogType
}

// Result is the outcome of an invocation that Lambda accepted.
type Result struct {
	Status          int    // 200; 202 for Event; 204 for DryRun
	FunctionError   string // Unhandled when the function failed, else empty
	Payload         []byte // the function's response, or the error document
	ContentType     string // as the runtime declared it
	ExecutedVersion string // $LATEST
	LogTail         []byte // the last 4 KB of the log, with LogType Tail
	RequestID       string
}

// Invoke runs a function and waits for its buffered response of at most
// MaxPayload bytes. A failure of the function is part of the result. The error
// is an [*Error] when the service refuses the invocation, and the context's
// error when ctx ends first; the function then runs on, as in Lambda. While all
// environments are busy the invocation waits in line until ctx ends.
//
// The payload of a function that streams holds what it streamed, including the
// prelude and its delimiter.
func (s *Server) Invoke(ctx context.Context, in Invocation) (*Result, error) {
	return s.invoke(ctx, in, 0)
}

// invoke is Invoke with a bound on the wait for an environment; zero means none.
func (s *Server) invoke(ctx context.Context, in Invocation, patience time.Duration) (*Result, error) {
	p, x, err := s.prepare(in)
	if err != nil {
		return nil, err
	}
	x.patience = patience
	result := &Result{Status: http.StatusOK, ExecutedVersion: latest, RequestID: x.requestID}
	switch in.Type {
	case DryRun:
		result.Status = http.StatusNoContent
		return result, nil
	case Event:
		if !s.begin() {
			return nil, closed()
		}
		go s.runEvent(p, x)
		result.Status = http.StatusAccepted
		return result, nil
	}

	if !s.begin() {
		return nil, closed()
	}
	defer s.end()
	x, e, err := s.run(ctx, p, x)
	if err != nil {
		return nil, err
	}
	result.ContentType, result.Payload = x.answer.contentType, x.answer.payload
	if failure := x.answer.failure; failure != nil {
		result.FunctionError, result.Payload = failure.Kind, failure.Payload
		result.ContentType = "application/json"
	}
	if x.log != nil && e != nil {
		select {
		case <-x.settled:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the log of %s: %w", p.function.Name, ctx.Err())
		}
		result.LogTail = x.logTail(e.output, latest, p.function.MemorySize)
	}
	return result, nil
}

// runEvent runs an invocation whose caller does not wait. It is tried once;
// Lambda's retries after one and two minutes are of no use on a desk.
func (s *Server) runEvent(p *pool, x *exchange) {
	defer s.end()
	x, _, err := s.run(context.Background(), p, x)
	switch {
	case err != nil:
		s.log.printf(p.function.Name, "event failed: %s", err)
	case x.answer.failure != nil:
		s.log.printf(p.function.Name, "event %s failed: %s", x.requestID, x.answer.failure.Payload)
	}
}

// run gets x answered by some environment and returns the exchange whose answer
// counts. The environment is nil when none could be initialized.
func (s *Server) run(ctx context.Context, p *pool, x *exchange) (*exchange, *environment, error) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		e, f, err := p.acquire(ctx, x.patience)
		if err != nil {
			return nil, nil, invocationFailed(p, err)
		}
		if f != nil {
			x.fail(f.functionError(x.requestID))
			return x, nil, nil
		}
		e.run(x)
		select {
		case <-x.answered:
		case <-ctx.Done():
			x.abandon()
			return nil, nil, invocationFailed(p, ctx.Err())
		}
		if !x.answer.undelivered {
			return x, e, nil
		}
		x = x.again()
		if attempt == attempts {
			gone := &fault{errorType: typeExit, message: "Runtime exited while it was waiting for an invocation"}
			x.fail(gone.functionError(x.requestID))
			return x, nil, nil
		}
	}
}

func invocationFailed(p *pool, err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return fmt.Errorf("invoke %s: %w", p.function.Name, err)
}

// prepare checks an invocation as the Lambda service does.
func (s *Server) prepare(in Invocation) (*pool, *exchange, error) {
	ref, err := s.parseReference(in.Function, in.Qualifier)
	if err != nil {
		return nil, nil, err
	}
	p := s.pools[ref.name]
	if p == nil {
		return nil, nil, notFound(ref.arn())
	}
	limit := MaxPayload
	switch in.Type {
	case "", RequestResponse, DryRun:
	case Event:
		limit = MaxEventPayload
	default:
		return nil, nil, invalidParameter("%q is not an invocation type: use RequestResponse, Event or DryRun", in.Type)
	}
	if len(in.Payload) > limit {
		return nil, nil, requestTooLarge(limit)
	}
	if len(bytes.TrimSpace(in.Payload)) == 0 {
		in.Payload = []byte("{}")
	}
	if !json.Valid(in.Payload) {
		return nil, nil, invalidContent("Could not parse request body into json: %s", syntaxError(in.Payload))
	}
	x := &exchange{
		requestID: uuid.NewString(),
		arn:       ref.arn(),
		traceID:   in.TraceID,
		payload:   in.Payload,
		settled:   make(chan struct{}),
		answered:  make(chan struct{}),
	}
	if x.traceID == "" {
		x.traceID = newTraceID()
	}
	if x.clientContext, err = compact(in.ClientContext); err != nil {
		return nil, nil, err
	}
	switch in.LogType {
	case "", LogNone:
	case LogTail:
		x.log = new(tail)
	default:
		return nil, nil, invalidParameter("%q is not a log type: use None or Tail", in.LogType)
	}
	return p, x, nil
}

// syntaxError says where the payload stops being JSON.
func syntaxError(payload []byte) string {
	var document json.RawMessage
	if err := json.Unmarshal(payload, &document); err != nil {
		return err.Error()
	}
	return "invalid JSON"
}

// compact puts a client context on one line, as it travels in a header.
func compact(clientContext string) (string, error) {
	if clientContext == "" {
		return "", nil
	}
	if len(clientContext) > MaxClientContext {
		return "", invalidContent("Client context must be at most %d bytes", MaxClientContext)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, []byte(clientContext)); err != nil {
		return "", invalidContent("Client context must be a valid Base64-encoded JSON object.")
	}
	return line.String(), nil
}

// newTraceID makes an X-Ray trace header for a caller that is not traced.
func newTraceID() string {
	return fmt.Sprintf("Root=1-%08x-%016x%08x;Parent=%016x;Sampled=0",
		uint32(time.Now().Unix()), rand.Uint64(), rand.Uint32(), rand.Uint64())
}
