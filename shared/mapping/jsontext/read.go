package jsontext

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf16"
	"unicode/utf8"
)

// Valid tells whether b is one JSON value with nothing but white space around it. All other
// functions here take text that is valid; on other text they give useless results but do not
// panic.
func Valid(b []byte) bool { return json.Valid(b) }

// Trim returns b without the white space around it.
func Trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// Kind returns the first byte of a value that has no leading white space: one of { [ " t f n,
// or '0' for every number. It is 0 for an empty text.
func Kind(b []byte) byte {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		return '0'
	}
	return b[0]
}

// Members yields the names, decoded, and the values, as they lie, of an object. It yields
// nothing for any other value.
func Members(raw []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		raw := Trim(raw)
		if Kind(raw) != '{' {
			return
		}
		for i := next(raw, 1); i < len(raw) && raw[i] == '"'; {
			nameEnd := valueEnd(raw, i)
			name := Text(raw[i:nameEnd])
			i = next(raw, nameEnd) // at the colon
			i = next(raw, i+1)
			if i >= len(raw) {
				return
			}
			stop := valueEnd(raw, i)
			if !yield(name, raw[i:stop]) {
				return
			}
			i = next(raw, stop) // at a comma or the brace
			i = next(raw, i+1)
		}
	}
}

// Elements yields the elements, as they lie, of an array. It yields nothing for any other
// value.
func Elements(raw []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		raw := Trim(raw)
		if Kind(raw) != '[' {
			return
		}
		for i := next(raw, 1); i < len(raw) && raw[i] != ']'; {
			stop := valueEnd(raw, i)
			if !yield(raw[i:stop]) {
				return
			}
			i = next(raw, stop)
			i = next(raw, i+1)
		}
	}
}

// Text returns the text of a JSON string, with escapes decoded; of any other value it returns
// the JSON text itself. Bytes that are not UTF-8 and lone surrogates become U+FFFD.
func Text(raw []byte) string {
	text, _ := decode(raw)
	return string(text)
}

// Bytes is Text as bytes, which are the caller's own. Large payloads are not copied on the way.
func Bytes(raw []byte) []byte {
	text, shared := decode(raw)
	if shared {
		return bytes.Clone(text)
	}
	return text
}

// decode returns the text of a value, and whether it is a part of raw.
func decode(raw []byte) (text []byte, shared bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return raw, true
	}
	raw = raw[1 : len(raw)-1]
	plain := true
	for _, c := range raw {
		if c == '\\' {
			plain = false
			break
		}
	}
	if plain {
		if valid := validText(raw); len(valid) != len(raw) {
			return valid, false
		}
		return raw, true
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			continue
		}
		i++
		if raw[i] != 'u' {
			out = append(out, unescape(raw[i]))
			continue
		}
		r := hex4(raw, i+1)
		i += 4
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if i+2 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' {
				low = hex4(raw, i+3)
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return validText(out), false
}

// validText replaces each byte that is no part of UTF-8, which makes the text longer.
func validText(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/2)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		out, b = utf8.AppendRune(out, r), b[n:]
	}
	return out
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

func hex4(b []byte, at int) rune {
	if at+4 > len(b) {
		return utf8.RuneError
	}
	var r rune
	for _, c := range b[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return utf8.RuneError
		}
	}
	return r
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// next returns the index of the first byte from i on that is no white space.
func next(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

// valueEnd returns the index after the value that starts at i.
func valueEnd(b []byte, i int) int {
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		depth := 0
		for i < len(b) {
			switch b[i] {
			case '"':
				i = stringEnd(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			i++
			if depth == 0 {
				return i
			}
		}
		return len(b)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && !isSpace(b[i]) {
		i++
	}
	return i
}

func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}
