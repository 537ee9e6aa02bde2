package openapi

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// locationFields lists the fields that a documentation location of each type has beside its type (control-plane
// operations, 2.11).
var locationFields = map[string][]string{
	"API":             {},
	"AUTHORIZER":      {"name"},
	"MODEL":           {"name"},
	"RESOURCE":        {"path"},
	"METHOD":          {"path", "method"},
	"PATH_PARAMETER":  {"path", "method", "name"},
	"QUERY_PARAMETER": {"path", "method", "name"},
	"REQUEST_HEADER":  {"path", "method", "name"},
	"REQUEST_BODY":    {"path", "method"},
	"RESPONSE":        {"path", "method", "statusCode"},
	"RESPONSE_HEADER": {"path", "method", "statusCode", "name"},
	"RESPONSE_BODY":   {"path", "method", "statusCode"},
}

// documentedStatus is the constraint of a location's status code in the service model.
var documentedStatus = regexp.MustCompile(`^([1-5]\d\d|\*|\s*)$`)

// LocationFields lists the fields that a documentation location of a type has beside its type, such as path and method.
func LocationFields(kind string) []string { return slices.Clone(locationFields[kind]) }

// ParseDocumentation is Parse for the documentation extension alone: what is wrong with other parts of the document does
// not count, and of the definition only DocumentationParts, DocumentationVersion and Warnings are filled.
func ParseDocumentation(body []byte, opts Options) (*Definition, error) {
	root, err := read(body)
	if err != nil {
		return nil, err
	}
	im := newImporter(&document{root: root}, opts)
	if err := im.recogniseVersion(); err != nil {
		return nil, err
	}
	im.importDocumentation()
	if im.doc.spent() {
		return nil, malformed(0, 0, "the document unfolds to more than %d values through its references and aliases", maxVisits)
	}
	if len(im.errors) > 0 {
		im.errors.sort()
		return nil, im.errors
	}
	return im.def, nil
}

// importDocumentation reads the documentation extension. Descriptions elsewhere in the document add no parts (recorded, 10).
func (im *importer) importDocumentation() {
	p := im.doc.top().get(extensionPrefix + "documentation")
	if p == nil || im.opts.IgnoreDocumentation || !im.isKind(p, kindObject) {
		return
	}
	im.def.DocumentationVersion = im.str(p.get("version"))
	parts := p.get("documentationParts")
	if parts == nil || !im.isKind(parts, kindList) {
		return
	}
	for part := range parts.list() {
		if !im.isKind(part, kindObject) {
			continue
		}
		location := im.location(part)
		if location == nil {
			continue
		}
		im.def.DocumentationParts = append(im.def.DocumentationParts, apigateway.DocumentationPart{
			Location: location, Properties: im.properties(part),
		})
	}
}

// location reads where a part belongs and fills in what API Gateway fills in on import: the root path, any method, any
// status code, as far as the type has the field (recorded, 10).
func (im *importer) location(part *place) *apigateway.DocumentationPartLocation {
	const subject = "Unable to create documentation part"
	p := part.get("location")
	if p == nil || p.kind != kindObject {
		im.fail(part, subject, "the part has no location")
		return nil
	}
	kind := im.enum(p.get("type"), subject, apigateway.DocumentationPartTypeValues)
	if kind == "" {
		if p.get("type") == nil {
			im.fail(p, subject, "the location has no type")
		}
		return nil
	}
	location := &apigateway.DocumentationPartLocation{Type: ptr(kind)}
	targets := map[string]**string{
		"path": &location.Path, "method": &location.Method, "statusCode": &location.StatusCode, "name": &location.Name,
	}
	for _, name := range locationFields[kind] {
		value := im.str(p.get(name))
		if value == "" {
			value = map[string]string{"path": "/", "method": "*", "statusCode": "*"}[name]
		}
		if name == "method" {
			value = strings.ToUpper(value)
		}
		*targets[name] = textOrNil(value)
	}
	for name, value := range p.members() {
		if _, known := targets[name]; known && value.kind != kindNull && !slices.Contains(locationFields[kind], name) {
			im.fail(value, subject, "a location of type %s has no %s", kind, name)
		}
	}
	if slices.Contains(locationFields[kind], "name") && location.Name == nil {
		im.fail(p, subject, "a location of type %s needs a name", kind)
	}
	if code := location.StatusCode; code != nil && !documentedStatus.MatchString(*code) {
		im.fail(p.get("statusCode"), subject, "Invalid status code specified: %s", clip(*code, 40))
	}
	return location
}

// properties are kept as the JSON text that they are on the wire; a string must hold JSON already.
func (im *importer) properties(part *place) *string {
	p := part.get("properties")
	switch {
	case p == nil:
		im.fail(part, "Unable to create documentation part", "the part has no properties")
		return nil
	case p.kind == kindObject:
		return ptr(p.json(im.substitute))
	case p.kind == kindString && json.Valid([]byte(p.text)):
		return ptr(im.substitute(p.text))
	}
	im.fail(p, "Unable to create documentation part", "the properties are not a JSON object")
	return nil
}
