package vtl

import (
	"slices"
)

// listMethods are those of java.util.List. Ranges cannot be changed.
var listMethods = map[string]*method{
	"size": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		n, _ := listLen(on)
		return int32(n), nil
	}},
	"isEmpty": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		n, _ := listLen(on)
		return n == 0, nil
	}},
	"get": {"i", 1, func(_ *state, on Value, args []Value) (Value, error) { return elementAt(on, args[0].(int)) }},
	"set": {"io", 2, mutate(func(s *state, l *List, args []Value) (Value, error) {
		i := args[0].(int)
		if i < 0 || i >= len(l.Items) {
			return nil, outOfBounds(i, len(l.Items))
		}
		old := l.Items[i]
		l.Items[i] = args[1]
		return old, nil
	})},
	"add": {"oo", 1, mutate(addToList)},
	"addAll": {"l", 1, mutate(func(s *state, l *List, args []Value) (Value, error) {
		more, err := s.elementsOf(args[0])
		if err != nil {
			return nil, err
		}
		l.Items = append(l.Items, more...)
		return len(more) > 0, nil
	})},
	"remove": {"o", 1, mutate(removeFromList)},
	"removeAll": {"l", 1, mutate(func(s *state, l *List, args []Value) (Value, error) {
		return s.filter(l, args[0], false)
	})},
	"retainAll": {"l", 1, mutate(func(s *state, l *List, args []Value) (Value, error) {
		return s.filter(l, args[0], true)
	})},
	"clear": {"", 0, mutate(func(s *state, l *List, _ []Value) (Value, error) {
		l.Items = nil
		return "", nil
	})},
	"contains": {"o", 1, func(s *state, on Value, args []Value) (Value, error) {
		i, err := s.indexIn(on, args[0])
		return i >= 0, err
	}},
	"containsAll": {"l", 1, func(s *state, on Value, args []Value) (Value, error) { return s.containsAll(on, args[0]) }},
	"indexOf": {"o", 1, func(s *state, on Value, args []Value) (Value, error) {
		i, err := s.indexIn(on, args[0])
		return int32(i), err
	}},
	"lastIndexOf": {"o", 1, func(s *state, on Value, args []Value) (Value, error) {
		items, err := s.elementsOf(on)
		if err != nil {
			return nil, err
		}
		for i, item := range slices.Backward(items) {
			if javaEquals(item, args[0], 0) {
				return int32(i), nil
			}
		}
		return int32(-1), nil
	}},
	"subList": {"ii", 2, func(s *state, on Value, args []Value) (Value, error) {
		items, err := s.elementsOf(on)
		if err != nil {
			return nil, err
		}
		from, to := args[0].(int), args[1].(int)
		if from < 0 || to > len(items) {
			return nil, outOfBounds(max(from, to), len(items))
		}
		if from > to {
			return nil, thrown("java.lang.IllegalArgumentException", "fromIndex is behind toIndex")
		}
		return &List{Items: slices.Clone(items[from:to])}, nil
	}},
	"iterator": {"", 0, iterate},
	"toArray":  {"", 0, copyToList},
}

// setMethods are those of the collections that keySet, entrySet and values return.
var setMethods = map[string]*method{
	"size": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return int32(len(on.(*Set).current())), nil }},
	"isEmpty": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		return len(on.(*Set).current()) == 0, nil
	}},
	"contains": {"o", 1, func(s *state, on Value, args []Value) (Value, error) {
		i, err := s.indexIn(on, args[0])
		return i >= 0, err
	}},
	"containsAll": {"l", 1, func(s *state, on Value, args []Value) (Value, error) { return s.containsAll(on, args[0]) }},
	"iterator":    {"", 0, iterate},
	"toArray":     {"", 0, copyToList},
}

// iteratorMethods are those of java.util.Iterator.
var iteratorMethods = map[string]*method{
	"hasNext": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		it := on.(*Iterator)
		return it.next < len(it.items), nil
	}},
	"next": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) {
		it := on.(*Iterator)
		if it.next >= len(it.items) {
			return nil, thrown("java.util.NoSuchElementException", "")
		}
		it.next++
		return it.items[it.next-1], nil
	}},
}

