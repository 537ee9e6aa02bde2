package openapi

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string from its opening quote on. Most have no escapes and are taken as they stand.
func (r *jsonReader) string() (string, error) {
	r.at++
	start := r.at
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			text := string(r.text[start:r.at])
			r.at++
			return text, nil
		case c == '\\':
			return r.escaped(append([]byte(nil), r.text[start:r.at]...))
		case c < ' ':
			return "", r.fail("a control character inside a string must be escaped")
		}
		r.at++
	}
	return "", r.fail("the document ends inside a string")
}

// escaped reads the rest of a string from its first backslash on.
func (r *jsonReader) escaped(text []byte) (string, error) {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return string(text), nil
		case c < ' ':
			return "", r.fail("a control character inside a string must be escaped")
		case c != '\\':
			text = append(text, c)
			r.at++
			continue
		}
		r.at++
		if plain := strings.IndexByte(`"\/bfnrt`, r.peek()); plain >= 0 && r.at < len(r.text) {
			text = append(text, "\"\\/\b\f\n\r\t"[plain])
			r.at++
			continue
		}
		char, read := r.unicodeEscape(r.at)
		if read == 0 {
			return "", r.fail("unknown escape in a string")
		}
		r.at += read
		if utf16.IsSurrogate(char) {
			low, more := rune(-1), 0
			if r.peek() == '\\' {
				low, more = r.unicodeEscape(r.at + 1)
			}
			if char = utf16.DecodeRune(char, low); char != utf8.RuneError {
				r.at += 1 + more
			}
		}
		text = utf8.AppendRune(text, char)
	}
	return "", r.fail("the document ends inside a string")
}

// unicodeEscape reads uXXXX at the given offset and returns the number of bytes read, 0 when there is none.
func (r *jsonReader) unicodeEscape(at int) (rune, int) {
	if at+5 > len(r.text) || r.text[at] != 'u' {
		return 0, 0
	}
	value, err := strconv.ParseUint(string(r.text[at+1:at+5]), 16, 16)
	if err != nil {
		return 0, 0
	}
	return rune(value), 5
}
