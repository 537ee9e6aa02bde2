package patch

import "slices"

// Entry sets the map entry that the path names.
func Entry[T any](field func(*T) *map[string]string) Set[T] {
	return func(t *T, c Change) error {
		put(field(t), c.Key(), c.Text())
		return nil
	}
}

// Flag sets the map entry that the path names to a boolean.
func Flag[T any](field func(*T) *map[string]bool) Set[T] {
	return func(t *T, c Change) error {
		v, err := ParseBool(c)
		if err != nil {
			return err
		}
		put(field(t), c.Key(), v)
		return nil
	}
}

func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// Existing lets set through only if the map has the entry that the path names, and is missing
// otherwise.
func Existing[T, V any](field func(*T) *map[string]V, missing error, set Set[T]) Set[T] {
	return func(t *T, c Change) error {
		if _, ok := (*field(t))[c.Key()]; !ok {
			return missing
		}
		return set(t, c)
	}
}

// Delete removes the map entry that the path names. The map becomes absent with its last entry
// (recorded answers, 1.1). A missing entry is no error.
func Delete[T, V any](field func(*T) *map[string]V) Set[T] {
	return func(t *T, c Change) error {
		m := field(t)
		delete(*m, c.Key())
		if len(*m) == 0 {
			*m = nil
		}
		return nil
	}
}

// Element adds the element that the path names to a list, at its end, once.
func Element[T any](field func(*T) *[]string) Set[T] {
	return func(t *T, c Change) error {
		insert(field(t), c.Key())
		return nil
	}
}

// Exchange takes the element that the path names out of a list and appends the value (recorded
// answers, 2).
func Exchange[T any](field func(*T) *[]string) Set[T] {
	return func(t *T, c Change) error {
		erase(field(t), c.Key())
		insert(field(t), c.Text())
		return nil
	}
}

// DropElement takes the element that the path names out of a list. The list becomes absent with
// its last element.
func DropElement[T any](field func(*T) *[]string) Set[T] {
	return func(t *T, c Change) error {
		erase(field(t), c.Key())
		return nil
	}
}

// Append adds the value to a list, once.
func Append[T any](field func(*T) *[]string) Set[T] {
	return func(t *T, c Change) error {
		insert(field(t), c.Text())
		return nil
	}
}

// DropValue takes the value out of a list. The list becomes absent with its last element.
func DropValue[T any](field func(*T) *[]string) Set[T] {
	return func(t *T, c Change) error {
		erase(field(t), c.Text())
		return nil
	}
}

func insert(list *[]string, v string) {
	if v != "" && !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
}

func erase(list *[]string, v string) {
	// A copy: the list may be shared with what the caller wants to keep.
	*list = slices.DeleteFunc(slices.Clone(*list), func(e string) bool { return e == v })
	if len(*list) == 0 {
		*list = nil
	}
}
