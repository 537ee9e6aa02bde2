package openapi

import (
	"slices"
	"strings"
)

// importPaths reads the resources and their methods.
func (im *importer) importPaths() {
	tree := newRoutes()
	base := im.basePath()
	paths := im.doc.top().get("paths")
	if paths != nil && im.isKind(paths, kindObject) {
		im.checkExtensions(paths, levelPaths)
		for name, item := range paths.members() {
			if !strings.HasPrefix(name, "x-") {
				im.importPath(tree, base, name, item)
			}
		}
	}
	im.def.Resources = tree.sorted()
}

func (im *importer) importPath(tree *routes, base []string, name string, item *place) {
	segments, reason := splitPath(name)
	path := "/" + strings.Join(append(slices.Clone(base), segments...), "/")
	subject := "Unable to create resource at path '" + clip(path, 200) + "'"
	if reason == "" && len(path) > maxPath {
		reason = "the path has more characters than the 1600 of a method ARN"
	}
	if reason != "" {
		im.fail(item, subject, "%s", reason)
		return
	}
	resource, reason := tree.add(name, append(slices.Clone(base), segments...))
	if reason != "" {
		im.fail(item, subject, "%s", reason)
		return
	}
	if item.kind == kindNull {
		return
	}
	im.importPathItem(resource, item)
	slices.SortFunc(resource.Methods, func(a, b Method) int { return strings.Compare(*a.HttpMethod, *b.HttpMethod) })
}

// splitPath takes a path of the document apart. One slash at its end is allowed and means nothing.
func splitPath(name string) (segments []string, reason string) {
	rest, found := strings.CutPrefix(name, "/")
	if !found {
		return []string{name}, "a path must begin with '/'"
	}
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		return nil, ""
	}
	segments = strings.Split(rest, "/")
	for _, segment := range segments {
		if reason = SegmentFault(segment); reason != "" {
			return segments, reason
		}
	}
	return segments, ""
}

// verbs maps the operations of a path item to methods.
var verbs = map[string]string{
	"get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "patch": "PATCH", "options": "OPTIONS", "head": "HEAD",
	extensionPrefix + "any-method": "ANY",
}

// invalidVerb is what PutMethod says about a method it does not know (recorded, 4).
const invalidVerb = "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"

func (im *importer) importPathItem(resource *Resource, item *place) {
	if refOf(item) != "" {
		for name, p := range item.members() {
			if name != "$ref" && name != "summary" && name != "description" && !strings.HasPrefix(name, "x-") {
				im.fail(p, "", "OpenAPI does not define what %q means beside the $ref of a path item", clip(name, 80))
			}
		}
		if item = im.resolve(item, ""); item == nil {
			return
		}
	}
	if !im.isKind(item, kindObject) {
		return
	}
	im.checkExtensions(item, levelPathItem)
	shared := item.get("parameters")
	for name, p := range item.members() {
		verb := verbs[name]
		if p.kind == kindNull {
			continue
		}
		switch {
		case verb != "":
			o := &operation{importer: im, place: p, verb: verb, path: resource.Path, shared: shared}
			if o.isKind(p, kindObject) {
				resource.Methods = append(resource.Methods, o.read())
			}
		case name == "trace":
			im.fail(p, methodSubject("TRACE", resource.Path), invalidVerb)
		case name == "servers":
			im.warnAt(p, "Servers of a single path are not supported. Ignoring.")
		case name != "parameters" && name != "summary" && name != "description" && !strings.HasPrefix(name, "x-"):
			im.warnAt(p, "Unknown member %q of a path item. Ignoring.", clip(name, 80))
		}
	}
}
