package wire

import (
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// BoolValue writes a boolean.
func (e *Encoder) BoolValue(v bool) { e.buf = strconv.AppendBool(e.buf, v) }

// Int32Value writes an integer.
func (e *Encoder) Int32Value(v int32) { e.buf = strconv.AppendInt(e.buf, int64(v), 10) }

// Int64Value writes an integer.
func (e *Encoder) Int64Value(v int64) { e.buf = strconv.AppendInt(e.buf, v, 10) }

// Float64Value writes a double the way the services print it: whole numbers keep one decimal, as in 50.0.
func (e *Encoder) Float64Value(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		e.err = fmt.Errorf("%v is no JSON number", v)
		return
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		e.buf = strconv.AppendFloat(e.buf, v, 'f', 1, 64)
		return
	}
	e.buf = strconv.AppendFloat(e.buf, v, 'g', -1, 64)
}

func (e *Encoder) epochValue(v time.Time) {
	seconds, nanos := v.Unix(), int64(v.Nanosecond())
	if seconds < 0 && nanos > 0 {
		// The fraction of a negative number counts away from zero, that of a time.Time always forward.
		seconds, nanos = seconds+1, int64(time.Second)-nanos
		if seconds == 0 {
			e.buf = append(e.buf, '-')
		}
	}
	e.buf = strconv.AppendInt(e.buf, seconds, 10)
	if nanos == 0 {
		return
	}
	fraction := strconv.AppendInt(nil, int64(time.Second)+nanos, 10)[1:]
	for fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	e.buf = append(append(e.buf, '.'), fraction...)
}

func (e *Encoder) isoValue(v time.Time) {
	e.buf = append(e.buf, '"')
	e.buf = v.UTC().AppendFormat(e.buf, time.RFC3339Nano)
	e.buf = append(e.buf, '"')
}

const hexDigits = "0123456789abcdef"

// StringValue writes a string. Invalid UTF-8 becomes U+FFFD; the two line separators that end a JavaScript line are
// escaped, so that documents may be embedded in pages.
func (e *Encoder) StringValue(s string) {
	b := append(e.buf, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			b = appendASCII(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == '\u2028' || r == '\u2029' {
			b = append(b, '\\', 'u', '2', '0', '2', hexDigits[r&0xf])
		} else {
			b = utf8.AppendRune(b, r)
		}
		i += n
	}
	e.buf = append(b, '"')
}

func appendASCII(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	if c < ' ' || c == 0x7f {
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
	}
	return append(b, c)
}
