package v2

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/controlplane/v2/openapi"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) exports() []wire.Endpoint {
	return []wire.Endpoint{wire.Bind(&v2.ExportApiOperation, s.ExportApi)}
}

// ExportApi writes an HTTP API as an OpenAPI document: what a stage serves, or without a stage the
// API as it is now.
func (s *Service) ExportApi(ctx context.Context, in *v2.ExportApiRequest) (*v2.ExportApiResponse, error) {
	switch {
	case definition.Value(in.ExportVersion) != "" && *in.ExportVersion != "1.0":
		return nil, wire.BadRequest("Invalid export version specified: %s. Must be 1.0", *in.ExportVersion)
	case *in.Specification != "OAS30":
		return nil, wire.BadRequest("Invalid specification specified: %s. Must be OAS30", *in.Specification)
	case *in.OutputType != "JSON" && *in.OutputType != "YAML":
		return nil, wire.BadRequest("Invalid output type specified: %s. Must be one of: [YAML, JSON]", *in.OutputType)
	}
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	if !d.HTTP() {
		return nil, wire.BadRequest("Export is supported for HTTP APIs only")
	}
	stage := definition.Value(in.StageName)
	if stage != "" {
		if d, err = s.deployed(ctx, d, stage); err != nil {
			return nil, err
		}
	}
	body, err := openapi.Write(d, openapi.WriteOptions{
		YAML: *in.OutputType == "YAML", Extensions: in.IncludeExtensions == nil || *in.IncludeExtensions, Stage: stage,
		Host: *d.API.ApiId + ".execute-api." + s.cfg.Region + "." + controlplane.DomainSuffix(s.cfg.Region),
	})
	if err != nil {
		return nil, err
	}
	return &v2.ExportApiResponse{Body: body}, nil
}

// deployed returns the definition that a stage serves.
func (s *Service) deployed(ctx context.Context, d *definition.Document, name string) (*definition.Document, error) {
	stage := d.Stage(name)
	if stage == nil {
		return nil, errNoStage()
	}
	id := definition.Value(stage.DeploymentId)
	if id == "" {
		return nil, wire.BadRequest("Stage %s has no deployment to export", name)
	}
	key := definitionKey(*d.API.ApiId, id)
	item, err := s.cfg.Store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoDeployment(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return definition.Decode(item.Value)
}
