package eventsource

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// serveStream answers as soon as the handler has written its head; the body follows through
// a pipe while the handler still runs. The invocation ends when aws-lambda-go has read the
// body to its end, which is when the handler has returned.
func (d *door) serveStream(ctx context.Context, ev streamer) (any, error) {
	handlerCtx, cancel := context.WithCancel(ctx)
	r, err := ev.request(handlerCtx)
	if err != nil {
		cancel()
		return nil, err
	}
	reader, pipe := io.Pipe()
	s := &streamSink{pipe: pipe, started: make(chan struct{})}

	// When the invocation ends, a handler that is blocked in Write must get an error, since
	// nobody will read any more.
	stop := context.AfterFunc(ctx, func() { pipe.CloseWithError(context.Cause(ctx)) })
	go func() {
		defer cancel()
		defer stop()
		w := newWriter(s, r)
		err := errAborted // stays if the handler ends its goroutine instead of returning
		defer func() {
			if err != nil && !w.started {
				err = s.fail(failure(r, http.StatusInternalServerError))
			}
			pipe.CloseWithError(err) // with nil, the end of the body
		}()
		err = d.serve(w, r)
	}()

	select {
	case <-s.started:
		return ev.stream(s.head, &streamBody{reader, cancel}), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// streamSink passes an answer on while it is produced.
type streamSink struct {
	pipe    *io.PipeWriter
	started chan struct{}
	head    *response // valid once started is closed
}

func (s *streamSink) start(head *response) {
	s.head = head
	close(s.started)
}

func (s *streamSink) write(p []byte) (int, error) { return s.pipe.Write(p) }

func (s *streamSink) fail(res *response) error {
	s.start(res)
	if len(res.body) == 0 {
		return nil // a pipe waits for a reader even with nothing to pass on
	}
	_, err := s.pipe.Write(res.body)
	return err
}

// streamBody is the body of a streamed answer. aws-lambda-go closes it when it has sent the
// answer or given up; then the handler's context is cancelled and its writes fail, so
// that it does not outlive its invocation.
type streamBody struct {
	*io.PipeReader
	cancel context.CancelFunc
}

var errReaderGone = errors.New("the event source stopped reading the answer")

func (b *streamBody) Close() error {
	b.cancel()
	return b.CloseWithError(errReaderGone)
}
