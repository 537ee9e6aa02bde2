package cache

import (
	"encoding/binary"
	"errors"
	"net/http"
)

// MaxBytes is the largest body that is kept, in bytes, with what encryption adds to it (REST data
// plane spec, 13).
const MaxBytes = 1048576

// Response is a kept answer. Nothing of it may be changed: it is shared by requests.
type Response struct {
	Status  int
	Headers []Header
	Body    []byte
	// Encoded says that the body has a content coding, whether or not a header tells the client.
	Encoded bool
}

// Header is a header with all its values, in order.
type Header struct {
	Name   string
	Values []string
}

// KeepsStatus leaves out the answers to conditions and ranges of one request, which are wrong for
// any other.
func KeepsStatus(status int) bool {
	switch status {
	case http.StatusPartialContent, http.StatusNotModified, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		return false
	}
	return true
}

// overhead is what an entry costs beside its text, in bytes, roughly.
const overhead = 512

func (r *Response) weight() uint32 {
	n := overhead + len(r.Body)
	for _, h := range r.Headers {
		n += len(h.Name) + 64
		for _, v := range h.Values {
			n += len(v) + 16
		}
	}
	return uint32(min(n, 1<<31))
}

// appendResponse writes a response in the form of rows.
func appendResponse(b []byte, r *Response) []byte {
	b = binary.AppendUvarint(b, uint64(r.Status))
	encoded := uint64(0)
	if r.Encoded {
		encoded = 1
	}
	b = binary.AppendUvarint(b, encoded)
	b = binary.AppendUvarint(b, uint64(len(r.Headers)))
	for _, h := range r.Headers {
		b = AppendPart(b, h.Name)
		b = binary.AppendUvarint(b, uint64(len(h.Values)))
		for _, v := range h.Values {
			b = AppendPart(b, v)
		}
	}
	return append(b, r.Body...)
}

var errRow = errors.New("the row of a cache entry cannot be read")

// decodeResponse reads what appendResponse has written. The body is part of b.
func decodeResponse(b []byte) (*Response, error) {
	in := reader{b: b}
	r := &Response{Status: int(in.number(599)), Encoded: in.number(1) == 1}
	// Each header takes two bytes at least, each value one.
	r.Headers = make([]Header, in.number(uint64(len(b)/2)))
	for i := range r.Headers {
		h := &r.Headers[i]
		h.Name = in.part()
		h.Values = make([]string, in.number(uint64(len(in.b))))
		for j := range h.Values {
			h.Values[j] = in.part()
		}
	}
	if in.failed || r.Status < 200 {
		return nil, errRow
	}
	r.Body = in.b
	return r, nil
}

// reader takes numbers and parts from the front of b until one is not there.
type reader struct {
	b      []byte
	failed bool
}

// number returns 0 in place of what is more than most.
func (r *reader) number(most uint64) uint64 {
	n, size := binary.Uvarint(r.b)
	if r.failed || size <= 0 || n > most {
		r.failed = true
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) signed() int64 {
	n, size := binary.Varint(r.b)
	if r.failed || size <= 0 {
		r.failed = true
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) part() string {
	n := r.number(uint64(len(r.b)))
	if r.failed || n > uint64(len(r.b)) {
		r.failed = true
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
