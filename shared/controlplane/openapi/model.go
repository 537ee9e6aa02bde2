package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// modelContentType is the content type of every imported model (recorded, 14.3).
const modelContentType = "application/json"

var modelName = regexp.MustCompile(`^[a-zA-Z0-9]+$`)

// schemas is the container of the document's models.
func (im *importer) schemas() *place {
	if im.swagger {
		return im.doc.top().get("definitions")
	}
	return im.doc.top().get("components").get("schemas")
}

// importModels makes a model of every schema that the document declares. Their names come first, as schemas refer to each
// other in any order.
func (im *importer) importModels() {
	all := im.schemas()
	if all == nil || !im.isKind(all, kindObject) {
		return
	}
	for name, p := range all.members() {
		if strings.HasPrefix(name, "x-") {
			continue
		}
		if !modelName.MatchString(name) {
			im.fail(p, modelSubject(name), "Model name must be alphanumeric: %s", clip(name, 200))
		}
		im.models[name] = true
	}
	for name, p := range all.members() {
		if im.models[name] {
			schema := im.schemaText(p, modelSubject(name))
			im.def.Models = append(im.def.Models, newModel(im, name, schema, p))
		}
	}
}

func modelSubject(name string) string { return "Unable to create model for '" + clip(name, 200) + "'" }

// newModel takes the description of the model from its schema, where it stays as well (recorded, 14.3).
func newModel(im *importer, name, schema string, p *place) apigateway.Model {
	model := apigateway.Model{Name: ptr(name), ContentType: ptr(modelContentType), Schema: ptr(schema)}
	if description := p.get("description"); description != nil && description.kind == kindString {
		model.Description = textOrNil(im.substitute(description.text))
	}
	return model
}

// usage is where a schema is used: by whom, as what, and for which type of content.
type usage struct {
	subject, what, mediaType string
	request                  bool
}

// modelOf returns the name of the model that a body or response has: the one that it refers to, or one that is made from
// an inline schema. It is empty when there is none.
func (im *importer) modelOf(p *place, u usage) string {
	for range maxLinks {
		ref := refOf(p)
		if ref == "" || im.schema2020 && besideRef(p.node) {
			return im.inlineModel(p, u)
		}
		if name, canonical := canonicalName(ref); canonical {
			return name
		}
		if name, isModel := im.modelRef(ref); isModel {
			if !im.models[name] {
				im.warn("Reference to model '%s' not found. Ignoring.", name)
				return ""
			}
			return name
		}
		if p = im.target(p.get("$ref"), u.subject); p == nil {
			return ""
		}
	}
	im.fail(p, u.subject, "circular reference: %s", clip(refOf(p), 200))
	return ""
}

// modelRef takes a reference to a declared model apart.
func (im *importer) modelRef(ref string) (name string, isModel bool) {
	prefix := modelPrefixes[0]
	if im.swagger {
		prefix = modelPrefixes[1]
	}
	if !strings.HasPrefix(ref, prefix) {
		return "", false
	}
	steps, _ := pointer(ref)
	if len(steps) != strings.Count(prefix, "/") {
		return "", false
	}
	return steps[len(steps)-1], true
}

// canonicalName takes the absolute form of a reference to a model apart.
func canonicalName(ref string) (name string, canonical bool) {
	rest, found := strings.CutPrefix(ref, canonicalModels)
	if !found {
		return "", false
	}
	_, name, found = strings.Cut(rest, "/models/")
	return name, found && modelName.MatchString(name)
}

// inlineModel makes a model of a schema that is written where it is used. API Gateway gives such models names of the form
// MODELd2a00d; here the digits come from the schema, so that equal schemas share one model and importing the same document
// again gives the same names.
func (im *importer) inlineModel(p *place, u usage) string {
	if im.schema2020 && p.kind == kindBool && p.text == "true" {
		return ""
	}
	if p.kind != kindObject {
		im.fail(p, u.subject, "expected a schema, found %s", p.kind)
		return ""
	}
	if len(p.fields) == 0 {
		return ""
	}
	if kind := primitive(p.get("type")); kind != "" && (!u.request || !isJSON(u.mediaType)) {
		im.warnAt(p, "Unsupported schema type '%s' in %s. Ignoring.", kind, u.what)
		return ""
	}
	schema := im.schemaText(p, u.subject)
	if name := im.inline[schema]; name != "" {
		return name
	}
	sum := sha256.Sum256([]byte(schema))
	digits := hex.EncodeToString(sum[:])
	name := ""
	for length := 6; length <= len(digits); length++ {
		if name = "MODEL" + digits[:length]; !im.models[name] {
			break
		}
	}
	im.models[name] = true
	im.inline[schema] = name
	im.generated = append(im.generated, newModel(im, name, schema, p))
	return name
}

// primitive returns the type of a schema if no response model can have it (control-plane operations, 2.4), empty otherwise.
// Of several types, which OpenAPI 3.1 allows, all must be primitive, null beside them.
func primitive(kind *place) string {
	if kind == nil {
		return ""
	}
	if kind.kind != kindList {
		return primitiveName(kind.node)
	}
	name := ""
	for _, item := range kind.items {
		if item.text == "null" {
			continue
		}
		if name = primitiveName(item); name == "" {
			return ""
		}
	}
	return name
}

func primitiveName(n *node) string {
	switch n.text {
	case "string", "number", "integer", "boolean", "file":
		return n.text
	}
	return ""
}

// isJSON reports whether a body of the type is JSON, so that it can be compared with a schema.
func isJSON(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	base = strings.ToLower(strings.TrimSpace(base))
	return base == "application/json" || strings.HasSuffix(base, "+json")
}
