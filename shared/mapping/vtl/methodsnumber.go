package vtl

import (
	"math"
	"math/big"
)

// numberMethods are those that Integer, Long, Double, BigInteger and BigDecimal share.
var numberMethods = map[string]*method{
	"intValue":    {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return toInt(on), nil }},
	"longValue":   {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return toLong(on), nil }},
	"doubleValue": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return Double{Value: toDouble(on)}, nil }},
	"isNaN": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		if d, ok := on.(Double); ok {
			return math.IsNaN(d.Value), nil
		}
		return nil, nil
	}},
	"isInfinite": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		if d, ok := on.(Double); ok {
			return math.IsInf(d.Value, 0), nil
		}
		return nil, nil
	}},
	"compareTo": {"o", 1, func(_ *state, on Value, args []Value) (Value, error) {
		if typeOf(args[0]) != typeNumber || ownBase(on) != ownBase(args[0]) {
			return nil, nil
		}
		c, err := compareNumbers(on, args[0])
		return int32(c), err
	}},
	"abs":    {"", 0, onBig(func(n *big.Int) Value { return new(big.Int).Abs(n) })},
	"negate": {"", 0, onBig(func(n *big.Int) Value { return new(big.Int).Neg(n) })},
	"signum": {"", 0, onBig(func(n *big.Int) Value { return int32(n.Sign()) })},
}

// onBig is a method that only BigInteger has.
func onBig(run func(*big.Int) Value) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, _ []Value) (Value, error) {
		n, ok := on.(*big.Int)
		if !ok {
			return nil, nil
		}
		return run(n), s.allocate(sizeOfNumber(n))
	}
}
