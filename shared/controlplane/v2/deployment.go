package v2

import (
	"context"

	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) deployments() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateDeploymentOperation, s.CreateDeployment),
		wire.Bind(&v2.GetDeploymentOperation, s.GetDeployment),
		wire.Bind(&v2.GetDeploymentsOperation, s.GetDeployments),
		wire.Bind(&v2.UpdateDeploymentOperation, s.UpdateDeployment),
		wire.Bind(&v2.DeleteDeploymentOperation, s.DeleteDeployment),
	}
}

// CreateDeployment compiles the definition into a snapshot and, with a stage name, makes the stage,
// which must exist, serve it. After any failure nothing has changed.
func (s *Service) CreateDeployment(ctx context.Context, in *v2.CreateDeploymentRequest) (*v2.CreateDeploymentResponse, error) {
	if err := s.cfg.REST.Sweep(ctx); err != nil {
		return nil, err
	}
	return editing(ctx, s, in.ApiId, func(e *edit) (*v2.CreateDeploymentResponse, error) {
		var stage *v2.Stage
		if name := definition.Value(in.StageName); name != "" {
			switch stage = e.Stage(name); {
			case stage == nil:
				return nil, errNoStage()
			case definition.Value(stage.AutoDeploy):
				return nil, wire.BadRequest("Deployments cannot be created for stage %s, which deploys automatically", name)
			}
		}
		d, err := e.deploy(in.Description, false)
		if err != nil {
			return nil, err
		}
		if stage != nil {
			e.point(stage, d)
		}
		out := v2.CreateDeploymentResponse(*d)
		return &out, nil
	})
}

// GetDeployment returns a deployment.
func (s *Service) GetDeployment(ctx context.Context, in *v2.GetDeploymentRequest) (*v2.GetDeploymentResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	p := d.Deployment(*in.DeploymentId)
	if p == nil {
		return nil, errNoDeployment(*in.DeploymentId)
	}
	out := v2.GetDeploymentResponse(*p)
	return &out, nil
}

// GetDeployments lists deployments, in pages.
func (s *Service) GetDeployments(ctx context.Context, in *v2.GetDeploymentsRequest) (*v2.GetDeploymentsResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Deployments, func(p *v2.Deployment) *string { return p.DeploymentId },
		func(p *v2.Deployment) v2.Deployment { return *p }, in.MaxResults, in.NextToken)
	return &v2.GetDeploymentsResponse{Items: items, NextToken: next}, err
}

// UpdateDeployment changes the description of a deployment.
func (s *Service) UpdateDeployment(ctx context.Context, in *v2.UpdateDeploymentRequest) (*v2.UpdateDeploymentResponse, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateDeploymentResponse, error) {
		d := e.Deployment(*in.DeploymentId)
		if d == nil {
			return nil, errNoDeployment(*in.DeploymentId)
		}
		setText(&d.Description, in.Description)
		out := v2.UpdateDeploymentResponse(*d)
		return &out, nil
	})
}

// DeleteDeployment deletes a deployment that no stage points to, and its snapshot.
func (s *Service) DeleteDeployment(ctx context.Context, in *v2.DeleteDeploymentRequest) (*wire.Empty, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*wire.Empty, error) {
		d := e.Deployment(*in.DeploymentId)
		if d == nil {
			return nil, errNoDeployment(*in.DeploymentId)
		}
		if len(e.stagesOf(*d.DeploymentId)) > 0 {
			return nil, wire.BadRequest("Active stages pointing to this deployment must be moved or deleted")
		}
		return &wire.Empty{}, e.dropDeployment(d)
	})
}
