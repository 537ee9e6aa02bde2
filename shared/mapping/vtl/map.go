package vtl

import (
	"math"
	"math/big"
	"slices"
)

// Map is a java.util.LinkedHashMap: its members keep the order in which they came.
type Map struct {
	entries []Entry
	// index finds members of maps that have more than a few.
	index   map[any]int
	changes int
	opaque  bool
}

// indexFrom is the number of members from which a search through all of them costs more than
// an index.
const indexFrom = 9

// NewMap returns an empty map.
func NewMap() *Map { return &Map{} }

// Opaque makes the map render as the empty text, as $context.requestOverride does, and
// returns it.
func (m *Map) Opaque() *Map {
	m.opaque = true
	return m
}

// Len returns the number of members.
func (m *Map) Len() int { return len(m.entries) }

// At returns the member at a position from 0 to Len()-1.
func (m *Map) At(i int) (key, value Value) { return m.entries[i].Key, m.entries[i].Value }

// Get returns the value of a key, and whether the map has it.
func (m *Map) Get(key Value) (Value, bool) {
	if i := m.find(key); i >= 0 {
		return m.entries[i].Value, true
	}
	return nil, false
}

// GetString is Get for a key that is a text.
func (m *Map) GetString(key string) (Value, bool) {
	if m.index == nil {
		for i := range m.entries {
			if k, ok := m.entries[i].Key.(string); ok && k == key {
				return m.entries[i].Value, true
			}
		}
		return nil, false
	}
	return m.Get(key)
}

// Put sets the value of a key and returns the one it had before.
func (m *Map) Put(key, value Value) Value {
	if i := m.find(key); i >= 0 {
		old := m.entries[i].Value
		m.entries[i].Value = value
		return old
	}
	m.changes++
	m.entries = append(m.entries, Entry{Key: key, Value: value})
	if m.index != nil {
		if k, ok := indexKey(key); ok {
			m.index[k] = len(m.entries) - 1
		}
	} else if len(m.entries) >= indexFrom {
		m.reindex()
	}
	return nil
}

// Remove takes a key out and returns its value. It costs as much as the map is long.
func (m *Map) Remove(key Value) Value {
	i := m.find(key)
	if i < 0 {
		return nil
	}
	old := m.entries[i].Value
	m.changes++
	m.entries = slices.Delete(m.entries, i, i+1)
	m.reindex()
	return old
}

// Clear takes everything out.
func (m *Map) Clear() {
	m.entries, m.index = nil, nil
	m.changes++
}

func (m *Map) reindex() {
	m.index = nil
	if len(m.entries) < indexFrom {
		return
	}
	m.index = make(map[any]int, 2*len(m.entries))
	for i := range m.entries {
		if k, ok := indexKey(m.entries[i].Key); ok {
			m.index[k] = i
		}
	}
}

func (m *Map) find(key Value) int {
	if m.index != nil {
		if k, ok := indexKey(key); ok {
			if i, found := m.index[k]; found {
				return i
			}
			return -1
		}
	}
	for i := range m.entries {
		if javaEquals(m.entries[i].Key, key, 0) {
			return i
		}
	}
	return -1
}

type (
	doubleKey  uint64
	bigKey     string
	decimalKey struct {
		text  string
		scale int
	}
)

// indexKey turns a key into one that Go compares as Java does; false for lists and the like.
func indexKey(key Value) (any, bool) {
	switch k := key.(type) {
	case nil, string, bool, int32, int64:
		return k, true
	case Double:
		if math.IsNaN(k.Value) {
			return doubleKey(math.Float64bits(math.NaN())), true
		}
		return doubleKey(math.Float64bits(k.Value)), true
	case *big.Int:
		return bigKey(k.Text(16)), true
	case Decimal:
		return decimalKey{k.unscaled.Text(16), k.scale}, true
	}
	return nil, false
}
