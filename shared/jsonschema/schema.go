package jsonschema

// kind is a primitive type, as a set of one.
type kind uint8

const (
	kindArray kind = 1 << iota
	kindBoolean
	kindInteger
	kindNull
	kindNumber // with a fraction or an exponent
	kindObject
	kindString

	kindAny     = kindArray | kindBoolean | kindInteger | kindNull | kindNumber | kindObject | kindString
	kindNumeric = kindInteger | kindNumber
)

// kindNames are in the order in which messages list them; a schema's "number" means both of the
// last column's.
var kindNames = []struct {
	name  string
	kind  kind
	means kind
}{
	{"array", kindArray, kindArray}, {"boolean", kindBoolean, kindBoolean}, {"integer", kindInteger, kindInteger}, {"null", kindNull, kindNull},
	{"number", kindNumber, kindNumeric}, {"object", kindObject, kindObject}, {"string", kindString, kindString},
}

// node is a schema, compiled. What a schema does not say is a zero value that holds for everything,
// but for types, which is kindAny, and the lengths, which are -1.
type node struct {
	types kind

	enum *enum

	allOf, anyOf, oneOf []*node
	not                 *node

	strings *stringRules
	numbers *numberRules
	arrays  *arrayRules
	objects *objectRules
}

type stringRules struct {
	minLength, maxLength int // in code points
	pattern              *pattern
	format               format // nil for none
}

type numberRules struct {
	minimum, maximum                   *decimal
	minimumText, maximumText           []byte // as messages print it
	exclusiveMinimum, exclusiveMaximum bool
	multipleOf                         *divisor
}

type arrayRules struct {
	minItems, maxItems int
	unique             bool
	// each holds for all elements; else first holds for the first ones, and rest, if it is not nil,
	// for the others, which forbidRest forbids.
	each       *node
	first      []*node
	rest       *node
	forbidRest bool
}

type objectRules struct {
	minProperties, maxProperties int
	// names are the properties that the schema knows, in any part of it.
	names map[string]*property
	// required is in alphabetical order.
	required     []string
	patterns     []patternProperty
	others       *node // additionalProperties
	forbidOthers bool
	dependencies []dependency
}

// property is a known name: its number among them, and its schema or nil.
type property struct {
	index  int
	schema *node
	// declared says that it is among the properties.
	declared bool
}

type patternProperty struct {
	pattern *pattern
	schema  *node
}

// dependency is what the presence of a property asks for: other properties, in alphabetical order,
// or a schema.
type dependency struct {
	name   string
	names  []string
	schema *node
}

// forElement returns the schema of an element; nil if it has none.
func (a *arrayRules) forElement(i int) *node {
	switch {
	case a.each != nil:
		return a.each
	case i < len(a.first):
		return a.first[i]
	}
	return a.rest
}

// inPlace returns the schemas that a value has to do with because it has to do with n.
func (n *node) inPlace() []*node {
	var out []*node
	out = append(out, n.allOf...)
	out = append(out, n.anyOf...)
	out = append(out, n.oneOf...)
	if n.not != nil {
		out = append(out, n.not)
	}
	if n.objects != nil {
		for _, d := range n.objects.dependencies {
			if d.schema != nil {
				out = append(out, d.schema)
			}
		}
	}
	return out
}

// endless tells whether checking a value against n would come back to n with the same value.
func endless(n *node, state map[*node]bool) bool {
	if busy, seen := state[n]; seen {
		return busy
	}
	state[n] = true
	for _, next := range n.inPlace() {
		if endless(next, state) {
			return true
		}
	}
	state[n] = false
	return false
}
