package rest

import "fmt"

// authorize lets requests to open methods pass. A method that asks for an authorizer which
// this build does not have stays closed.
func (inv *Invocation) authorize() error {
	switch t := inv.Resource.method.doc.AuthorizationType; t {
	case "NONE":
		return nil
	default:
		return configurationError(fmt.Sprintf("authorization type %q is not supported", t), nil)
	}
}
