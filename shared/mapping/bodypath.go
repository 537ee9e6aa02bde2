package mapping

import (
	"github.com/postern-gateway/postern/shared/mapping/jsonpath"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// BodyPath selects from a JSON body.
type BodyPath struct{ path *jsonpath.Path }

// CompileBodyPath reads a JSONPath without its leading "$.", such as "user.names[0]".
func CompileBodyPath(path string) (*BodyPath, error) {
	p, err := jsonpath.Compile("$." + path)
	if err != nil {
		return nil, err
	}
	return &BodyPath{p}, nil
}

// Find returns the text of what is selected in body, which must be valid JSON: of a string its
// text, of anything else its JSON with the order of members and the text of numbers kept. It
// returns false if nothing is selected, if it is null, or if the path cannot be applied.
func (p *BodyPath) Find(body []byte) (string, bool) {
	doc, err := vtl.DecodeJSON(body)
	if err != nil {
		return "", false
	}
	r, err := p.path.Find(doc)
	if err != nil || !r.Found || r.Value == nil {
		return "", false
	}
	if text, ok := r.Value.(string); ok {
		return text, true
	}
	text, err := vtl.AppendJSON(nil, r.Value)
	return string(text), err == nil
}

// LooksLikeJSON tells whether a body is taken for JSON by a mapping of it: its first byte is
// one of { [ " ' (REST data plane spec, 7).
func LooksLikeJSON(body []byte) bool {
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"' || body[0] == '\'')
}
