package exchange

import "unicode/utf8"

// replacement stands where bytes are no UTF-8.
const replacement = "\uFFFD"

// Text returns b with a replacement character for each run of bytes that begins a character and
// does not end it, as decoders of UTF-8 do that follow Unicode's recommendation, Java's among them
// (The Unicode Standard, 3.9, U+FFFD substitution of maximal subparts). Valid text is returned as it
// is.
func Text(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		if _, n := utf8.DecodeRune(b); n > 1 || b[0] < utf8.RuneSelf {
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		out = append(out, replacement...)
		b = b[subpart(b):]
	}
	return out
}

// subpart is the length of the longest start of b that could be the start of a character, or 1.
func subpart(b []byte) int {
	low, high, more := byte(0x80), byte(0xBF), 0
	switch c := b[0]; {
	case 0xC2 <= c && c <= 0xDF:
		more = 1
	case 0xE0 <= c && c <= 0xEF:
		more = 2
		switch c {
		case 0xE0:
			low = 0xA0
		case 0xED:
			high = 0x9F
		}
	case 0xF0 <= c && c <= 0xF4:
		more = 3
		switch c {
		case 0xF0:
			low = 0x90
		case 0xF4:
			high = 0x8F
		}
	}
	n := 1
	for n < len(b) && n <= more && low <= b[n] && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// IsText tells whether the rest of the body is UTF-8.
func (h *Held) IsText() bool {
	var cut [utf8.UTFMax]byte // a character that the end of a piece cuts
	kept, valid := 0, true
	h.Peek(func(piece []byte) bool {
		for kept > 0 && len(piece) > 0 && !utf8.FullRune(cut[:kept]) {
			cut[kept], piece = piece[0], piece[1:]
			kept++
		}
		if kept > 0 && utf8.FullRune(cut[:kept]) {
			valid = utf8.Valid(cut[:kept])
			kept = 0
		}
		whole := len(piece)
		for i := 1; i < utf8.UTFMax && i <= len(piece); i++ {
			if tail := piece[len(piece)-i:]; utf8.RuneStart(tail[0]) {
				if !utf8.FullRune(tail) {
					whole -= i
				}
				break
			}
		}
		valid = valid && utf8.Valid(piece[:whole])
		if whole < len(piece) {
			kept = copy(cut[:], piece[whole:])
		}
		return valid
	})
	return valid && kept == 0
}

// Text returns the rest of the body with replacement characters for what is no UTF-8 (see Text).
func (h *Held) Text() *Held {
	if h.IsText() {
		return h
	}
	out := &Held{}
	_, _ = out.Write(Text(h.Bytes())) // into memory, which does not fail
	return out
}
