package v2

import (
	"context"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

func (s *Service) stages() []wire.Endpoint {
	return []wire.Endpoint{
		wire.Bind(&v2.CreateStageOperation, s.CreateStage),
		wire.Bind(&v2.GetStageOperation, s.GetStage),
		wire.Bind(&v2.GetStagesOperation, s.GetStages),
		wire.Bind(&v2.UpdateStageOperation, s.UpdateStage),
		wire.Bind(&v2.DeleteStageOperation, s.DeleteStage),
		wire.Bind(&v2.DeleteRouteSettingsOperation, s.DeleteRouteSettings),
		wire.Bind(&v2.DeleteAccessLogSettingsOperation, s.DeleteAccessLogSettings),
		wire.Bind(&v2.ResetAuthorizersCacheOperation, s.ResetAuthorizersCache),
	}
}

// maxStages is the quota of an API (HTTP API spec, 19).
const maxStages = 10

// CreateStage creates a stage. One that deploys automatically gets its first deployment at once.
func (s *Service) CreateStage(ctx context.Context, in *v2.CreateStageRequest) (*v2.CreateStageResponse, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*v2.CreateStageResponse, error) {
		stage := &v2.Stage{
			AccessLogSettings:    in.AccessLogSettings,
			AutoDeploy:           in.AutoDeploy,
			ClientCertificateId:  in.ClientCertificateId,
			DefaultRouteSettings: in.DefaultRouteSettings,
			DeploymentId:         in.DeploymentId,
			Description:          in.Description,
			RouteSettings:        in.RouteSettings,
			StageName:            in.StageName,
			StageVariables:       in.StageVariables,
			Tags:                 in.Tags,
		}
		if err := e.addStage(stage); err != nil {
			return nil, err
		}
		if definition.Value(stage.AutoDeploy) {
			if err := e.deployTo(stage); err != nil {
				return nil, err
			}
		}
		out := v2.CreateStageResponse(*printStage(stage))
		return &out, nil
	})
}

func (e *edit) addStage(stage *v2.Stage) error {
	if e.Stage(*stage.StageName) != nil {
		return wire.Conflict("Stage already exists")
	}
	if len(e.Stages) >= maxStages {
		return errQuota("stages")
	}
	stage.CreatedDate = e.s.now()
	if err := e.completeStage(stage, nil); err != nil {
		return err
	}
	e.Stages = append(e.Stages, stage)
	e.move(stage)
	return nil
}

// deployTo deploys the definition to a stage that has begun to want every change. That it cannot be
// deployed yet is no error.
func (e *edit) deployTo(stage *v2.Stage) error {
	d, err := e.deploy(definition.Ptr(autoDescription), true)
	if refusal := refusalOf(err); refusal != nil {
		stage.LastDeploymentStatusMessage = definition.Ptr("Deployment attempt failed: " + refusal.Message)
		return nil
	}
	if err != nil {
		return err
	}
	e.point(stage, d)
	return nil
}

// printStage is a stage as answers show it.
func printStage(stage *v2.Stage) *v2.Stage {
	out := *stage
	if out.RouteSettings == nil {
		out.RouteSettings = map[string]v2.RouteSettings{}
	}
	if out.StageVariables == nil {
		out.StageVariables = map[string]string{}
	}
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	return &out
}

// GetStage returns a stage.
func (s *Service) GetStage(ctx context.Context, in *v2.GetStageRequest) (*v2.GetStageResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	stage := d.Stage(*in.StageName)
	if stage == nil {
		return nil, errNoStage()
	}
	out := v2.GetStageResponse(*printStage(stage))
	return &out, nil
}

// GetStages lists stages, in pages.
func (s *Service) GetStages(ctx context.Context, in *v2.GetStagesRequest) (*v2.GetStagesResponse, error) {
	d, err := s.view(ctx, in.ApiId)
	if err != nil {
		return nil, err
	}
	items, next, err := pageOf(d.Stages, func(stage *v2.Stage) *string { return stage.StageName },
		func(stage *v2.Stage) v2.Stage { return *printStage(stage) }, in.MaxResults, in.NextToken)
	return &v2.GetStagesResponse{Items: items, NextToken: next}, err
}

