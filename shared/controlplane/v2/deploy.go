package v2

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/compile"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// keptAutomatic is how many automatic deployments that no stage points to are kept, the newest.
const keptAutomatic = 10

// autoDescription is what API Gateway gives a deployment that a change triggered.
const autoDescription = "Automatic deployment triggered by changes to the Api configuration"

// definitionKey is where the definition of a deployment is kept, which exports are made of. It
// begins with the key of the snapshot, so that both are cleared together.
func definitionKey(apiID, deploymentID string) store.Key {
	key := snapshotKey(apiID, deploymentID)
	key.Sort += "#definition"
	return key
}

// deploy stores the snapshot of the definition as a new deployment. The snapshot is written ahead of
// the transaction that makes it part of the API.
func (e *edit) deploy(description *string, automatic bool) (*v2.Deployment, error) {
	id, err := e.freeID(idLength, func(id string) bool { return e.Deployment(id) != nil })
	if err != nil {
		return nil, err
	}
	data, err := compile.Build(e.Document, *id)
	if err != nil {
		return nil, err
	}
	captured, err := definition.Encode(e.Captured())
	if err != nil {
		return nil, err
	}
	key := snapshotKey(e.id, *id)
	use, discard, err := e.s.cfg.REST.Announce(e.ctx, key.Partition, key.Sort)
	e.undo = append(e.undo, discard)
	if err != nil {
		return nil, err
	}
	if err := e.s.cfg.Store.PutAll(e.ctx, []store.Item{{Key: key, Value: data}, {Key: definitionKey(e.id, *id), Value: captured}}); err != nil {
		return nil, fmt.Errorf("store snapshot %s of API %s: %w", *id, e.id, err)
	}
	e.writes = append(e.writes, use)
	d := &v2.Deployment{
		AutoDeployed: &automatic, CreatedDate: e.s.now(), DeploymentId: id, Description: description,
		DeploymentStatus: definition.Ptr(v2.DeploymentStatusDeployed),
	}
	e.Deployments = append(e.Deployments, d)
	return d, nil
}

// autoDeploy deploys the definition to the stages that want every change. A definition that cannot
// be deployed leaves them as they were, with the reason in their status.
func (e *edit) autoDeploy() error {
	var stages []*v2.Stage
	for _, stage := range e.Stages {
		if definition.Value(stage.AutoDeploy) {
			stages = append(stages, stage)
		}
	}
	if len(stages) == 0 {
		return nil
	}
	d, err := e.deploy(definition.Ptr(autoDescription), true)
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		for _, stage := range stages {
			stage.LastDeploymentStatusMessage = definition.Ptr("Deployment attempt failed: " + refusal.Message)
			stage.LastUpdatedDate = e.s.now()
		}
		return nil
	}
	if err != nil {
		return err
	}
	for _, stage := range stages {
		e.point(stage, d)
	}
	return e.pruneAutomatic()
}

// point makes a stage serve a deployment.
func (e *edit) point(stage *v2.Stage, d *v2.Deployment) {
	stage.DeploymentId = d.DeploymentId
	stage.LastDeploymentStatusMessage = definition.Ptr(fmt.Sprintf("Successfully deployed stage with deployment ID '%s'", *d.DeploymentId))
	e.move(stage)
}

// pruneAutomatic forgets automatic deployments that are long superseded: there is one for every
// change.
func (e *edit) pruneAutomatic() error {
	var idle []*v2.Deployment
	for _, d := range e.Deployments {
		if definition.Value(d.AutoDeployed) && len(e.stagesOf(*d.DeploymentId)) == 0 {
			idle = append(idle, d)
		}
	}
	for len(idle) > keptAutomatic {
		if err := e.dropDeployment(idle[0]); err != nil {
			return err
		}
		idle = idle[1:]
	}
	return nil
}

func (e *edit) stagesOf(deploymentID string) []string {
	var names []string
	for _, stage := range e.Stages {
		if definition.Value(stage.DeploymentId) == deploymentID {
			names = append(names, *stage.StageName)
		}
	}
	return names
}

// dropDeployment deletes a deployment and, once that is settled, its snapshot.
func (e *edit) dropDeployment(d *v2.Deployment) error {
	e.Deployments = definition.Remove(e.Deployments, d)
	key := snapshotKey(e.id, *d.DeploymentId)
	return e.abandon(key.Partition, key.Sort)
}

func (e *edit) abandon(partition, prefix string) error {
	mark, discard, err := e.s.cfg.REST.Abandon(e.ctx, partition, prefix)
	e.writes = append(e.writes, mark)
	e.after = append(e.after, discard)
	return err
}

// move notes that the document of a stage has to be written.
func (e *edit) move(stage *v2.Stage) {
	stage.LastUpdatedDate = e.s.now()
	if !slices.Contains(e.moved, *stage.StageName) {
		e.moved = append(e.moved, *stage.StageName)
	}
}

