package eventsource

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
)

// Limits of buffered answers as JSON, in bytes (security and operations spec, 2.2).
const (
	lambdaAnswerLimit = 6291556 // 6 MB, the figure in Lambda's own error message
	albAnswerLimit    = 1 << 20
)

// serveBuffered answers when the handler has returned. Nothing has left before that, so a
// late panic still gives a clean 500.
func (d *door) serveBuffered(ctx context.Context, ev event) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := ev.request(ctx)
	if err != nil {
		return nil, err
	}
	limit := ev.limit()
	s := &bufferSink{limit: limit}
	err = d.serve(newWriter(s, r), r)

	// A proxying handler aborts when its Write fails, so the limit is looked at first.
	if s.overflow {
		return d.tooLarge(ev, r, s.size, limit)
	}
	res := s.res
	if err != nil {
		res = failure(r, http.StatusInternalServerError)
	}
	answer, size, err := ev.answer(res)
	if err != nil {
		return nil, fmt.Errorf("build the answer: %w", err)
	}
	if size > limit {
		return d.tooLarge(ev, r, size, limit)
	}
	return answer, nil
}

func (d *door) tooLarge(ev event, r *http.Request, size, limit int) (any, error) {
	d.log(r, "answer is larger than the event source accepts; only streamed answers may be larger",
		slog.Int("bytes", size), slog.Int("limit", limit))
	answer, _, err := ev.answer(failure(r, http.StatusBadGateway))
	return answer, err
}

// bufferSink keeps an answer until it is complete, or until it cannot fit any more.
type bufferSink struct {
	res      *response
	limit    int
	size     int
	overflow bool
}

var errOverflow = errors.New("the answer is larger than the event source accepts")

func (s *bufferSink) start(head *response) { s.res = head }

func (s *bufferSink) write(p []byte) (int, error) {
	s.size += len(p)
	if s.size > s.limit {
		s.overflow, s.res.body = true, nil
		return 0, errOverflow
	}
	s.res.body = append(s.res.body, p...)
	return len(p), nil
}
