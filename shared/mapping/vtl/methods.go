package vtl

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// valueType is a type with a table of methods.
type valueType uint8

const (
	typeNone valueType = iota
	typeString
	typeBoolean
	typeNumber
	typeMap
	typeList
	typeSet
	typeEntry
	typeIterator
	typeLoop
	typeCount
)

func typeOf(v Value) valueType {
	switch v.(type) {
	case string:
		return typeString
	case bool:
		return typeBoolean
	case int32, int64, Double, Decimal, *big.Int:
		return typeNumber
	case *Map:
		return typeMap
	case *List, integerRange:
		return typeList
	case *Set:
		return typeSet
	case *Entry:
		return typeEntry
	case *Iterator:
		return typeIterator
	case *loop:
		return typeLoop
	}
	return typeNone
}

// method is one entry of a table. Params has a letter for each parameter: s String,
// c CharSequence, i int, o any value, l a collection, m a map. Of them, least must be given.
type method struct {
	params string
	least  int
	run    func(s *state, on Value, args []Value) (Value, error)
}

// methodsOf returns the table of a type. Methods that are not in it do not exist.
func methodsOf(t valueType) map[string]*method {
	switch t {
	case typeString:
		return stringMethods
	case typeBoolean:
		return booleanMethods
	case typeNumber:
		return numberMethods
	case typeMap:
		return mapMethods
	case typeList:
		return listMethods
	case typeSet:
		return setMethods
	case typeEntry:
		return entryMethods
	case typeIterator:
		return iteratorMethods
	case typeLoop:
		return loopMethods
	}
	return nil
}

// resolve looks the methods of the step's name up, once for all calls.
func (st *step) resolve(t *Template) {
	for vt := typeNone; vt < typeCount; vt++ {
		if m := methodsOf(vt)[st.name]; m != nil && len(st.args) >= m.least && len(st.args) <= len(m.params) {
			st.methods[vt] = m
		}
	}
	if len(st.args) == 0 || !takesPattern(st.name) {
		return
	}
	if x, ok := st.args[0].(literal); ok {
		if text, ok := x.value.(string); ok {
			// A wrong expression is an error where it is used, not here.
			st.known, _ = compilePattern(text, t.limits.MatchTime)
		}
	}
}

// call runs a method. One that does not exist, or not with such arguments, is null.
func (s *state) call(st *step, on Value, args []Value) (Value, error) {
	if err := s.step(); err != nil {
		return nil, err
	}
	if o, ok := on.(Object); ok {
		return s.callObject(o, st.name, args)
	}
	if err := s.spendText(on, args); err != nil {
		return nil, err
	}
	m := st.methods[typeOf(on)]
	if m == nil {
		return s.common(st.name, on, args)
	}
	for i := range args {
		v, ok := s.convert(m.params[i], args[i])
		if !ok {
			return nil, notANumber(m.params[i], args[i])
		}
		args[i] = v
	}
	if st.known != nil && typeOf(on) == typeString {
		return st.known.run(s, st.name, on.(string), args)
	}
	return m.run(s, on, args)
}

// common are the methods of java.lang.Object that every value has.
func (s *state) common(name string, on Value, args []Value) (Value, error) {
	switch {
	case name == "toString" && len(args) == 0:
		return s.text(on)
	case name == "equals" && len(args) == 1:
		if err := s.spend(sizeOf(on) + sizeOf(args[0])); err != nil {
			return nil, err
		}
		return javaEquals(on, args[0], 0), nil
	case name == "hashCode" && len(args) == 0:
		return hashOf(on), nil
	}
	return nil, nil
}

// convert makes an argument what the parameter takes, with Velocity's conversions between
// texts, numbers and booleans; false if there is none.
func (s *state) convert(to byte, v Value) (Value, bool) {
	switch to {
	case 's':
		switch v.(type) {
		case nil, string:
			return v, true
		case bool, int32, int64, Double, Decimal, *big.Int:
			text, err := s.text(v)
			return text, err == nil
		}
		return nil, false
	case 'c':
		switch v.(type) {
		case nil, string:
			return v, true
		}
		return nil, false
	case 'i':
		i, ok := s.intArgument(v)
		return i, ok
	case 'l':
		switch v.(type) {
		case nil, *List, integerRange, *Set:
			return v, true
		}
		return nil, false
	case 'm':
		switch v.(type) {
		case nil, *Map:
			return v, true
		}
		return nil, false
	}
	return v, true
}

// intArgument reads an int.
func (s *state) intArgument(v Value) (int, bool) {
	switch v := v.(type) {
	case int32:
		return int(v), true
	case int64, Double, Decimal, *big.Int:
		return int(toInt(v)), true
	case string:
		n, err := strconv.ParseInt(v, 10, 32)
		return int(n), err == nil
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// notANumber is the exception of a text that cannot become an int. Other arguments that do
// not fit only make the method unknown.
func notANumber(to byte, v Value) error {
	text, ok := v.(string)
	if !ok || to != 'i' {
		return nil
	}
	return thrown("java.lang.NumberFormatException", fmt.Sprintf("For input string: %q", text))
}

func outOfBounds(i, length int) error {
	return thrown("java.lang.IndexOutOfBoundsException", fmt.Sprintf("Index %d out of bounds for length %d", i, length))
}

var errNull = thrown("java.lang.NullPointerException", "")

// textArgument returns an argument that must not be null.
func textArgument(args []Value, i int) (string, error) {
	text, ok := args[i].(string)
	if !ok {
		return "", errNull
	}
	return text, nil
}

// hashOf is hashCode of the types for which Java defines it by the value alone.
func hashOf(v Value) Value {
	switch v := v.(type) {
	case string:
		return stringHash(v)
	case int32:
		return v
	case int64:
		return int32(v ^ int64(uint64(v)>>32))
	case Double:
		bits := math.Float64bits(v.Value)
		return int32(bits ^ bits>>32)
	case bool:
		if v {
			return int32(1231)
		}
		return int32(1237)
	}
	return nil
}

// stringHash is String.hashCode.
func stringHash(text string) int32 {
	var h int32
	for _, u := range toUnits(text) {
		h = 31*h + int32(u)
	}
	return h
}
