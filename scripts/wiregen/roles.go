package main

import (
	"fmt"
	"strings"
)

// groupNames are the parts into which the files of a package are split: inputs and outputs by the verb of their
// operation, everything else by kind.
var groupNames = []string{"create", "delete", "get", "update", "other", "shapes", "errors"}

// verbGroup returns the group of an operation.
func verbGroup(operation string) string {
	for _, verb := range []string{"Create", "Delete", "Get", "Update"} {
		if strings.HasPrefix(operation, verb) {
			return strings.ToLower(verb)
		}
	}
	return "other"
}

// shapeGroup returns the group of a structure that is no input or output. The V2 model names some after an operation.
func shapeGroup(name string) string {
	if group := verbGroup(name); group != "other" {
		return group
	}
	return "shapes"
}

// assignRoles decides the file group and the documentation of every structure.
func (g *generator) assignRoles() {
	inputs, outputs := map[string][]string{}, map[string][]string{}
	for _, op := range g.operations {
		if op.Input != nil {
			inputs[op.Input.Shape] = append(inputs[op.Input.Shape], op.Name)
		}
		if op.Output != nil {
			outputs[op.Output.Shape] = append(outputs[op.Output.Shape], op.Name)
		}
	}
	for _, name := range g.structures {
		s := g.Shapes[name]
		switch {
		case s.Exception:
			g.groups[name] = "errors"
			g.usedFor[name] = fmt.Sprintf("an error with status %d", s.Error.HTTPStatusCode)
		case len(inputs[name]) > 0:
			g.groups[name] = verbGroup(inputs[name][0])
			g.usedFor[name] = "the input of " + list(inputs[name])
		case len(outputs[name]) > 0:
			g.groups[name] = "shapes"
			if len(outputs[name]) == 1 {
				g.groups[name] = verbGroup(outputs[name][0])
			}
			g.usedFor[name] = "the output of " + list(outputs[name])
		default:
			g.groups[name] = shapeGroup(name)
			g.usedFor[name] = "a structure of the model"
		}
	}
}
