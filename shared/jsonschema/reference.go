package jsonschema

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// reference returns the node that a $ref stands for: a place of the same model, "#/...", or another
// model, with a place in it or without.
func (c *compiler) reference(at location, raw json.RawMessage) (*node, error) {
	visited := map[location]bool{at: true}
	for {
		target, schema, err := c.resolve(at, raw)
		if err != nil {
			return nil, err
		}
		var k keywords
		if err := json.Unmarshal(schema, &k); err != nil || k["$ref"] == nil {
			c.used[target.model] = true
			return c.schema(target, schema)
		}
		if visited[target] {
			return nil, fault(at.in("$ref"), "the reference loops on itself")
		}
		visited[target] = true
		c.used[target.model] = true
		at, raw = target, k["$ref"]
	}
}

// resolve finds the text that a reference names.
func (c *compiler) resolve(at location, raw json.RawMessage) (location, json.RawMessage, error) {
	here := at.in("$ref")
	var ref string
	if err := json.Unmarshal(raw, &ref); err != nil {
		return location{}, nil, fault(here, "must be a string")
	}
	base, fragment, _ := strings.Cut(ref, "#")
	target := location{model: at.model}
	if base != "" {
		name, ok := strings.CutPrefix(base, c.prefix)
		if !ok {
			return location{}, nil, fault(here, "%s is no model of this API, and nothing else can be referred to", ref)
		}
		target.model = name
	}
	text, ok := c.models[target.model]
	if !ok {
		return location{}, nil, fault(here, "the API has no model %s", target.model)
	}
	pointer, err := url.PathUnescape(fragment)
	if err != nil || pointer != "" && pointer[0] != '/' {
		return location{}, nil, fault(here, "%q is not the pointer of a place in a schema", fragment)
	}
	schema := json.RawMessage(text)
	if pointer != "" {
		for token := range strings.SplitSeq(pointer[1:], "/") {
			token = unescapeToken.Replace(token)
			if schema, ok = child(schema, token); !ok {
				return location{}, nil, fault(here, "%s cannot be resolved", ref)
			}
			target = target.in(token)
		}
	}
	return target, schema, nil
}

// unescapeToken takes "~01" for "~1", as it goes from left to right.
var unescapeToken = strings.NewReplacer("~1", "/", "~0", "~")

func child(raw json.RawMessage, token string) (json.RawMessage, bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil {
		found, ok := object[token]
		return found, ok
	}
	var array []json.RawMessage
	i, err := strconv.Atoi(token)
	if err != nil || json.Unmarshal(raw, &array) != nil || i < 0 || i >= len(array) {
		return nil, false
	}
	return array[i], true
}
