package mapping

import (
	"errors"
	"fmt"

	"github.com/ohler55/ojg/jp"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// BodyPath selects one value in a JSON body. Only definite paths, made of member names and
// non-negative indexes, are understood.
type BodyPath struct {
	steps []step
}

// step is a member name, or an index if isIndex.
type step struct {
	name    string
	index   int
	isIndex bool
}

var errIndefinitePath = errors.New("only paths of member names and array indexes are supported here")

// CompileBodyPath reads a JSONPath without its leading "$.", such as "user.names[0]".
func CompileBodyPath(path string) (*BodyPath, error) {
	x, err := jp.ParseString("$." + path)
	if err != nil {
		return nil, fmt.Errorf("parse JSONPath %q: %w", path, err)
	}
	p := &BodyPath{}
	for i, f := range x {
		switch f := f.(type) {
		case jp.Root:
			if i != 0 {
				return nil, errIndefinitePath
			}
		case jp.Bracket:
			// A mark of notation, without meaning.
		case jp.Child:
			p.steps = append(p.steps, step{name: string(f)})
		case jp.Nth:
			if f < 0 {
				return nil, errIndefinitePath
			}
			p.steps = append(p.steps, step{index: int(f), isIndex: true})
		default:
			return nil, errIndefinitePath
		}
	}
	if len(p.steps) == 0 {
		return nil, errIndefinitePath
	}
	return p, nil
}

// Find returns the text of the selected value in body, which must be valid JSON: of a string
// its text, of anything else its JSON with the order of members and the text of numbers kept.
// It returns false if nothing is selected or if it is null.
func (p *BodyPath) Find(body []byte) (string, bool) {
	at := jsontext.Trim(body)
	for _, s := range p.steps {
		found := false
		if s.isIndex {
			i := 0
			for e := range jsontext.Elements(at) {
				if i == s.index {
					at, found = e, true
					break
				}
				i++
			}
		} else {
			// Of members with one name the last counts, as in the maps of a JSON library.
			within := at
			for name, value := range jsontext.Members(within) {
				if name == s.name {
					at, found = value, true
				}
			}
		}
		if !found {
			return "", false
		}
	}
	if jsontext.Kind(at) == 'n' {
		return "", false
	}
	return jsontext.Text(at), true
}

// LooksLikeJSON tells whether a body is taken for JSON by a mapping of it: its first byte is
// one of { [ " ' (REST data plane spec, 7).
func LooksLikeJSON(body []byte) bool {
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"' || body[0] == '\'')
}
