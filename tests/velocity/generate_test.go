package velocity

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes templates at random, always the same ones for a seed.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	depth int
	loops int
}

const generatedCount = 400

const generatedContext = `{"s":"hello World","e":"","u":"Grüße, 世界","n":7,"z":0,"big":3000000000,"f":2.5,"neg":-3,"t":true,"no":false,"nil":null,` +
	`"l":["a","b","c"],"nums":[3,1,2],"el":[],"m":{"a":1,"b":"two","c":[1,2],"d":{"x":"y"}},"em":{},` +
	`"items":[{"id":1,"name":"one","price":1.25},{"id":2,"name":"two","price":20.0},{"id":3,"name":"three"}]}`

func generated() []testCase {
	all := make([]testCase, generatedCount)
	for i := range all {
		g := generator{r: rand.New(rand.NewPCG(20, uint64(i)))}
		for range 1 + g.r.IntN(5) {
			g.statement()
		}
		all[i] = testCase{Name: fmt.Sprintf("generated/%03d", i), Template: g.b.String(), Context: json.RawMessage(generatedContext)}
		if g.r.IntN(8) == 0 {
			all[i].Gobbling = g.pick("bc", "none")
		}
	}
	return all
}

func (g *generator) pick(of ...string) string { return of[g.r.IntN(len(of))] }

func (g *generator) write(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
	}
}

func (g *generator) statement() {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > 4 {
		g.write("deep", g.pick(" ", "\n"))
		return
	}
	switch g.r.IntN(14) {
	case 0, 1:
		g.write(g.pick("text", "some words, 50% off", "  indented\n", "\n", "a\n\nb\n", "{\"k\": \"v\"}", "5 < 6 & 7", "tab\there", "\r\n", "x $ y", "cost: $5", "#", "a # b", "1. item\n", "é∑😀", "C:\\dir\\file "))
	case 2, 3, 4:
		g.write(g.pick("", " ", "\\", "\\\\", "$", "("), g.reference(true), g.pick("", " ", ")", "\n", ".", "...", "\"", ","))
	case 5, 6:
		g.write(g.pick("", "  ", "\n", "x"), "#set(", g.pick("", " "), g.target(), g.pick("=", " = "), g.expression(0), g.pick("", " "), ")", g.pick("", "\n", " \n", "  y"))
	case 7, 8:
		g.write(g.pick("", "  ", "\n\t"), g.pick("#if(", "#if( ", "#{if}("), g.condition(0), ")", g.pick("", "\n", " ", "  \n"))
		g.statement()
		if g.r.IntN(3) == 0 {
			g.write(g.pick("", "  ", "\n  "), "#elseif(", g.condition(0), ")", g.pick("", "\n"))
			g.statement()
		}
		if g.r.IntN(2) == 0 {
			g.write(g.pick("", "  ", "\n  "), g.pick("#else", "#{else}"), g.pick(" ", "\n"))
			g.statement()
		}
		g.write(g.pick("", "  ", "\n  "), g.pick("#end", "#{end}"), g.pick(" ", "\n", " \n", " z"))
	case 9, 10:
		g.loop()
	case 11:
		g.write(g.pick("## a comment\n", "#* block *#", "  ## indented\n", "#** formal *#\n", "#[[ $raw #if ]]#", "text ## rest\n"))
	case 12:
		name := g.pick("one", "two")
		g.write("#macro(", name, " $p $q", g.pick("", " $o='dflt'"), ")", g.pick("", "\n"), "[$p|$!q]", g.pick("", "\n"), "#end", g.pick("", "\n"))
		g.write(g.pick("", "  "), "#", name, "(", g.argument(), g.pick(" ", ", "), g.argument(), ")", g.pick("", "\n", " "))
	case 13:
		g.write("#define($d)", g.pick("", "\n"), "<", g.reference(true), ">", g.pick("", "\n"), "#end", g.pick("", "\n"), "$d", g.pick(" ", "\n"))
	}
}

func (g *generator) loop() {
	g.loops++
	item := g.pick("i", "item", "x")
	g.write(g.pick("", "  ", "\n"), "#foreach($", item, " in ", g.pick("$l", "$nums", "$items", "$m", "$el", "[1..3]", "[3..1]", "['p','q']", "$m.keySet()", "$m.entrySet()", "$nothing", "$s", "[1..$n]"), ")", g.pick("", "\n", " "))
	g.write(g.pick("$"+item, "${"+item+"}", "$!"+item+".name", "$foreach.index", "$foreach.count:$"+item, "$foreach.first$foreach.last"), g.pick("#if($foreach.hasNext),#end", " ", "\n"))
	if g.r.IntN(4) == 0 {
		g.write("#if($foreach.count == 2)#break#end")
	}
	if g.depth < 3 && g.r.IntN(2) == 0 {
		g.statement()
	}
	if g.r.IntN(6) == 0 {
		g.write("#else", g.pick("", "\n"), "none")
	}
	g.write(g.pick("", "\n", "  "), "#end", g.pick(" ", "\n", ""))
}

