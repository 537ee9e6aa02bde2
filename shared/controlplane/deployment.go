package controlplane

import (
	"context"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// Deployments stand beside the definition: they outlive its generations.
const deploymentPrefix = "deployment#"

func (s *Service) deployments() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateDeploymentOperation, s.CreateDeployment),
		wire.Bind(&apigateway.GetDeploymentOperation, s.GetDeployment),
		wire.Bind(&apigateway.GetDeploymentsOperation, s.GetDeployments),
		wire.Bind(&apigateway.UpdateDeploymentOperation, s.UpdateDeployment),
		wire.Bind(&apigateway.DeleteDeploymentOperation, s.DeleteDeployment),
	}}
}

var deploymentPatches = patch.Table[apigateway.Deployment]{
	Paths: []patch.Path[apigateway.Deployment]{
		{Pattern: "/description", Replace: patch.Text(func(d *apigateway.Deployment) **string { return &d.Description })},
	},
	Refusals: patch.Common,
}

// CreateDeployment compiles the definition into a snapshot and, with a stage name, makes the stage
// serve it, creating the stage if it does not exist; with canary settings the stage's canary serves
// it. After any failure nothing has changed and the stage serves what it served before.
func (s *Service) CreateDeployment(ctx context.Context, in *apigateway.CreateDeploymentRequest) (*apigateway.Deployment, error) {
	if err := s.sweep(ctx); err != nil {
		return nil, err
	}
	apiID := value(in.RestApiId)
	return editing(ctx, s, apiID, s.errNoSuchAPI(apiID), func(e *edit) (*apigateway.Deployment, error) {
		stage, err := e.stageOf(in)
		if err != nil {
			return nil, err
		}
		d, err := e.deploy()
		if err != nil {
			return nil, err
		}
		d.Description = in.Description
		if err := e.put(e.liveKey(deploymentPrefix+*d.Id), d); err != nil {
			return nil, err
		}
		if stage != nil {
			point(stage, in, d.Id)
			if err := e.putStage(stage); err != nil {
				return nil, err
			}
		}
		return printDeployment(d, nil), nil
	})
}

// deploy stores the snapshot of the definition as a new deployment. The snapshot is written ahead
// of the transaction that makes it part of the API.
func (e *edit) deploy() (*apigateway.Deployment, error) {
	def, err := e.compileInput()
	if err != nil {
		return nil, err
	}
	id, err := e.free(func(id string) store.Key { return e.liveKey(deploymentPrefix + id) }, idLength)
	if err != nil {
		return nil, err
	}
	data, err := compile.Compile(def, id)
	if err != nil {
		return nil, err
	}
	kept, err := e.deployedDefinition(id, def)
	if err != nil {
		return nil, err
	}
	key := snapshotKey(e.id, id)
	mark := leftover{Partition: key.Partition, Prefix: key.Sort, Since: *e.s.now()}
	e.undo = append(e.undo, func() { e.s.discard(e.ctx, mark) })
	if err := e.s.announce(e.ctx, mark); err != nil {
		return nil, err
	}
	if err := e.s.cfg.Store.PutAll(e.ctx, []store.Item{{Key: key, Value: data}, kept}); err != nil {
		return nil, fmt.Errorf("store snapshot %s of API %s: %w", id, e.id, err)
	}
	e.pending[mark.key()] = store.Delete(mark.key(), store.Present)
	return &apigateway.Deployment{Id: &id, CreatedDate: e.s.now(), ApiSummary: summary(def.Resources)}, nil
}

func (v *view) compileInput() (compile.Definition, error) {
	def := compile.Definition{API: &v.row.API}
	var err error
	if def.Resources, err = definition[apigateway.Resource](v, resourcePrefix); err != nil {
		return def, err
	}
	if def.Validators, err = definition[apigateway.RequestValidator](v, validatorPrefix); err != nil {
		return def, err
	}
	if def.Models, err = definition[apigateway.Model](v, modelPrefix); err != nil {
		return def, err
	}
	if def.Authorizers, err = definition[apigateway.Authorizer](v, authorizerPrefix); err != nil {
		return def, err
	}
	def.GatewayResponses, err = definition[apigateway.GatewayResponse](v, gatewayResponsePrefix)
	return def, err
}

