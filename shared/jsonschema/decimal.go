package jsonschema

import (
	"bytes"
	"math/big"
	"strconv"
)

// decimal is a number of a JSON text, of any size, without being computed: its significant digits,
// head and tail together, times ten to the power of exp. Zero has no digits.
type decimal struct {
	negative   bool
	head, tail []byte
	exp        int64
}

// parseDecimal reads a valid JSON number, in whose text the digits stay.
func parseDecimal(text []byte) decimal {
	var n decimal
	if text[0] == '-' {
		n.negative, text = true, text[1:]
	}
	if i := bytes.IndexAny(text, "eE"); i >= 0 {
		// The length of an exponent was checked, so that it fits.
		n.exp, _ = strconv.ParseInt(string(text[i+1:]), 10, 64)
		text = text[:i]
	}
	n.head = text
	if i := bytes.IndexByte(text, '.'); i >= 0 {
		n.head, n.tail = text[:i], text[i+1:]
		n.exp -= int64(len(n.tail))
	}
	for len(n.head) > 0 && n.head[0] == '0' {
		n.head = n.head[1:]
	}
	for len(n.head) == 0 && len(n.tail) > 0 && n.tail[0] == '0' {
		n.tail = n.tail[1:]
	}
	for len(n.tail) > 0 && n.tail[len(n.tail)-1] == '0' {
		n.tail = n.tail[:len(n.tail)-1]
		n.exp++
	}
	for len(n.tail) == 0 && len(n.head) > 0 && n.head[len(n.head)-1] == '0' {
		n.head = n.head[:len(n.head)-1]
		n.exp++
	}
	if n.digits() == 0 {
		return decimal{}
	}
	return n
}

func (n *decimal) digits() int { return len(n.head) + len(n.tail) }

func (n *decimal) digit(i int) byte {
	switch {
	case i < len(n.head):
		return n.head[i]
	case i < n.digits():
		return n.tail[i-len(n.head)]
	}
	return '0'
}

// magnitude is the power of ten above the number.
func (n *decimal) magnitude() int64 { return int64(n.digits()) + n.exp }

// compare returns -1, 0 or 1.
func (n *decimal) compare(m *decimal) int {
	sign := func(n *decimal) int {
		switch {
		case n.digits() == 0:
			return 0
		case n.negative:
			return -1
		}
		return 1
	}
	s := sign(n)
	if t := sign(m); s != t {
		if s < t {
			return -1
		}
		return 1
	}
	if s == 0 {
		return 0
	}
	a, b := n.magnitude(), m.magnitude()
	switch {
	case a < b:
		return -s
	case a > b:
		return s
	}
	for i := range max(n.digits(), m.digits()) {
		switch a, b := n.digit(i), m.digit(i); {
		case a < b:
			return -s
		case a > b:
			return s
		}
	}
	return 0
}

// appendJava appends the number as Java prints a decimal without trailing zeros.
func (n *decimal) appendJava(b []byte) []byte {
	count := n.digits()
	if count == 0 {
		return append(b, '0')
	}
	if n.negative {
		b = append(b, '-')
	}
	power := n.magnitude() - 1 // of the first digit
	switch {
	case n.exp == 0:
		return append(append(b, n.head...), n.tail...)
	case n.exp < 0 && power >= -6:
		point := int(n.magnitude())
		if point <= 0 {
			b = append(b, "0."...)
			for range -point {
				b = append(b, '0')
			}
			return append(append(b, n.head...), n.tail...)
		}
		for i := range count {
			if i == point {
				b = append(b, '.')
			}
			b = append(b, n.digit(i))
		}
		return b
	}
	b = append(b, n.digit(0))
	if count > 1 {
		b = append(b, '.')
		for i := 1; i < count; i++ {
			b = append(b, n.digit(i))
		}
	}
	b = append(b, 'E')
	if power >= 0 {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, power, 10)
}

// divisor is a multipleOf: factor times ten to the power of exp.
type divisor struct {
	text   []byte
	factor *big.Int
	exp    int64
}

// maxDivisorDigits bounds the divisor of a schema, with its exponent.
const maxDivisorDigits = 300

func newDivisor(text []byte) (*divisor, bool) {
	n := parseDecimal(text)
	if n.digits() == 0 || n.negative || n.digits() > maxDivisorDigits || n.exp > maxDivisorDigits || n.exp < -maxDivisorDigits {
		return nil, false
	}
	factor, ok := new(big.Int).SetString(string(n.head)+string(n.tail), 10)
	return &divisor{text: text, factor: factor, exp: n.exp}, ok
}

// divides tells whether n is a multiple. It takes time in proportion to the digits of n.
func (d *divisor) divides(n *decimal) bool {
	if n.digits() == 0 {
		return true
	}
	shift := n.exp - d.exp
	if shift < 0 {
		// n would have to end with zeros, and all of them are in its exponent.
		return false
	}
	if d.factor.IsUint64() {
		if f := d.factor.Uint64(); f < 1<<32 {
			return d.remainder32(n, f, shift) == 0
		}
	}
	const chunk = 18
	rest, part, scale := new(big.Int), new(big.Int), big.NewInt(1)
	var digits [chunk]byte
	for i := 0; i < n.digits(); i += chunk {
		k := min(chunk, n.digits()-i)
		for j := range k {
			digits[j] = n.digit(i + j)
		}
		v, _ := strconv.ParseUint(string(digits[:k]), 10, 64) // 18 digits fit
		scale.Exp(big.NewInt(10), big.NewInt(int64(k)), nil)
		rest.Add(rest.Mul(rest, scale), part.SetUint64(v))
		rest.Mod(rest, d.factor)
	}
	rest.Mul(rest, part.Exp(big.NewInt(10), big.NewInt(shift), d.factor))
	return rest.Mod(rest, d.factor).Sign() == 0
}

// remainder32 is the remainder of a division by a small factor.
func (d *divisor) remainder32(n *decimal, f uint64, shift int64) uint64 {
	rest := uint64(0)
	for i := range n.digits() {
		rest = (rest*10 + uint64(n.digit(i)-'0')) % f
	}
	power, base := uint64(1)%f, uint64(10)%f
	for ; shift > 0; shift >>= 1 {
		if shift&1 == 1 {
			power = power * base % f
		}
		base = base * base % f
	}
	return rest * power % f
}
