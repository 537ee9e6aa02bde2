package vtl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

var errNotJSON = errors.New("the text is not JSON")

// maxJSONDepth bounds the levels of a document that DecodeJSON reads.
const maxJSONDepth = 512

// decimalFrom is the length of a number's text from which it is a BigDecimal instead of a
// Double, as in the Java library that API Gateway's results agree with.
const decimalFrom = 19

// DecodeJSON reads a JSON text into values: objects become Maps in the order of their members
// (the last one of equal names wins, in the place of the first), integers become Integer, Long
// or BigInteger by their size, and other numbers Double, or BigDecimal from 19 characters on.
func DecodeJSON(text []byte) (Value, error) {
	if !jsontext.Valid(text) {
		return nil, errNotJSON
	}
	return decode(jsontext.Trim(text), 0)
}

func decode(raw []byte, depth int) (Value, error) {
	if depth > maxJSONDepth {
		return nil, fmt.Errorf("the text has more than %d levels", maxJSONDepth)
	}
	switch jsontext.Kind(raw) {
	case '{':
		m := NewMap()
		for name, value := range jsontext.Members(raw) {
			v, err := decode(value, depth+1)
			if err != nil {
				return nil, err
			}
			m.Put(name, v)
		}
		return m, nil
	case '[':
		l := NewList()
		for value := range jsontext.Elements(raw) {
			v, err := decode(value, depth+1)
			if err != nil {
				return nil, err
			}
			l.Items = append(l.Items, v)
		}
		return l, nil
	case '"':
		return jsontext.Text(raw), nil
	case 't', 'f':
		return raw[0] == 't', nil
	case 'n':
		return nil, nil
	}
	return decodeNumber(string(raw))
}

func decodeNumber(text string) (Value, error) {
	if len(text) > maxNumberChars {
		return nil, errNumberSize
	}
	if !bytes.ContainsAny([]byte(text), ".eE") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return integer(n), nil
		}
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, errNotJSON
		}
		return n, nil
	}
	if len(text) >= decimalFrom {
		if d, ok := parseDecimal(text); ok {
			return d, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return nil, errNotJSON
	}
	return Double{f, text}, nil
}

// AppendJSON appends a value as compact JSON. Doubles that were read from JSON keep their
// text; values that JSON does not have are written as texts.
func AppendJSON(dst []byte, v Value) ([]byte, error) {
	s := detached()
	s.out, s.start = dst, len(dst)
	err := s.appendJSON(v, 0)
	return s.out, err
}

// detached is a state for values alone, outside of any template.
func detached() *state {
	t := &Template{opts: Options{Mode: APIGateway}, limits: Limits{OutputBytes: math.MaxInt, Nesting: maxTextDepth}}
	return &state{ctx: context.Background(), t: t, steps: math.MaxInt, memory: math.MaxInt}
}

// appendScalarJSON appends a value that has no members.
func appendScalarJSON(dst []byte, v Value) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), true
	case string:
		return jsontext.AppendString(dst, v), true
	case bool:
		return strconv.AppendBool(dst, v), true
	case int32:
		return strconv.AppendInt(dst, int64(v), 10), true
	case int64:
		return strconv.AppendInt(dst, v, 10), true
	case *big.Int:
		return v.Append(dst, 10), true
	case Decimal:
		return append(dst, v.String()...), true
	case Double:
		switch {
		case v.Text != "":
			return append(dst, v.Text...), true
		case math.IsNaN(v.Value) || math.IsInf(v.Value, 0):
			return append(dst, "null"...), true
		}
		return appendDouble(dst, v.Value), true
	}
	return dst, false
}
