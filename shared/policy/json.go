package policy

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth is more than a policy can use: document, statements, statement, condition, operator,
// key, values.
const maxDepth = 10

type kind uint8

const (
	isNull kind = iota
	isBool
	isNumber
	isString
	isList
	isObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "a list", "an object"}[k]
}

// node is a JSON value with its place in the text, so that strings can be replaced without
// touching anything else.
type node struct {
	kind       kind
	text       string // of a string its content, of other scalars the literal
	items      []*node
	members    []member
	start, end int // the bytes of a scalar in the document
}

type member struct {
	name  string
	value *node
}

func (n *node) member(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// each calls f for every element of a list, or for the node itself if it is none, the way
// policies write one value without brackets.
func (n *node) each(path string, f func(path string, n *node) error) error {
	if n.kind != isList {
		return f(path, n)
	}
	for i, item := range n.items {
		if err := f(path+"["+strconv.Itoa(i)+"]", item); err != nil {
			return err
		}
	}
	return nil
}

type reader struct {
	text    string
	decoder *json.Decoder
}

// read parses JSON strictly: one value, no member twice, bounded depth.
func read(text string) (*node, error) {
	if !utf8.ValidString(text) || !json.Valid([]byte(text)) {
		return nil, syntax("", "The document is not valid JSON.")
	}
	r := &reader{text, json.NewDecoder(strings.NewReader(text))}
	r.decoder.UseNumber()
	n, err := r.value("", 0)
	if err == io.EOF {
		return nil, syntax("", "The document is empty.")
	}
	return n, err
}

func (r *reader) value(path string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, syntax(path, "The document is nested too deeply.")
	}
	start := int(r.decoder.InputOffset())
	for start < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[start]) >= 0 {
		start++
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := &node{start: start, end: int(r.decoder.InputOffset())}
	switch t := token.(type) {
	case string:
		n.kind, n.text = isString, t
	case json.Number:
		n.kind, n.text = isNumber, t.String()
	case bool:
		n.kind, n.text = isBool, strconv.FormatBool(t)
	case json.Delim:
		if t == '[' {
			return n, r.list(n, path, depth)
		}
		return n, r.object(n, path, depth)
	}
	return n, nil
}

func (r *reader) list(n *node, path string, depth int) error {
	n.kind = isList
	for r.decoder.More() {
		item, err := r.value(path+"["+strconv.Itoa(len(n.items))+"]", depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, err := r.decoder.Token()
	return err
}

func (r *reader) object(n *node, path string, depth int) error {
	n.kind = isObject
	seen := map[string]bool{}
	for r.decoder.More() {
		name, err := r.value(path, depth+1)
		if err != nil {
			return err
		}
		at := join(path, name.text)
		if seen[name.text] {
			return syntax(at, "The element is there twice.")
		}
		seen[name.text] = true
		value, err := r.value(at, depth+1)
		if err != nil {
			return err
		}
		n.members = append(n.members, member{name.text, value})
	}
	_, err := r.decoder.Token()
	return err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
