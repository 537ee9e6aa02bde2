package openapi

import (
	"math/big"
	"slices"
)

// bound writes an exclusive bound that is a number as a bound that is exclusive. Of an inclusive and an exclusive bound the
// stricter one remains.
func (t *translator) bound(name, exclusive string, direction int) {
	inclusive, limit := t.from.member(name), t.from.member(exclusive)
	if limit == nil || limit.kind != kindNumber {
		t.set(name, inclusive)
		if limit != nil {
			t.set(exclusive, limit) // a document that says 3.1 and means 3.0
		}
		return
	}
	if inclusive != nil && inclusive.kind == kindNumber && direction*compareNumbers(limit.text, inclusive.text) < 0 {
		t.set(name, inclusive)
		return
	}
	t.set(name, limit)
	t.set(exclusive, t.boolean(true))
}

func compareNumbers(a, b string) int {
	x, _, errX := big.ParseFloat(a, 10, 200, big.ToNearestEven)
	y, _, errY := big.ParseFloat(b, 10, 200, big.ToNearestEven)
	if errX != nil || errY != nil {
		return 0
	}
	return x.Cmp(y)
}

// tuple writes the schemas of the first items as items and that of the others as additionalItems.
func (t *translator) tuple() {
	items, prefix := t.from.member("items"), t.from.member("prefixItems")
	if prefix == nil {
		t.set("items", items)
		return
	}
	t.set("items", prefix)
	t.set("additionalItems", items)
}

// constant writes the one permitted value as an enumeration.
func (t *translator) constant() {
	only, values := t.from.member("const"), t.from.member("enum")
	if only == nil {
		t.set("enum", values)
		return
	}
	list := t.node(kindList)
	list.items = []*node{only}
	t.set("enum", list)
	if values != nil && values.kind == kindList && !slices.ContainsFunc(values.items, func(v *node) bool { return t.text(v) == t.text(only) }) {
		t.also = append(t.also, t.object("enum", values))
	}
}

func (t *translator) text(n *node) string { return (&place{node: n, doc: t.doc}).json(nil) }

func (t *translator) dependencies() {
	all := t.object()
	for _, name := range []string{"dependencies", "dependentRequired", "dependentSchemas"} {
		group := t.from.member(name)
		if group == nil {
			continue
		}
		for _, f := range group.fields {
			if all.add(f) != nil {
				t.also = append(t.also, t.object("dependencies", t.object(f.name, f.value)))
			}
		}
	}
	if len(all.fields) > 0 {
		t.replace("dependencies", all)
	}
}

// conditional writes "if A then B else C" as "(not A or B) and (A or C)".
func (t *translator) conditional() {
	condition := t.from.member("if")
	if condition == nil {
		return
	}
	if then := t.from.member("then"); then != nil {
		t.also = append(t.also, t.object("anyOf", t.list(t.object("not", condition), then)))
	}
	if otherwise := t.from.member("else"); otherwise != nil {
		t.also = append(t.also, t.object("anyOf", t.list(condition, otherwise)))
	}
}

// contains writes "some item is A" as "it is not a list of items that are not A". A minimum of 0 items asks for nothing.
func (t *translator) contains() {
	schema := t.from.member("contains")
	if schema == nil {
		return
	}
	if least := t.from.member("minContains"); least != nil && least.text == "0" {
		return
	}
	list := t.object("type", t.string("array"), "items", t.object("not", schema))
	t.also = append(t.also, t.object("not", list))
}

// rest treats the keywords without an equivalent. Unevaluated properties are the additional ones where nothing else
// evaluates properties.
func (t *translator) rest() {
	for _, name := range untranslated {
		keyword := t.from.get(name)
		if keyword == nil || isTrueSchema(keyword.node) || name == "minContains" && (keyword.text == "0" || keyword.text == "1") {
			continue
		}
		if target := map[string]string{"unevaluatedProperties": "additionalProperties", "unevaluatedItems": "additionalItems"}[name]; target != "" &&
			t.simple(target) {
			t.set(target, keyword.node)
			continue
		}
		t.warnUntranslated(keyword)
	}
}

func (t *translator) warnUntranslated(keyword *place) {
	t.warnAt(keyword, "The keyword %s has no equivalent in JSON Schema draft 4. Ignoring.", keyword.step)
}

func isTrueSchema(n *node) bool {
	return n.kind == kindBool && n.text == "true" || n.kind == kindObject && len(n.fields) == 0
}

// simple reports whether unevaluated means additional: no schema in place evaluates more, and additional is not set.
func (t *translator) simple(target string) bool {
	for _, name := range []string{"allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "$ref", "$dynamicRef", "contains"} {
		if t.from.member(name) != nil {
			return false
		}
	}
	if target == "additionalItems" {
		return t.from.member("prefixItems") != nil && t.from.member("items") == nil
	}
	return t.from.member(target) == nil
}
