package jsonpath

import (
	"math/big"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// operand is one side of a comparison.
type operand interface {
	// equals is not symmetric: the left side decides how the right one is read.
	equals(o operand) bool
}

type (
	textOperand      string
	boolOperand      bool
	nullOperand      struct{}
	undefinedOperand struct{}
	numberOperand    struct{ decimal decimal }
	patternOperand   struct{ *pattern }
	pathOperand      struct {
		path *Path
		// negated paths have an exclamation mark before them.
		negated bool
	}
	// jsonOperand is a list or an object. A literal one was written in the path, and keeps its
	// text and the error of reading it.
	jsonOperand struct {
		value   vtl.Value
		literal bool
		text    string
		err     error
		// elements are those of a literal list.
		elements []operand
	}
)

func (t textOperand) equals(o operand) bool {
	switch o := o.(type) {
	case textOperand:
		return t == o
	case *numberOperand:
		return string(t) == o.decimal.String()
	}
	return false
}

func (n *numberOperand) equals(o operand) bool {
	switch o := o.(type) {
	case textOperand:
		d, ok := parseDecimal(string(o))
		return ok && n.decimal.compare(d) == 0
	case *numberOperand:
		return n.decimal.compare(o.decimal) == 0
	}
	return false
}

func (b boolOperand) equals(o operand) bool { return operand(b) == o }

func (nullOperand) equals(o operand) bool {
	_, ok := o.(nullOperand)
	return ok
}

// Nothing is equal to what is missing, nor to a pattern or a path but itself.
func (undefinedOperand) equals(operand) bool    { return false }
func (p *patternOperand) equals(o operand) bool { return operand(p) == o }
func (p *pathOperand) equals(o operand) bool    { return operand(p) == o }

// equals is how elements of lists compare, of which only texts that look like JSON are jsonOperands.
func (j *jsonOperand) equals(o operand) bool {
	other, ok := o.(*jsonOperand)
	if !ok || j.literal != other.literal {
		return false
	}
	if j.literal {
		return j.text == other.text
	}
	return sameJSON(j.value, other.value, &state{})
}

// same is how two whole lists or objects compare: a literal on the left side equals nothing.
func (j *jsonOperand) same(o *jsonOperand, s *state) (bool, error) {
	if o.err != nil {
		return false, fail(failed, "JSON in a filter: %s", o.err)
	}
	return j == o || !j.literal && sameJSON(j.value, o.value, s), nil
}

// parsed is the value, or the error of reading the literal.
func (j *jsonOperand) parsed() (vtl.Value, error) {
	if j.err != nil {
		return nil, fail(failed, "JSON in a filter: %s", j.err)
	}
	return j.value, nil
}

// sameJSON compares as Java's collections do: 1 and 1.0 differ. It stops when s is spent.
func sameJSON(a, b vtl.Value, s *state) bool {
	if s.spend(1) != nil {
		return false
	}
	switch a := a.(type) {
	case *vtl.Map:
		o, ok := b.(*vtl.Map)
		if !ok || a.Len() != o.Len() {
			return false
		}
		for i := range a.Len() {
			key, x := a.At(i)
			y, ok := o.Get(key)
			if !ok || !sameJSON(x, y, s) {
				return false
			}
		}
		return true
	case *vtl.List:
		o, ok := b.(*vtl.List)
		if !ok || len(a.Items) != len(o.Items) {
			return false
		}
		for i := range a.Items {
			if !sameJSON(a.Items[i], o.Items[i], s) {
				return false
			}
		}
		return true
	case vtl.Double:
		o, ok := b.(vtl.Double)
		return ok && a.Value == o.Value
	case *big.Int:
		o, ok := b.(*big.Int)
		return ok && a.Cmp(o) == 0
	case vtl.Decimal:
		o, ok := b.(vtl.Decimal)
		return ok && a.String() == o.String()
	case nil, string, bool, int32, int64:
		return a == b
	}
	return false
}

// operandOf is a value that a path led to.
func operandOf(v vtl.Value) (operand, error) {
	switch v := v.(type) {
	case nil:
		return nullOperand{}, nil
	case string:
		return textOperand(v), nil
	case bool:
		return boolOperand(v), nil
	case *vtl.Map, *vtl.List:
		return &jsonOperand{value: v}, nil
	}
	if n := numberOf(v); n != nil {
		return n, nil
	}
	return nil, fail(failed, "a filter cannot compare this value")
}

func numberOf(v vtl.Value) operand {
	var text string
	switch v := v.(type) {
	case int32:
		return integerOperand(int64(v))
	case int64:
		return integerOperand(v)
	case vtl.Double:
		out, _ := vtl.AppendJSON(nil, vtl.Double{Value: v.Value})
		text = string(out)
	case *big.Int:
		text = v.String()
	case vtl.Decimal:
		text = v.String()
	default:
		return nil
	}
	d, ok := parseDecimal(text)
	if !ok {
		return nil
	}
	return &numberOperand{d}
}

func integerOperand(n int64) operand {
	return &numberOperand{integerDecimal(n)}
}

// elementOf is an element of a list that is searched. A text that is a path or JSON counts as
// such, and one in quotes loses them.
func elementOf(v vtl.Value) (operand, error) {
	text, ok := v.(string)
	if !ok {
		switch v.(type) {
		case *vtl.Map, *vtl.List:
			return nil, fail(failed, "a filter cannot search a list of objects or lists")
		}
		return operandOf(v)
	}
	trimmed := strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
	if trimmed == "" {
		return quoted(text)
	}
	first, last := trimmed[0], trimmed[len(trimmed)-1]
	switch {
	case first == '$' || first == '@':
		if p, err := Compile(trimmed); err == nil {
			return &pathOperand{path: p}, nil
		}
	case len(trimmed) > 1 && (first == '[' && last == ']' || first == '{' && last == '}'):
		if v, err := readLenientJSON(trimmed); err == nil {
			return &jsonOperand{value: v, literal: true, text: text}, nil
		}
	}
	return quoted(text)
}

func quoted(text string) (operand, error) {
	if n := len(text); n > 1 && text[0] == text[n-1] && (text[0] == '\'' || text[0] == '"') {
		text = text[1 : n-1]
	} else if n < 2 {
		return textOperand(text), nil
	}
	text, err := unescape(text)
	if err != nil {
		return nil, fail(failed, "text in a list: %s", err)
	}
	return textOperand(text), nil
}
