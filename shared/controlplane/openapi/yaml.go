package openapi

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// yamlReader turns the YAML parser's tree into ours: aliases and merge keys resolved, every key a string, scalars typed as
// YAML 1.2 types them (so that on, yes and no are strings).
type yamlReader struct {
	// done shares the tree of an anchor among its aliases, which keeps alias bombs small in memory; what a bomb costs to
	// read is bounded by the budget of the importer.
	done map[*yaml.Node]*node
	// open holds the collections being read, to find an anchor inside itself.
	open map[*yaml.Node]bool
	// merged counts the members copied by merge keys.
	merged int
	// values counts what was read.
	values int
}

// maxMerged bounds the members that merge keys copy.
const maxMerged = 100_000

var yamlLine = regexp.MustCompile(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

func readYAML(text []byte) (*node, error) {
	document, err := parseYAML(text)
	if err != nil {
		return nil, err
	}
	r := &yamlReader{done: map[*yaml.Node]*node{}, open: map[*yaml.Node]bool{}}
	return r.value(document, 0)
}

// parseYAML runs the parser. A panic of the parser, which reads what strangers send, becomes an error here at its border.
func parseYAML(text []byte) (document *yaml.Node, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			document, err = nil, malformed(0, 0, "the YAML parser gave up: %v", fault)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err != nil {
		return nil, yamlSyntax(err)
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, malformed(second.Line, second.Column, "a second YAML document begins here; an API definition is one document")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlSyntax(err)
	}
	if first.Kind != yaml.DocumentNode || len(first.Content) != 1 {
		return nil, malformed(0, 0, "the document is empty")
	}
	return first.Content[0], nil
}

func yamlSyntax(err error) error {
	if errors.Is(err, io.EOF) {
		return malformed(0, 0, "the document is empty")
	}
	parts := yamlLine.FindStringSubmatch(err.Error())
	if parts == nil {
		return malformed(0, 0, "%v", err)
	}
	line, _ := strconv.Atoi(parts[1])
	if line == 0 {
		return malformed(0, 0, "%s", parts[2])
	}
	return malformed(line, 1, "%s", parts[2])
}

func (r *yamlReader) value(y *yaml.Node, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, malformed(y.Line, y.Column, "nested deeper than %d levels", maxDepth)
	}
	if y.Kind == yaml.AliasNode {
		return r.value(y.Alias, depth)
	}
	if r.open[y] {
		return nil, malformed(y.Line, y.Column, "the anchor %q contains itself", y.Anchor)
	}
	if n := r.done[y]; n != nil {
		return n, r.deep(n, y, depth)
	}
	if r.values++; r.values > maxValues {
		return nil, malformed(y.Line, y.Column, "the document has more than %d values", maxValues)
	}
	n := &node{line: y.Line, column: y.Column}
	var err error
	switch y.Kind {
	case yaml.ScalarNode:
		err = scalar(n, y)
	case yaml.SequenceNode:
		r.open[y] = true
		err = r.list(n, y, depth)
		delete(r.open, y)
	case yaml.MappingNode:
		r.open[y] = true
		err = r.object(n, y, depth)
		delete(r.open, y)
	default:
		err = malformed(y.Line, y.Column, "a value is expected here")
	}
	if err != nil {
		return nil, err
	}
	for _, item := range n.items {
		n.height = max(n.height, item.height+1)
	}
	for _, f := range n.fields {
		n.height = max(n.height, f.value.height+1)
	}
	if y.Anchor != "" {
		r.done[y] = n
	}
	return n, r.deep(n, y, depth)
}

// deep refuses a value that reaches too far down, counting what its aliases and merge keys bring in.
func (r *yamlReader) deep(n *node, y *yaml.Node, depth int) error {
	if depth+n.height > maxDepth {
		return malformed(y.Line, y.Column, "nested deeper than %d levels", maxDepth)
	}
	return nil
}

func (r *yamlReader) list(n *node, y *yaml.Node, depth int) error {
	if tag := y.ShortTag(); tag != "!!seq" {
		return unknownTag(y, tag)
	}
	n.kind = kindList
	for _, item := range y.Content {
		value, err := r.value(item, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, value)
	}
	return nil
}

func (r *yamlReader) object(n *node, y *yaml.Node, depth int) error {
	if tag := y.ShortTag(); tag != "!!map" {
		return unknownTag(y, tag)
	}
	n.kind = kindObject
	var merges []*yaml.Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		for key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return malformed(key.Line, key.Column, "the name of a member must be a plain value, not a collection")
		}
		if key.ShortTag() == "!!merge" {
			merges = append(merges, value)
			continue
		}
		child, err := r.value(value, depth+1)
		if err != nil {
			return err
		}
		f := field{name: key.Value, line: key.Line, column: key.Column, value: child}
		if earlier := n.add(f); earlier != nil {
			return duplicate(f, earlier)
		}
	}
	return r.merge(n, merges, depth)
}

// merge adds the members of merge keys (<<) that the mapping does not set itself; earlier sources win over later ones.
func (r *yamlReader) merge(n *node, merges []*yaml.Node, depth int) error {
	for _, y := range merges {
		value, err := r.value(y, depth+1)
		if err != nil {
			return err
		}
		sources := []*node{value}
		if value.kind == kindList {
			sources = value.items
		}
		for _, source := range sources {
			if source.kind != kindObject {
				return malformed(y.Line, y.Column, "a merge key needs a mapping or a list of mappings")
			}
			if r.merged += len(source.fields); r.merged > maxMerged {
				return malformed(y.Line, y.Column, "the merge keys of this document copy more than %d members", maxMerged)
			}
			for _, f := range source.fields {
				n.add(f)
			}
		}
	}
	return nil
}
