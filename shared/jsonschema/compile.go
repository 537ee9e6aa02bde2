package jsonschema

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxSchemaDepth is how deeply a schema may be nested, with what it refers to.
const maxSchemaDepth = 500

// Schema is the schema of a model, with all that it refers to. It is safe for concurrent use.
type Schema struct {
	root   *node
	models []string
}

// Models returns the names of the model and of those that it refers to, directly and over others,
// in alphabetical order.
func (s *Schema) Models() []string { return s.models }

// Compile returns the schema of the named model. models are the schemas of the API's models by
// name; apiID is the identifier by which models refer to each other (recorded answers, 7). The
// error names the place in the schema and the reason: what is no schema of draft 4, and references
// to anything else.
func Compile(apiID, name string, models map[string]string) (*Schema, error) {
	c := &compiler{prefix: "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/", models: models, nodes: map[location]*node{}, used: map[string]bool{}}
	root, err := c.model(name)
	if err != nil {
		return nil, err
	}
	state := map[*node]bool{}
	for at, n := range c.nodes {
		if endless(n, state) {
			return nil, &Error{Model: at.model, Path: at.path, Err: errors.New("the schema refers to itself without end")}
		}
	}
	s := &Schema{root: root}
	for name := range c.used {
		s.models = append(s.models, name)
	}
	slices.Sort(s.models)
	return s, nil
}

// Error is a fault of a schema.
type Error struct {
	// Model is the name of the model that has it.
	Model string
	// Path is the place as a JSON pointer, "" for the whole schema.
	Path string
	Err  error
}

func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("model %s: %s", e.Model, e.Err)
	}
	return fmt.Sprintf("model %s: %s: %s", e.Model, e.Path, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// location is a place in a model, as a JSON pointer.
type location struct {
	model, path string
}

func (l location) in(tokens ...string) location {
	for _, t := range tokens {
		l.path += "/" + escapeToken.Replace(t)
	}
	return l
}

var escapeToken = strings.NewReplacer("~", "~0", "/", "~1")

// compiler makes the nodes of one schema and of all it refers to. Each place becomes one node, so
// that schemas may refer to themselves.
type compiler struct {
	prefix string
	models map[string]string
	nodes  map[location]*node
	used   map[string]bool
	depth  int
}

// fault is an error at a place.
func fault(at location, format string, args ...any) error {
	return &Error{Model: at.model, Path: at.path, Err: fmt.Errorf(format, args...)}
}

// model compiles a whole model.
func (c *compiler) model(name string) (*node, error) {
	text, ok := c.models[name]
	if !ok {
		return nil, fault(location{model: name}, "the API has no such model")
	}
	c.used[name] = true
	return c.schema(location{model: name}, json.RawMessage(text))
}

// keywords are the members of a schema.
type keywords map[string]json.RawMessage

// schema compiles the schema at a place.
func (c *compiler) schema(at location, raw json.RawMessage) (*node, error) {
	if n, ok := c.nodes[at]; ok {
		return n, nil
	}
	if c.depth++; c.depth > maxSchemaDepth {
		return nil, fault(at, "schemas are nested more than %d deep", maxSchemaDepth)
	}
	defer func() { c.depth-- }()
	var k keywords
	if err := json.Unmarshal(raw, &k); err != nil || k == nil {
		return nil, fault(at, "a JSON schema is an object")
	}
	if ref, ok := k["$ref"]; ok {
		// Whatever stands beside a reference does not count.
		return c.reference(at, ref)
	}
	n := &node{types: kindAny}
	c.nodes[at] = n
	for _, part := range []func(location, keywords, *node) error{
		c.annotations, c.types, c.enum, c.combinations, c.stringRules, c.numberRules, c.arrayRules, c.objectRules,
	} {
		if err := part(at, k, n); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// list compiles the schemas of a keyword such as allOf.
func (c *compiler) list(at location, k keywords, keyword string) ([]*node, error) {
	raw, ok := k[keyword]
	if !ok {
		return nil, nil
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil || len(elements) == 0 {
		return nil, fault(at.in(keyword), "must be a list of at least one schema")
	}
	var out []*node
	for i, e := range elements {
		n, err := c.schema(at.in(keyword, fmt.Sprint(i)), e)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// single compiles the schema of a keyword such as not; nil if it is absent.
func (c *compiler) single(at location, k keywords, keyword string) (*node, error) {
	raw, ok := k[keyword]
	if !ok {
		return nil, nil
	}
	return c.schema(at.in(keyword), raw)
}

// byName calls use with the schemas of a keyword such as properties, in alphabetical order.
func (c *compiler) byName(at location, k keywords, keyword string, use func(name string, raw json.RawMessage) error) error {
	raw, ok := k[keyword]
	if !ok {
		return nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return fault(at.in(keyword), "must be an object")
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := use(name, members[name]); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) combinations(at location, k keywords, n *node) (err error) {
	for keyword, to := range map[string]*[]*node{"allOf": &n.allOf, "anyOf": &n.anyOf, "oneOf": &n.oneOf} {
		if *to, err = c.list(at, k, keyword); err != nil {
			return err
		}
	}
	n.not, err = c.single(at, k, "not")
	return err
}

// annotations checks what has no effect on documents. Definitions are schemas, whether anything
// refers to them or not.
func (c *compiler) annotations(at location, k keywords, _ *node) error {
	for _, keyword := range []string{"$schema", "id", "title", "description"} {
		if raw, ok := k[keyword]; ok && raw[0] != '"' {
			return fault(at.in(keyword), "must be a string")
		}
	}
	if raw := string(k["$schema"]); strings.HasPrefix(raw, `"http://json-schema.org/draft-03/`) {
		return fault(at.in("$schema"), "only schemas of draft 4 are supported")
	}
	return c.byName(at, k, "definitions", func(name string, raw json.RawMessage) error {
		_, err := c.schema(at.in("definitions", name), raw)
		return err
	})
}
