package controlplane

import (
	"context"
	"fmt"
	"maps"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// A stage has two rows: its own, and the stage document by which the data plane serves. One
// transaction always writes both.
const stagePrefix = "stage#"

func (s *Service) stages() kind {
	return kind{tagged: s.tagStages(), endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.CreateStageOperation, s.CreateStage),
		wire.Bind(&apigateway.GetStageOperation, s.GetStage),
		wire.Bind(&apigateway.GetStagesOperation, s.GetStages),
		wire.Bind(&apigateway.UpdateStageOperation, s.UpdateStage),
		wire.Bind(&apigateway.DeleteStageOperation, s.DeleteStage),
	}}
}

// CreateStage creates a stage.
func (s *Service) CreateStage(ctx context.Context, in *apigateway.CreateStageRequest) (*apigateway.Stage, error) {
	return editing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(e *edit) (*apigateway.Stage, error) {
		existing, err := get[apigateway.Stage](e.view, e.liveKey(stagePrefix+*in.StageName))
		if err != nil {
			return nil, err
		}
		if existing != nil {
			return nil, wire.Conflict("Stage already exists")
		}
		if _, err := e.deployment(*in.DeploymentId); err != nil {
			return nil, err
		}
		stage := &apigateway.Stage{
			StageName:            in.StageName,
			DeploymentId:         in.DeploymentId,
			Description:          in.Description,
			CacheClusterEnabled:  in.CacheClusterEnabled,
			CacheClusterSize:     in.CacheClusterSize,
			Variables:            in.Variables,
			DocumentationVersion: in.DocumentationVersion,
			CanarySettings:       in.CanarySettings,
			TracingEnabled:       in.TracingEnabled,
			Tags:                 in.Tags,
		}
		return stage, e.putStage(stage)
	})
}

// stageOf returns the stage that a new deployment is for, new or existing, or nil if it is for
// none. What the request leaves out stays as it is on an existing stage. With canary settings the
// deployment is for the stage's canary.
func (e *edit) stageOf(in *apigateway.CreateDeploymentRequest) (*apigateway.Stage, error) {
	if value(in.StageName) == "" {
		return nil, checkCanaryDeployment(in, nil)
	}
	stage, err := get[apigateway.Stage](e.view, e.liveKey(stagePrefix+*in.StageName))
	if err != nil {
		return nil, err
	}
	if err := checkCanaryDeployment(in, stage); err != nil {
		return nil, err
	}
	if in.CanarySettings != nil {
		stage.CanarySettings = &apigateway.CanarySettings{
			PercentTraffic:         in.CanarySettings.PercentTraffic,
			StageVariableOverrides: in.CanarySettings.StageVariableOverrides,
			UseStageCache:          in.CanarySettings.UseStageCache,
		}
	}
	if stage == nil {
		stage = &apigateway.Stage{StageName: in.StageName}
	}
	if in.StageDescription != nil {
		stage.Description = in.StageDescription
	}
	if in.CacheClusterEnabled != nil {
		stage.CacheClusterEnabled = in.CacheClusterEnabled
	}
	if in.CacheClusterSize != nil {
		stage.CacheClusterSize = in.CacheClusterSize
	}
	if in.TracingEnabled != nil {
		stage.TracingEnabled = in.TracingEnabled
	}
	if stage.Variables == nil {
		stage.Variables = in.Variables
	} else {
		maps.Copy(stage.Variables, in.Variables)
	}
	return stage, checkStage(stage)
}

// point makes a stage serve a new deployment, or its canary if the deployment is for that.
func point(stage *apigateway.Stage, in *apigateway.CreateDeploymentRequest, deploymentID *string) {
	if in.CanarySettings != nil {
		stage.CanarySettings.DeploymentId = deploymentID
	} else {
		stage.DeploymentId = deploymentID
	}
}

