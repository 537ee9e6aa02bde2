package controlplane

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// templateSchema is what a template shows of a JSON schema.
type templateSchema struct {
	ref  string
	kind string // the first type that is not null; empty for any
	enum []json.RawMessage
	// properties come in the order in which the schema has them, which a map would lose.
	properties []templateProperty
	items      *templateSchema
	allOf      []*templateSchema
}

type templateProperty struct {
	name   string
	schema *templateSchema
}

// readTemplateSchema reads the text of a schema in one pass.
func readTemplateSchema(text string) (*templateSchema, error) {
	d := json.NewDecoder(strings.NewReader(text))
	start, err := d.Token()
	if err != nil {
		return nil, err
	}
	return readSchema(d, start)
}

// readSchema reads a schema whose first token is known. Instead of an object it may be true, for
// anything, or the list of the schemas of an array's elements, of which the first stands for all.
func readSchema(d *json.Decoder, start json.Token) (*templateSchema, error) {
	s := &templateSchema{}
	switch start {
	case true, false:
		return s, nil
	case json.Delim('['):
		list, err := readSchemas(d)
		if len(list) > 0 {
			s = list[0]
		}
		return s, err
	case json.Delim('{'):
		return s, members(d, func(name string) error { return s.member(d, name) })
	}
	return nil, fmt.Errorf("%v is no schema", start)
}

func (s *templateSchema) member(d *json.Decoder, name string) error {
	switch name {
	case "$ref":
		return d.Decode(&s.ref)
	case "enum":
		return d.Decode(&s.enum)
	case "type":
		return s.readKind(d)
	case "properties":
		if start, err := d.Token(); err != nil || start != json.Delim('{') {
			return errors.New("properties is not an object")
		}
		return members(d, func(name string) error {
			property, err := nextSchema(d)
			s.properties = append(s.properties, templateProperty{name, property})
			return err
		})
	case "items":
		var err error
		s.items, err = nextSchema(d)
		return err
	case "allOf":
		if start, err := d.Token(); err != nil || start != json.Delim('[') {
			return errors.New("allOf is not a list")
		}
		var err error
		s.allOf, err = readSchemas(d)
		return err
	}
	var other json.RawMessage
	return d.Decode(&other)
}

// readKind reads one type or a list.
func (s *templateSchema) readKind(d *json.Decoder) error {
	var value any
	if err := d.Decode(&value); err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, one := range list {
		name, ok := one.(string)
		if !ok {
			return fmt.Errorf("%v is no type", one)
		}
		if s.kind == "" || s.kind == "null" {
			s.kind = name
		}
	}
	return nil
}

func nextSchema(d *json.Decoder) (*templateSchema, error) {
	start, err := d.Token()
	if err != nil {
		return nil, err
	}
	return readSchema(d, start)
}

// readSchemas reads the rest of a list.
func readSchemas(d *json.Decoder) ([]*templateSchema, error) {
	var list []*templateSchema
	for d.More() {
		s, err := nextSchema(d)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	_, err := d.Token()
	return list, err
}

// members reads the rest of an object; read takes the value that follows a name.
func members(d *json.Decoder, read func(name string) error) error {
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // a decoder gives nothing else here
		if err := read(name); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
