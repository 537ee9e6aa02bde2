package openapi

import (
	"bytes"
	"encoding/json"
	"strings"
)

// importPolicy reads the resource policy, an object or a string that holds one, and keeps it as JSON with its members in
// the order of the document.
func (im *importer) importPolicy(p *place) {
	if p == nil {
		return
	}
	switch p.kind {
	case kindObject:
		im.def.Policy = p.json(im.substitute)
	case kindString:
		text := im.substitute(p.text)
		var compact bytes.Buffer
		if !strings.HasPrefix(strings.TrimSpace(text), "{") || json.Compact(&compact, []byte(text)) != nil {
			im.fail(p, "", "the policy is not a JSON object")
			return
		}
		im.def.Policy = compact.String()
	default:
		im.fail(p, "", "expected a policy document, found %s", p.kind)
	}
}
