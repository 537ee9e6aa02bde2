package vtl

import (
	"math"
	"math/big"
)

// compareNumbers orders two numbers: -1, 0 or 1.
func compareNumbers(a, b Value) (int, error) {
	switch baseOf(a, b) {
	case baseLong:
		x, y := toLong(a), toLong(b)
		switch {
		case x < y:
			return -1, nil
		case x > y:
			return 1, nil
		}
		return 0, nil
	case baseDouble:
		x, y := toDouble(a), toDouble(b)
		switch {
		case x < y:
			return -1, nil
		case x > y:
			return 1, nil
		}
		return 0, nil
	case baseBigInteger:
		return toBig(a).Cmp(toBig(b)), nil
	}
	x, err := toDecimal(a)
	if err != nil {
		return 0, err
	}
	y, err := toDecimal(b)
	if err != nil {
		return 0, err
	}
	return x.compare(y)
}

// numbers reads both values as numbers, which two texts are not.
func (s *state) numbers(a, b Value) (x, y Value, ok bool, err error) {
	if _, text := a.(string); text {
		if _, text := b.(string); text {
			return nil, nil, false, nil
		}
	}
	if x, ok, err = s.asNumber(a); !ok || err != nil {
		return nil, nil, false, err
	}
	y, ok, err = s.asNumber(b)
	return x, y, ok, err
}

// equal is the == of templates: numbers by value, values of one class by equals, all others
// by their texts.
func (s *state) equal(a, b Value) (bool, error) {
	if a == nil || b == nil {
		if s.t.opts.Mode == APIGateway && (a == "" || b == "") {
			return true, nil // spec 8.2: null equals the empty text
		}
		return a == nil && b == nil, nil
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return x == y, nil
		}
	}
	x, y, ok, err := s.numbers(a, b)
	if err != nil {
		return false, err
	}
	if ok {
		c, err := compareNumbers(x, y)
		return c == 0, err
	}
	if sameClass(a, b) {
		if err := s.spend(sizeOf(a) + sizeOf(b)); err != nil {
			return false, err
		}
		return javaEquals(a, b, 0), nil
	}
	left, err := s.text(a)
	if err != nil {
		return false, err
	}
	right, err := s.text(b)
	return left == right, err
}

// sameClass tells whether one value's class is the other's or below it.
func sameClass(a, b Value) bool {
	switch a.(type) {
	case string:
		_, ok := b.(string)
		return ok
	case bool:
		_, ok := b.(bool)
		return ok
	case *Map:
		_, ok := b.(*Map)
		return ok
	case *List:
		_, ok := b.(*List)
		return ok
	case integerRange:
		_, ok := b.(integerRange)
		return ok
	case *Set:
		_, ok := b.(*Set)
		return ok
	case *Entry:
		_, ok := b.(*Entry)
		return ok
	}
	return isObject(a) && isObject(b)
}

func isObject(v Value) bool {
	_, ok := v.(Object)
	return ok
}

// maxEqualsDepth ends comparisons of values that contain themselves.
const maxEqualsDepth = 100

// javaEquals is Object.equals: an Integer never equals a Long.
func javaEquals(a, b Value, depth int) bool {
	if depth > maxEqualsDepth {
		return false
	}
	switch a := a.(type) {
	case nil, string, bool, int32, int64:
		return a == b
	case Double:
		d, ok := b.(Double)
		return ok && math.Float64bits(a.Value) == math.Float64bits(d.Value)
	case *big.Int:
		n, ok := b.(*big.Int)
		return ok && a.Cmp(n) == 0
	case Decimal:
		d, ok := b.(Decimal)
		return ok && a.scale == d.scale && a.unscaled.Cmp(d.unscaled) == 0
	case *Map:
		m, ok := b.(*Map)
		return ok && (a == m || equalMaps(a, m, depth))
	case *Entry:
		e, ok := b.(*Entry)
		return ok && javaEquals(a.Key, e.Key, depth+1) && javaEquals(a.Value, e.Value, depth+1)
	case *Set:
		o, ok := b.(*Set)
		return ok && (a == o || len(a.current()) == len(o.current()) && containsAll(a.Items, o.Items, depth))
	case *List, integerRange:
		return equalLists(a, b, depth)
	case Object:
		o, ok := b.(Object)
		return ok && a == o
	}
	return a == b
}

func equalMaps(a, b *Map, depth int) bool {
	if len(a.entries) != len(b.entries) {
		return false
	}
	for i := range a.entries {
		v, ok := b.Get(a.entries[i].Key)
		if !ok || !javaEquals(a.entries[i].Value, v, depth+1) {
			return false
		}
	}
	return true
}

func equalLists(a, b Value, depth int) bool {
	n, ok := listLen(a)
	m, also := listLen(b)
	if !ok || !also || n != m {
		return false
	}
	for i := range n {
		if !javaEquals(listAt(a, i), listAt(b, i), depth+1) {
			return false
		}
	}
	return true
}

func containsAll(all, some []Value, depth int) bool {
	for _, v := range some {
		if !contains(all, v, depth) {
			return false
		}
	}
	return true
}

func contains(items []Value, v Value, depth int) bool {
	for _, item := range items {
		if javaEquals(item, v, depth+1) {
			return true
		}
	}
	return false
}

// listLen returns the length of a list of either kind.
func listLen(v Value) (int, bool) {
	switch v := v.(type) {
	case *List:
		return len(v.Items), true
	case integerRange:
		return v.len(), true
	}
	return 0, false
}

func listAt(v Value, i int) Value {
	if r, ok := v.(integerRange); ok {
		return r.at(i)
	}
	return v.(*List).Items[i]
}

// truth is what #if makes of a value.
func (s *state) truth(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	}
	return s.t.opts.EmptyIsTrue || !s.empty(v)
}

// empty tells whether a value counts as empty, which also decides about alternate values.
func (s *state) empty(v Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case *Map:
		return len(v.entries) == 0
	case *List:
		return len(v.Items) == 0
	case *Set:
		return len(v.current()) == 0
	case *loop:
		return v.storage == nil || len(v.storage.entries) == 0
	case *block:
		return v.depth > maxBlockDepth
	}
	return isZero(v)
}

// sizeOf estimates how many values a walk through v meets.
func sizeOf(v Value) int {
	switch v := v.(type) {
	case *Map:
		return len(v.entries)
	case *List:
		return len(v.Items)
	case integerRange:
		return v.len()
	case *Set:
		return len(v.current())
	case string:
		return len(v) / 16
	}
	return 1
}
