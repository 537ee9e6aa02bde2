package jsonpath

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// generator makes documents and paths whose names and values are few, so that they often meet.
type generator struct{ *rand.Rand }

// generate makes the same pairs every time.
func generate(t testing.TB, n int) []pair {
	g := generator{rand.New(rand.NewPCG(20, 26))}
	pairs := make([]pair, n)
	var doc string
	var value vtl.Value
	for i := range pairs {
		if i%8 == 0 {
			doc = g.container(4)
			var err error
			if value, err = vtl.DecodeJSON([]byte(doc)); err != nil {
				t.Fatalf("generated %s: %v", doc, err)
			}
		}
		pairs[i] = pair{g.path("$", value), doc}
	}
	return pairs
}

func (g generator) one(of ...string) string { return of[g.IntN(len(of))] }

func (g generator) name() string { return g.one("a", "b", "c", "d") }

func (g generator) number() string { return g.one("0", "1", "2", "3", "-1", "1.5", "2.0", "10") }

func (g generator) text() string { return g.one("x", "y", "xy", "", "1", "2.0") }

func (g generator) container(depth int) string {
	n := g.IntN(4) + 1
	parts := make([]string, n)
	if g.IntN(2) == 0 {
		for i := range parts {
			parts[i] = fmt.Sprintf("%q:%s", string(rune('a'+i)), g.value(depth-1))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	for i := range parts {
		parts[i] = g.value(depth - 1)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (g generator) value(depth int) string {
	if depth > 0 && g.IntN(5) < 3 {
		return g.container(depth)
	}
	switch g.IntN(5) {
	case 0:
		return g.one("null", "true", "false", "[]", "{}")
	case 1, 2:
		return fmt.Sprintf("%q", g.text())
	}
	return g.number()
}

// path starts with a few steps that lead somewhere in doc, if there is one.
func (g generator) path(root string, doc vtl.Value) string {
	var out strings.Builder
	out.WriteString(root)
	for range g.IntN(4) {
		if m, ok := doc.(*vtl.Map); ok && m.Len() > 0 {
			key, value := m.At(g.IntN(m.Len()))
			out.WriteString(g.one("."+key.(string), "['"+key.(string)+"']", ".*", "[*]", ".."+key.(string)))
			doc = value
		} else if l, ok := doc.(*vtl.List); ok && len(l.Items) > 0 {
			i := g.IntN(len(l.Items))
			out.WriteString(g.one(fmt.Sprintf("[%d]", i), fmt.Sprintf("[%d]", i-len(l.Items)), fmt.Sprintf("[%d:]", i), "[*]", "[0,1]"))
			doc = l.Items[i]
		}
	}
	for range g.IntN(3) {
		out.WriteString(g.step(root == "$"))
	}
	if g.IntN(6) == 0 {
		out.WriteString("." + g.one("length", "sum", "min", "max", "avg", "stddev", "keys", "first", "last", "concat") + "()")
	}
	return out.String()
}

// mutate makes paths out of others by taking, doubling and exchanging a few of their bytes.
func mutate(n int, of []pair) []pair {
	g := generator{rand.New(rand.NewPCG(7, 49))}
	pairs := make([]pair, n)
	for i := range pairs {
		p := of[g.IntN(len(of))]
		path := []byte(p.Path)
		for range g.IntN(2) + 1 {
			at := g.IntN(len(path))
			switch g.IntN(4) {
			case 0:
				path = slices.Delete(path, at, at+1)
			case 1:
				path = slices.Insert(path, at, path[at])
			case 2:
				path = slices.Insert(path, at, g.one(" ", ".", "[", "]", "(", ")", "'", ",", "@", "$", "!", "*", "?", "0", "-", ":")[0])
			case 3:
				other := g.IntN(len(path))
				path[at], path[other] = path[other], path[at]
			}
			if len(path) == 0 {
				path = []byte("$")
			}
		}
		pairs[i] = pair{strings.ToValidUTF8(string(path), "?"), p.Doc}
	}
	return pairs
}

func (g generator) step(filters bool) string {
	switch g.IntN(12) {
	case 0, 1, 2:
		return "." + g.name()
	case 3:
		return "['" + g.name() + "']"
	case 4:
		return "['" + g.name() + "','" + g.name() + "']"
	case 5:
		return fmt.Sprintf("[%d]", g.IntN(5)-2)
	case 6:
		return fmt.Sprintf("[%d,%d]", g.IntN(4)-1, g.IntN(4)-1)
	case 7:
		return g.one("[1:]", "[:2]", "[0:2]", "[-2:]", "[:-1]", "[1:3]")
	case 8:
		return g.one(".*", "[*]")
	case 9:
		return ".." + g.one("a", "b", "*", "[0]", "['c']", "[*]", "[1:]")
	}
	if filters {
		return "[?(" + g.condition(2) + ")]"
	}
	return "." + g.name()
}

func (g generator) condition(depth int) string {
	if depth > 0 && g.IntN(3) == 0 {
		switch g.IntN(3) {
		case 0:
			return g.condition(depth-1) + " && " + g.condition(depth-1)
		case 1:
			return g.condition(depth-1) + " || " + g.condition(depth-1)
		}
		return "!(" + g.condition(depth-1) + ")"
	}
	left := g.one("@", "@."+g.name(), "@["+g.one("0", "1", "*")+"]", g.path("@", nil))
	switch g.IntN(8) {
	case 0:
		return left
	case 1:
		return "!" + left
	case 2:
		return left + " " + g.one("in", "nin", "anyof", "noneof", "subsetof") + " " + g.one("['x','y']", "[1,2.0]", "[]", "@.a", "$.b")
	case 3:
		return left + " =~ " + g.one("/x.*/", "/X/i", "/[0-9.]+/", "/.*/")
	case 4:
		return left + " " + g.one("size 1", "size 2", "empty false", "contains 'x'", "contains 1")
	}
	return left + " " + g.one("==", "!=", "<", "<=", ">", ">=", "===") + " " + g.one(g.number(), "'"+g.text()+"'", "null", "true", "@."+g.name(), "$."+g.name())
}
