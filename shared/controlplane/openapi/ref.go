package openapi

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxLinks bounds the references that are followed one after the other.
const maxLinks = 32

var pointerUnescaper = strings.NewReplacer("~1", "/", "~0", "~")

// refOf returns the reference that a value consists of, empty when it is none.
func refOf(p *place) string {
	if ref := p.get("$ref"); ref != nil && ref.kind == kindString {
		return ref.text
	}
	return ""
}

// resolve follows references until there is something else. It returns nil, with an error recorded, when they lead
// nowhere, in a circle or out of the document.
func (im *importer) resolve(p *place, subject string) *place {
	from := p
	chain := []string{}
	for refOf(p) != "" {
		ref := refOf(p)
		if slices.Contains(chain, ref) {
			im.fail(from, subject, "circular reference: %s -> %s", strings.Join(chain, " -> "), ref)
			return nil
		}
		if chain = append(chain, ref); len(chain) > maxLinks {
			im.fail(from, subject, "more than %d references lead from one to the other", maxLinks)
			return nil
		}
		target := im.target(p.get("$ref"), subject)
		if target == nil {
			return nil
		}
		p = target
	}
	return p
}

// target finds what one reference points to.
func (im *importer) target(at *place, subject string) *place {
	im.doc.visits++
	steps, local := pointer(at.text)
	if !local {
		im.fail(at, subject, "the reference %q leaves the document; only references that begin with #/ are read", clip(at.text, 200))
		return nil
	}
	p := im.doc.top()
	for _, step := range steps {
		next := p.get(step)
		if p.kind == kindList {
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(p.items) {
				next = p.item(i)
			}
		}
		if next == nil {
			im.fail(at, subject, "the reference %q points to nothing", clip(at.text, 200))
			return nil
		}
		p = next
	}
	return p
}

// pointer splits a local reference into its steps (RFC 6901, in a fragment).
func pointer(ref string) (steps []string, local bool) {
	rest, found := strings.CutPrefix(ref, "#/")
	if !found {
		return nil, false
	}
	steps = strings.Split(rest, "/")
	for i, step := range steps {
		if plain, err := url.PathUnescape(step); err == nil {
			step = plain
		}
		steps[i] = pointerUnescaper.Replace(step)
	}
	return steps, true
}