func (g *generator) target() string {
	return g.pick("$v", "$w", "$v", "$w", "$m.new", "$m['k']", "$l[0]", "${v}", "$e", "$nothing.x")
}

// reference makes a reference; in text, it may be quiet or formal.
func (g *generator) reference(inText bool) string {
	name := g.pick("s", "n", "f", "t", "nil", "l", "m", "u", "v", "w", "nothing", "e", "big", "items", "nums", "em", "d")
	steps := ""
	switch name {
	case "s", "u", "e":
		steps = g.pick("", ".length()", ".toUpperCase()", ".substring(0)", ".replace('l', 'L')", ".split(' ')", ".isEmpty()", ".indexOf('o')", ".contains('World')", ".trim()", ".foo", ".nope()", ".empty", ".replaceAll('[aeiou]', '*')", ".concat('!')", ".equals('x')", ".split('')")
	case "l", "nums":
		steps = g.pick("", ".size()", "[0]", "[-1]", "[1]", ".get(2)", ".isEmpty()", ".contains('b')", ".empty", ".indexOf(1)", ".subList(0, 2)", ".toString()")
	case "m", "em":
		steps = g.pick("", ".a", ".b", ".c[1]", ".d.x", ".d", "['b']", ".size()", ".keySet()", ".values()", ".entrySet()", ".get('a')", ".missing", ".containsKey('a')", ".missing.more", ".getOrDefault('q', 5)")
	case "items":
		steps = g.pick("", "[0].name", "[2].price", "[1]", ".size()", "[0].price", "[-1].id")
	case "n", "f", "big":
		steps = g.pick("", ".intValue()", ".toString()", ".foo", ".equals(7)")
	}
	if !inText {
		return "$" + name + steps
	}
	switch g.r.IntN(8) {
	case 0, 1, 2, 3:
		return "$" + name + steps
	case 4:
		return "$!" + name + steps
	case 5:
		return "${" + name + steps + "}"
	case 6:
		return "$!{" + name + steps + "}"
	}
	return "${" + name + steps + "|" + g.pick("'alt'", "$n", "5", "\"$s\"") + "}"
}

func (g *generator) argument() string {
	return g.pick("$s", "'lit'", "\"in $n\"", "5", "-1", "2.5", "$nil", "true", "[1,2]", "{'k':'v'}", "$m.b", "[1..2]")
}

func (g *generator) literal() string {
	return g.pick("1", "2", "0", "-4", "10", "2147483647", "9223372036854775807", "1.5", "0.1", "1e10", "3.0", "'str'", "\"dq\"", "\"with $n and ${s}\"", "''", "true", "false", "'5'", "\"a\"\"b\"", "'it''s'", "\"\\u0041\"", "12345678901234567890")
}

func (g *generator) expression(depth int) string {
	if depth > 2 {
		return g.pick(g.literal(), g.reference(false))
	}
	switch g.r.IntN(11) {
	case 0, 1, 2:
		return g.literal()
	case 3, 4:
		return g.reference(false)
	case 5, 6, 7:
		return g.operand(depth+1) + " " + g.pick("+", "-", "*", "/", "%") + " " + g.operand(depth+1)
	case 8:
		return "(" + g.expression(depth+1) + ")"
	case 9:
		return g.pick("[", "[ ") + g.argument() + g.pick(",", ", ") + g.argument() + "]"
	}
	return g.condition(depth + 1)
}

func (g *generator) condition(depth int) string {
	if depth > 2 {
		return g.reference(false)
	}
	switch g.r.IntN(7) {
	case 0, 1:
		return g.reference(false)
	case 2, 3:
		return g.expression(depth+1) + g.pick(" == ", " != ", " < ", " > ", " <= ", " >= ", " eq ", " lt ", "==") + g.expression(depth+1)
	case 4:
		return g.pick("!", "! ", "not ") + g.reference(false)
	case 5:
		return g.condition(depth+1) + g.pick(" && ", " || ", " and ", " or ") + g.condition(depth+1)
	}
	return "(" + g.condition(depth+1) + ")"
}

// operand is mostly a number: what Velocity writes to its log about operands that are none
// ends in an exception of its own if they are literals (see testdata/deviations.txt).
func (g *generator) operand(depth int) string {
	switch g.r.IntN(12) {
	case 0:
		return g.pick("'a'", "$s", "\"$n!\"", "'5'")
	case 1:
		return "$nil"
	case 2, 3, 4:
		if depth < 3 {
			return "(" + g.operand(depth+1) + g.pick(" + ", " - ", " * ", " % ", " / ") + g.pick("$n", "$f", "3", "$big", "0.5") + ")"
		}
	}
	return g.pick("1", "2", "10", "2147483647", "9223372036854775807", "1.5", "0.1", "12345678901234567890", "$n", "$f", "$big", "$neg", "$z", "$l.size()", "$items[0].price")
}
