package controlplane

import (
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// resourceTree is all resources of an API, with the rules of where a resource may stand
// (recorded answers, 3; control-plane operations, 2.1).
type resourceTree struct {
	byID     map[string]*apigateway.Resource
	children map[string][]*apigateway.Resource // by the identifier of the parent
}

func (v *view) resourceTree() (*resourceTree, error) {
	rows, err := definition[apigateway.Resource](v, resourcePrefix)
	if err != nil {
		return nil, err
	}
	t := &resourceTree{byID: map[string]*apigateway.Resource{}, children: map[string][]*apigateway.Resource{}}
	for _, r := range rows {
		t.add(r)
	}
	return t, nil
}

func (t *resourceTree) add(r *apigateway.Resource) {
	t.byID[*r.Id] = r
	if r.ParentId != nil {
		t.children[*r.ParentId] = append(t.children[*r.ParentId], r)
	}
}

// place checks that a resource may stand below its parent under its path part, and sets its path.
func (t *resourceTree) place(r *apigateway.Resource) error {
	parent := t.byID[*r.ParentId]
	if parent == nil {
		return errNoResource
	}
	part := value(r.PathPart)
	if fault := openapi.SegmentFault(part); fault != "" {
		return wire.BadRequest("%s", fault)
	}
	if isGreedy(value(parent.PathPart)) {
		return errBelowGreedy(*parent.PathPart)
	}
	for _, sibling := range t.children[*parent.Id] {
		switch {
		case sibling == r || value(sibling.Id) == value(r.Id):
		case *sibling.PathPart == part:
			return wire.Conflict("Another resource with the same parent already has this name: %s", part)
		case isVariable(part) && isVariable(*sibling.PathPart):
			return wire.BadRequest("A sibling (%s) of this resource already has a variable path part -- only one is allowed", *sibling.PathPart)
		}
	}
	path := childPath(*parent.Path, part)
	r.Path = &path
	return nil
}

func errBelowGreedy(part string) *wire.Error {
	return wire.BadRequest("Cannot create a child of a resource with a greedy path variable: %s", part)
}

// move gives a resource the parent and path part of changed, and returns every resource whose
// row differs now.
func (t *resourceTree) move(r *apigateway.Resource, changed apigateway.Resource) ([]*apigateway.Resource, error) {
	if r.ParentId == nil || (*r.ParentId == value(changed.ParentId) && *r.PathPart == value(changed.PathPart)) {
		return nil, nil
	}
	if changed.ParentId == nil {
		return nil, errNoResource
	}
	below := t.subtree(r)
	if slices.ContainsFunc(below, func(b *apigateway.Resource) bool { return *b.Id == *changed.ParentId }) {
		return nil, wire.BadRequest("Resources cannot be cyclical.")
	}
	if err := t.place(&changed); err != nil {
		return nil, err
	}
	if isGreedy(*changed.PathPart) && len(below) > 1 {
		return nil, errBelowGreedy(*changed.PathPart)
	}
	*r = changed
	for _, b := range below[1:] { // parents come before their children
		path := childPath(*t.byID[*b.ParentId].Path, *b.PathPart)
		b.Path = &path
	}
	return below, nil
}

// subtree returns a resource and all below it, parents before their children.
func (t *resourceTree) subtree(r *apigateway.Resource) []*apigateway.Resource {
	list := []*apigateway.Resource{r}
	for i := 0; i < len(list); i++ {
		list = append(list, t.children[*list[i].Id]...)
	}
	return list
}

// isVariable tells whether a path part is a path parameter, greedy or not.
func isVariable(part string) bool { return strings.HasPrefix(part, "{") }

func isGreedy(part string) bool { return strings.HasSuffix(part, "+}") }

func childPath(parent, part string) string {
	if parent == "/" {
		return "/" + part
	}
	return parent + "/" + part
}