// UpdateStage changes the members that are given. Settings of a route replace those of the same
// route; the others stay.
func (s *Service) UpdateStage(ctx context.Context, in *v2.UpdateStageRequest) (*v2.UpdateStageResponse, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*v2.UpdateStageResponse, error) {
		stage := e.Stage(*in.StageName)
		if stage == nil {
			return nil, errNoStage()
		}
		before := *stage
		set(&stage.AccessLogSettings, in.AccessLogSettings)
		set(&stage.AutoDeploy, in.AutoDeploy)
		setText(&stage.ClientCertificateId, in.ClientCertificateId)
		mergeSettings(stage, in)
		setText(&stage.Description, in.Description)
		if in.DeploymentId != nil {
			stage.DeploymentId = in.DeploymentId
		}
		for name, v := range in.StageVariables {
			if stage.StageVariables == nil {
				stage.StageVariables = map[string]string{}
			}
			stage.StageVariables[name] = v
			if v == "" { // an empty value takes the variable away
				delete(stage.StageVariables, name)
			}
		}
		if err := e.completeStage(stage, &before); err != nil {
			return nil, err
		}
		e.move(stage)
		if definition.Value(stage.AutoDeploy) && !definition.Value(before.AutoDeploy) {
			if err := e.deployTo(stage); err != nil {
				return nil, err
			}
		}
		out := v2.UpdateStageResponse(*printStage(stage))
		return &out, nil
	})
}

func mergeSettings(stage *v2.Stage, in *v2.UpdateStageRequest) {
	if in.DefaultRouteSettings != nil {
		all := definition.Value(stage.DefaultRouteSettings)
		mergeSetting(&all, *in.DefaultRouteSettings)
		stage.DefaultRouteSettings = &all
	}
	for key, given := range in.RouteSettings {
		if stage.RouteSettings == nil {
			stage.RouteSettings = map[string]v2.RouteSettings{}
		}
		own := stage.RouteSettings[key]
		mergeSetting(&own, given)
		stage.RouteSettings[key] = own
	}
}

func mergeSetting(to *v2.RouteSettings, from v2.RouteSettings) {
	set(&to.DataTraceEnabled, from.DataTraceEnabled)
	set(&to.DetailedMetricsEnabled, from.DetailedMetricsEnabled)
	set(&to.LoggingLevel, from.LoggingLevel)
	set(&to.ThrottlingBurstLimit, from.ThrottlingBurstLimit)
	set(&to.ThrottlingRateLimit, from.ThrottlingRateLimit)
}

// DeleteStage deletes a stage, also from its usage plans.
func (s *Service) DeleteStage(ctx context.Context, in *v2.DeleteStageRequest) (*wire.Empty, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*wire.Empty, error) {
		name := *in.StageName
		if e.Stage(name) == nil {
			return nil, errNoStage()
		}
		domains, err := s.cfg.REST.MappedDomains(ctx, e.id, name)
		if err != nil {
			return nil, err
		}
		if len(domains) > 0 {
			return nil, wire.BadRequest("Deleting stage %s failed. Please remove all API mappings related to the stage in your domains: %s", name, strings.Join(domains, ", "))
		}
		if err := e.dropStage(name); err != nil {
			return nil, err
		}
		return &wire.Empty{}, e.leavePlans([]string{name})
	})
}

// dropStage deletes a stage with its rows.
func (e *edit) dropStage(name string) error {
	e.Stages = definition.Remove(e.Stages, e.Stage(name))
	e.writes = append(e.writes,
		store.Delete(stageDocumentKey(e.id, name), store.Any),
		store.Delete(controlplane.V2StageKey(e.id, name), store.Any))
	e.after = append(e.after, func() { e.s.cfg.StageChanged(e.id, name) })
	return nil
}

// leavePlans takes stages that are being deleted out of their usage plans.
func (e *edit) leavePlans(stages []string) error {
	writes, err := e.s.cfg.REST.LeavePlans(e.ctx, e.id, stages)
	e.writes = append(e.writes, writes...)
	return err
}

// DeleteRouteSettings takes the settings of one route away.
func (s *Service) DeleteRouteSettings(ctx context.Context, in *v2.DeleteRouteSettingsRequest) (*wire.Empty, error) {
	return s.changeStage(ctx, in.ApiId, in.StageName, func(stage *v2.Stage) error {
		if _, ok := stage.RouteSettings[*in.RouteKey]; !ok {
			return missing("Invalid route key specified: %s", *in.RouteKey)
		}
		delete(stage.RouteSettings, *in.RouteKey)
		return nil
	})
}

// DeleteAccessLogSettings ends the access log of a stage.
func (s *Service) DeleteAccessLogSettings(ctx context.Context, in *v2.DeleteAccessLogSettingsRequest) (*wire.Empty, error) {
	return s.changeStage(ctx, in.ApiId, in.StageName, func(stage *v2.Stage) error {
		stage.AccessLogSettings = nil
		return nil
	})
}

func (s *Service) changeStage(ctx context.Context, apiID, name *string, fn func(*v2.Stage) error) (*wire.Empty, error) {
	return editing(ctx, s, apiID, func(e *edit) (*wire.Empty, error) {
		stage := e.Stage(*name)
		if stage == nil {
			return nil, errNoStage()
		}
		e.move(stage)
		return &wire.Empty{}, fn(stage)
	})
}
