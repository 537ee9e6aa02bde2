package vtl

import (
	"errors"
	"math"
	"math/big"
)

// base is the type in which two numbers are calculated, as Velocity's MathUtils choose it.
type base uint8

const (
	baseLong base = iota
	baseDouble
	baseBigInteger
	baseDecimal
)

// baseOf returns the base for two numbers.
func baseOf(a, b Value) base {
	x, y := ownBase(a), ownBase(b)
	switch {
	case x == baseDecimal || y == baseDecimal:
		return baseDecimal
	case x == baseBigInteger || y == baseBigInteger:
		if x == baseDouble || y == baseDouble {
			return baseDecimal
		}
		return baseBigInteger
	case x == baseDouble || y == baseDouble:
		return baseDouble
	}
	return baseLong
}

func ownBase(v Value) base {
	switch v.(type) {
	case Double:
		return baseDouble
	case *big.Int:
		return baseBigInteger
	case Decimal:
		return baseDecimal
	}
	return baseLong
}

// asNumber reads a number, or a text that is one; ok is false for everything else.
func (s *state) asNumber(v Value) (n Value, ok bool, err error) {
	switch v := v.(type) {
	case int32, int64, Double, *big.Int, Decimal:
		return v, true, nil
	case string:
		d, ok := parseDecimal(v)
		return d, ok, nil
	case *block:
		text, shown, err := v.text(s)
		if err != nil || !shown {
			return nil, false, err
		}
		d, ok := parseDecimal(text)
		return d, ok, nil
	}
	return nil, false, nil
}

func toLong(v Value) int64 {
	switch v := v.(type) {
	case int32:
		return int64(v)
	case int64:
		return v
	case Double:
		return doubleToLong(v.Value)
	case *big.Int:
		return lowBits(v)
	case Decimal:
		return lowBits(v.whole())
	}
	return 0
}

// lowBits is BigInteger.longValue: the lowest 64 bits, in two's complement.
func lowBits(n *big.Int) int64 {
	if n.IsInt64() {
		return n.Int64()
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64))
	return int64(low.Uint64())
}

// doubleToLong is Java's (long) conversion, which stops at the ends.
func doubleToLong(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// toInt is Number.intValue.
func toInt(v Value) int32 {
	if d, ok := v.(Double); ok {
		return int32(min(max(doubleToLong(d.Value), math.MinInt32), math.MaxInt32))
	}
	return int32(toLong(v))
}

func toDouble(v Value) float64 {
	switch v := v.(type) {
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	case Double:
		return v.Value
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	case Decimal:
		return v.float()
	}
	return 0
}

func toBig(v Value) *big.Int {
	if n, ok := v.(*big.Int); ok {
		return n
	}
	return big.NewInt(toLong(v))
}

// toDecimal goes through Double, as MathUtils does, so that 2 becomes 2.0.
func toDecimal(v Value) (Decimal, error) {
	switch v := v.(type) {
	case Decimal:
		return v, nil
	case *big.Int:
		return Decimal{v, 0}, nil
	}
	d, ok := parseDecimal(string(appendDouble(nil, toDouble(v))))
	if !ok {
		return d, errors.New("java.lang.NumberFormatException")
	}
	return d, nil
}

// wrap gives a Long result the wider of the operands' types, or what it needs.
func wrap(n int64, a, b Value) Value {
	_, wideA := a.(int64)
	_, wideB := b.(int64)
	if wideA || wideB {
		return n
	}
	return integer(n)
}

func checkedBig(n *big.Int) (Value, error) {
	if n.BitLen() > maxNumberBits {
		return nil, errNumberSize
	}
	return n, nil
}

func isZero(v Value) bool {
	switch v := v.(type) {
	case int32:
		return v == 0
	case int64:
		return v == 0
	case Double:
		return v.Value == 0
	case *big.Int:
		return v.Sign() == 0
	case Decimal:
		return v.unscaled.Sign() == 0
	}
	return false
}

// calculate applies one of + - * / % to two numbers. Division by zero is null, and overflow
// of a Long goes on as BigInteger.
func calculate(op byte, a, b Value) (Value, error) {
	if (op == '/' || op == '%') && isZero(b) {
		return nil, nil
	}
	switch baseOf(a, b) {
	case baseLong:
		return calculateLong(op, a, b)
	case baseDouble:
		return Double{Value: calculateDouble(op, toDouble(a), toDouble(b))}, nil
	case baseBigInteger:
		return calculateBig(op, toBig(a), toBig(b))
	}
	return calculateDecimal(op, a, b)
}

func calculateLong(op byte, a, b Value) (Value, error) {
	x, y := toLong(a), toLong(b)
	var r int64
	overflow := false
	switch op {
	case '+':
		r = x + y
		overflow = (r^x) < 0 && (r^y) < 0
	case '-':
		r = x - y
		overflow = (r^x) < 0 && (r^^y) < 0
	case '*':
		r = x * y
		overflow = y != 0 && (r/y != x || x == math.MinInt64 && y == -1)
		if x == math.MinInt64 && y == -1 {
			// Java's own check does not see this one.
			overflow = false
		}
	case '/':
		r = x / y
	case '%':
		r = x % y
	}
	if overflow {
		return calculateBig(op, big.NewInt(x), big.NewInt(y))
	}
	return wrap(r, a, b), nil
}

func calculateDouble(op byte, x, y float64) float64 {
	switch op {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	case '/':
		return x / y
	}
	return math.Mod(x, y)
}

func calculateBig(op byte, x, y *big.Int) (Value, error) {
	r := new(big.Int)
	switch op {
	case '+':
		r.Add(x, y)
	case '-':
		r.Sub(x, y)
	case '*':
		r.Mul(x, y)
	case '/':
		r.Quo(x, y)
	case '%':
		if y.Sign() < 0 {
			return nil, thrown("java.lang.ArithmeticException", "BigInteger: modulus not positive")
		}
		r.Mod(x, y)
	}
	return checkedBig(r)
}

func calculateDecimal(op byte, a, b Value) (Value, error) {
	x, err := toDecimal(a)
	if err != nil {
		return nil, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return nil, err
	}
	switch op {
	case '*':
		return Decimal{new(big.Int).Mul(x.unscaled, y.unscaled), x.scale + y.scale}.checked()
	case '/':
		return x.divide(y)
	case '%':
		return nil, thrown("java.lang.ArithmeticException", "Cannot calculate the modulo of BigDecimals.")
	}
	m, n, scale, err := aligned(x, y)
	if err != nil {
		return nil, err
	}
	r := new(big.Int)
	if op == '+' {
		r.Add(m, n)
	} else {
		r.Sub(m, n)
	}
	return Decimal{r, scale}.checked()
}

func negate(v Value) Value {
	switch v := v.(type) {
	case int32:
		return integer(-int64(v))
	case int64:
		if v == math.MinInt64 {
			return new(big.Int).Neg(big.NewInt(v))
		}
		return -v
	case Double:
		return Double{Value: -v.Value}
	case *big.Int:
		return new(big.Int).Neg(v)
	case Decimal:
		return Decimal{new(big.Int).Neg(v.unscaled), v.scale}
	}
	return nil
}

// sizeOfNumber is what a number costs in memory.
func sizeOfNumber(v Value) int {
	switch v := v.(type) {
	case *big.Int:
		return 32 + v.BitLen()/8
	case Decimal:
		return 64 + v.unscaled.BitLen()/8
	}
	return 8
}