// writeStages adds the documents of the stages that moved. A stage without a deployment has none:
// the data plane does not know it.
func (e *edit) writeStages() error {
	for _, name := range e.moved {
		stage := e.Stage(name)
		if stage == nil {
			continue
		}
		e.after = append(e.after, func() { e.s.cfg.StageChanged(e.id, name) })
		e.writes = append(e.writes, store.Put(store.Item{Key: controlplane.V2StageKey(e.id, name), Value: []byte(protocolOf(e.Document))}))
		if definition.Value(stage.DeploymentId) == "" {
			continue
		}
		served, err := e.served(stage)
		if err != nil {
			return err
		}
		data, err := snapshot.EncodeStage(served)
		if err != nil {
			return err
		}
		e.writes = append(e.writes, store.Put(store.Item{Key: stageDocumentKey(e.id, name), Value: data}))
	}
	return nil
}

// served is a stage as the data plane reads it, with the marks of the document that it replaces.
func (e *edit) served(stage *v2.Stage) (snapshot.Stage, error) {
	out := snapshot.Stage{
		APIID: e.id, Name: *stage.StageName, DeploymentID: *stage.DeploymentId, AccountID: e.s.cfg.Account,
		Variables: stage.StageVariables, ClientCertificateID: definition.Value(stage.ClientCertificateId),
		MethodSettings: servedSettings(stage),
	}
	if l := stage.AccessLogSettings; l != nil && definition.Value(l.Format) != "" && definition.Value(l.DestinationArn) != "" {
		out.AccessLog = &snapshot.AccessLog{Format: *l.Format, DestinationARN: *l.DestinationArn}
	}
	old, err := e.s.cfg.Store.Get(e.ctx, stageDocumentKey(e.id, *stage.StageName))
	if errors.Is(err, store.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("read the document of stage %s of API %s: %w", *stage.StageName, e.id, err)
	}
	before, err := snapshot.DecodeStage(old.Value)
	out.CacheFlushed, out.AuthorizersFlushed = before.CacheFlushed, before.AuthorizersFlushed
	return out, err
}

// servedSettings are the settings of routes by their keys; those of every route are under "*/*".
func servedSettings(stage *v2.Stage) map[string]snapshot.MethodSetting {
	out := map[string]snapshot.MethodSetting{}
	if stage.DefaultRouteSettings != nil {
		out["*/*"] = servedSetting(*stage.DefaultRouteSettings)
	}
	for key, own := range stage.RouteSettings {
		// What a route leaves open is that of every route.
		if all := stage.DefaultRouteSettings; all != nil {
			own.DataTraceEnabled = cmp.Or(own.DataTraceEnabled, all.DataTraceEnabled)
			own.DetailedMetricsEnabled = cmp.Or(own.DetailedMetricsEnabled, all.DetailedMetricsEnabled)
			own.LoggingLevel = cmp.Or(own.LoggingLevel, all.LoggingLevel)
			own.ThrottlingBurstLimit = cmp.Or(own.ThrottlingBurstLimit, all.ThrottlingBurstLimit)
			own.ThrottlingRateLimit = cmp.Or(own.ThrottlingRateLimit, all.ThrottlingRateLimit)
		}
		out[key] = servedSetting(own)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func servedSetting(r v2.RouteSettings) snapshot.MethodSetting {
	out := snapshot.MethodSetting{
		LoggingLevel: definition.Value(r.LoggingLevel), DataTrace: definition.Value(r.DataTraceEnabled),
		Metrics: definition.Value(r.DetailedMetricsEnabled), RateLimit: r.ThrottlingRateLimit,
	}
	if r.ThrottlingBurstLimit != nil {
		burst := int(*r.ThrottlingBurstLimit)
		out.BurstLimit = &burst
	}
	return out
}

// ResetAuthorizersCache makes every kept result of the stage's authorizers stale.
func (s *Service) ResetAuthorizersCache(ctx context.Context, in *v2.ResetAuthorizersCacheRequest) (*wire.Empty, error) {
	return editing(ctx, s, in.ApiId, func(e *edit) (*wire.Empty, error) {
		stage := e.Stage(*in.StageName)
		if stage == nil {
			return nil, errNoStage()
		}
		if !e.HTTP() {
			return nil, wire.BadRequest("The results of authorizers are kept for HTTP APIs only")
		}
		if definition.Value(stage.DeploymentId) == "" {
			return &wire.Empty{}, nil
		}
		document, err := e.served(stage)
		if err != nil {
			return nil, err
		}
		// A mark that grows with each reset tells two of them in one instant apart.
		document.AuthorizersFlushed = max(document.AuthorizersFlushed+1, s.cfg.Now().UnixMilli())
		data, err := snapshot.EncodeStage(document)
		if err != nil {
			return nil, err
		}
		e.writes = append(e.writes, store.Put(store.Item{Key: stageDocumentKey(e.id, *in.StageName), Value: data}))
		e.after = append(e.after, func() { s.cfg.StageChanged(e.id, *in.StageName) })
		return &wire.Empty{}, nil
	})
}
