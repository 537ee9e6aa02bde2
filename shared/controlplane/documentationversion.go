package controlplane

import (
	"context"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Documentation versions stand beside the definition, like the stages that refer to them: they
// outlive its generations. Each is a row for lists and a row with the parts as they were.
const (
	documentationVersionPrefix  = "documentationversion#"
	documentationSnapshotPrefix = "documentationsnapshot#"
)

func (s *Service) documentationVersions() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateDocumentationVersionOperation, s.CreateDocumentationVersion),
		wire.Bind(&apigateway.GetDocumentationVersionOperation, s.GetDocumentationVersion),
		wire.Bind(&apigateway.GetDocumentationVersionsOperation, s.GetDocumentationVersions),
		wire.Bind(&apigateway.UpdateDocumentationVersionOperation, s.UpdateDocumentationVersion),
		wire.Bind(&apigateway.DeleteDocumentationVersionOperation, s.DeleteDocumentationVersion),
	}}
}

var errNoDocumentationVersion = wire.NotFound("Invalid Documentation version specified")

var documentationVersionPatches = patch.Table[apigateway.DocumentationVersion]{
	Paths: []patch.Path[apigateway.DocumentationVersion]{
		{Pattern: "/description", Replace: patch.Text(func(d *apigateway.DocumentationVersion) **string { return &d.Description })},
	},
	Refusals: patch.Common,
}

// CreateDocumentationVersion keeps the documentation parts as they are under a name and, with a
// stage name, makes the stage refer to them.
func (s *Service) CreateDocumentationVersion(ctx context.Context, in *apigateway.CreateDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.DocumentationVersion, error) {
		name := *in.DocumentationVersion
		if name == "" {
			return nil, wire.BadRequest("Documentation version cannot be blank")
		}
		existing, err := get[apigateway.DocumentationVersion](e.view, e.liveKey(documentationVersionPrefix+name))
		if err != nil {
			return nil, err
		}
		if existing != nil {
			return nil, wire.Conflict("Documentation version already exists: %s", name)
		}
		parts, err := definition[apigateway.DocumentationPart](e.view, documentationPartPrefix)
		if err != nil {
			return nil, err
		}
		list := apigateway.DocumentationParts{Items: deref(parts)}
		slices.SortFunc(list.Items, compareLocations)
		if err := e.put(e.liveKey(documentationSnapshotPrefix+name), &list); err != nil {
			return nil, err
		}
		d := &apigateway.DocumentationVersion{Version: &name, CreatedDate: e.s.now(), Description: in.Description}
		if err := e.put(e.liveKey(documentationVersionPrefix+name), d); err != nil {
			return nil, err
		}
		if in.StageName == nil {
			return d, nil
		}
		stage, err := e.stage(*in.StageName)
		if err != nil {
			return nil, err
		}
		stage.DocumentationVersion = &name
		return d, e.putStage(stage)
	})
}

// GetDocumentationVersion returns a documentation version.
func (s *Service) GetDocumentationVersion(ctx context.Context, in *apigateway.GetDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return viewing(ctx, s, *in.RestApiId, errNoDocumentationVersion, func(v *view) (*apigateway.DocumentationVersion, error) {
		return v.documentationVersion(*in.DocumentationVersion)
	})
}

// documentationVersion returns an existing documentation version.
func (v *view) documentationVersion(name string) (*apigateway.DocumentationVersion, error) {
	d, err := get[apigateway.DocumentationVersion](v, v.liveKey(documentationVersionPrefix+name))
	if err == nil && d == nil {
		return nil, errNoDocumentationVersion
	}
	return d, err
}

// GetDocumentationVersions lists documentation versions, in pages.
func (s *Service) GetDocumentationVersions(ctx context.Context, in *apigateway.GetDocumentationVersionsRequest) (*apigateway.DocumentationVersions, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.DocumentationVersions, error) {
		rows, next, err := pageRows[apigateway.DocumentationVersion](v, livePartition(v.id), documentationVersionPrefix, in.Position, in.Limit)
		return &apigateway.DocumentationVersions{Items: deref(rows), Position: next}, err
	})
}

// UpdateDocumentationVersion changes the description of a documentation version.
func (s *Service) UpdateDocumentationVersion(ctx context.Context, in *apigateway.UpdateDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return editing(ctx, s, *in.RestApiId, errNoDocumentationVersion, func(e *edit) (*apigateway.DocumentationVersion, error) {
		d, err := e.documentationVersion(*in.DocumentationVersion)
		if err != nil {
			return nil, err
		}
		if err := documentationVersionPatches.Apply(d, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return d, e.put(e.liveKey(documentationVersionPrefix+*d.Version), d)
	})
}

// DeleteDocumentationVersion deletes a documentation version that no stage refers to.
func (s *Service) DeleteDocumentationVersion(ctx context.Context, in *apigateway.DeleteDocumentationVersionRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoDocumentationVersion, func(e *edit) error {
		d, err := e.documentationVersion(*in.DocumentationVersion)
		if err != nil {
			return err
		}
		stages, err := live[apigateway.Stage](e.view, stagePrefix)
		if err != nil {
			return err
		}
		for _, stage := range stages {
			if value(stage.DocumentationVersion) == *d.Version {
				return wire.Conflict("Cannot delete documentation version '%s', is referenced in stage: %s", *d.Version, *stage.StageName)
			}
		}
		e.delete(e.liveKey(documentationVersionPrefix + *d.Version))
		e.delete(e.liveKey(documentationSnapshotPrefix + *d.Version))
		return nil
	})
}

// documentationOf returns the parts of a documentation version, ordered by type and place.
func (v *view) documentationOf(version string) ([]apigateway.DocumentationPart, error) {
	list, err := get[apigateway.DocumentationParts](v, v.liveKey(documentationSnapshotPrefix+version))
	if err != nil {
		return nil, err
	}
	if list == nil {
		return nil, errNoDocumentationVersion
	}
	return list.Items, nil
}
