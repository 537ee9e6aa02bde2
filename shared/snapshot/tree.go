package snapshot

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// tree is the index while it is being built.
type tree struct {
	methods  map[uint32]uint32
	static   map[string]*tree
	variable *tree
	greedy   *tree
}

// insert adds a route. It refuses a second route of the same method on the same path, and
// paths that could never be told apart.
func (t *tree) insert(path, method string, record uint32) error {
	code, ok := methodCodes[method]
	if !ok {
		return fmt.Errorf("route %s %s: unknown method", method, path)
	}
	if !strings.HasPrefix(path, "/") {
		return fmt.Errorf("route %s %s: the path must start with /", method, path)
	}
	n := t
	if path != "/" {
		for segment := range strings.SplitSeq(path[1:], "/") {
			var err error
			if n, err = n.child(segment); err != nil {
				return fmt.Errorf("route %s %s: %w", method, path, err)
			}
		}
	}
	if _, dup := n.methods[code]; dup {
		return fmt.Errorf("route %s %s: defined twice", method, path)
	}
	if n.methods == nil {
		n.methods = map[uint32]uint32{}
	}
	n.methods[code] = record
	return nil
}

func (t *tree) child(segment string) (*tree, error) {
	switch {
	case len(segment) > 1<<16-1:
		return nil, fmt.Errorf("a path segment is longer than %d bytes", 1<<16-1)
	case strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "+}"):
		if t.greedy == nil {
			t.greedy = &tree{}
		}
		return t.greedy, nil
	case strings.HasPrefix(segment, "{"):
		if t.variable == nil {
			t.variable = &tree{}
		}
		return t.variable, nil
	}
	if t.static == nil {
		t.static = map[string]*tree{}
	}
	c := t.static[segment]
	if c == nil {
		c = &tree{}
		t.static[segment] = c
	}
	return c, nil
}

// writer lays a tree out as the two sections of an Index.
type writer struct {
	words   []uint32
	strings []byte
	seen    map[string]uint32
}

func layout(t *tree) (words, text []byte) {
	w := &writer{seen: map[string]uint32{}}
	w.node(t)
	out := make([]byte, 0, 4*len(w.words))
	for _, v := range w.words {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out, w.strings
}

// node writes t and everything below it, and returns where t stands. Children come in sorted
// order so that equal definitions give equal bytes.
func (w *writer) node(t *tree) uint32 {
	at := uint32(len(w.words))
	slots := slotCount(len(t.static))
	w.words = append(w.words, make([]uint32, nodeHeader+2*len(t.methods)+2*int(slots))...)
	w.words[at+nodeMethods] = uint32(len(t.methods))
	w.words[at+nodeSlots] = slots

	codes := make([]uint32, 0, len(t.methods))
	for code := range t.methods {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for i, code := range codes {
		w.words[at+nodeHeader+2*uint32(i)] = code
		w.words[at+nodeHeader+2*uint32(i)+1] = t.methods[code]
	}

	if t.variable != nil {
		w.words[at+nodeVariable] = w.node(t.variable)
	}
	if t.greedy != nil {
		w.words[at+nodeGreedy] = w.node(t.greedy)
	}
	segments := make([]string, 0, len(t.static))
	for s := range t.static {
		segments = append(segments, s)
	}
	slices.Sort(segments)
	table := at + nodeHeader + 2*uint32(len(codes))
	for _, s := range segments {
		i := hashSegment(s) & (slots - 1)
		for w.words[table+2*i] != 0 {
			i = (i + 1) & (slots - 1)
		}
		w.words[table+2*i] = w.text(s) + 1
		child := w.node(t.static[s])
		w.words[table+2*i+1] = child
	}
	return at
}

// text stores a segment once, however many nodes use it.
func (w *writer) text(s string) uint32 {
	if at, ok := w.seen[s]; ok {
		return at
	}
	at := uint32(len(w.strings))
	w.strings = binary.LittleEndian.AppendUint16(w.strings, uint16(len(s)))
	w.strings = append(w.strings, s...)
	w.seen[s] = at
	return at
}

// slotCount keeps tables at most half full, so that a miss ends after a step or two and an
// empty slot always exists.
func slotCount(n int) uint32 {
	if n == 0 {
		return 0
	}
	return 1 << bits.Len32(uint32(2*n-1))
}
