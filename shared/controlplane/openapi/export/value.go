package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// object is a JSON object whose members keep their order. The values of a document are *object, []any, string, bool,
// json.Number and nil.
type object struct {
	members []member
	index   map[string]int
}

type member struct {
	name  string
	value any
}

func newObject() *object { return &object{index: map[string]int{}} }

// set adds a member, or replaces the value of the one that has its name.
func (o *object) set(name string, value any) *object {
	if at, taken := o.index[name]; taken {
		o.members[at].value = value
		return o
	}
	o.index[name] = len(o.members)
	o.members = append(o.members, member{name, value})
	return o
}

// setText adds a member when there is a text for it.
func (o *object) setText(name string, text *string) *object {
	if text != nil && *text != "" {
		o.set(name, *text)
	}
	return o
}

func (o *object) has(name string) bool {
	_, has := o.index[name]
	return has
}

// get returns the value of a member, nil when there is none.
func (o *object) get(name string) any {
	if at, has := o.index[name]; has {
		return o.members[at].value
	}
	return nil
}

// texts is an object of texts in the order of their names.
func texts(m map[string]string) *object {
	o := newObject()
	for _, name := range slices.Sorted(maps.Keys(m)) {
		o.set(name, m[name])
	}
	return o
}

func list(items []string) []any {
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = item
	}
	return values
}

// parse reads JSON text, which definitions carry in strings, and keeps the order of members.
func parse(text string) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	value, err := parseValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("text after the JSON value")
	}
	return value, nil
}

func parseValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(decoder)
	case json.Delim('['):
		items := []any{}
		for decoder.More() {
			item, err := parseValue(decoder)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		_, err := decoder.Token()
		return items, err
	}
	return token, nil
}

func parseObject(decoder *json.Decoder) (*object, error) {
	o := newObject()
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string)
		o.set(text, value)
	}
	_, err := decoder.Token()
	return o, err
}
