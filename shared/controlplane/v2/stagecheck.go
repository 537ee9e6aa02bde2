package v2

import (
	"errors"
	"maps"
	"regexp"
	"slices"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/controlplane/v2/definition"
	"github.com/postern-gateway/postern/shared/wire"
	v2 "github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// defaultStage is served at the root of an HTTP API.
const defaultStage = "$default"

var stageName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)

// completeStage fills in what a stage does not say and refuses what none can be; before is the stage
// as it was, nil for a new one.
func (e *edit) completeStage(stage, before *v2.Stage) error {
	name := *stage.StageName
	if !stageName.MatchString(name) && !(e.HTTP() && name == defaultStage) {
		return wire.BadRequest("Stage name only allows a-zA-Z0-9_-")
	}
	if len(definition.Value(stage.Description)) > 1024 {
		return wire.BadRequest("Stage description must be at most 1024 characters long")
	}
	stage.AutoDeploy = orElse(stage.AutoDeploy, false)
	if *stage.AutoDeploy && !e.HTTP() {
		return wire.BadRequest("AutoDeploy is supported for HTTP APIs only")
	}
	if err := e.checkStageDeployment(stage, before); err != nil {
		return err
	}
	stage.LastUpdatedDate = e.s.now()
	if err := controlplane.CheckStageVariables(stage.StageVariables); err != nil {
		return err
	}
	if err := controlplane.CheckTags(stage.Tags); err != nil {
		return err
	}
	if l := stage.AccessLogSettings; l != nil {
		if err := controlplane.CheckAccessLog(l.DestinationArn, l.Format); err != nil {
			return err
		}
	}
	if err := e.checkClientCertificate(stage); err != nil {
		return err
	}
	return e.completeSettings(stage)
}

func (e *edit) checkStageDeployment(stage, before *v2.Stage) error {
	id := definition.Value(stage.DeploymentId)
	if before != nil && id == definition.Value(before.DeploymentId) {
		return nil
	}
	switch {
	case id == "":
		stage.DeploymentId = nil
	case *stage.AutoDeploy:
		return wire.BadRequest("A deployment cannot be specified for a stage that deploys automatically")
	case e.Deployment(id) == nil:
		return wire.BadRequest("Deployment id does not exist")
	}
	return nil
}

func (e *edit) checkClientCertificate(stage *v2.Stage) error {
	id := definition.Value(stage.ClientCertificateId)
	if id == "" {
		stage.ClientCertificateId = nil
		return nil
	}
	if e.HTTP() {
		return wire.BadRequest("clientCertificateId is supported for WebSocket APIs only")
	}
	return wire.BadRequest("clientCertificateId: %s: client certificates are not shown to the backends of WebSocket APIs yet", id)
}

func (e *edit) completeSettings(stage *v2.Stage) error {
	if stage.DefaultRouteSettings == nil {
		stage.DefaultRouteSettings = &v2.RouteSettings{}
	}
	all := stage.DefaultRouteSettings
	all.DetailedMetricsEnabled = orElse(all.DetailedMetricsEnabled, false)
	if err := e.checkSetting("defaultRouteSettings", *all); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(stage.RouteSettings)) {
		if err := definition.CheckRouteKey(e.HTTP(), key); err != nil {
			return err
		}
		if e.RouteByKey(key) == nil {
			return missing("Unable to find Route by key %s within the provided RouteSettings", key)
		}
		if err := e.checkSetting("routeSettings."+key, stage.RouteSettings[key]); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) checkSetting(path string, r v2.RouteSettings) error {
	if level := definition.Value(r.LoggingLevel); level != "" && level != v2.LoggingLevelOff || definition.Value(r.DataTraceEnabled) {
		if e.HTTP() {
			return wire.BadRequest("Execution logs are not supported on protocolType HTTP")
		}
		return wire.BadRequest("%s: loggingLevel and dataTraceEnabled: execution logs of WebSocket APIs are not supported yet; access logs are", path)
	}
	if r.ThrottlingRateLimit != nil && *r.ThrottlingRateLimit < 0 {
		return wire.BadRequest("Invalid value for %s: throttlingRateLimit must not be negative", path)
	}
	if r.ThrottlingBurstLimit != nil && *r.ThrottlingBurstLimit < 0 {
		return wire.BadRequest("Invalid value for %s: throttlingBurstLimit must not be negative", path)
	}
	return nil
}

func orElse[T any](p *T, def T) *T {
	if p == nil {
		return &def
	}
	return p
}

// refusalOf is the refusal that an error is, or nil.
func refusalOf(err error) *wire.Error {
	var refusal *wire.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return nil
}
