package wire_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// sampler makes values of model shapes as plain trees: structures and maps are map[string]any (structures by Go field
// name), lists []any, scalars their Go types. Every member is filled unless sparse is set, and no two strings are equal.
type sampler struct {
	model  *testModel
	sparse bool // only required members
	n      int
}

func (s *sampler) structure(name string) map[string]any {
	shape := s.model.Shapes[name]
	tree := map[string]any{}
	for _, member := range slices.Sorted(maps.Keys(shape.Members)) {
		if !s.sparse || slices.Contains(shape.Required, member) {
			tree[field(member)] = s.member(shape.Members[member])
		}
	}
	return tree
}

func (s *sampler) member(ref testRef) any {
	if len(ref.Enum) > 0 {
		return ref.Enum[s.next()%len(ref.Enum)]
	}
	return s.value(ref.Shape, ref.Location)
}

func (s *sampler) value(name, location string) any {
	shape := s.model.Shapes[name]
	n := s.next()
	switch shape.Type {
	case "structure":
		return s.structure(name)
	case "list":
		return []any{s.value(shape.Member.Shape, location), s.value(shape.Member.Shape, location)}
	case "map":
		return map[string]any{
			fmt.Sprintf("key-%d", n):          s.value(shape.Value.Shape, location),
			fmt.Sprintf("a/b \"%d\" =&+é", n): s.value(shape.Value.Shape, location),
		}
	case "string":
		return s.text(shape, location)
	case "boolean":
		// False would not tell a lost member from one that was sent, where a client has no pointer.
		return true
	case "integer":
		return int64(bounded(shape, n))
	case "long":
		return int64(1)<<40 + int64(n)
	case "double":
		return float64(n) + 0.25
	case "timestamp":
		return time.UnixMilli(1_700_000_000_125 + int64(n)*1000).UTC()
	case "blob":
		return []byte(fmt.Sprintf("\x00\xff raw %d", n))
	}
	panic("no sample for " + shape.Type)
}

func (s *sampler) next() int { s.n++; return s.n }

func bounded(shape *testShape, n int) int {
	if shape.Min != nil && n < *shape.Min {
		n = *shape.Min
	}
	if shape.Max != nil && n > *shape.Max {
		n = *shape.Max
	}
	return n
}

// text honours the shape's constraints and is as unusual as its location allows.
func (s *sampler) text(shape *testShape, location string) string {
	switch {
	case len(shape.Enum) > 0:
		return shape.Enum[s.n%len(shape.Enum)]
	case strings.HasPrefix(shape.Pattern, "^[a-z0-9]"):
		return fmt.Sprintf("abc%07d", s.n)
	case shape.Pattern != "":
		return fmt.Sprint(100 + s.n%500)
	case shape.Min != nil || shape.Max != nil:
		text := fmt.Sprintf("t%d", s.n)
		if shape.Min != nil && len(text) < *shape.Min {
			text += strings.Repeat("x", *shape.Min-len(text))
		}
		return text
	case location == "header":
		return fmt.Sprintf("text/plain; n=%d", s.n)
	case location == "uri":
		return fmt.Sprintf("arn:aws:x::/a/%d?b#c%%2F (none)+@~é", s.n)
	default:
		return fmt.Sprintf("v%d \"quoted\" \\ / <&>=+%% é\u2028\U0001F310\n\tend", s.n)
	}
}
