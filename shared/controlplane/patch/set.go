package patch

import (
	"math"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// Text sets an optional string. Without a value the field becomes absent; "" is kept, since an
// explicit empty value is (recorded answers, 1.1).
func Text[T any](field func(*T) **string) Set[T] {
	return func(t *T, c Change) error {
		*field(t) = c.Value
		return nil
	}
}

// Choice sets an optional string that is one of a few. Both no value and "" make it absent.
func Choice[T any](field func(*T) **string, values ...string) Set[T] {
	return func(t *T, c Change) error {
		if c.Text() == "" {
			*field(t) = nil
			return nil
		}
		for _, v := range values {
			if v == *c.Value {
				*field(t) = c.Value
				return nil
			}
		}
		return invalidValue(c, "Must be one of: ["+strings.Join(values, ", ")+"]")
	}
}

// Reference sets the identifier of something else. Both no value and "" make it absent.
func Reference[T any](field func(*T) **string) Set[T] {
	return func(t *T, c Change) error {
		*field(t) = nil
		if c.Text() != "" {
			*field(t) = c.Value
		}
		return nil
	}
}

// Clear makes a field of any kind absent. A value is ignored, as removals do.
func Clear[T, V any](field func(*T) *V) Set[T] {
	return func(t *T, _ Change) error {
		var absent V
		*field(t) = absent
		return nil
	}
}

// Bool sets a boolean, which comes as "true" or "false" in any letter case.
func Bool[T any](field func(*T) **bool) Set[T] {
	return func(t *T, c Change) error {
		v, err := ParseBool(c)
		if err != nil {
			return err
		}
		*field(t) = &v
		return nil
	}
}

// Int32 sets an integer between low and high, both included.
func Int32[T any](field func(*T) **int32, low, high int32) Set[T] {
	return func(t *T, c Change) error {
		n, err := strconv.ParseInt(strings.TrimSpace(c.Text()), 10, 32)
		if err != nil || int32(n) < low || int32(n) > high {
			return invalidValue(c, "Must be an integer between "+strconv.Itoa(int(low))+" and "+strconv.Itoa(int(high)))
		}
		v := int32(n)
		*field(t) = &v
		return nil
	}
}

// Float64 sets a number between low and high, both included.
func Float64[T any](field func(*T) **float64, low, high float64) Set[T] {
	return func(t *T, c Change) error {
		v, err := strconv.ParseFloat(strings.TrimSpace(c.Text()), 64)
		if err != nil || math.IsNaN(v) || v < low || v > high {
			return invalidValue(c, "Must be a number between "+
				strconv.FormatFloat(low, 'f', -1, 64)+" and "+strconv.FormatFloat(high, 'f', -1, 64))
		}
		*field(t) = &v
		return nil
	}
}

// ParseBool reads the value of a change as a boolean.
func ParseBool(c Change) (bool, error) {
	switch strings.ToLower(c.Text()) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, invalidValue(c, "Must be one of: [true, false]")
}

func invalidValue(c Change, reason string) error {
	return wire.BadRequest("Invalid patch value '%s' specified for path '%s'. %s", c.Text(), c.Path, reason)
}
