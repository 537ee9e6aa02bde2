package wire

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"
)

// The years 0 and 9999, the range in which an ISO 8601 date has four digits.
const (
	minEpoch = -62167219200
	maxEpoch = 253402300799
)

// The methods named after a type read an optional member (null is absent); those that end in Value read an element of a
// list or map, where null is refused.

// String reads an optional string.
func (d *Decoder) String() *string { return optional(d, (*Decoder).StringValue) }

// Bool reads an optional boolean.
func (d *Decoder) Bool() *bool { return optional(d, (*Decoder).BoolValue) }

// Int32 reads an optional 32-bit integer.
func (d *Decoder) Int32() *int32 { return optional(d, (*Decoder).Int32Value) }

// Int64 reads an optional 64-bit integer.
func (d *Decoder) Int64() *int64 { return optional(d, (*Decoder).Int64Value) }

// Float64 reads an optional double.
func (d *Decoder) Float64() *float64 { return optional(d, (*Decoder).Float64Value) }

// Epoch reads an optional timestamp given as seconds since 1970, fractions allowed.
func (d *Decoder) Epoch() *time.Time { return optional(d, (*Decoder).epochValue) }

// ISO8601 reads an optional timestamp given as an ISO 8601 date and time.
func (d *Decoder) ISO8601() *time.Time { return optional(d, (*Decoder).isoValue) }

// Blob reads optional bytes given as base64.
func (d *Decoder) Blob() []byte {
	if d.null() {
		return nil
	}
	s := d.StringValue()
	b, err := base64.StdEncoding.AppendDecode([]byte{}, []byte(s))
	if err != nil {
		d.fail("A blob is not valid base64")
		return nil
	}
	return b
}

func optional[T any](d *Decoder, read func(*Decoder) T) *T {
	if d.null() {
		return nil
	}
	v := read(d)
	if d.err != nil {
		return nil
	}
	return &v
}

// StringValue reads a string.
func (d *Decoder) StringValue() string {
	if !d.expect(kindString, "String") {
		return ""
	}
	return d.text()
}

// BoolValue reads a boolean.
func (d *Decoder) BoolValue() bool {
	if !d.expect(kindBoolean, "Boolean") {
		return false
	}
	return d.token() == "true"
}

// Int32Value reads a 32-bit integer.
func (d *Decoder) Int32Value() int32 { return int32(d.integer(32, "Integer")) }

// Int64Value reads a 64-bit integer.
func (d *Decoder) Int64Value() int64 { return d.integer(64, "Long") }

// integer accepts any spelling of a whole number, such as 5, 5.0 and 5e0. A fraction or an overflow is refused rather
// than cut off.
func (d *Decoder) integer(bits int, target string) int64 {
	if !d.expect(kindNumber, target) {
		return 0
	}
	token := d.token()
	if v, err := strconv.ParseInt(token, 10, bits); err == nil {
		return v
	}
	// A double holds every integer that a decimal or exponent spelling is likely to mean; beyond 2^53 digits are needed.
	if f, err := strconv.ParseFloat(token, 64); err == nil && f == float64(int64(f)) && f > -(1<<53) && f < 1<<53 {
		if v := int64(f); bits == 64 || v == int64(int32(v)) {
			return v
		}
	}
	d.fail("%s can not be converted to an %s", token, target)
	return 0
}

// Float64Value reads a double.
func (d *Decoder) Float64Value() float64 {
	if !d.expect(kindNumber, "Double") {
		return 0
	}
	token := d.token()
	v, err := strconv.ParseFloat(token, 64)
	if err != nil {
		d.fail("%s can not be converted to an Double", token)
	}
	return v
}

func (d *Decoder) epochValue() time.Time {
	if !d.expect(kindNumber, "Date") {
		return time.Time{}
	}
	token := d.token()
	if t, ok := parseEpoch(token); ok {
		return t
	}
	d.fail("%s can not be converted to an Date", token)
	return time.Time{}
}

// parseEpoch reads decimal digits exactly, because a double would lose the nanoseconds that encoding keeps. Only a number
// with an exponent goes through a double.
func parseEpoch(token string) (time.Time, bool) {
	if strings.ContainsAny(token, "eE") {
		f, err := strconv.ParseFloat(token, 64)
		if err != nil || f < minEpoch || f > maxEpoch {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(math.Round(f * 1000))).UTC(), true
	}
	whole, fraction, _ := strings.Cut(token, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds < minEpoch || seconds > maxEpoch {
		return time.Time{}, false
	}
	nanos, err := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if strings.HasPrefix(token, "-") {
		nanos = -nanos
	}
	return time.Unix(seconds, nanos).UTC(), true
}

func (d *Decoder) isoValue() time.Time {
	if !d.expect(kindString, "Date") {
		return time.Time{}
	}
	text := d.text()
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		d.fail("'%s' can not be converted to an Date", text)
	}
	return t.UTC()
}
