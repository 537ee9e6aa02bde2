package exchange

import (
	"encoding/base64"
	"errors"
	"io"
)

// Held is a body in memory, in pieces that come from the pool and go back to it as soon as
// they are read. It costs its own size and at most one piece more, whatever length was announced,
// and joining it costs its size once more: no buffer ever grows by copying. It is read once.
type Held struct {
	pieces []*[]byte
	inline [2]*[]byte // most bodies are short
	at     int        // the piece that is read, and how far
	off    int
	size   int64
}

// ErrTooLong is what reading a body beyond its limit gives.
var ErrTooLong = errors.New("the body exceeds its limit")

// Hold reads r to its end. It fails with ErrTooLong as soon as there are more than limit
// bytes, or with the reader's error; then nothing is held.
func Hold(r io.Reader, limit int64) (*Held, error) {
	h := &Held{}
	h.pieces = h.inline[:0]
	for {
		space := GetBuffer()
		h.pieces = append(h.pieces, space)
		buf, n := (*space)[:cap(*space)], 0
		for n < len(buf) {
			m, err := r.Read(buf[n:])
			n += m
			h.size += int64(m)
			if h.size > limit {
				err = ErrTooLong
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
func (h *Held) next() []byte {
	for h.at < len(h.pieces) {
		if rest := (*h.pieces[h.at])[h.off:]; len(rest) > 0 {
			return rest
		}
		h.release()
	}
	return nil
}

func (h *Held) release() {
	PutBuffer(h.pieces[h.at])
	h.pieces[h.at] = nil
	h.at, h.off = h.at+1, 0
}

func (h *Held) Read(p []byte) (int, error) {
	rest := h.next()
	if rest == nil {
		return 0, io.EOF
	}
	n := copy(p, rest)
	h.off += n
	return n, nil
}

// Bytes returns what is left as one slice.
func (h *Held) Bytes() []byte {
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
func (h *Held) Close() error {
	for h.at < len(h.pieces) {
		h.release()
	}
	return nil
}

// Write adds to the end.
func (h *Held) Write(p []byte) (int, error) {
	h.size += int64(len(p))
	for rest := p; len(rest) > 0; {
		if n := len(h.pieces); n == 0 || len(*h.pieces[n-1]) == cap(*h.pieces[n-1]) {
			h.pieces = append(h.pieces, GetBuffer())
		}
		last := h.pieces[len(h.pieces)-1]
		n := min(len(rest), cap(*last)-len(*last))
		*last, rest = append(*last, rest[:n]...), rest[n:]
	}
	return len(p), nil
}

// Size is the length of the whole body in bytes, however much of it was read.
func (h *Held) Size() int64 { return h.size }

// Encode returns the rest of the body as base64. The pieces of one form become those of the other
// while it goes on, so that they are not in memory both.
func (h *Held) Encode() *Held {
	out := &Held{}
	encoder := base64.NewEncoder(base64.StdEncoding, out)
	for rest := h.next(); rest != nil; rest = h.next() {
		_, _ = encoder.Write(rest) // into memory, which does not fail
		h.off += len(rest)
	}
	_ = encoder.Close()
	return out
}

// Decode returns what the rest of the body is the base64 of.
func (h *Held) Decode() (*Held, error) {
	return Hold(base64.NewDecoder(base64.StdEncoding, h), h.size)
}

// Peek shows the pieces of the rest of the body until see returns false.
func (h *Held) Peek(see func([]byte) bool) {
	for i, off := h.at, h.off; i < len(h.pieces); i, off = i+1, 0 {
		if !see((*h.pieces[i])[off:]) {
			return
		}
	}
}
