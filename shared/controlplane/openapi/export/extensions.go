package export

import (
	"fmt"
	"strings"
)

// Extensions are the parts of an API that OpenAPI has no words for. A plain export describes the API to its callers and has
// none of them, except for what requests need: any-method and the authtype of security schemes.
type Extensions struct {
	// Integrations adds the integrations and everything else that makes the document a definition: validators, gateway
	// responses, binary media types, the resource policy and the other settings of the API.
	Integrations bool
	// Authorizers adds the definitions of the authorizers.
	Authorizers bool
	// Documentation adds the documentation parts as they are stored, beside what they say in the places they document.
	Documentation bool
	// Postman adds x-postman-meta, by which Postman signs the requests of methods with IAM authorization.
	Postman bool
	// Validators adds the request validators alone.
	Validators bool
}

// extensionNames is the order in which a refusal lists them.
var extensionNames = []string{"integrations", "apigateway", "authorizers", "documentation", "postman", "validators"}

// ParseExtensions reads the extensions parameter of GetExport, a list with commas. integrations and apigateway mean the
// same (control-plane operations, 2.4).
func ParseExtensions(list string) (Extensions, error) {
	var e Extensions
	for name := range strings.SplitSeq(list, ",") {
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "":
		case "integrations", "apigateway":
			e.Integrations = true
		case "authorizers":
			e.Authorizers = true
		case "documentation":
			e.Documentation = true
		case "postman":
			e.Postman = true
		case "validators":
			e.Validators = true
		default:
			return e, fmt.Errorf("invalid extension %q; must be one of: [%s]", name, strings.Join(extensionNames, ", "))
		}
	}
	return e, nil
}
