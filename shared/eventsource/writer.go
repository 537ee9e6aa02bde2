package eventsource

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// response is the head of an answer, and its whole body where that is buffered.
type response struct {
	status int
	// header is the handler's at the time of the status, without what no front door takes.
	header http.Header
	body   []byte
}

// sink takes an answer in the order in which it is produced.
type sink interface {
	// start is called once, before the first write.
	start(head *response)
	write(p []byte) (int, error)
}

// writer is the http.ResponseWriter of every event source. It keeps net/http's contract, so
// that a handler behaves alike behind each of them: the first final status counts, the header is
// fixed with it, a missing Content-Type is detected from the first bytes written unless the
// handler set it to nil, and answers to HEAD and those with 1xx, 204 or 304 have no body.
type writer struct {
	sink     sink
	isHEAD   bool
	header   http.Header
	head     *response // nil until the handler has given a status
	started  bool
	declared int64 // Content-Length that the handler set, or -1
	written  int64
}

func newWriter(s sink, r *http.Request) *writer {
	return &writer{sink: s, isHEAD: r.Method == http.MethodHead, header: make(http.Header), declared: -1}
}

func (w *writer) Header() http.Header { return w.header }

// WriteHeader fixes status and header. They leave with the first Write or Flush, or when the
// handler returns. Informational statuses are dropped: no event source has a place for them.
func (w *writer) WriteHeader(status int) {
	if w.head != nil {
		return
	}
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status))
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	w.head = &response{status: status, header: answerHeader(w.header)}
	if n, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64); err == nil && n >= 0 {
		w.declared = n
	}
}

func (w *writer) Write(p []byte) (int, error) {
	w.begin(p)
	if !bodyAllowed(w.head.status) {
		return 0, http.ErrBodyNotAllowed
	}
	w.written += int64(len(p))
	if w.declared >= 0 && w.written > w.declared {
		return 0, http.ErrContentLength
	}
	if w.isHEAD || len(p) == 0 {
		return len(p), nil
	}
	return w.sink.write(p)
}

// Flush sends the head; what was written before has left already.
func (w *writer) Flush() { w.begin(nil) }

// EnableFullDuplex always holds: the request's body is in memory before the handler runs.
func (w *writer) EnableFullDuplex() error { return nil }

// begin hands the head to the sink; first are the body's first bytes, if there are any yet.
func (w *writer) begin(first []byte) {
	if w.started {
		return
	}
	if w.head == nil {
		w.WriteHeader(http.StatusOK)
	}
	h := w.head.header
	if _, set := w.header["Content-Type"]; !set && len(first) > 0 && bodyAllowed(w.head.status) && h.Get("Content-Encoding") == "" {
		h.Set("Content-Type", http.DetectContentType(first))
	}
	w.started = true
	w.sink.start(w.head)
}

var errShortBody = errors.New("the handler wrote less than the Content-Length that it declared")

// finish completes what the handler left open.
func (w *writer) finish() error {
	w.begin(nil)
	if w.declared > w.written && !w.isHEAD && bodyAllowed(w.head.status) {
		return errShortBody
	}
	return nil
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// answerHeader copies h without what a front door refuses or would pass on wrongly:
// hop-by-hop fields, trailers, names that are no tokens, and line breaks in values (net/http's
// server treats the last two in the same way). Names keep their letter case.
func answerHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		if len(values) == 0 || hopByHop(name) || strings.HasPrefix(name, http.TrailerPrefix) || !isToken(name) {
			continue
		}
		copied := make([]string, len(values))
		for i, value := range values {
			if strings.ContainsAny(value, "\r\n") {
				value = strings.NewReplacer("\r", " ", "\n", " ").Replace(value)
			}
			copied[i] = strings.TrimSpace(value)
		}
		out[name] = copied
	}
	return out
}

// hopByHop names the fields that belong to one connection (RFC 9110, 7.6.1). A Lambda answer
// has no connection; an ALB refuses them.
func hopByHop(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade":
		return true
	}
	return false
}
