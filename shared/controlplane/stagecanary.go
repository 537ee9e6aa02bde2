package controlplane

import (
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// checkCanaryDeployment refuses a deployment for a canary where there is no stage that could have
// one, and one for the whole stage while there is a canary. stage is nil if it does not exist.
func checkCanaryDeployment(in *apigateway.CreateDeploymentRequest, stage *apigateway.Stage) error {
	const invalid = "Invalid deployment content specified."
	switch {
	case in.CanarySettings != nil && value(in.StageName) == "":
		return wire.BadRequest(invalid+"Non null and non empty stageName must be provided for canary deployment. Provided value is %s", *valueOr(in.StageName, "null"))
	case in.CanarySettings != nil && stage == nil:
		return wire.BadRequest(invalid+"Stage %s must already be created before making a canary release deployment", *in.StageName)
	case in.CanarySettings == nil && stage != nil && stage.CanarySettings != nil:
		return wire.BadRequest(invalid+"Non canary deployment not supported on stage %s because Canary is enabled. Provide CanarySettings in deploymentInput.", *in.StageName)
	}
	return nil
}

// completeCanary sets what a canary has if nothing is said: the stage's own deployment and no
// traffic (recorded answers, 13).
func completeCanary(stage *apigateway.Stage) {
	c := stage.CanarySettings
	if c == nil {
		return
	}
	if value(c.DeploymentId) == "" {
		c.DeploymentId = stage.DeploymentId
	}
	c.PercentTraffic = valueOr(c.PercentTraffic, 0)
	c.UseStageCache = valueOr(c.UseStageCache, false)
}

// servedCanary is what the data plane learns of a stage's canary, nil if there is none.
func servedCanary(stage *apigateway.Stage) *snapshot.Canary {
	c := stage.CanarySettings
	if c == nil {
		return nil
	}
	return &snapshot.Canary{DeploymentID: *c.DeploymentId, Percent: *c.PercentTraffic, Overrides: c.StageVariableOverrides, UseStageCache: *c.UseStageCache}
}

// servedAccessLog is what the data plane writes about each request, nil until there are both a
// format and a destination.
func servedAccessLog(stage *apigateway.Stage) *snapshot.AccessLog {
	s := stage.AccessLogSettings
	if s == nil || value(s.Format) == "" || value(s.DestinationArn) == "" {
		return nil
	}
	return &snapshot.AccessLog{Format: *s.Format, DestinationARN: *s.DestinationArn}
}

// smallestCache is the size that a cache gets if none is asked for.
const smallestCache = "0.5"

// completeCache sets what follows from the switch of the cache. There is nothing to wait for: the
// states in between are never seen.
func completeCache(stage *apigateway.Stage) {
	stage.CacheClusterEnabled = valueOr(stage.CacheClusterEnabled, false)
	stage.CacheClusterStatus = ptr(apigateway.CacheClusterStatusNotAvailable)
	if *stage.CacheClusterEnabled {
		stage.CacheClusterStatus = ptr(apigateway.CacheClusterStatusAvailable)
		stage.CacheClusterSize = valueOr(stage.CacheClusterSize, smallestCache)
	}
}
