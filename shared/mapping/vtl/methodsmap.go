package vtl

// mapMethods are those of java.util.Map.
var mapMethods = map[string]*method{
	"get": {"o", 1, onMap(func(_ *state, m *Map, args []Value) (Value, error) {
		v, _ := m.Get(args[0])
		return v, nil
	})},
	"getOrDefault": {"oo", 2, onMap(func(_ *state, m *Map, args []Value) (Value, error) {
		if v, ok := m.Get(args[0]); ok {
			return v, nil
		}
		return args[1], nil
	})},
	"put": {"oo", 2, onMap(func(s *state, m *Map, args []Value) (Value, error) {
		if err := s.allocate(96); err != nil {
			return nil, err
		}
		return m.Put(args[0], args[1]), nil
	})},
	"putIfAbsent": {"oo", 2, onMap(func(s *state, m *Map, args []Value) (Value, error) {
		if v, ok := m.Get(args[0]); ok && v != nil {
			return v, nil
		}
		m.Put(args[0], args[1])
		return nil, s.allocate(96)
	})},
	"putAll": {"m", 1, onMap(func(s *state, m *Map, args []Value) (Value, error) {
		from, ok := args[0].(*Map)
		if !ok {
			return nil, errNull
		}
		if err := s.allocate(96 * len(from.entries)); err != nil {
			return nil, err
		}
		for i := range from.entries {
			m.Put(from.entries[i].Key, from.entries[i].Value)
		}
		return "", s.spend(len(from.entries))
	})},
	"remove": {"o", 1, onMap(func(s *state, m *Map, args []Value) (Value, error) {
		if err := s.allocate(32 * len(m.entries)); err != nil {
			return nil, err
		}
		return m.Remove(args[0]), s.spend(len(m.entries))
	})},
	"clear": {"", 0, onMap(func(_ *state, m *Map, _ []Value) (Value, error) {
		m.Clear()
		return "", nil
	})},
	"size":    {"", 0, onMap(func(_ *state, m *Map, _ []Value) (Value, error) { return int32(len(m.entries)), nil })},
	"isEmpty": {"", 0, onMap(func(_ *state, m *Map, _ []Value) (Value, error) { return len(m.entries) == 0, nil })},
	"containsKey": {"o", 1, onMap(func(_ *state, m *Map, args []Value) (Value, error) {
		_, ok := m.Get(args[0])
		return ok, nil
	})},
	"containsValue": {"o", 1, onMap(func(s *state, m *Map, args []Value) (Value, error) {
		if err := s.spend(len(m.entries)); err != nil {
			return nil, err
		}
		for i := range m.entries {
			if javaEquals(m.entries[i].Value, args[0], 0) {
				return true, nil
			}
		}
		return false, nil
	})},
	"keySet":   {"", 0, onMap(func(s *state, m *Map, _ []Value) (Value, error) { return s.members(m, memberKey) })},
	"values":   {"", 0, onMap(func(s *state, m *Map, _ []Value) (Value, error) { return s.members(m, memberValue) })},
	"entrySet": {"", 0, onMap(func(s *state, m *Map, _ []Value) (Value, error) { return s.members(m, memberEntry) })},
}

func onMap(run func(s *state, m *Map, args []Value) (Value, error)) func(*state, Value, []Value) (Value, error) {
	return func(s *state, on Value, args []Value) (Value, error) { return run(s, on.(*Map), args) }
}

func memberKey(_ *Map, e *Entry) Value   { return e.Key }
func memberValue(_ *Map, e *Entry) Value { return e.Value }
func memberEntry(m *Map, e *Entry) Value { return &Entry{Key: e.Key, Value: e.Value, of: m} }

// members collects one part of each member, in order.
func (s *state) members(m *Map, part func(*Map, *Entry) Value) (Value, error) {
	if err := s.allocate(64 + 48*len(m.entries)); err != nil {
		return nil, err
	}
	return &Set{of: m, part: part}, s.spend(len(m.entries))
}

// entryMethods are those of java.util.Map.Entry.
var entryMethods = map[string]*method{
	"getKey":   {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return on.(*Entry).Key, nil }},
	"getValue": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { return on.(*Entry).Value, nil }},
	"setValue": {"o", 1, func(_ *state, on Value, args []Value) (Value, error) {
		e := on.(*Entry)
		old := e.Value
		e.Value = args[0]
		if _, has := e.of.Get(e.Key); has {
			e.of.Put(e.Key, args[0])
		}
		return old, nil
	}},
}

// loopMethods are those of $foreach.
var loopMethods = map[string]*method{
	"getIndex":    {"", 0, loopProperty("index")},
	"getCount":    {"", 0, loopProperty("count")},
	"hasNext":     {"", 0, loopProperty("hasNext")},
	"getHasNext":  {"", 0, loopProperty("hasNext")},
	"isFirst":     {"", 0, loopProperty("first")},
	"getFirst":    {"", 0, loopProperty("first")},
	"isLast":      {"", 0, loopProperty("last")},
	"getLast":     {"", 0, loopProperty("last")},
	"getParent":   {"", 0, loopProperty("parent")},
	"getTopmost":  {"", 0, loopProperty("topmost")},
	"getReplaced": {"", 0, loopProperty("replaced")},
	"get":         {"o", 1, func(_ *state, on Value, args []Value) (Value, error) { return on.(*loop).get(args[0]), nil }},
	"put": {"oo", 2, func(s *state, on Value, args []Value) (Value, error) {
		return on.(*loop).put(args[0], args[1]), s.allocate(96)
	}},
	"set": {"oo", 2, func(s *state, on Value, args []Value) (Value, error) {
		on.(*loop).put(args[0], args[1])
		return "", s.allocate(96)
	}},
	"stop": {"", 0, func(s *state, on Value, _ []Value) (Value, error) {
		if s.t.opts.Mode != APIGateway {
			return nil, nil // not reachable in Velocity 2
		}
		return nil, &signal{owner: on.(*loop).owner}
	}},
	"size":    {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { n, _ := sizeMethod(on); return int32(n), nil }},
	"isEmpty": {"", 0, func(_ *state, on Value, _ []Value) (Value, error) { n, _ := sizeMethod(on); return n == 0, nil }},
}

func loopProperty(name string) func(*state, Value, []Value) (Value, error) {
	return func(_ *state, on Value, _ []Value) (Value, error) { return on.(*loop).property(name), nil }
}
