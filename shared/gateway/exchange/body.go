package exchange

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
)

// MaxPayload is the greatest length of a request's body and of an answer that does not stream, in
// bytes (REST data plane spec, 3.6; HTTP API spec, 19).
const MaxPayload = 10485760

// ErrBodyTooLarge is what reading a request body gives once it exceeds its limit.
var ErrBodyTooLarge = errors.New("the request body exceeds its limit")

// Body is the client's body, streamed or read at once. A transport may read it in another goroutine
// than the request's.
type Body struct {
	// Source is what is read, and closed.
	Source io.ReadCloser
	// Length is in bytes, -1 if unknown.
	Length int64
	// Call, if set before the first read, is told of progress.
	Call *Call

	read   atomic.Int64
	failed atomic.Pointer[error]
}

// HasBody tells whether a request has a body.
func HasBody(r *http.Request) bool {
	return r.Body != nil && r.Body != http.NoBody && r.ContentLength != 0
}

// Read fails with ErrBodyTooLarge once the body exceeds its limit, whatever length it announced.
func (b *Body) Read(p []byte) (int, error) {
	if b.Call != nil {
		b.Call.AwaitClient()
	}
	n, err := b.Source.Read(p)
	if b.read.Add(int64(n)) > MaxPayload {
		n, err = 0, ErrBodyTooLarge
	}
	if err != nil && err != io.EOF {
		b.failed.Store(&err)
	}
	if b.Call != nil {
		b.Call.Progress()
	}
	return n, err
}

// Close closes the source.
func (b *Body) Close() error { return b.Source.Close() }

// Count is how many bytes were read.
func (b *Body) Count() int64 { return b.read.Load() }

// Err is what went wrong on the client's side of the body, or nil.
func (b *Body) Err() error {
	if p := b.failed.Load(); p != nil {
		return *p
	}
	return nil
}

// All reads the whole body. Why that fails, Err tells.
func (b *Body) All() ([]byte, error) {
	if b.Length < 0 {
		held, err := Hold(b, MaxPayload)
		if err != nil {
			return nil, err
		}
		return held.Bytes(), nil
	}
	var buf bytes.Buffer
	// ReadFrom wants room beyond the end to see the end.
	buf.Grow(int(min(b.Length, MaxPayload)) + bytes.MinRead)
	if _, err := buf.ReadFrom(b); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
