package snapshot

import "encoding/binary"

// The index is a tree over path segments, laid out as 32-bit little-endian words so that
// it is walked where it lies. A node is
//
//	methods, variable child, greedy child, slots,
//	methods * (method code, record number),
//	slots * (segment offset + 1, child)
//
// where children are word offsets (0 is none, and never a child since the root stands
// there), slots is zero or a power of two, and static children are found by open addressing.
// A segment is a 16-bit length and its bytes in the string section.
const (
	nodeMethods = iota
	nodeVariable
	nodeGreedy
	nodeSlots
	nodeHeader
)

// methodCodes are the HTTP methods that a REST API knows. ANY covers all the others here
// (REST data plane spec, 1.4).
var methodCodes = map[string]uint32{
	"GET": 1, "PUT": 2, "POST": 3, "DELETE": 4, "PATCH": 5, "OPTIONS": 6, "HEAD": 7, "ANY": 8,
}

const methodANY = 8

// Node is a position in the route index. The zero Node is the root, which is "/".
type Node uint32

// Index finds routes by path segments. It is safe for concurrent use.
type Index struct {
	words   []byte
	strings []byte
}

func (x *Index) word(at uint32) uint32 {
	return binary.LittleEndian.Uint32(x.words[4*at:])
}

// Static returns the child of n for a literal path segment.
func (x *Index) Static(n Node, segment string) (Node, bool) {
	at := uint32(n)
	slots := x.word(at + nodeSlots)
	if slots == 0 {
		return 0, false
	}
	table := at + nodeHeader + 2*x.word(at+nodeMethods)
	for i := hashSegment(segment) & (slots - 1); ; i = (i + 1) & (slots - 1) {
		s := x.word(table + 2*i)
		if s == 0 {
			return 0, false
		}
		if x.segment(s-1) == segment {
			return Node(x.word(table + 2*i + 1)), true
		}
	}
}

// segment returns the string at an offset. The conversion only serves comparison, for which
// the compiler makes no copy.
func (x *Index) segment(at uint32) string {
	n := uint32(binary.LittleEndian.Uint16(x.strings[at:]))
	return string(x.strings[at+2 : at+2+n])
}

// Variable returns the child of n for a path parameter, "{x}".
func (x *Index) Variable(n Node) (Node, bool) {
	c := x.word(uint32(n) + nodeVariable)
	return Node(c), c != 0
}

// Greedy returns the child of n for a greedy path parameter, "{x+}".
func (x *Index) Greedy(n Node) (Node, bool) {
	c := x.word(uint32(n) + nodeGreedy)
	return Node(c), c != 0
}

// Route returns the record number of the method at n: the method's own, or that of ANY if
// ANY covers the method. ANY itself is the name of a definition's method and no client's: let in,
// it would get around policies that name the verbs.
func (x *Index) Route(n Node, method string) (int, bool) {
	code, ok := methodCodes[method]
	if !ok || code == methodANY {
		return 0, false
	}
	at := uint32(n)
	anyRecord, found := 0, false
	for i := range x.word(at + nodeMethods) {
		switch x.word(at + nodeHeader + 2*i) {
		case code:
			return int(x.word(at + nodeHeader + 2*i + 1)), true
		case methodANY:
			anyRecord, found = int(x.word(at+nodeHeader+2*i+1)), true
		}
	}
	return anyRecord, found
}

// hashSegment is FNV-1a: the index is read by other processes than the one that wrote it, so
// the seeded hash of the standard library cannot serve.
func hashSegment(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h ^= uint32(s[i])
		h *= 16777619
	}
	return h
}
