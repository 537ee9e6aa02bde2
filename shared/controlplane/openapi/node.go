package openapi

import "slices"

// kind is the type of a value, as JSON knows types.
type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindString
	kindList
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// maxDepth bounds the nesting of a document, and with it every recursion over the tree.
const maxDepth = 200

// maxValues bounds the values of a document, and with it the memory of its tree. Documents of the permitted size that mean
// something stay well below it.
const maxValues = 1_000_000

// node is a value with its place in the source. JSON and YAML give the same tree.
type node struct {
	kind kind
	// text is the value of a string, or the literal of a boolean or number as JSON writes it.
	text         string
	line, column int
	items        []*node
	fields       []field
	// height is the number of levels below this value, kept by the YAML reader, whose aliases put trees into trees.
	height int
	// index finds a field by its name once there are enough of them to be worth it.
	index map[string]int
}

// field is one member of an object, in document order.
type field struct {
	name         string
	line, column int
	value        *node
}

// indexFrom is the number of fields from which a look-up by map beats a look at each.
const indexFrom = 12

// add appends a member and reports the earlier one of the same name, if there is one.
func (n *node) add(f field) (earlier *field) {
	if at := n.find(f.name); at >= 0 {
		return &n.fields[at]
	}
	n.fields = append(n.fields, f)
	switch {
	case n.index != nil:
		n.index[f.name] = len(n.fields) - 1
	case len(n.fields) >= indexFrom:
		n.index = make(map[string]int, 2*indexFrom)
		for i := range n.fields {
			n.index[n.fields[i].name] = i
		}
	}
	return nil
}

// find returns the position of a member, -1 when there is none.
func (n *node) find(name string) int {
	if n.index != nil {
		if at, found := n.index[name]; found {
			return at
		}
		return -1
	}
	return slices.IndexFunc(n.fields, func(f field) bool { return f.name == name })
}

// member returns the value of a member, nil when the node is no object or has none of this name.
func (n *node) member(name string) *node {
	if at := n.find(name); at >= 0 {
		return n.fields[at].value
	}
	return nil
}
