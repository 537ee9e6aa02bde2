package wire

import (
	"crypto/rand"
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// Response is an answer under construction by generated code.
type Response struct {
	Status  int
	header  http.Header
	body    []byte
	payload bool // body is a raw payload, not JSON
	err     error
}

// JSON makes v the body.
func (r *Response) JSON(v interface{ EncodeJSON(*Encoder) }) { r.body, r.err = Marshal(v) }

// Payload makes raw bytes the body.
func (r *Response) Payload(b []byte) { r.body, r.payload = b, true }

// Header sets a header that a member is bound to.
func (r *Response) Header(name string, v *string) {
	if v == nil {
		return
	}
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, *v)
}

// write sends the answer. A payload without a content type of its own is announced as bytes, so that nothing sniffs it.
func (r *Response) write(w http.ResponseWriter) {
	h := w.Header()
	for name, values := range r.header {
		h[name] = values
	}
	if h.Get("Content-Type") == "" {
		contentType := "application/json"
		if r.payload {
			contentType = "application/octet-stream"
		}
		h.Set("Content-Type", contentType)
	}
	if r.Status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	w.WriteHeader(r.Status)
	if len(r.body) > 0 {
		// A failed write means that the client has gone; there is nobody left to tell.
		_, _ = w.Write(r.body)
	}
}

// writeError sends the error envelope: {"message": ...} with the code in x-amzn-ErrorType.
func writeError(w http.ResponseWriter, e *Error) {
	var doc Encoder
	doc.object(func() {
		doc.String("message", &e.Message)
		for _, name := range slices.Sorted(maps.Keys(e.Extra)) {
			doc.name(name)
			doc.StringValue(e.Extra[name])
		}
	})
	h := w.Header()
	h.Set("x-amzn-ErrorType", e.Code)
	if e.RetryAfter != "" {
		h.Set("Retry-After", e.RetryAfter)
	}
	answer := Response{Status: e.Status, body: doc.buf}
	answer.write(w)
}

// Write answers a request with the refusal, for handlers that stand beside a Mux and answer as it does.
func (e *Error) Write(w http.ResponseWriter) { writeError(w, e) }

// extendedID is the form of x-amz-apigw-id: 16 characters that end in "=".
func extendedID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.URLEncoding.EncodeToString(b[:])
}
