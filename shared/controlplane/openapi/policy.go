package openapi

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/postern-gateway/postern/shared/policy"
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

// ExpandPolicy writes out the short resources of the policy, as an import does once the API has an identifier:
// "execute-api:/stage/GET/path" becomes "arn:{partition}:execute-api:{region}:{account}:{apiID}/stage/GET/path". Doing it
// twice changes nothing. The error says that the policy has a member twice.
func (d *Definition) ExpandPolicy(partition, region, account, apiID string) error {
	if d.Policy == "" {
		return nil
	}
	full, err := policy.Expand(d.Policy, "arn:"+partition+":execute-api:"+region+":"+account+":"+apiID)
	if err != nil {
		return err
	}
	d.Policy = full
	return nil
}
