package rest

import (
	"io"
	"sync"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// maxLogEvent is where an event of an execution log is cut, in bytes (security and operations
// spec, 7).
const maxLogEvent = 1024

// truncated marks what was cut.
const truncated = " [TRUNCATED]"

// truncate cuts a long text between two characters and says so.
func truncate(s string, length int) string {
	if len(s) <= length {
		return s
	}
	for length > 0 && !utf8.RuneStart(s[length]) {
		length--
	}
	return s[:length] + truncated
}

// payload is the text of a payload that is at hand: whole in the log of a test, as much as an
// event can hold in that of a stage.
func (l *executionLog) payload(b []byte) string {
	if !l.live {
		return string(b)
	}
	var s bodyStart
	s.note(b)
	return s.String()
}

// bodyStart keeps the beginning of a body that passes by, so that the log of a request that
// streams holds nothing up. It is safe for concurrent use: a transport may still read the request
// while the answer is logged.
type bodyStart struct {
	mu   sync.Mutex
	kept []byte
	more bool
}

func (s *bodyStart) note(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := min(len(p), maxLogEvent-len(s.kept))
	s.kept = append(s.kept, p[:n]...)
	s.more = s.more || n < len(p)
}

// String returns the beginning as text, which is so long if there is more that it makes an event
// be cut. Bytes that are no text are not shown.
func (s *bodyStart) String() string {
	if s == nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.kept
	if s.more {
		text = text[:completeText(text)]
	}
	if !utf8.Valid(text) {
		return "[Binary Data]"
	}
	return string(text)
}

// completeText is how many bytes are left without a character that is cut off at the end.
func completeText(b []byte) int {
	for i := 1; i <= min(len(b), utf8.UTFMax); i++ {
		if at := len(b) - i; utf8.RuneStart(b[at]) {
			if !utf8.FullRune(b[at:]) {
				return at
			}
			break
		}
	}
	return len(b)
}

// tapped is a body of which a bodyStart takes note.
type tapped struct {
	io.ReadCloser
	start *bodyStart
}

func (t tapped) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.start.note(p[:n])
	return n, err
}

// show lets s take note of a body that is in memory.
func show(h *exchange.Held, s *bodyStart) {
	h.Peek(func(piece []byte) bool {
		s.note(piece)
		return !s.more
	})
}

// tap begins to take note of a body that nobody has read from yet. It returns nil for a request
// without one.
func (b *requestBody) tap() *bodyStart {
	if b == nil {
		return nil
	}
	s := &bodyStart{}
	b.Source = tapped{b.Source, s}
	return s
}
