package openapi

import (
	"iter"
	"strconv"
	"strings"
)

// maxVisits bounds the values that one import looks at. References and aliases let a small document stand for an enormous
// one; this is what they may unfold to, three times the values that a document may have.
const maxVisits = 3_000_000

// document is a parsed body and what remains of the budget for reading it.
type document struct {
	root   *node
	visits int
}

// spent reports whether the document unfolds to more than can be read; from then on every collection looks empty.
func (d *document) spent() bool { return d.visits >= maxVisits }

// place is a value together with the way to it, so that whatever is wrong with it can be located. A nil place is a value
// that is absent; its look-ups find nothing.
type place struct {
	*node
	doc *document
	up  *place
	// step is the name of the member or the number of the item that leads here.
	step string
	// startLine and startColumn are where the member begins, which is its name.
	startLine, startColumn int
}

func (d *document) top() *place {
	return &place{node: d.root, doc: d, startLine: d.root.line, startColumn: d.root.column}
}

// get returns a member, nil when it is absent. A member that is null counts as absent, as API Gateway never stores null.
func (p *place) get(name string) *place {
	if p == nil || p.kind != kindObject {
		return nil
	}
	at := p.find(name)
	if at < 0 || p.fields[at].value.kind == kindNull {
		return nil
	}
	return p.field(at)
}

func (p *place) field(at int) *place {
	f := &p.fields[at]
	return &place{node: f.value, doc: p.doc, up: p, step: f.name, startLine: f.line, startColumn: f.column}
}

// members iterates over the members of an object in document order, nulls included.
func (p *place) members() iter.Seq2[string, *place] {
	return func(yield func(string, *place) bool) {
		if p == nil || p.kind != kindObject {
			return
		}
		for at := range p.fields {
			if p.doc.visits++; p.doc.spent() {
				return
			}
			if member := p.field(at); !yield(member.step, member) {
				return
			}
		}
	}
}

// list iterates over the items of a list.
func (p *place) list() iter.Seq[*place] {
	return func(yield func(*place) bool) {
		if p == nil || p.kind != kindList {
			return
		}
		for at := range p.items {
			if p.doc.visits++; p.doc.spent() {
				return
			}
			if !yield(p.item(at)) {
				return
			}
		}
	}
}

func (p *place) item(at int) *place {
	n := p.items[at]
	return &place{node: n, doc: p.doc, up: p, step: strconv.Itoa(at), startLine: n.line, startColumn: n.column}
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// path writes the way to the place as a JSON pointer in a fragment.
func (p *place) path() string {
	var steps []string
	for ; p != nil && p.up != nil; p = p.up {
		steps = append(steps, p.step)
	}
	var text strings.Builder
	text.WriteByte('#')
	for i := len(steps) - 1; i >= 0; i-- {
		text.WriteByte('/')
		text.WriteString(pointerEscaper.Replace(clip(steps[i], 200)))
	}
	return text.String()
}

// clip shortens what a document says before it is quoted in a message.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "..."
}
