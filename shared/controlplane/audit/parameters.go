package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/postern-gateway/postern/shared/wire"
)

// parametersOf gives the members of an input by the names that CloudTrail uses: those of the
// operation in camel case, wherever they travel (security and operations spec, 9). It is nil for
// an input that is nil or has no members. A raw body is a []byte.
func parametersOf(op *wire.Descriptor, input any) map[string]any {
	tree := treeOf(input)
	for _, b := range op.In {
		name := memberName(b)
		if v, ok := tree[b.Wire]; ok && b.In != wire.InBody && b.Wire != name {
			delete(tree, b.Wire)
			tree[name] = v
		}
		if text, ok := tree[name].(string); ok && b.In == wire.InPayload {
			if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
				tree[name] = raw
			}
		}
	}
	return tree
}

// memberName is the name of a member in a record.
func memberName(b wire.Binding) string { return strings.ToLower(b.Member[:1]) + b.Member[1:] }

// treeOf is a structure of the service models as JSON, with numbers as they are printed; nil for
// what has no members.
func treeOf(structure any) map[string]any {
	shape, ok := structure.(interface{ EncodeJSON(*wire.Encoder) })
	if !ok {
		return nil
	}
	text, err := wire.Marshal(shape)
	if err != nil {
		return nil // a number that JSON cannot say; an answer with one was refused
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree map[string]any
	if d.Decode(&tree) != nil {
		return nil
	}
	return tree
}
