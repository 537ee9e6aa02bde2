package wire

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// raw consumes a string literal and returns what stands between its quotes.
func (d *Decoder) raw() []byte {
	d.pos++
	start := d.pos
	for d.data[d.pos] != '"' {
		if d.data[d.pos] == '\\' {
			d.pos++
		}
		d.pos++
	}
	d.pos++
	return d.data[start : d.pos-1]
}

// text consumes a string literal and returns its value. Bytes that are not UTF-8 and lone surrogates become U+FFFD, as in
// encoding/json.
func (d *Decoder) text() string {
	raw := d.raw()
	plain := true
	for _, c := range raw {
		if c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			r, n := utf8.DecodeRune(raw[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		r, n := unescape(raw[i:])
		out = utf8.AppendRune(out, r)
		i += n
	}
	return string(out)
}

// unescape reads the escape sequence at the start of s and returns its rune and length.
func unescape(s []byte) (rune, int) {
	switch s[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r := hex4(s[2:6])
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
			if pair := utf16.DecodeRune(r, hex4(s[8:12])); pair != utf8.RuneError {
				return pair, 12
			}
		}
		return utf8.RuneError, 6
	default:
		return rune(s[1]), 2 // quote, backslash, slash
	}
}

func hex4(s []byte) rune {
	v, err := strconv.ParseUint(string(s), 16, 16)
	if err != nil {
		return utf8.RuneError // not reached: the syntax was checked
	}
	return rune(v)
}
