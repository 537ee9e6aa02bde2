package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// clientIdle is how long a client may take no bytes of an answer that does not fit into the
// buffers on its way (domains and edge spec, 1).
const clientIdle = 310 * time.Second

// clientBound keeps a client that stops reading from holding an answer and its backend for ever.
// An event source without connections of its own knows no deadline and needs none.
type clientBound struct {
	control *http.ResponseController
	renewed time.Time
}

// renew moves the deadline on; not for each write, which would cost more than it is worth.
func (c *clientBound) renew() {
	if now := time.Now(); now.Sub(c.renewed) > clientIdle/16 {
		c.renewed = now
		_ = c.control.SetWriteDeadline(now.Add(clientIdle))
	}
}

// end lifts the deadline, for the connection's next request.
func (c *clientBound) end() { _ = c.control.SetWriteDeadline(time.Time{}) }

// Stream is an answer on its way from a backend to a client.
type Stream struct {
	From io.Reader
	// Length is in bytes, -1 if unknown.
	Length int64
	// Flush says that whatever has arrived goes on at once even though the length is known.
	Flush bool
	// Call is told that the backend goes on.
	Call *Call
	// First is called before the first byte of content goes on; it may be nil.
	First func()
}

// ErrShortAnswer says that an answer ended early.
var ErrShortAnswer = errors.New("the integration's answer ended before the length that it announced")

// Copy copies a body as it comes: whatever has arrived goes on before more is waited for. An
// answer whose end is already known to be there needs no flush. It returns how many bytes the
// client took.
func (s *Stream) Copy(w http.ResponseWriter) (int64, error) {
	if held, ok := s.From.(*Held); ok {
		return held.send(w)
	}
	control := http.NewResponseController(w)
	client := clientBound{control: control}
	defer client.end()
	if s.Length < 0 || s.Flush {
		// A front door that cannot flush buffers, which is its nature and no error.
		_ = control.Flush()
	}
	space := GetBuffer()
	defer PutBuffer(space)
	buf := (*space)[:cap(*space)]
	var sent int64
	for {
		n, readErr := s.From.Read(buf)
		if n > 0 {
			s.Call.Alive()
			if sent == 0 && s.First != nil {
				s.First()
			}
			client.renew()
			written, err := w.Write(buf[:n])
			sent += int64(written)
			if err != nil {
				return sent, fmt.Errorf("write the response: %w", err)
			}
			if sent != s.Length && readErr == nil {
				_ = control.Flush()
			}
		}
		switch {
		case readErr == io.EOF && sent < s.Length:
			return sent, ErrShortAnswer
		case readErr == io.EOF:
			return sent, nil
		case readErr != nil:
			if broken := s.Call.Broken(); broken != nil {
				readErr = broken
			}
			return sent, fmt.Errorf("read the integration's body: %w", readErr)
		}
	}
}

// send writes a body that is in memory. Nothing is flushed: its length is known.
func (h *Held) send(w http.ResponseWriter) (int64, error) {
	client := clientBound{}
	if len(h.pieces) > len(h.inline) {
		client.control = http.NewResponseController(w)
		defer client.end()
	}
	var sent int64
	for rest := h.next(); rest != nil; rest = h.next() {
		if client.control != nil {
			client.renew()
		}
		n, err := w.Write(rest)
		sent += int64(n)
		if err != nil {
			return sent, fmt.Errorf("write the response: %w", err)
		}
		h.off += len(rest)
	}
	return sent, nil
}
