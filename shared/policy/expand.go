package policy

import (
	"bytes"
	"encoding/json"
	"strings"
)

// shortResource begins a resource of the API that a policy is attached to.
const shortResource = "execute-api:/"

// Expand writes out the short resources of a resource policy, as API Gateway does on save:
// "execute-api:/stage/GET/pets" becomes api + "/stage/GET/pets" and "execute-api:/*" all of the
// API. api is "arn:{partition}:execute-api:{region}:{account}:{api id}". Only strings in the
// Resource and NotResource elements of statements change; every other byte of the document stays,
// and doing it twice changes nothing. The error tells that the document is not JSON, or that it
// has a member twice; whether it is a policy is for Parse to say.
func Expand(document, api string) (string, error) {
	root, err := read(document)
	if err != nil {
		return "", err
	}
	statements := root.member("Statement")
	if statements == nil {
		return document, nil
	}
	x := &expansion{document: document, api: api}
	// The callbacks never fail, and so neither does each.
	_ = statements.each("", func(_ string, s *node) error {
		for _, m := range s.members {
			if m.name == "Resource" || m.name == "NotResource" {
				_ = m.value.each("", x.resource)
			}
		}
		return nil
	})
	x.out.WriteString(document[x.copied:])
	return x.out.String(), nil
}

// expansion copies a document, replacing strings in their order.
type expansion struct {
	document, api string
	out           strings.Builder
	copied        int // bytes of document that are done
}

func (x *expansion) resource(_ string, n *node) error {
	rest, short := strings.CutPrefix(n.text, shortResource)
	if n.kind != isString || !short {
		return nil
	}
	x.out.WriteString(x.document[x.copied:n.start])
	x.out.WriteString(quote(x.api + "/" + rest))
	x.copied = n.end
	return nil
}

// quote writes a JSON string without the escapes for HTML.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// A string always encodes.
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}
