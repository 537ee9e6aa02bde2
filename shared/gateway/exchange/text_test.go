package exchange

import (
	"bytes"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"
)

// The examples are tables 3-8 to 3-11 of The Unicode Standard, 3.9.
func TestTextReplacesMaximalSubparts(t *testing.T) {
	const r = "\uFFFD"
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"abc ä € 😀", "abc ä € 😀"},
		{"\x00\xff\xfe1", "\x00" + r + r + "1"},
		{"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", strings.Repeat(r, 8) + "A"},
		{"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", strings.Repeat(r, 8) + "A"},
		{"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", strings.Repeat(r, 5) + "A" + r + r + "B"},
		{"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", strings.Repeat(r, 4) + "A"},
		{"a\xF0\x9F\x98", "a" + r},
		{r, r},
	} {
		if got := string(Text([]byte(c.in))); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// However a body is cut into pieces, it is text or it is not.
func TestHeldText(t *testing.T) {
	check := func(text string, noise []byte, at uint16) bool {
		body := []byte(text)
		i := 0
		if len(body) > 0 {
			i = int(at) % len(body)
		}
		body = append(append(append([]byte(nil), body[:i]...), noise...), body[i:]...)
		pad := bytes.Repeat([]byte("x"), int(at)%7)
		for size := 1; size < 5; size++ {
			h := &Held{}
			for rest := append(pad, body...); len(rest) > 0; {
				n := min(size, len(rest))
				piece := append([]byte(nil), rest[:n]...)
				h.pieces, h.size, rest = append(h.pieces, &piece), h.size+int64(n), rest[n:]
			}
			whole := append(append([]byte(nil), pad...), body...)
			if h.IsText() != utf8.Valid(whole) {
				t.Logf("pieces of %d: %q", size, whole)
				return false
			}
			if got := h.Text(); !bytes.Equal(got.Bytes(), Text(whole)) {
				return false
			}
		}
		return true
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}
