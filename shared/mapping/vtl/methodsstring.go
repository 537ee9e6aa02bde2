package vtl

import (
	"fmt"
	"strings"
)

// stringMethods are those of java.lang.String that templates may call.
var stringMethods = map[string]*method{
	"length": {"", 0, func(s *state, on Value, _ []Value) (Value, error) { return int32(unitLen(on.(string))), nil }},
	"isEmpty": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return on.(string) == "", nil
	}},
	"isBlank": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return strings.TrimFunc(on.(string), isJavaSpace) == "", nil
	}},
	"trim": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return strings.TrimFunc(on.(string), func(r rune) bool { return r <= ' ' }), nil
	}},
	"strip": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return strings.TrimFunc(on.(string), isJavaSpace), nil
	}},
	"stripLeading": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return strings.TrimLeftFunc(on.(string), isJavaSpace), nil
	}},
	"stripTrailing": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		return strings.TrimRightFunc(on.(string), isJavaSpace), nil
	}},
	"toUpperCase": {"", 0, func(s *state, on Value, _ []Value) (Value, error) { return made(s, upper(on.(string))) }},
	"toLowerCase": {"", 0, func(s *state, on Value, _ []Value) (Value, error) { return made(s, lower(on.(string))) }},
	"toString":    {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return on, nil }},
	"intern":      {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return on, nil }},
	"concat":      {"s", 1, withText(func(s *state, on, arg string) (Value, error) { return made(s, on+arg) })},
	"contains":    {"c", 1, withText(func(s *state, on, arg string) (Value, error) { return strings.Contains(on, arg), nil })},
	"endsWith":    {"s", 1, withText(func(s *state, on, arg string) (Value, error) { return strings.HasSuffix(on, arg), nil })},
	"compareTo":   {"s", 1, withText(func(s *state, on, arg string) (Value, error) { return compareUnits(on, arg), nil })},
	"compareToIgnoreCase": {"s", 1, withText(func(s *state, on, arg string) (Value, error) {
		return compareUnits(fold(on), fold(arg)), nil
	})},
	"equalsIgnoreCase": {"s", 1, func(_ *state, on Value, args []Value) (Value, error) {
		text, ok := args[0].(string)
		return ok && strings.EqualFold(on.(string), text), nil
	}},
	"startsWith": {"si", 1, func(s *state, on Value, args []Value) (Value, error) {
		prefix, err := textArgument(args, 0)
		if err != nil || len(args) == 1 {
			return strings.HasPrefix(on.(string), prefix), err
		}
		from := args[1].(int)
		rest, ok := unitSlice(on.(string), from, unitLen(on.(string)))
		return ok && strings.HasPrefix(rest, prefix), nil
	}},
	"indexOf":     {"si", 1, indexMethod(indexUnits)},
	"lastIndexOf": {"si", 1, lastIndexMethod},
	"substring": {"ii", 1, func(s *state, on Value, args []Value) (Value, error) {
		text := on.(string)
		n := unitLen(text)
		from, to := args[0].(int), n
		if len(args) == 2 {
			to = args[1].(int)
		}
		part, ok := unitSlice(text, from, to)
		if !ok {
			return nil, thrown("java.lang.StringIndexOutOfBoundsException", fmt.Sprintf("begin %d, end %d, length %d", from, to, n))
		}
		return made(s, part)
	}},
	"charAt": {"i", 1, func(s *state, on Value, args []Value) (Value, error) {
		text, i := on.(string), args[0].(int)
		c, ok := unitSlice(text, i, i+1)
		if !ok {
			return nil, thrown("java.lang.StringIndexOutOfBoundsException", fmt.Sprintf("index %d, length %d", i, unitLen(text)))
		}
		return c, nil
	}},
	"repeat": {"i", 1, func(s *state, on Value, args []Value) (Value, error) {
		n := args[0].(int)
		if n < 0 {
			return nil, thrown("java.lang.IllegalArgumentException", fmt.Sprintf("count is negative: %d", n))
		}
		if err := s.allocate(n * len(on.(string))); err != nil {
			return nil, err
		}
		return strings.Repeat(on.(string), n), nil
	}},
	"replace": {"cc", 2, func(s *state, on Value, args []Value) (Value, error) {
		from, err := textArgument(args, 0)
		if err != nil {
			return nil, err
		}
		to, err := textArgument(args, 1)
		if err != nil {
			return nil, err
		}
		return s.replaceLiteral(on.(string), from, to)
	}},
	"replaceAll":   {"ss", 2, patternMethod("replaceAll")},
	"replaceFirst": {"ss", 2, patternMethod("replaceFirst")},
	"matches":      {"s", 1, patternMethod("matches")},
	"split":        {"si", 1, patternMethod("split")},
}

// made pays for a text that a method made.
func made(s *state, text string) (Value, error) {
	if err := s.allocate(len(text) + 16); err != nil {
		return nil, err
	}
	if err := s.spend(len(text) / 256); err != nil {
		return nil, err
	}
	return text, nil
}

// withText is a method with one text that must not be null.
func withText(run func(s *state, on, arg string) (Value, error)) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, args []Value) (Value, error) {
		arg, err := textArgument(args, 0)
		if err != nil {
			return nil, err
		}
		if err := s.spend((len(on.(string)) + len(arg)) / 256); err != nil {
			return nil, err
		}
		return run(s, on.(string), arg)
	}
}

// replaceLiteral replaces each occurrence, checking the size before it is made.
func (s *state) replaceLiteral(text, from, to string) (Value, error) {
	if grows := len(to) - len(from); grows > 0 {
		if err := s.allocate(grows * strings.Count(text, from)); err != nil {
			return nil, err
		}
	}
	return made(s, strings.ReplaceAll(text, from, to))
}

// indexMethod is indexOf, with or without a start.
func indexMethod(find func(text, part string, from int) int) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, args []Value) (Value, error) {
		part, err := textArgument(args, 0)
		if err != nil {
			return nil, err
		}
		from := 0
		if len(args) == 2 {
			from = args[1].(int)
		}
		if err := s.spend(len(on.(string)) / 256); err != nil {
			return nil, err
		}
		return int32(find(on.(string), part, from)), nil
	}
}

func lastIndexMethod(s *state, on Value, args []Value) (Value, error) {
	text := on.(string)
	part, err := textArgument(args, 0)
	if err != nil {
		return nil, err
	}
	if len(args) == 2 {
		// The occurrence may reach beyond the place where it has to start.
		to := args[1].(int)
		if to < 0 {
			return int32(-1), nil
		}
		end := min(to+unitLen(part), unitLen(text))
		text, _ = unitSlice(text, 0, end)
	}
	i := strings.LastIndex(text, part)
	if i > 0 {
		i = unitLen(text[:i])
	}
	return int32(i), nil
}

// booleanMethods are those of java.lang.Boolean.
var booleanMethods = map[string]*method{
	"booleanValue": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return on, nil }},
	"compareTo": {"o", 1, func(_ *state, on Value, args []Value) (Value, error) {
		other, ok := args[0].(bool)
		switch {
		case !ok:
			return nil, nil
		case other == on.(bool):
			return int32(0), nil
		case other:
			return int32(-1), nil
		}
		return int32(1), nil
	}},
}
