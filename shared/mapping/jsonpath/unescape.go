package jsonpath

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var errUnicode = errors.New("expected four hexadecimal digits after \\u")

// unescape decodes the backslashes of a name or a string literal.
func unescape(text string) (string, error) {
	if strings.IndexByte(text, '\\') < 0 {
		return text, nil
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			out = append(out, c)
			continue
		}
		if i++; i == len(text) {
			return string(append(out, '\\')), nil
		}
		switch c = text[i]; c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			if len(text) < i+5 {
				// What is cut off is dropped.
				return string(out), nil
			}
			r, err := hex(text[i+1 : i+5])
			if err != nil {
				return "", err
			}
			i += 4
			if utf16.IsSurrogate(r) && len(text) > i+6 && text[i+1] == '\\' && text[i+2] == 'u' {
				if low, err := hex(text[i+3 : i+7]); err == nil && utf16.DecodeRune(r, low) != utf8.RuneError {
					r = utf16.DecodeRune(r, low)
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		out = append(out, c)
	}
	return string(out), nil
}

func hex(text string) (rune, error) {
	n, err := strconv.ParseUint(text, 16, 16)
	if err != nil {
		return 0, errUnicode
	}
	return rune(n), nil
}

// utf16Len is the length of a String in Java.
func utf16Len(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(max(r, 0))
	}
	return n
}

// compareUTF16 orders two texts as String.compareTo does.
func compareUTF16(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < max(len(a), len(b)) && (n < len(a) && !utf8.RuneStart(a[n]) || n < len(b) && !utf8.RuneStart(b[n])) {
		n--
	}
	a, b = a[n:], b[n:]
	if a == "" || b == "" {
		return len(a) - len(b)
	}
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	if high, low := x > 0xFFFF, y > 0xFFFF; high != low {
		// A surrogate pair starts with D800 to DBFF.
		if high {
			x = 0xD800
		} else {
			y = 0xD800
		}
	}
	return int(x - y)
}
