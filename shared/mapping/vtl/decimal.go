package vtl

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a java.math.BigDecimal: unscaled * 10^-scale.
type Decimal struct {
	unscaled *big.Int
	scale    int
}

// Bounds of numbers: a template must not make one that is costly to work with.
const (
	maxNumberBits  = 1 << 16
	maxScale       = 1 << 14
	maxNumberChars = 10_000
)

var errNumberSize = limitError("a number has too many digits")

// parseDecimal reads what Java's BigDecimal constructor reads.
func parseDecimal(text string) (Decimal, bool) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil {
			return Decimal{}, false
		}
		mantissa, exponent = text[:i], int(n)
	}
	sign := ""
	if mantissa != "" && (mantissa[0] == '-' || mantissa[0] == '+') {
		if mantissa[0] == '-' {
			sign = "-"
		}
		mantissa = mantissa[1:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || len(digits) > maxNumberChars || strings.Trim(digits, "0123456789") != "" {
		return Decimal{}, false
	}
	n, ok := new(big.Int).SetString(sign+digits, 10)
	return Decimal{n, len(fraction) - exponent}, ok
}

func power10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// aligned gives both numbers the larger scale.
func aligned(a, b Decimal) (x, y *big.Int, scale int, err error) {
	distance := a.scale - b.scale
	if distance > maxScale || distance < -maxScale {
		return nil, nil, 0, errNumberSize
	}
	x, y, scale = a.unscaled, b.unscaled, max(a.scale, b.scale)
	if distance < 0 {
		x = new(big.Int).Mul(x, power10(-distance))
	} else if distance > 0 {
		y = new(big.Int).Mul(y, power10(distance))
	}
	return x, y, scale, nil
}

func (d Decimal) checked() (Value, error) {
	if d.unscaled.BitLen() > maxNumberBits {
		return nil, errNumberSize
	}
	return d, nil
}

func (d Decimal) compare(o Decimal) (int, error) {
	if s, t := d.unscaled.Sign(), o.unscaled.Sign(); s != t || s == 0 {
		return s - t, nil
	}
	x, y, _, err := aligned(d, o)
	if err != nil {
		return 0, err
	}
	return x.Cmp(y), nil
}

var errDivideByZero = errors.New("java.lang.ArithmeticException: / by zero")

// divide rounds half down to the scale of d, as Velocity asks Java to.
func (d Decimal) divide(o Decimal) (Value, error) {
	if o.unscaled.Sign() == 0 {
		return nil, errDivideByZero
	}
	// d/o at d's scale is d.unscaled * 10^o.scale / o.unscaled.
	if o.scale > maxScale || o.scale < -maxScale {
		return nil, errNumberSize
	}
	n, m := new(big.Int).Set(d.unscaled), new(big.Int).Set(o.unscaled)
	if o.scale >= 0 {
		n.Mul(n, power10(o.scale))
	} else {
		m.Mul(m, power10(-o.scale))
	}
	q, r := new(big.Int).QuoRem(n, m, new(big.Int))
	if r.Abs(r).Lsh(r, 1).CmpAbs(m) > 0 {
		q.Add(q, big.NewInt(int64(n.Sign()*m.Sign())))
	}
	return Decimal{q, d.scale}.checked()
}

// String is BigDecimal.toString: plain where the exponent is small, scientific elsewhere.
func (d Decimal) String() string {
	digits := new(big.Int).Abs(d.unscaled).String()
	sign := ""
	if d.unscaled.Sign() < 0 {
		sign = "-"
	}
	exponent := len(digits) - 1 - d.scale
	if d.scale >= 0 && exponent >= -6 {
		if d.scale == 0 {
			return sign + digits
		}
		if len(digits) <= d.scale {
			digits = strings.Repeat("0", d.scale-len(digits)+1) + digits
		}
		return sign + digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	}
	out := sign + digits[:1]
	if len(digits) > 1 {
		out += "." + digits[1:]
	}
	if exponent != 0 {
		out += "E"
		if exponent > 0 {
			out += "+"
		}
		out += strconv.Itoa(exponent)
	}
	return out
}

// float is the nearest Double.
func (d Decimal) float() float64 {
	f, _ := strconv.ParseFloat(d.String(), 64)
	return f
}

// whole drops the fraction.
func (d Decimal) whole() *big.Int {
	switch {
	case d.scale == 0:
		return d.unscaled
	case d.scale > maxScale:
		return new(big.Int)
	case d.scale > 0:
		return new(big.Int).Quo(d.unscaled, power10(d.scale))
	case d.scale < -maxScale:
		return new(big.Int)
	}
	return new(big.Int).Mul(d.unscaled, power10(-d.scale))
}

// appendDouble appends a number as Double.toString does.
func appendDouble(dst []byte, f float64) []byte {
	abs := f
	if abs < 0 {
		abs = -abs
	}
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case abs > 1.7976931348623157e308:
		if f < 0 {
			dst = append(dst, '-')
		}
		return append(dst, "Infinity"...)
	case abs == 0 || abs >= 1e-3 && abs < 1e7:
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		if !strings.Contains(string(dst[start:]), ".") {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	var room [32]byte
	text := string(strconv.AppendFloat(room[:0], f, 'e', -1, 64))
	if !strings.Contains(text, ".") {
		text = twoDigits(text, f)
	}
	mantissa, exponent, _ := strings.Cut(text, "e")
	dst = append(dst, mantissa...)
	if !strings.Contains(mantissa, ".") {
		dst = append(dst, ".0"...)
	}
	n, _ := strconv.Atoi(exponent)
	return strconv.AppendInt(append(dst, 'E'), int64(n), 10)
}

// twoDigits is the nearest number with two digits, which Java prefers to the shortest if that
// has only one, as long as it reads back as f.
func twoDigits(text string, f float64) string {
	longer := strconv.FormatFloat(f, 'e', 1, 64)
	if back, err := strconv.ParseFloat(longer, 64); err == nil && back == f {
		return longer
	}
	return text
}