// putStage completes and checks a stage and stores it with its document.
func (e *edit) putStage(stage *apigateway.Stage) error {
	now := e.s.now()
	stage.CreatedDate = valueOr(stage.CreatedDate, *now)
	stage.LastUpdatedDate = now
	completeCache(stage)
	completeCanary(stage)
	stage.TracingEnabled = valueOr(stage.TracingEnabled, false)
	if stage.MethodSettings == nil {
		stage.MethodSettings = map[string]apigateway.MethodSetting{}
	}
	if len(stage.Tags) == 0 {
		stage.Tags = nil
	}
	if err := checkStage(stage); err != nil {
		return err
	}
	before, err := get[apigateway.Stage](e.view, e.liveKey(stagePrefix+*stage.StageName))
	if err != nil {
		return err
	}
	if err := e.checkReferences(stage, valueOr(before, apigateway.Stage{})); err != nil {
		return err
	}
	state := snapshot.Stage{
		APIID:        e.id,
		Name:         *stage.StageName,
		DeploymentID: *stage.DeploymentId,
		AccountID:    e.s.cfg.Account,
		Variables:    stage.Variables,
		Canary:       servedCanary(stage),
		AccessLog:    servedAccessLog(stage),

		MethodSettings:      servedSettings(stage),
		Cache:               servedCache(stage),
		ClientCertificateID: value(stage.ClientCertificateId),
	}
	if err := e.keepFlushMarks(&state); err != nil {
		return err
	}
	document, err := snapshot.EncodeStage(state)
	if err != nil {
		return fmt.Errorf("stage %s of API %s: %w", *stage.StageName, e.id, err)
	}
	if err := e.putItem(store.Item{Key: stageDocumentKey(e.id, *stage.StageName), Value: document}); err != nil {
		return err
	}
	e.announceStage(*stage.StageName)
	e.warnAbout(stage, valueOr(before, apigateway.Stage{}))
	return e.put(e.liveKey(stagePrefix+*stage.StageName), stage)
}

// dropStage removes a stage and its document, and takes it out of its usage plans.
func (e *edit) dropStage(name string) error {
	e.delete(e.liveKey(stagePrefix + name))
	e.delete(stageDocumentKey(e.id, name))
	e.announceStage(name)
	return e.leavePlans(name)
}

func (e *edit) announceStage(name string) {
	e.after = append(e.after, func() { e.s.cfg.StageChanged(e.id, name) })
}

// GetStage returns a stage.
func (s *Service) GetStage(ctx context.Context, in *apigateway.GetStageRequest) (*apigateway.Stage, error) {
	return viewing(ctx, s, *in.RestApiId, errNoStage, func(v *view) (*apigateway.Stage, error) {
		return v.stage(*in.StageName)
	})
}

// stage returns an existing stage.
func (v *view) stage(name string) (*apigateway.Stage, error) {
	stage, err := get[apigateway.Stage](v, v.liveKey(stagePrefix+name))
	if err == nil && stage == nil {
		return nil, errNoStage
	}
	return stage, err
}

// GetStages lists the stages, or those of one deployment, all at once (control-plane operations,
// 2.2).
func (s *Service) GetStages(ctx context.Context, in *apigateway.GetStagesRequest) (*apigateway.Stages, error) {
	return viewing(ctx, s, *in.RestApiId, s.errNoSuchAPI(*in.RestApiId), func(v *view) (*apigateway.Stages, error) {
		rows, err := live[apigateway.Stage](v, stagePrefix)
		if err != nil {
			return nil, err
		}
		out := &apigateway.Stages{Item: []apigateway.Stage{}}
		for _, stage := range rows {
			if in.DeploymentId == nil || *in.DeploymentId == *stage.DeploymentId {
				out.Item = append(out.Item, *stage)
			}
		}
		return out, nil
	})
}

// UpdateStage changes a stage by patch operations.
func (s *Service) UpdateStage(ctx context.Context, in *apigateway.UpdateStageRequest) (*apigateway.Stage, error) {
	return editing(ctx, s, *in.RestApiId, errNoStage, func(e *edit) (*apigateway.Stage, error) {
		stage, err := e.stage(*in.StageName)
		if err != nil {
			return nil, err
		}
		if err := stagePatches.Apply(stage, operations(in.PatchOperations)); err != nil {
			return nil, err
		}
		return stage, e.putStage(stage)
	})
}

// DeleteStage deletes a stage.
func (s *Service) DeleteStage(ctx context.Context, in *apigateway.DeleteStageRequest) (*wire.Empty, error) {
	return removing(ctx, s, *in.RestApiId, errNoStage, func(e *edit) error {
		stage, err := e.stage(*in.StageName)
		if err != nil {
			return err
		}
		if err := e.refuseWhileStageMapped(*stage.StageName); err != nil {
			return err
		}
		return e.dropStage(*stage.StageName)
	})
}
