package jsonpath

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// aggregate computes with all numbers of a list and of the arguments, as Doubles.
func (f *function) aggregate(model vtl.Value, args []arg) (vtl.Value, error) {
	values, err := flatten(args)
	if err != nil {
		return nil, err
	}
	if l, ok := model.(*vtl.List); ok {
		values = append(l.Items[:len(l.Items):len(l.Items)], values...)
	}
	// The starts are Double.MAX_VALUE and Double.MIN_VALUE, which is the smallest positive one.
	count, sum, squares, low, high := 0.0, 0.0, 0.0, math.MaxFloat64, math.SmallestNonzeroFloat64
	for _, v := range values {
		n, ok := number(v)
		if !ok {
			continue
		}
		count++
		sum += n
		square := n * n
		squares += square
		if n < low {
			low = n
		}
		if n > high {
			high = n
		}
	}
	if count == 0 {
		return nil, fail(failed, "%s() needs at least one number", f.name)
	}
	result := sum
	switch f.name {
	case "avg":
		result = sum / count
	case "min":
		result = low
	case "max":
		result = high
	case "stddev":
		square := sum * sum / count / count
		result = math.Sqrt(squares/count - square)
	}
	return vtl.Double{Value: result}, nil
}

// number is Number.doubleValue.
func number(v vtl.Value) (float64, bool) {
	switch v := v.(type) {
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case vtl.Double:
		return v.Value, true
	case *big.Int:
		n, _ := new(big.Float).SetInt(v).Float64()
		return n, true
	case vtl.Decimal:
		n, _ := strconv.ParseFloat(v.String(), 64)
		return n, true
	}
	return 0, false
}

// javaInt is the cast of a double to an int.
func javaInt(n float64) int {
	switch {
	case n != n:
		return 0
	case n > math.MaxInt32:
		return math.MaxInt32
	case n < math.MinInt32:
		return math.MinInt32
	}
	return int(n)
}

// javaText is String.valueOf: an object is {a=1, b=2}, a list is JSON.
func javaText(v vtl.Value) string {
	var out strings.Builder
	appendJavaText(&out, v)
	return out.String()
}

func appendJavaText(out *strings.Builder, v vtl.Value) {
	switch v := v.(type) {
	case nil:
		out.WriteString("null")
	case string:
		out.WriteString(v)
	case vtl.Double:
		text, _ := vtl.AppendJSON(nil, vtl.Double{Value: v.Value})
		out.Write(text)
	case *vtl.Map:
		out.WriteByte('{')
		for i := range v.Len() {
			if i > 0 {
				out.WriteString(", ")
			}
			key, value := v.At(i)
			appendJavaText(out, key)
			out.WriteByte('=')
			appendJavaText(out, value)
		}
		out.WriteByte('}')
	case *vtl.Set:
		out.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				out.WriteString(", ")
			}
			appendJavaText(out, item)
		}
		out.WriteByte(']')
	default:
		// What the decoder reads is not too deep to be written again.
		text, err := vtl.AppendJSON(nil, v)
		if err == nil {
			out.Write(text)
		}
	}
}
