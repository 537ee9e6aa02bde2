package controlplane

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// resourceImport adds the resources of a document to those that stay.
type resourceImport struct {
	*importing
	tree   *resourceTree
	byPath map[string]*apigateway.Resource
	oldIDs map[string]string // by path
	taken  map[string]bool   // identifiers in use
}

// adoptResources stores the resources of a document with their methods. A resource whose path
// existed keeps its identifier, the root always does (recorded answers, 14.4).
func adoptResources(im *importing) error {
	tree, err := im.resourceTree()
	if err != nil {
		return err
	}
	ri := &resourceImport{
		importing: im, tree: tree,
		byPath: map[string]*apigateway.Resource{}, oldIDs: map[string]string{}, taken: map[string]bool{},
	}
	for _, r := range tree.byID {
		ri.byPath[*r.Path] = r
	}
	for _, r := range im.oldResources {
		ri.oldIDs[*r.Path] = *r.Id
		ri.taken[*r.Id] = true
	}
	for _, described := range im.doc.Resources {
		if err := ri.adopt(described); err != nil {
			return err
		}
	}
	return nil
}

func (ri *resourceImport) adopt(described openapi.Resource) error {
	r := ri.byPath[described.Path]
	if r == nil {
		var err error
		if r, err = ri.create(described.Path); err != nil || r == nil {
			return err
		}
	}
	// The cache of a method that existed under this resource must not serve the new one: kept
	// resources get a fresh namespace.
	namespace := *r.Id
	if _, kept := ri.oldIDs[described.Path]; kept && ri.version != 0 {
		namespace = ri.s.cfg.NewID(idLength)
	}
	for _, m := range described.Methods {
		method, err := ri.method(described.Path, m, namespace)
		if err != nil {
			return err
		}
		if r.ResourceMethods == nil {
			r.ResourceMethods = map[string]apigateway.Method{}
		}
		r.ResourceMethods[*method.HttpMethod] = *method
	}
	return ri.putResource(r)
}

// create places a new resource; nil if it was reported as impossible.
func (ri *resourceImport) create(path string) (*apigateway.Resource, error) {
	r := &apigateway.Resource{Id: ptr(ri.identifier(path)), Path: &path}
	if path != "/" {
		at := strings.LastIndexByte(path, '/')
		parent := ri.byPath[max(path[:at], "/")]
		if parent == nil {
			return nil, nil // its own creation was reported
		}
		r.ParentId, r.PathPart = parent.Id, ptr(path[at+1:])
		if err := ri.tree.place(r); err != nil {
			return nil, ri.report(fmt.Sprintf("Unable to create resource at path '%s'", path), err)
		}
	}
	ri.tree.add(r)
	ri.byPath[path] = r
	return r, nil
}

// identifier returns the one that the path had, or a new one.
func (ri *resourceImport) identifier(path string) string {
	if id, ok := ri.oldIDs[path]; ok {
		return id
	}
	id := ri.s.cfg.NewID(idLength)
	for ri.taken[id] {
		id = ri.s.cfg.NewID(idLength)
	}
	ri.taken[id] = true
	return id
}

// method completes a described method and reports what is wrong with it.
func (ri *resourceImport) method(path string, described openapi.Method, namespace string) (*apigateway.Method, error) {
	m := described.Method
	m.AuthorizationType = valueOr(m.AuthorizationType, "NONE")
	m.ApiKeyRequired = valueOr(m.ApiKeyRequired, false)
	if described.ValidatorName != "" {
		m.RequestValidatorId = ptr(ri.validators[described.ValidatorName])
	}
	if described.AuthorizerName != "" {
		m.AuthorizerId = ptr(ri.authorizers[described.AuthorizerName])
	}
	where := fmt.Sprintf("on '%s' for resource at path '%s'", *m.HttpMethod, path)
	if err := ri.report("Unable to put method "+where, ri.checkAuthorization(&m)); err != nil {
		return nil, err
	}
	i := m.MethodIntegration
	if i == nil {
		return &m, nil
	}
	i.CacheNamespace = valueOr(i.CacheNamespace, namespace)
	completeIntegration(i, namespace)
	if err := ri.report("Unable to put integration "+where, checkIntegration(&m, i)); err != nil {
		return nil, err
	}
	for _, status := range slices.Sorted(maps.Keys(i.IntegrationResponses)) {
		response := i.IntegrationResponses[status]
		if err := ri.report("Unable to put integration response "+where, checkIntegrationResponse(&m, &response)); err != nil {
			return nil, err
		}
	}
	return &m, nil
}
