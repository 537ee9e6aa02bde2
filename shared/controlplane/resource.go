package controlplane

import (
	"context"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// A resource is one row, with its methods, their integrations and all responses inside.
const resourcePrefix = "resource#"

func (s *Service) resources() kind {
	return kind{
		endpoints: []wire.Endpoint{
			wire.Bind(&apigateway.CreateResourceOperation, s.CreateResource),
			wire.Bind(&apigateway.GetResourceOperation, s.GetResource),
			wire.Bind(&apigateway.GetResourcesOperation, s.GetResources),
			wire.Bind(&apigateway.UpdateResourceOperation, s.UpdateResource),
			wire.Bind(&apigateway.DeleteResourceOperation, s.DeleteResource),
		},
		adopt: adoptResources,
	}
}

var resourcePatches = patch.Table[apigateway.Resource]{
	Paths: []patch.Path[apigateway.Resource]{
		{Pattern: "/parentId", Replace: notAtRoot("parentId", patch.Text(func(r *apigateway.Resource) **string { return &r.ParentId }))},
		{Pattern: "/pathPart", Replace: notAtRoot("pathPart", patch.Text(func(r *apigateway.Resource) **string { return &r.PathPart }))},
	},
	Refusals: patch.Common,
}

func notAtRoot(member string, set patch.Set[apigateway.Resource]) patch.Set[apigateway.Resource] {
	return func(r *apigateway.Resource, c patch.Change) error {
		if r.ParentId == nil {
			return wire.BadRequest("Root resource cannot update its %s.", member)
		}
		return set(r, c)
	}
}

// CreateResource creates a resource.
func (s *Service) CreateResource(ctx context.Context, in *apigateway.CreateResourceRequest) (*apigateway.Resource, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Resource, error) {
		tree, err := e.resourceTree()
		if err != nil {
			return nil, err
		}
		r := &apigateway.Resource{ParentId: in.ParentId, PathPart: in.PathPart}
		if err := tree.place(r); err != nil {
			return nil, err
		}
		id, err := e.freeID(resourcePrefix, idLength)
		if err != nil {
			return nil, err
		}
		r.Id = &id
		return r, e.putResource(r)
	})
}

// GetResource returns a resource.
func (s *Service) GetResource(ctx context.Context, in *apigateway.GetResourceRequest) (*apigateway.Resource, error) {
	return viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*apigateway.Resource, error) {
		r, err := v.resource(*in.ResourceId)
		if err != nil {
			return nil, err
		}
		return printResource(r, in.Embed), nil
	})
}

// GetResources lists resources, in pages.
func (s *Service) GetResources(ctx context.Context, in *apigateway.GetResourcesRequest) (*apigateway.Resources, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.Resources, error) {
		rows, next, err := pageDefinition[apigateway.Resource](v, resourcePrefix, in.Position, in.Limit)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i] = printResource(rows[i], in.Embed)
		}
		return &apigateway.Resources{Items: deref(rows), Position: next}, nil
	})
}

// printResource is a resource as answers show it: methods in full only if asked for by
// embed=methods, otherwise as empty objects (recorded answers, 3).
func printResource(r *apigateway.Resource, embed []string) *apigateway.Resource {
	if slices.Contains(embed, "methods") || r.ResourceMethods == nil {
		return r
	}
	out := *r
	out.ResourceMethods = make(map[string]apigateway.Method, len(r.ResourceMethods))
	for verb := range r.ResourceMethods {
		out.ResourceMethods[verb] = apigateway.Method{}
	}
	return &out
}

// UpdateResource renames and moves. The paths of the whole subtree follow.
func (s *Service) UpdateResource(ctx context.Context, in *apigateway.UpdateResourceRequest) (*apigateway.Resource, error) {
	return editing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) (*apigateway.Resource, error) {
		tree, err := e.resourceTree()
		if err != nil {
			return nil, err
		}
		r := tree.byID[*in.ResourceId]
		if r == nil {
			return nil, errNoResource
		}
		changed := *r
		if err := resourcePatches.Apply(&changed, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		moved, err := tree.move(r, changed)
		if err != nil {
			return nil, err
		}
		for _, m := range moved {
			if err := e.putResource(m); err != nil {
				return nil, err
			}
		}
		return printResource(r, nil), nil
	})
}

// DeleteResource deletes a resource and everything below it.
func (s *Service) DeleteResource(ctx context.Context, in *apigateway.DeleteResourceRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoResource, func(e *edit) error {
		tree, err := e.resourceTree()
		if err != nil {
			return err
		}
		r := tree.byID[*in.ResourceId]
		if r == nil {
			return errNoResource
		}
		if r.ParentId == nil {
			return wire.BadRequest("Root resource cannot be deleted.")
		}
		for _, gone := range tree.subtree(r) {
			e.delete(e.definitionKey(resourcePrefix + *gone.Id))
		}
		return nil
	})
}

// resource returns an existing resource.
func (v *view) resource(id string) (*apigateway.Resource, error) {
	r, err := get[apigateway.Resource](v, v.definitionKey(resourcePrefix+id))
	if err == nil && r == nil {
		return nil, errNoResource
	}
	return r, err
}

func (e *edit) putResource(r *apigateway.Resource) error {
	return e.put(e.definitionKey(resourcePrefix+*r.Id), r)
}
