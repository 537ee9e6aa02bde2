package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// requestBody is the client's body, streamed or read at once. A transport may read it in
// another goroutine than the request's.
type requestBody struct {
	src    io.ReadCloser
	length int64 // -1 if unknown
	read   atomic.Int64
	failed atomic.Pointer[error]
	// call, if set before the first read, is told of progress.
	call *call
}

// newRequestBody returns nil for a request without a body.
func newRequestBody(r *http.Request) *requestBody {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil
	}
	return &requestBody{src: r.Body, length: r.ContentLength}
}

// Read fails with errBodyTooLarge once the body exceeds its limit, whatever length it announced.
func (b *requestBody) Read(p []byte) (int, error) {
	if b.call != nil {
		b.call.awaitClient()
	}
	n, err := b.src.Read(p)
	if b.read.Add(int64(n)) > maxPayload {
		n, err = 0, errBodyTooLarge
	}
	if err != nil && err != io.EOF {
		b.failed.Store(&err)
	}
	if b.call != nil {
		b.call.progress()
	}
	return n, err
}

func (b *requestBody) Close() error { return b.src.Close() }

// failure tells what went wrong on the client's side of the body, or returns nil.
func (b *requestBody) failure() error {
	if b == nil {
		return nil
	}
	p := b.failed.Load()
	switch {
	case p == nil:
		return nil
	case errors.Is(*p, errBodyTooLarge):
		return payloadTooLarge()
	case errors.Is(*p, errBrokenCoding):
		return unsupportedCoding(errBrokenCoding)
	}
	return fmt.Errorf("read the request body: %w: %w", errClientGone, *p)
}

// all reads the whole body.
func (b *requestBody) all() ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	if b.length < 0 {
		held, err := holdBody(b, maxPayload)
		if err != nil {
			return nil, b.failure()
		}
		return held.bytes(), nil
	}
	var buf bytes.Buffer
	// ReadFrom wants room beyond the end to see the end.
	buf.Grow(int(min(b.length, maxPayload)) + bytes.MinRead)
	if _, err := buf.ReadFrom(b); err != nil {
		return nil, b.failure()
	}
	return buf.Bytes(), nil
}

// buffers keeps working space between requests: addresses, copies of streams.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 32<<10); return &b }}

// maxPooledBuffer keeps a rare huge payload from staying in memory.
const maxPooledBuffer = 256 << 10

func getBuffer() *[]byte { return buffers.Get().(*[]byte) }

func putBuffer(b *[]byte) {
	if cap(*b) > maxPooledBuffer {
		return
	}
	*b = (*b)[:0]
	buffers.Put(b)
}
