package main

import (
	"fmt"
	"regexp"
	"slices"
)

// check refuses models that the generated code could not represent.
func (g *generator) check() error {
	for _, name := range g.structures {
		if err := g.checkStructure(name, g.Shapes[name]); err != nil {
			return fmt.Errorf("structure %s: %w", name, err)
		}
		if err := g.checkRecursion(name, nil); err != nil {
			return err
		}
	}
	for _, op := range g.operations {
		if op.Input == nil {
			return fmt.Errorf("operation %s has no input shape", op.Name)
		}
	}
	for name, s := range g.Shapes {
		if s.Pattern == "" {
			continue
		}
		if _, err := regexp.Compile(s.Pattern); err != nil {
			return fmt.Errorf("pattern of %s: %w", name, err)
		}
	}
	return nil
}

func (g *generator) checkStructure(name string, s *shape) error {
	fields, wires := map[string]bool{}, map[string]bool{}
	for _, m := range s.Members {
		if g.Shapes[m.Shape] == nil {
			return fmt.Errorf("member %s: no shape %s", m.Name, m.Shape)
		}
		if fields[fieldName(m.Name)] {
			return fmt.Errorf("two members have the field name %s", fieldName(m.Name))
		}
		if wires[m.wireName()] {
			return fmt.Errorf("two members have the wire name %s", m.wireName())
		}
		fields[fieldName(m.Name)], wires[m.wireName()] = true, true
	}
	for _, r := range s.Required {
		if !slices.ContainsFunc(s.Members, func(m member) bool { return m.Name == r }) {
			return fmt.Errorf("no member for the required name %s", r)
		}
	}
	if s.Payload != "" && s.hasBody() {
		return fmt.Errorf("members beside the payload %s would be lost", s.Payload)
	}
	return nil
}

func (g *generator) checkRecursion(name string, above []string) error {
	if slices.Contains(above, name) {
		return fmt.Errorf("shape %s contains itself, which values cannot represent", name)
	}
	s := g.Shapes[name]
	below := append(slices.Clone(above), name)
	for _, m := range s.Members {
		if err := g.checkRecursion(m.Shape, below); err != nil {
			return err
		}
	}
	for _, r := range []*ref{s.Member, s.Key, s.Value} {
		if r == nil {
			continue
		}
		if err := g.checkRecursion(r.Shape, below); err != nil {
			return err
		}
	}
	return nil
}