// summary is what embed=apisummary shows of a deployment.
func summary(resources []*apigateway.Resource) map[string]map[string]apigateway.MethodSnapshot {
	out := map[string]map[string]apigateway.MethodSnapshot{}
	for _, r := range resources {
		for verb, m := range r.ResourceMethods {
			if out[*r.Path] == nil {
				out[*r.Path] = map[string]apigateway.MethodSnapshot{}
			}
			out[*r.Path][verb] = apigateway.MethodSnapshot{AuthorizationType: m.AuthorizationType, ApiKeyRequired: m.ApiKeyRequired}
		}
	}
	return out
}

func printDeployment(d *apigateway.Deployment, embed []string) *apigateway.Deployment {
	out := *d
	if !slices.Contains(embed, "apisummary") {
		out.ApiSummary = nil
	}
	return &out
}

// GetDeployment returns a deployment.
func (s *Service) GetDeployment(ctx context.Context, in *apigateway.GetDeploymentRequest) (*apigateway.Deployment, error) {
	return viewing(ctx, s, *in.RestApiId, errNoDeployment, func(v *view) (*apigateway.Deployment, error) {
		d, err := v.deployment(*in.DeploymentId)
		if err != nil {
			return nil, err
		}
		return printDeployment(d, in.Embed), nil
	})
}

// deployment returns an existing deployment.
func (v *view) deployment(id string) (*apigateway.Deployment, error) {
	d, err := get[apigateway.Deployment](v, v.liveKey(deploymentPrefix+id))
	if err == nil && d == nil {
		return nil, errNoDeployment
	}
	return d, err
}

// GetDeployments lists deployments, in pages.
func (s *Service) GetDeployments(ctx context.Context, in *apigateway.GetDeploymentsRequest) (*apigateway.Deployments, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.Deployments, error) {
		rows, next, err := pageRows[apigateway.Deployment](v, livePartition(v.id), deploymentPrefix, in.Position, in.Limit)
		out := &apigateway.Deployments{Items: []apigateway.Deployment{}, Position: next}
		for _, d := range rows {
			out.Items = append(out.Items, *printDeployment(d, nil))
		}
		return out, err
	})
}

// UpdateDeployment changes a deployment by patch operations.
func (s *Service) UpdateDeployment(ctx context.Context, in *apigateway.UpdateDeploymentRequest) (*apigateway.Deployment, error) {
	return editing(ctx, s, *in.RestApiId, errNoDeployment, func(e *edit) (*apigateway.Deployment, error) {
		d, err := e.deployment(*in.DeploymentId)
		if err != nil {
			return nil, err
		}
		if err := deploymentPatches.Apply(d, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return printDeployment(d, nil), e.put(e.liveKey(deploymentPrefix+*d.Id), d)
	})
}

// DeleteDeployment deletes a deployment that no stage points to, and its snapshot.
func (s *Service) DeleteDeployment(ctx context.Context, in *apigateway.DeleteDeploymentRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoDeployment, func(e *edit) error {
		d, err := e.deployment(*in.DeploymentId)
		if err != nil {
			return err
		}
		stages, err := live[apigateway.Stage](e.view, stagePrefix)
		if err != nil {
			return err
		}
		for _, stage := range stages {
			if value(stage.DeploymentId) == *d.Id || stage.CanarySettings != nil && value(stage.CanarySettings.DeploymentId) == *d.Id {
				return wire.BadRequest("Active stages pointing to this deployment must be moved or deleted")
			}
		}
		e.delete(e.liveKey(deploymentPrefix + *d.Id))
		// A snapshot may be larger than a transaction takes: it becomes a leftover.
		key := snapshotKey(e.id, *d.Id)
		mark := leftover{Partition: key.Partition, Prefix: key.Sort, Since: *e.s.now(), Dead: true}
		item, err := mark.item()
		if err != nil {
			return err
		}
		e.after = append(e.after, func() { e.s.discard(e.ctx, mark) })
		return e.putItem(item)
	})
}
