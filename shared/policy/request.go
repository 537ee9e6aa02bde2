package policy

import "strings"

// Request is what a policy decides on.
type Request struct {
	Principal Principal
	// Action is the full name, such as "execute-api:Invoke".
	Action string
	// Resource is the ARN that is acted on; of a request to an API it holds the actual stage,
	// method and path ("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/pets/7").
	Resource string
	// Context looks condition keys up; nil means that there are none.
	Context Lookup
}

// Lookup finds the value of a condition key. Keys are asked for in lower case, since their names
// do not depend on it ("aws:sourceip").
type Lookup func(key string) (Value, bool)

func (l Lookup) value(key string) (Value, bool) {
	if l == nil {
		return Value{}, false
	}
	return l(key)
}

// Value is the value of a condition key: one string, or a set of strings of a multivalued key
// such as aws:TagKeys.
type Value struct {
	one  string
	many []string
	set  bool
}

// One is the value of a single-valued key. The text of a binary key is base64; dates are ISO 8601
// or seconds since 1970.
func One(s string) Value { return Value{one: s} }

// Many is the value of a multivalued key, even if it holds one string or none.
func Many(s ...string) Value { return Value{many: s, set: true} }

// none tells that there is nothing to compare: IAM then does as if the key were missing.
func (v Value) none() bool { return v.set && len(v.many) == 0 }

// null tells what the Null operator and the set operators take for a missing value, which
// includes the empty string (IAM user guide, multivalued context keys).
func (v Value) null() bool {
	if v.set {
		return len(v.many) == 0 || len(v.many) == 1 && v.many[0] == ""
	}
	return v.one == ""
}

// any tells whether f holds for some string of the value.
func (v Value) any(f test, l Lookup, want bool) bool {
	if !v.set {
		return f(v.one, l) == want
	}
	for _, s := range v.many {
		if f(s, l) == want {
			return true
		}
	}
	return false
}

// Keys is a Lookup over a map, whose names may be written in any case.
func Keys(values map[string]Value) Lookup {
	lower := make(map[string]Value, len(values))
	for name, v := range values {
		lower[strings.ToLower(name)] = v
	}
	return func(key string) (Value, bool) {
		v, ok := lower[key]
		return v, ok
	}
}
