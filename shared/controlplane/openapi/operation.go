package openapi

import (
	"fmt"
	"strings"
)

// operation reads one operation object into a method.
type operation struct {
	*importer
	place *place
	// verb is the method, ANY included; path is the resource after base path handling.
	verb, path string
	// shared are the parameters of the path item.
	shared *place
	out    Method
}

func methodSubject(verb, path string) string {
	return fmt.Sprintf("Unable to put method '%s' on resource at path '%s'", verb, clip(path, 200))
}

// subject is how API Gateway begins its complaints about the method.
func (o *operation) subject() string { return methodSubject(o.verb, o.path) }

func (o *operation) read() Method {
	o.checkExtensions(o.place, levelOperation)
	o.out.HttpMethod = ptr(o.verb)
	o.out.OperationName = textOrNil(o.str(o.place.get("operationId")))
	if p := o.place.get("isDefaultRoute"); p != nil {
		o.warnAt(p, "The field isDefaultRoute belongs to HTTP APIs. Ignoring.")
	}
	o.out.ValidatorName = o.defaultValidator
	if p := o.place.get(extensionPrefix + "request-validator"); p != nil {
		o.out.ValidatorName = o.validatorName(p, o.subject())
	}
	o.importSecurity()
	body := o.importParameters()
	o.importBody(body)
	o.importResponses()
	o.importIntegration()
	return o.out
}

// mediaTypes are the types that a Swagger 2.0 operation consumes or produces: its own, those of the document, or JSON.
func (o *operation) mediaTypes(member string) []string {
	for _, p := range []*place{o.place.get(member), o.doc.top().get(member)} {
		if types := o.strs(p); len(types) > 0 {
			return types
		}
	}
	return []string{"application/json"}
}

// isMediaType checks the key of a model and records API Gateway's complaint (recorded, 1.5).
func (o *operation) isMediaType(p *place, name string) bool {
	kind, sub, found := strings.Cut(name, "/")
	if found && kind != "" && sub != "" && !strings.ContainsAny(kind, " \t;") {
		return true
	}
	o.fail(p, o.subject(), "Validation Result: warnings : [], errors : [Invalid content type specified: %s]", clip(name, 200))
	return false
}
