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

// ExpandPolicy writes out the short resources of the policy, as an import does once the API has an identifier:
// "execute-api:/stage/GET/path" becomes "arn:{partition}:execute-api:{region}:{account}:{apiID}/stage/GET/path". Only the
// Resource and NotResource elements of statements are touched. Doing it twice changes nothing.
func (d *Definition) ExpandPolicy(partition, region, account, apiID string) {
	if !strings.Contains(d.Policy, shortResource) {
		return
	}
	root, err := readJSON([]byte(d.Policy))
	if err != nil {
		return
	}
	prefix := "arn:" + partition + ":execute-api:" + region + ":" + account + ":" + apiID + "/"
	statements := root.member("Statement")
	if statements == nil {
		return
	}
	all := []*node{statements}
	if statements.kind == kindList {
		all = statements.items
	}
	for _, statement := range all {
		expand(statement.member("Resource"), prefix)
		expand(statement.member("NotResource"), prefix)
	}
	top := (&document{root: root}).top()
	d.Policy = top.json(nil)
}

// shortResource begins a resource of the API that the policy is attached to.
const shortResource = "execute-api:/"

func expand(n *node, prefix string) {
	switch {
	case n == nil:
	case n.kind == kindString:
		if rest, short := strings.CutPrefix(n.text, shortResource); short {
			n.text = prefix + rest
		}
	case n.kind == kindList:
		for _, item := range n.items {
			expand(item, prefix)
		}
	}
}
