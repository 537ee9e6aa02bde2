package streaming

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// pieceSize is what the backend writes at once, in bytes.
const pieceSize = 1 << 10

// piece is the i-th of a stream.
func piece(i int) []byte { return bytes.Repeat([]byte{byte('a' + i%26)}, pieceSize) }

// backend serves streams that tests control, each under a path of its own.
type backend struct {
	*httptest.Server
	mu      sync.Mutex
	streams map[string]*stream
}

// stream is one answer of the backend.
type stream struct {
	// next has a value when the next piece may be written; closed, the answer ends.
	next chan struct{}
	// abort ends the answer without its end.
	abort chan struct{}
	// wrote has the time before each piece was written.
	wrote chan time.Time
	// gone is closed when the backend sees that nobody reads any more, or has ended.
	gone chan struct{}
}

func newBackend(t *testing.T) *backend {
	b := &backend{streams: map[string]*stream{}}
	b.Server = httptest.NewServer(http.HandlerFunc(b.serve))
	t.Cleanup(b.CloseClientConnections)
	return b
}

// open makes the stream that is served under a path.
func (b *backend) open(path string) *stream {
	s := &stream{next: make(chan struct{}, 1), abort: make(chan struct{}), wrote: make(chan time.Time, 1), gone: make(chan struct{})}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streams[path] = s
	return s
}

func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	s := b.streams[r.URL.Path]
	b.mu.Unlock()
	if s == nil {
		http.NotFound(w, r)
		return
	}
	defer close(s.gone)
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusAccepted)
	_ = http.NewResponseController(w).Flush()
	for i := 0; ; i++ {
		select {
		case _, more := <-s.next:
			if !more {
				return
			}
		case <-s.abort:
			panic(http.ErrAbortHandler)
		case <-r.Context().Done():
			return
		}
		s.wrote <- time.Now()
		if _, err := w.Write(piece(i)); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

// definition is an API with the stream of the backend behind each kind of integration that streams:
// /http/{id} and /lambda?from=.
func definition(b *backend) string {
	return strings.ReplaceAll(`{"openapi":"3.0.1","info":{"title":"streams","version":"1"},"paths":{
"/http/{id}":{"get":{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
  "x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"GET","uri":"BACKEND/{id}","responseTransferMode":"STREAM","timeoutInMillis":60000,
    "requestParameters":{"integration.request.path.id":"method.request.path.id"}}}},
"/lambda":{"get":{"x-amazon-apigateway-integration":{"type":"aws_proxy","httpMethod":"POST","responseTransferMode":"STREAM","timeoutInMillis":60000,
    "uri":"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:123456789012:function:streams/response-streaming-invocations"}}}}}`,
		"BACKEND", b.URL)
}
