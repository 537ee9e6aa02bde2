package runtimeapi

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Load reads a YAML file that lists functions; see [Parse]. Relative paths are
// relative to the file's folder.
func Load(path string) ([]Function, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read functions: %w", err)
	}
	defer file.Close()
	functions, err := Parse(file, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("read functions from %s: %w", path, err)
	}
	return functions, nil
}

// Parse reads functions from YAML, in the order of the document. Each key is a
// function's name, each value has these keys:
//
//	command:      the executable with its arguments: a list, or a string of words (required)
//	directory:    working directory; the folder dir when left out
//	environment:  variables, name to value
//	timeout:      seconds (5) or a duration (500ms, 1m); 3 s when left out
//	memory:       MB, reported to the function; 128 when left out
//	concurrency:  the largest number of processes; 10 when left out
//
// A relative path of the executable, or of the directory, is relative to dir; an
// executable without a path separator is looked up in PATH. Unknown keys,
// duplicates and values of a wrong type are errors, all of them reported at
// once with their lines.
func Parse(r io.Reader, dir string) ([]Function, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(r)
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one document")
	}
	p := &parser{dir: dir}
	var functions []Function
	p.mapping(document.Content[0], "document", func(name string, _, value *yaml.Node) {
		functions = append(functions, p.function(name, value))
	})
	if len(p.faults) > 0 {
		return nil, errors.Join(p.faults...)
	}
	return functions, nil
}

// parser collects the faults of a document.
type parser struct {
	dir    string
	faults []error
}

func (p *parser) fault(node *yaml.Node, path, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("line %d: %s: %s", node.Line, path, fmt.Sprintf(format, args...)))
}

// mapping calls each for every entry of a mapping, and reports what is none.
func (p *parser) mapping(node *yaml.Node, path string, each func(name string, key, value *yaml.Node)) {
	node = resolveAlias(node)
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return // nothing below the key
	}
	if node.Kind != yaml.MappingNode {
		p.fault(node, path, "must be a mapping, not %s", kind(node))
		return
	}
	seen := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			p.fault(key, path, "a key must be plain text; merge keys are not supported")
			continue
		}
		if line, ok := seen[key.Value]; ok {
			p.fault(key, path, "%s is defined twice, first in line %d", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		each(key.Value, key, resolveAlias(node.Content[i+1]))
	}
}

func (p *parser) function(name string, node *yaml.Node) Function {
	f := Function{Name: name, Dir: p.dir}
	hasCommand := false
	p.mapping(node, name, func(field string, key, value *yaml.Node) {
		path := name + "." + field
		switch field {
		case "command":
			hasCommand = true
			f.Command = p.command(value, path)
		case "directory":
			if text, ok := p.text(value, path); ok {
				f.Dir = p.below(text)
			}
		case "environment":
			f.Environment = make(map[string]string)
			p.mapping(value, path, func(variable string, _, value *yaml.Node) {
				// Numbers and booleans are taken as they are written.
				if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
					p.fault(value, path+"."+variable, "must be text, not %s", kind(value))
					return
				}
				f.Environment[variable] = value.Value
			})
		case "timeout":
			f.Timeout = p.timeout(value, path)
		case "memory":
			f.MemorySize = p.positive(value, path)
		case "concurrency":
			f.Concurrency = p.positive(value, path)
		default:
			p.fault(key, name, "unknown key %q", field)
		}
	})
	if !hasCommand {
		p.fault(node, name+".command", "missing")
	}
	return f
}

func (p *parser) command(node *yaml.Node, path string) []string {
	var words []string
	switch node.Kind {
	case yaml.SequenceNode:
		for i, item := range node.Content {
			// Numbers are common arguments and are taken as they are written.
			if item = resolveAlias(item); item.Kind != yaml.ScalarNode || item.Tag == "!!null" {
				p.fault(item, fmt.Sprintf("%s[%d]", path, i), "must be text, not %s", kind(item))
				continue
			}
			words = append(words, item.Value)
		}
	default:
		text, ok := p.text(node, path)
		if !ok {
			return nil
		}
		words = strings.Fields(text)
	}
	if len(words) == 0 || words[0] == "" {
		p.fault(node, path, "is empty")
		return nil
	}
	if strings.ContainsRune(words[0], '/') || strings.ContainsRune(words[0], filepath.Separator) {
		words[0] = p.below(words[0])
	}
	return words
}

func (p *parser) timeout(node *yaml.Node, path string) time.Duration {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!int" {
		seconds := p.positive(node, path)
		if seconds > int(MaxTimeout/time.Second) {
			p.fault(node, path, "must be at most %d seconds", int(MaxTimeout/time.Second))
			return 0
		}
		return time.Duration(seconds) * time.Second
	}
	text, ok := p.text(node, path)
	if !ok {
		return 0
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration <= 0 || duration > MaxTimeout {
		p.fault(node, path, "%q must be seconds or a duration such as 500ms, positive and at most %s", text, MaxTimeout)
		return 0
	}
	return duration
}

// positive reads a positive integer.
func (p *parser) positive(node *yaml.Node, path string) int {
	if node.Kind != yaml.ScalarNode || node.Tag != "!!int" {
		p.fault(node, path, "must be an integer, not %s", kind(node))
		return 0
	}
	number, err := strconv.Atoi(node.Value)
	if err != nil || number <= 0 {
		p.fault(node, path, "%s is not a positive integer", node.Value)
		return 0
	}
	return number
}

func (p *parser) text(node *yaml.Node, path string) (string, bool) {
	if node.Kind != yaml.ScalarNode || node.Tag != "!!str" {
		p.fault(node, path, "must be text, not %s", kind(node))
		return "", false
	}
	return node.Value, true
}

func (p *parser) below(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(p.dir, filepath.FromSlash(path))
}

func resolveAlias(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// kind names what a node is, for people.
func kind(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return "nothing"
		}
		return node.Value
	default:
		return "something else"
	}
}
