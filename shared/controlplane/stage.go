package controlplane

import (
	"context"
	"fmt"
	"maps"
	"regexp"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// A stage has two rows: its own, and the stage document by which the data plane serves. One
// transaction always writes both.
const stagePrefix = "stage#"

func (s *Service) stages() kind {
	return kind{endpoints: []wire.Endpoint{
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
// none. What the request leaves out stays as it is on an existing stage.
func (e *edit) stageOf(in *apigateway.CreateDeploymentRequest) (*apigateway.Stage, error) {
	if in.StageName == nil {
		return nil, nil
	}
	stage, err := get[apigateway.Stage](e.view, e.liveKey(stagePrefix+*in.StageName))
	if err != nil {
		return nil, err
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

// putStage completes and checks a stage and stores it with its document.
func (e *edit) putStage(stage *apigateway.Stage) error {
	now := e.s.now()
	stage.CreatedDate = valueOr(stage.CreatedDate, *now)
	stage.LastUpdatedDate = now
	stage.CacheClusterEnabled = valueOr(stage.CacheClusterEnabled, false)
	stage.CacheClusterStatus = ptr(apigateway.CacheClusterStatusNotAvailable)
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
	if _, err := e.deployment(value(stage.DeploymentId)); err != nil {
		return err
	}
	document, err := snapshot.EncodeStage(snapshot.Stage{
		APIID:        e.id,
		Name:         *stage.StageName,
		DeploymentID: *stage.DeploymentId,
		AccountID:    e.s.cfg.Account,
		Variables:    stage.Variables,
	})
	if err != nil {
		return fmt.Errorf("stage %s of API %s: %w", *stage.StageName, e.id, err)
	}
	if err := e.putItem(store.Item{Key: stageDocumentKey(e.id, *stage.StageName), Value: document}); err != nil {
		return err
	}
	e.announceStage(*stage.StageName)
	return e.put(e.liveKey(stagePrefix+*stage.StageName), stage)
}

// dropStage removes a stage and its document.
func (e *edit) dropStage(name string) {
	e.delete(e.liveKey(stagePrefix + name))
	e.delete(stageDocumentKey(e.id, name))
	e.announceStage(name)
}

func (e *edit) announceStage(name string) {
	e.after = append(e.after, func() { e.s.cfg.StageChanged(e.id, name) })
}

var (
	stageName          = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	stageVariableName  = regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`)
	stageVariableValue = regexp.MustCompile(`^[A-Za-z0-9 \-._~:/?#&=,]{0,512}$`)
)

const maxStageVariables = 100

// checkStage refuses what no stage can have (REST data plane spec, 14), and what cannot be
// honoured yet.
func checkStage(stage *apigateway.Stage) error {
	if !stageName.MatchString(*stage.StageName) {
		return wire.BadRequest("Stage name only allows a-zA-Z0-9_-")
	}
	if len(stage.Variables) > maxStageVariables {
		return wire.LimitExceeded("Maximum number of stage variables for this stage has been reached. Please contact AWS if you need additional stage variables")
	}
	for name, v := range stage.Variables {
		if !stageVariableName.MatchString(name) {
			return wire.BadRequest("Invalid stage variable name: %s. Please use names with up to 64 alphanumeric characters and underscores.", name)
		}
		if !stageVariableValue.MatchString(v) {
			return wire.BadRequest("Invalid stage variable value: %s. Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.", v)
		}
	}
	return refuseStageFeatures(stage)
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
		e.dropStage(*stage.StageName)
		return nil
	})
}
