package jsonschema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

func (c *compiler) types(at location, k keywords, n *node) error {
	raw, ok := k["type"]
	if !ok {
		return nil
	}
	var names []string
	var one string
	switch {
	case json.Unmarshal(raw, &one) == nil && raw[0] == '"':
		names = []string{one}
	case json.Unmarshal(raw, &names) != nil || len(names) == 0:
		return fault(at.in("type"), "must be the name of a type or a list of names")
	case hasDuplicates(names):
		return fault(at.in("type"), "names a type twice")
	}
	n.types = 0
	for _, name := range names {
		known := false
		for _, t := range kindNames {
			if t.name == name {
				n.types |= t.means
				known = true
			}
		}
		if !known {
			return fault(at.in("type"), "%q is not a primitive type", name)
		}
	}
	return nil
}

func hasDuplicates(names []string) bool {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			return true
		}
	}
	return false
}

// count reads a keyword whose value is not negative; absent is -1.
func count(at location, k keywords, keyword string) (int, error) {
	raw, ok := k[keyword]
	if !ok {
		return -1, nil
	}
	v, err := strconv.ParseInt(string(raw), 10, 32)
	if err != nil || v < 0 {
		return 0, fault(at.in(keyword), "must be an integer from 0 to 2147483647")
	}
	return int(v), nil
}

func flag(at location, k keywords, keyword string) (bool, error) {
	raw, ok := k[keyword]
	if !ok {
		return false, nil
	}
	switch string(raw) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fault(at.in(keyword), "must be a boolean")
}

func (c *compiler) stringRules(at location, k keywords, n *node) (err error) {
	var s stringRules
	if s.minLength, err = count(at, k, "minLength"); err != nil {
		return err
	}
	if s.maxLength, err = count(at, k, "maxLength"); err != nil {
		return err
	}
	if raw, ok := k["pattern"]; ok {
		var text string
		if json.Unmarshal(raw, &text) != nil || raw[0] != '"' {
			return fault(at.in("pattern"), "must be a string")
		}
		if s.pattern, err = compilePattern(text); err != nil {
			return fault(at.in("pattern"), "%w", err)
		}
	}
	if raw, ok := k["format"]; ok {
		var name string
		if json.Unmarshal(raw, &name) != nil || raw[0] != '"' {
			return fault(at.in("format"), "must be a string")
		}
		// One that is not known is allowed and does nothing (REST data plane spec, 10).
		s.format = formats[name]
	}
	if s.minLength > 0 || s.maxLength >= 0 || s.pattern != nil || s.format != nil {
		n.strings = &s
	}
	return nil
}

// checkNumber refuses a valid JSON value that is no number, or one with an exponent that documents
// cannot have either.
func checkNumber(at location, raw json.RawMessage) error {
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return fault(at, "must be a number")
	}
	if new(document).index(raw) != nil {
		return fault(at, "the exponent is too large")
	}
	return nil
}

func (c *compiler) numberRules(at location, k keywords, n *node) (err error) {
	var r numberRules
	bound := func(keyword, exclusive string, to **decimal, text *[]byte, strict *bool) error {
		if *strict, err = flag(at, k, exclusive); err != nil {
			return err
		}
		raw, ok := k[keyword]
		if !ok {
			if _, alone := k[exclusive]; alone {
				return fault(at.in(exclusive), "must be paired with %s", keyword)
			}
			return nil
		}
		if err := checkNumber(at.in(keyword), raw); err != nil {
			return err
		}
		v := parseDecimal(raw)
		*to, *text = &v, printKeyword(raw)
		return nil
	}
	if err := bound("minimum", "exclusiveMinimum", &r.minimum, &r.minimumText, &r.exclusiveMinimum); err != nil {
		return err
	}
	if err := bound("maximum", "exclusiveMaximum", &r.maximum, &r.maximumText, &r.exclusiveMaximum); err != nil {
		return err
	}
	if raw, ok := k["multipleOf"]; ok {
		if err := checkNumber(at.in("multipleOf"), raw); err != nil {
			return err
		}
		if r.multipleOf, ok = newDivisor(raw); !ok {
			return fault(at.in("multipleOf"), "must be greater than zero and have no more than %d digits", maxDivisorDigits)
		}
		r.multipleOf.text = printKeyword(raw)
	}
	if r.minimum != nil || r.maximum != nil || r.multipleOf != nil {
		n.numbers = &r
	}
	return nil
}

// printKeyword prints the number of a keyword: one that is an integer of 64 bits without an exponent,
// however it was written.
func printKeyword(raw []byte) []byte {
	n := parseDecimal(raw)
	if n.exp > 0 && n.magnitude() <= 19 {
		text := string(n.head) + string(n.tail) + strings.Repeat("0", int(n.exp))
		if n.negative {
			text = "-" + text
		}
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return []byte(text)
		}
	}
	return appendNumber(nil, raw)
}

func (c *compiler) arrayRules(at location, k keywords, n *node) (err error) {
	var a arrayRules
	if a.minItems, err = count(at, k, "minItems"); err != nil {
		return err
	}
	if a.maxItems, err = count(at, k, "maxItems"); err != nil {
		return err
	}
	if a.unique, err = flag(at, k, "uniqueItems"); err != nil {
		return err
	}
	switch raw := k["items"]; {
	case raw == nil:
	case raw[0] == '[':
		if a.first, err = c.list(at, k, "items"); err != nil {
			return err
		}
	default:
		if a.each, err = c.single(at, k, "items"); err != nil {
			return err
		}
	}
	if a.rest, a.forbidRest, err = c.additional(at, k, "additionalItems"); err != nil {
		return err
	}
	if a.first == nil {
		// Without a list of items, additional ones do not exist.
		a.forbidRest = false
	}
	if a.minItems > 0 || a.maxItems >= 0 || a.unique || a.each != nil || a.first != nil || a.rest != nil {
		n.arrays = &a
	}
	return nil
}

// additional reads additionalItems or additionalProperties, which are a boolean or a schema.
func (c *compiler) additional(at location, k keywords, keyword string) (schema *node, forbid bool, err error) {
	switch raw := k[keyword]; {
	case raw == nil || string(raw) == "true":
		return nil, false, nil
	case string(raw) == "false":
		return nil, true, nil
	}
	schema, err = c.single(at, k, keyword)
	return schema, false, err
}
