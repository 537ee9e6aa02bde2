package rest

import (
	"encoding/base64"
	"errors"
	"io"
)

// heldBody is a body in memory, in pieces that come from the pool and go back to it as soon as
// they are read. It costs its own size and at most one piece more, whatever length was announced,
// and joining it costs its size once more: no buffer ever grows by copying. It is read once.
type heldBody struct {
	pieces []*[]byte
	inline [2]*[]byte // most bodies are short
	at     int        // the piece that is read, and how far
	off    int
	size   int64
}

var errBodyTooLong = errors.New("the body exceeds its limit")

// holdBody reads r to its end. It fails with errBodyTooLong as soon as there are more than limit
// bytes, or with the reader's error; then nothing is held.
func holdBody(r io.Reader, limit int64) (*heldBody, error) {
	h := &heldBody{}
	h.pieces = h.inline[:0]
	for {
		space := getBuffer()
		h.pieces = append(h.pieces, space)
		buf, n := (*space)[:cap(*space)], 0
		for n < len(buf) {
			m, err := r.Read(buf[n:])
			n += m
			h.size += int64(m)
			if h.size > limit {
				err = errBodyTooLong
			}
			if err == nil {
				continue
			}
			*space = buf[:n]
			if err == io.EOF {
				return h, nil
			}
			_ = h.Close()
			return nil, err
		}
		*space = buf
	}
}

// next returns what is left of the piece that is read, or nil at the end.
func (h *heldBody) next() []byte {
	for h.at < len(h.pieces) {
		if rest := (*h.pieces[h.at])[h.off:]; len(rest) > 0 {
			return rest
		}
		h.release()
	}
	return nil
}

func (h *heldBody) release() {
	putBuffer(h.pieces[h.at])
	h.pieces[h.at] = nil
	h.at, h.off = h.at+1, 0
}

func (h *heldBody) Read(p []byte) (int, error) {
	rest := h.next()
	if rest == nil {
		return 0, io.EOF
	}
	n := copy(p, rest)
	h.off += n
	return n, nil
}

// bytes returns what is left as one slice.
func (h *heldBody) bytes() []byte {
	if h.size == 0 {
		return nil
	}
	out := make([]byte, 0, h.size)
	for rest := h.next(); rest != nil; rest = h.next() {
		out = append(out, rest...)
		h.off += len(rest)
	}
	return out
}

// Close gives the pieces back.
func (h *heldBody) Close() error {
	for h.at < len(h.pieces) {
		h.release()
	}
	return nil
}

// Write adds to the end.
func (h *heldBody) Write(p []byte) (int, error) {
	h.size += int64(len(p))
	for rest := p; len(rest) > 0; {
		if n := len(h.pieces); n == 0 || len(*h.pieces[n-1]) == cap(*h.pieces[n-1]) {
			h.pieces = append(h.pieces, getBuffer())
		}
		last := h.pieces[len(h.pieces)-1]
		n := min(len(rest), cap(*last)-len(*last))
		*last, rest = append(*last, rest[:n]...), rest[n:]
	}
	return len(p), nil
}

// convert returns the body between text and bytes. The pieces of one form become those of the
// other while it goes on, so that they are not in memory both.
func (h *heldBody) convert(c conversion) (*heldBody, error) {
	if c == decodePayload {
		return holdBody(base64.NewDecoder(base64.StdEncoding, h), h.size)
	}
	out := &heldBody{}
	encoder := base64.NewEncoder(base64.StdEncoding, out)
	for rest := h.next(); rest != nil; rest = h.next() {
		_, _ = encoder.Write(rest) // into memory, which does not fail
		h.off += len(rest)
	}
	_ = encoder.Close()
	return out, nil
}
