package jsonpath

import (
	"cmp"
	"strconv"
	"strings"
)

// decimal is a java.math.BigDecimal, kept as text, so that no exponent costs anything: its
// value is digits * 10^-scale.
type decimal struct {
	negative bool
	// digits has no leading zeros, and is "0" for zero; it is empty if isSmall is set.
	digits string
	scale  int64
	// small is the value if isSmall is set, which most numbers of documents are.
	small   int64
	isSmall bool
}

func integerDecimal(n int64) decimal { return decimal{small: n, isSmall: true} }

// full has digits.
func (d decimal) full() decimal {
	if d.isSmall {
		d.negative, d.digits, d.isSmall = d.small < 0, strings.TrimPrefix(strconv.FormatInt(d.small, 10), "-"), false
	}
	return d
}

// parseDecimal reads what the constructor of BigDecimal takes.
func parseDecimal(text string) (decimal, bool) {
	var d decimal
	mantissa := text
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil {
			return d, false
		}
		mantissa, d.scale = text[:i], -n
	}
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		d.negative = mantissa[0] == '-'
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return d, false
	}
	d.scale += int64(len(fraction))
	if d.digits = strings.TrimLeft(digits, "0"); d.digits == "" {
		d.digits, d.negative = "0", false
	}
	return d, true
}

func (d decimal) sign() int {
	switch {
	case d.digits == "0":
		return 0
	case d.negative:
		return -1
	}
	return 1
}

// compare is BigDecimal.compareTo, for which 1 and 1.0 are equal.
func (d decimal) compare(o decimal) int {
	if d.isSmall && o.isSmall {
		return cmp.Compare(d.small, o.small)
	}
	d, o = d.full(), o.full()
	s := d.sign()
	if t := o.sign(); s != t || s == 0 {
		return cmp.Compare(s, t)
	}
	if c := cmp.Compare(int64(len(d.digits))-d.scale, int64(len(o.digits))-o.scale); c != 0 {
		return c * s
	}
	return strings.Compare(strings.TrimRight(d.digits, "0"), strings.TrimRight(o.digits, "0")) * s
}

// String is BigDecimal.toString.
func (d decimal) String() string {
	if d.isSmall {
		return strconv.FormatInt(d.small, 10)
	}
	digits, sign := d.digits, ""
	if d.negative {
		sign = "-"
	}
	exponent := int64(len(digits)) - 1 - d.scale
	if d.scale >= 0 && exponent >= -6 {
		if d.scale == 0 {
			return sign + digits
		}
		if missing := d.scale - int64(len(digits)) + 1; missing > 0 {
			digits = strings.Repeat("0", int(missing)) + digits
		}
		point := len(digits) - int(d.scale)
		return sign + digits[:point] + "." + digits[point:]
	}
	out := sign + digits[:1]
	if len(digits) > 1 {
		out += "." + digits[1:]
	}
	if exponent > 0 {
		out += "E+" + strconv.FormatInt(exponent, 10)
	} else if exponent < 0 {
		out += "E" + strconv.FormatInt(exponent, 10)
	}
	return out
}

// intValue drops the fraction, and keeps the lowest 32 bits.
func (d decimal) intValue() int32 {
	if d.isSmall {
		return int32(d.small)
	}
	whole := int64(len(d.digits)) - d.scale
	var n uint32
	// From 32 zeros on the lowest bits are all zero.
	if d.scale <= -32 {
		return 0
	}
	for i := range min(whole, int64(len(d.digits))) {
		n = n*10 + uint32(d.digits[i]-'0')
	}
	for i := int64(len(d.digits)); i < whole; i++ {
		n *= 10
	}
	if d.negative {
		n = -n
	}
	return int32(n)
}
