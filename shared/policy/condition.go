package policy

// condition is one key under one operator. All conditions of a statement must hold.
type condition struct {
	name     string // the operator as the document writes it, for reasons
	key      string // in lower case
	set      setOperator
	ifExists bool
	negated  bool
	// null is set for the Null operator, which looks at the presence of the key only.
	null *nullTest
	// matches tells whether one value of the request equals (is like, is less than, ...) one of
	// the values of the document, whatever negated says.
	matches test
}

// test compares a value of the request with the values of a condition.
type test func(value string, l Lookup) bool

// nullTest holds which presences the document names.
type nullTest struct{ absent, present bool }

// setOperator is the prefix of an operator for multivalued keys.
type setOperator uint8

const (
	noSet setOperator = iota
	forAllValues
	forAnyValue
)

// holds evaluates the condition (security and operations spec, 4.3).
func (c *condition) holds(l Lookup) bool {
	v, ok := l.value(c.key)
	if c.null != nil {
		if !ok || v.null() {
			return c.null.absent
		}
		return c.null.present
	}
	if !ok || v.none() {
		switch {
		case c.ifExists, c.set == forAllValues:
			return true
		case c.set == forAnyValue:
			return false
		}
		return c.negated
	}
	switch c.set {
	case forAllValues:
		// Every value matches; with a negated operator no value does.
		return v.null() || !v.any(c.matches, l, c.negated)
	case forAnyValue:
		// Some value matches; with a negated operator some value does not.
		return !v.null() && v.any(c.matches, l, !c.negated)
	}
	return v.any(c.matches, l, true) != c.negated
}
