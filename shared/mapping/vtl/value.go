package vtl

// Value is a value of the model:
//
//	nil       null
//	string    String
//	bool      Boolean
//	int32     Integer
//	int64     Long
//	*big.Int  BigInteger
//	Double    Double
//	Decimal   BigDecimal
//	*Map      Map with its members in order
//	*List     List
//	*Set      what keySet, entrySet and values return
//	*Entry    Map.Entry
//	*Iterator Iterator
//	Object    an object of the caller
//
// In Vars, int, uint8, int16, float64 and []Value are understood too.
type Value any

// Object is a value of the caller with properties and methods of its own.
type Object interface {
	// Property returns a property, which $o.name and $o["name"] read; nil if it has none.
	Property(name string) (Value, error)
	// Call runs a method; it returns ErrNoMethod for one that it does not have. The values
	// of args are the callee's.
	Call(method string, args []Value) (Value, error)
}

// SettableObject is an Object whose properties #set may change.
type SettableObject interface {
	Object
	SetProperty(name string, v Value) error
}

// TextObject is an Object that is not the empty text when it is rendered whole.
type TextObject interface {
	Object
	AppendText(dst []byte) []byte
}

// IterableObject is an Object that #foreach walks through.
type IterableObject interface {
	Object
	Elements() []Value
}

// Double is a Double. Text is the JSON text that it was read from, if there is one, and is
// what AppendJSON writes; templates render the value as Java does.
type Double struct {
	Value float64
	Text  string
}

// integerRange is a list of consecutive integers that takes no room: [1..9].
type integerRange struct{ from, to int32 }

func (r integerRange) step() int32 {
	if r.from >= r.to {
		return -1
	}
	return 1
}

func (r integerRange) len() int {
	n := int64(r.to) - int64(r.from)
	if n < 0 {
		n = -n
	}
	return int(n + 1)
}

func (r integerRange) at(i int) int32 { return r.from + int32(i)*r.step() }

// normalize takes the additional types of Vars into the model.
func normalize(v Value) Value {
	switch v := v.(type) {
	case int:
		return integer(int64(v))
	case uint8:
		return int32(v)
	case int16:
		return int32(v)
	case float64:
		return Double{Value: v}
	case []Value:
		return NewList(v...)
	}
	return v
}

// integer is the smallest of Integer and Long that holds n.
func integer(n int64) Value {
	if n == int64(int32(n)) {
		return int32(n)
	}
	return n
}

// List is a java.util.List.
type List struct {
	Items []Value
	// changes counts structural changes, so that a loop notices one, as Java's does.
	changes int
}

// NewList returns a list of the items.
func NewList(items ...Value) *List { return &List{Items: items} }

// Set is a set or collection that templates only read. What keySet, entrySet and values
// return are views, which follow the changes of their map.
type Set struct {
	Items   []Value
	of      *Map
	part    func(*Map, *Entry) Value
	changes int
}

// NewSet returns a set of the items, which must differ from each other.
func NewSet(items ...Value) *Set { return &Set{Items: items} }

// current returns the elements as they are now.
func (v *Set) current() []Value {
	if v.of == nil || v.part == nil {
		return v.Items
	}
	if v.changes != v.of.changes || v.Items == nil {
		v.Items = make([]Value, len(v.of.entries))
		for i := range v.of.entries {
			v.Items[i] = v.part(v.of, &v.of.entries[i])
		}
		v.changes = v.of.changes
	}
	return v.Items
}

// Entry is a member of a map.
type Entry struct {
	Key, Value Value
	of         *Map
}

// Iterator walks through elements once.
type Iterator struct {
	items []Value
	next  int
}
