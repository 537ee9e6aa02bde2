package jsonschema

import (
	"encoding/json"
	"slices"
)

func (c *compiler) objectRules(at location, k keywords, n *node) (err error) {
	o := objectRules{names: map[string]*property{}}
	if o.minProperties, err = count(at, k, "minProperties"); err != nil {
		return err
	}
	if o.maxProperties, err = count(at, k, "maxProperties"); err != nil {
		return err
	}
	if err := c.byName(at, k, "properties", func(name string, raw json.RawMessage) error {
		p := o.know(name)
		p.declared = true
		p.schema, err = c.schema(at.in("properties", name), raw)
		return err
	}); err != nil {
		return err
	}
	if err := c.byName(at, k, "patternProperties", func(text string, raw json.RawMessage) error {
		here := at.in("patternProperties", text)
		p, err := compilePattern(text)
		if err != nil {
			return fault(here, "%w", err)
		}
		schema, err := c.schema(here, raw)
		o.patterns = append(o.patterns, patternProperty{p, schema})
		return err
	}); err != nil {
		return err
	}
	if o.others, o.forbidOthers, err = c.additional(at, k, "additionalProperties"); err != nil {
		return err
	}
	if raw, ok := k["required"]; ok {
		if o.required, ok = nameSet(raw); !ok {
			return fault(at.in("required"), "must be a list of at least one name, none of them twice")
		}
		for _, name := range o.required {
			o.know(name)
		}
	}
	if err := c.byName(at, k, "dependencies", func(name string, raw json.RawMessage) error {
		d := dependency{name: name}
		o.know(name)
		if raw[0] == '{' {
			d.schema, err = c.schema(at.in("dependencies", name), raw)
			o.dependencies = append(o.dependencies, d)
			return err
		}
		var ok bool
		if d.names, ok = nameSet(raw); !ok {
			return fault(at.in("dependencies", name), "must be a schema or a list of at least one name, none of them twice")
		}
		for _, other := range d.names {
			o.know(other)
		}
		o.dependencies = append(o.dependencies, d)
		return nil
	}); err != nil {
		return err
	}
	if len(o.names) > 0 || len(o.patterns) > 0 || o.others != nil || o.forbidOthers || o.minProperties > 0 || o.maxProperties >= 0 {
		n.objects = &o
	}
	return nil
}

// know numbers a name.
func (o *objectRules) know(name string) *property {
	p := o.names[name]
	if p == nil {
		p = &property{index: len(o.names)}
		o.names[name] = p
	}
	return p
}

// nameSet reads a list of at least one name, none of them twice, and sorts it.
func nameSet(raw json.RawMessage) ([]string, bool) {
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil || len(elements) == 0 {
		return nil, false
	}
	names := make([]string, 0, len(elements))
	for _, e := range elements {
		var name string
		if e[0] != '"' || json.Unmarshal(e, &name) != nil {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return names, len(slices.Compact(slices.Clone(names))) == len(names)
}