// mutate is a method that changes the list. Every call counts as a structural change except
// set, which keeps the length.
func mutate(run func(s *state, l *List, args []Value) (Value, error)) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, args []Value) (Value, error) {
		l, ok := on.(*List)
		if !ok {
			return nil, thrown("java.lang.UnsupportedOperationException", "")
		}
		if err := s.allocate(32); err != nil {
			return nil, err
		}
		before := len(l.Items)
		v, err := run(s, l, args)
		if len(l.Items) != before {
			l.changes++
		}
		return v, err
	}
}

func addToList(s *state, l *List, args []Value) (Value, error) {
	if len(args) == 1 {
		l.Items = append(l.Items, args[0])
		return true, nil
	}
	i, ok := s.intArgument(args[0])
	if !ok {
		return nil, nil
	}
	if i < 0 || i > len(l.Items) {
		return nil, outOfBounds(i, len(l.Items))
	}
	if err := s.spend(len(l.Items) / 64); err != nil {
		return nil, err
	}
	l.Items = slices.Insert(l.Items, i, args[1])
	return "", nil
}

// removeFromList takes an index for an Integer and a value for everything else, as the two
// methods of Java do.
func removeFromList(s *state, l *List, args []Value) (Value, error) {
	if i, ok := args[0].(int32); ok {
		if i < 0 || int(i) >= len(l.Items) {
			return nil, outOfBounds(int(i), len(l.Items))
		}
		old := l.Items[i]
		l.Items = slices.Delete(l.Items, int(i), int(i)+1)
		return old, s.spend(len(l.Items) / 64)
	}
	i, err := s.indexIn(l, args[0])
	if i >= 0 {
		l.Items = slices.Delete(l.Items, i, i+1)
	}
	return i >= 0, err
}

func (s *state) filter(l *List, by Value, keep bool) (Value, error) {
	others, err := s.elementsOf(by)
	if err != nil {
		return nil, err
	}
	if err := s.spend(len(l.Items) * (len(others) + 1)); err != nil {
		return nil, err
	}
	before := len(l.Items)
	l.Items = slices.DeleteFunc(l.Items, func(v Value) bool { return contains(others, v, 0) != keep })
	return len(l.Items) != before, nil
}

// elementAt is List.get.
func elementAt(list Value, i int) (Value, error) {
	n, _ := listLen(list)
	if i < 0 || i >= n {
		if _, ok := list.(integerRange); ok {
			return nil, thrown("java.lang.IndexOutOfBoundsException", "")
		}
		return nil, outOfBounds(i, n)
	}
	return listAt(list, i), nil
}

// elementsOf returns the elements of a collection, and pays for a look at each.
func (s *state) elementsOf(v Value) ([]Value, error) {
	var items []Value
	switch v := v.(type) {
	case *List:
		items = v.Items
	case *Set:
		items = v.current()
	case integerRange:
		n := v.len()
		if err := s.allocate(24 * n); err != nil {
			return nil, err
		}
		for i := range n {
			items = append(items, v.at(i))
		}
	default:
		return nil, errNull
	}
	if err := s.allocate(4 * len(items)); err != nil {
		return nil, err
	}
	return items, s.spend(len(items))
}

func (s *state) indexIn(collection, v Value) (int, error) {
	items, err := s.elementsOf(collection)
	if err != nil {
		return -1, err
	}
	return slices.IndexFunc(items, func(item Value) bool { return javaEquals(item, v, 0) }), nil
}

func (s *state) containsAll(all, some Value) (Value, error) {
	items, err := s.elementsOf(all)
	if err != nil {
		return nil, err
	}
	wanted, err := s.elementsOf(some)
	if err != nil {
		return nil, err
	}
	if err := s.spend(len(items) * len(wanted)); err != nil {
		return nil, err
	}
	return containsAll(items, wanted, 0), nil
}

func iterate(s *state, on Value, _ []Value) (Value, error) {
	items, err := s.elementsOf(on)
	return &Iterator{items: items}, err
}

func copyToList(s *state, on Value, _ []Value) (Value, error) {
	items, err := s.elementsOf(on)
	if err == nil {
		err = s.allocate(16 * len(items))
	}
	return &List{Items: slices.Clone(items)}, err
}
