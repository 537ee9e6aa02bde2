package patch

import (
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// Operation is one element of patchOperations. Value and From are nil when not sent.
type Operation struct {
	Op    string // add, remove, replace, move, copy or test
	Path  string
	Value *string
	From  *string
}

// Table says what can be patched in a T.
type Table[T any] struct {
	// Paths are tried in this order; the first whose pattern fits counts.
	Paths    []Path[T]
	Refusals Refusals
}

// Path is one patchable place. A nil function means that the operation is refused there.
type Path[T any] struct {
	// Pattern is a JSON pointer whose tokens may be placeholders: "{name}" for one token,
	// "{name...}" for one or more.
	Pattern string
	// Shown is the pattern as refusals print it, if that is not the pattern itself.
	Shown string
	// Only narrows the pattern: the path is another one unless it returns true for what the
	// placeholders stand for. Nil admits everything.
	Only    func(keys []string) bool
	Add     Set[T]
	Replace Set[T]
	Remove  Set[T]
	// Copy has an entry for every "from" that may be copied to here.
	Copy map[string]func(*T) error
}

// Set carries out a change. Its error is the answer to the client.
type Set[T any] func(*T, Change) error

// Change is one operation as a Set sees it.
type Change struct {
	Op    string
	Path  string   // as sent
	Keys  []string // what the placeholders of the pattern stand for, unescaped
	Value *string  // nil when not sent
}

// Text is the value, "" when none was sent.
func (c Change) Text() string {
	if c.Value == nil {
		return ""
	}
	return *c.Value
}

// Key is what the last placeholder stands for.
func (c Change) Key() string { return c.Keys[len(c.Keys)-1] }

// Apply carries out the operations in order. On an error the target is left half changed: the
// caller works on a copy and drops it, which makes the whole call all or nothing.
func (t *Table[T]) Apply(target *T, operations []Operation) error {
	for _, o := range operations {
		if err := t.apply(target, o); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table[T]) apply(target *T, o Operation) error {
	path, keys, found := t.find(o.Path)
	if o.Op == "copy" {
		return t.copy(target, o, path)
	}
	if !found {
		return t.refuse(t.Refusals.UnknownPath, o, path)
	}
	var set Set[T]
	switch o.Op {
	case "add":
		set = path.Add
	case "replace":
		set = path.Replace
	case "remove":
		set = path.Remove
	}
	if set == nil {
		return t.refuse(t.Refusals.WrongOp, o, path)
	}
	return set(target, Change{Op: o.Op, Path: o.Path, Keys: keys, Value: o.Value})
}

func (t *Table[T]) copy(target *T, o Operation, path *Path[T]) error {
	from := ""
	if o.From != nil {
		from = *o.From
	}
	if path != nil && path.Copy[from] != nil {
		return path.Copy[from](target)
	}
	switch {
	case t.Refusals.BadCopy != "":
		return t.refuse(t.Refusals.BadCopy, o, path)
	case path == nil:
		return t.refuse(t.Refusals.UnknownPath, o, path)
	}
	return t.refuse(t.Refusals.WrongOp, o, path)
}

func (t *Table[T]) find(path string) (*Path[T], []string, bool) {
	tokens, ok := Split(path)
	if !ok {
		return nil, nil, false
	}
	for i := range t.Paths {
		p := &t.Paths[i]
		if keys, ok := match(p.Pattern, tokens); ok && (p.Only == nil || p.Only(keys)) {
			return p, keys, true
		}
	}
	return nil, nil, false
}

// Refusals are the words in which a kind refuses. They differ from kind to kind in the live
// service, and the variants must not be unified. Placeholders: {path}, {op} and {from} as sent,
// {ops} the operations allowed at the path, {paths} the paths that allow the operation.
type Refusals struct {
	UnknownPath string
	WrongOp     string
	BadCopy     string // empty: copy is refused like any other operation
}

// Common are the words of the kinds for which nothing else is recorded: those of the request
// validator, with their two spaces.
var Common = Refusals{
	UnknownPath: "Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{paths}]",
	WrongOp:     "Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations",
}

func (t *Table[T]) refuse(words string, o Operation, path *Path[T]) error {
	from := ""
	if o.From != nil {
		from = *o.From
	}
	message := strings.NewReplacer(
		"{path}", o.Path, "{op}", o.Op, "{from}", from,
		"{ops}", strings.Join(path.ops(), ", "),
		"{paths}", strings.Join(t.paths(o.Op), ", "),
	).Replace(words)
	// The message holds text of the client, which must not be read as a format.
	return wire.BadRequest("%s", message)
}

func (p *Path[T]) ops() []string {
	var ops []string
	if p == nil {
		return ops
	}
	if p.Add != nil {
		ops = append(ops, "add")
	}
	if p.Replace != nil {
		ops = append(ops, "replace")
	}
	if p.Remove != nil {
		ops = append(ops, "remove")
	}
	if p.Copy != nil {
		ops = append(ops, "copy")
	}
	return ops
}

func (p *Path[T]) shown() string {
	if p.Shown != "" {
		return p.Shown
	}
	return p.Pattern
}

// paths lists the patterns that allow an operation, in the order of the table.
func (t *Table[T]) paths(op string) []string {
	var paths []string
	for i := range t.Paths {
		for _, allowed := range t.Paths[i].ops() {
			if allowed == op {
				paths = append(paths, t.Paths[i].shown())
			}
		}
	}
	return paths
}
