package runtimeapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

// Stream is a response that is read while the function writes it.
type Stream struct {
	Status          int      // 200; 204 for DryRun
	ContentType     string   // as the runtime declared it
	Prelude         *Prelude // nil unless ContentType is ContentTypeHTTP
	ExecutedVersion string   // $LATEST
	RequestID       string

	// Body is what follows the prelude. A read returns an [*FunctionError] when
	// the function fails, crashes or times out before the end. Close lets the
	// function run on and discards what it still writes.
	Body io.ReadCloser

	exchange    *exchange
	environment *environment
}

// InvokeStream runs a function and returns as soon as it begins to respond and,
// with ContentTypeHTTP, the prelude is complete. It fails like [Server.Invoke];
// in addition the error is an [*FunctionError] when the function fails before
// it responds, and wraps [ErrPrelude] when the prelude is malformed. A function
// that does not stream gives a Stream without a Prelude.
//
// The response ends with the function's timeout at the latest. While the body is
// not read, the function waits, so the caller has to read or close it.
func (s *Server) InvokeStream(ctx context.Context, in Invocation) (*Stream, error) {
	stream, err := s.InvokeRawStream(ctx, in)
	if err != nil || stream.exchange == nil {
		return stream, err
	}
	if mediaType, _, err := mime.ParseMediaType(stream.ContentType); err != nil || mediaType != ContentTypeHTTP {
		return stream, nil
	}
	body := stream.Body
	// A function that keeps its prelude to itself must not outlast the caller.
	detach := context.AfterFunc(ctx, func() { _ = body.Close() })
	prelude, rest, err := ReadPrelude(body)
	if !detach() {
		return nil, fmt.Errorf("read the prelude of %s: %w", in.Function, ctx.Err())
	}
	if err != nil {
		_ = body.Close()
		return nil, fmt.Errorf("read the prelude of %s: %w", in.Function, err)
	}
	stream.Prelude = prelude
	stream.Body = &streamBody{Reader: rest, Closer: body}
	return stream, nil
}

// InvokeRawStream is [Server.InvokeStream] for a caller that reads the prelude
// itself, as that of InvokeWithResponseStream does: Body is all that the function
// writes, whatever content type it declares.
func (s *Server) InvokeRawStream(ctx context.Context, in Invocation) (*Stream, error) {
	return s.openStream(ctx, in, 0)
}

type streamBody struct {
	io.Reader
	io.Closer
}

// openStream is InvokeStream with the body as the function wrote it, and with a
// bound on the wait for an environment; zero means none.
func (s *Server) openStream(ctx context.Context, in Invocation, patience time.Duration) (*Stream, error) {
	if in.Type == Event {
		return nil, invalidParameter("%q is not an invocation type of a streamed response: use RequestResponse or DryRun", in.Type)
	}
	p, x, err := s.prepare(in)
	if err != nil {
		return nil, err
	}
	stream := &Stream{Status: http.StatusOK, ExecutedVersion: latest, RequestID: x.requestID}
	if in.Type == DryRun {
		stream.Status, stream.Body = http.StatusNoContent, http.NoBody
		return stream, nil
	}
	if !s.begin() {
		return nil, closed()
	}
	x.streaming, x.patience = true, patience
	x, e, err := s.run(ctx, p, x)
	if err != nil || x.answer.failure != nil {
		s.end()
		if err == nil {
			err = x.answer.failure
		}
		return nil, err
	}
	// The response counts as running until the environment is done with it, so
	// that Close waits for it.
	go func() {
		<-x.settled
		s.end()
	}()
	stream.ContentType, stream.Body = x.answer.contentType, x.answer.body
	stream.exchange, stream.environment = x, e
	return stream, nil
}

// LogTail returns the last 4 KB of the invocation's log, or nothing without
// LogType Tail. It waits for the environment to be done with the invocation and
// belongs after the end of Body.
func (s *Stream) LogTail() []byte {
	if s.exchange == nil || s.exchange.log == nil {
		return nil
	}
	<-s.exchange.settled
	return s.exchange.logTail(s.environment.output, s.ExecutedVersion, s.environment.function.MemorySize)
}
