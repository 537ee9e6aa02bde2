package export

import (
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// anyMethod is the member of a path item for ANY.
const anyMethod = extensionPrefix + "any-method"

// paths writes the resources that have methods, and those that nothing below them would tell of.
func (w *writer) paths() (*object, error) {
	paths := newObject()
	for i := range w.def.Resources {
		r := &w.def.Resources[i]
		if len(r.Methods) == 0 && (r.Path == "/" || w.hasChild(i)) {
			continue
		}
		item := newObject()
		for m := range r.Methods {
			operation, err := w.operation(r.Path, &r.Methods[m])
			if err != nil {
				return nil, err
			}
			item.set(verbName(&r.Methods[m]), operation)
		}
		documentExtensions(item, w.documented(place{kind: "RESOURCE", path: r.Path}))
		paths.set(r.Path, item)
	}
	return paths, nil
}

// hasChild reports whether a resource lies below the one at i. Resources are sorted by path, but a sibling whose name
// continues with a character below the slash may stand in between.
func (w *writer) hasChild(i int) bool {
	path := w.def.Resources[i].Path
	for _, r := range w.def.Resources[i+1:] {
		if !strings.HasPrefix(r.Path, path) {
			return false
		}
		if strings.HasPrefix(r.Path, path+"/") {
			return true
		}
	}
	return false
}

func verbName(m *openapi.Method) string {
	if verb := text(m.HttpMethod); verb != "ANY" {
		return strings.ToLower(verb)
	}
	return anyMethod
}
