package controlplane

import (
	"maps"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var stagePatches = patch.Table[apigateway.Stage]{
	Paths: append([]patch.Path[apigateway.Stage]{
		{
			Pattern: "/deploymentId",
			Replace: patch.Text(func(s *apigateway.Stage) **string { return &s.DeploymentId }),
			Copy:    map[string]func(*apigateway.Stage) error{"/canarySettings/deploymentId": promoteDeployment},
		},
		{Pattern: "/description", Replace: patch.Text(func(s *apigateway.Stage) **string { return &s.Description })},
		{Pattern: "/cacheClusterEnabled", Replace: patch.Bool(func(s *apigateway.Stage) **bool { return &s.CacheClusterEnabled })},
		{Pattern: "/cacheClusterSize", Replace: patch.Choice(func(s *apigateway.Stage) **string { return &s.CacheClusterSize }, apigateway.CacheClusterSizeValues...)},
		{Pattern: "/clientCertificateId", Replace: patch.Reference(func(s *apigateway.Stage) **string { return &s.ClientCertificateId })},
		{Pattern: "/documentationVersion", Replace: patch.Reference(func(s *apigateway.Stage) **string { return &s.DocumentationVersion })},
		{Pattern: "/tracingEnabled", Replace: patch.Bool(func(s *apigateway.Stage) **bool { return &s.TracingEnabled })},
		{Pattern: "/accessLogSettings", Remove: patch.Clear(accessLog)},
		{Pattern: "/accessLogSettings/destinationArn", Add: setLogDestination, Replace: setLogDestination, Remove: setLogDestination},
		{Pattern: "/accessLogSettings/format", Add: setLogFormat, Replace: setLogFormat, Remove: setLogFormat},
		{Pattern: "/canarySettings", Replace: refuseStagePath, Remove: patch.Clear(canary)},
		{Pattern: "/canarySettings/deploymentId", Replace: inCanary(patch.Text(func(s *apigateway.Stage) **string { return &s.CanarySettings.DeploymentId }))},
		{Pattern: "/canarySettings/percentTraffic", Replace: inCanary(patch.Float64(func(s *apigateway.Stage) **float64 { return &s.CanarySettings.PercentTraffic }, 0, 100))},
		{Pattern: "/canarySettings/useStageCache", Replace: inCanary(patch.Bool(func(s *apigateway.Stage) **bool { return &s.CanarySettings.UseStageCache }))},
		{
			Pattern: "/canarySettings/stageVariableOverrides/{name}",
			Replace: inCanary(patch.Entry(overrides)), Remove: inCanary(patch.Delete(overrides)),
		},
		{
			Pattern: "/variables",
			Remove:  patch.Clear(stageVariables),
			Copy:    map[string]func(*apigateway.Stage) error{"/canarySettings/stageVariableOverrides": promoteVariables},
		},
		{Pattern: "/variables/{name}", Add: patch.Entry(stageVariables), Replace: patch.Entry(stageVariables), Remove: patch.Delete(stageVariables)},
	}, append(methodSettingPaths, unknownMethodSetting)...),
	Refusals: patch.Refusals{
		UnknownPath: stagePathRefusal,
		WrongOp:     "Invalid {op} operation with path: {path}",
		BadCopy:     "Invalid copy operation with path: {path} and from {from}. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
	},
}

// unknownMethodSetting is whatever else has the form of a path of method settings: taking it away
// is refused in the words for settings that are not there.
var unknownMethodSetting = patch.Path[apigateway.Stage]{
	Pattern: "/{resourcePath...}/{httpMethod}",
	Add:     refuseStagePath, Replace: refuseStagePath, Remove: removeMethodSetting,
}

func refuseStagePath(_ *apigateway.Stage, c patch.Change) error {
	return wire.BadRequest("%s", strings.ReplaceAll(stagePathRefusal, "{path}", c.Path))
}

// stagePathRefusal is recorded with its missing commas and lone spaces (recorded answers, 12).
const stagePathRefusal = "Invalid method setting path: {path}. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled]"

func accessLog(s *apigateway.Stage) **apigateway.AccessLogSettings { return &s.AccessLogSettings }
func canary(s *apigateway.Stage) **apigateway.CanarySettings       { return &s.CanarySettings }
func stageVariables(s *apigateway.Stage) *map[string]string        { return &s.Variables }
func overrides(s *apigateway.Stage) *map[string]string {
	return &s.CanarySettings.StageVariableOverrides
}

func setLogDestination(s *apigateway.Stage, c patch.Change) error {
	return setAccessLog(s, c, func(l *apigateway.AccessLogSettings) **string { return &l.DestinationArn })
}

func setLogFormat(s *apigateway.Stage, c patch.Change) error {
	return setAccessLog(s, c, func(l *apigateway.AccessLogSettings) **string { return &l.Format })
}

// setAccessLog sets or removes one of two members; the structure goes with the last of them.
func setAccessLog(s *apigateway.Stage, c patch.Change, field func(*apigateway.AccessLogSettings) **string) error {
	if s.AccessLogSettings == nil {
		s.AccessLogSettings = &apigateway.AccessLogSettings{}
	}
	*field(s.AccessLogSettings) = nil
	if c.Op != "remove" && c.Text() != "" {
		*field(s.AccessLogSettings) = c.Value
	}
	if *s.AccessLogSettings == (apigateway.AccessLogSettings{}) {
		s.AccessLogSettings = nil
	}
	return nil
}

// inCanary creates the canary that a change is about, if there is none: of the stage's own
// deployment and without traffic (recorded answers, 13).
func inCanary(set patch.Set[apigateway.Stage]) patch.Set[apigateway.Stage] {
	return func(s *apigateway.Stage, c patch.Change) error {
		if s.CanarySettings == nil {
			s.CanarySettings = &apigateway.CanarySettings{
				DeploymentId:   s.DeploymentId,
				PercentTraffic: ptr(0.0),
				UseStageCache:  ptr(false),
			}
		}
		return set(s, c)
	}
}

var errNoCanary = wire.BadRequest("Promotion not available. Canary does not exist.")

func promoteDeployment(s *apigateway.Stage) error {
	if s.CanarySettings == nil {
		return errNoCanary
	}
	s.DeploymentId = s.CanarySettings.DeploymentId
	return nil
}

// promoteVariables merges the overrides into the variables; both maps keep the others.
func promoteVariables(s *apigateway.Stage) error {
	if s.CanarySettings == nil {
		return errNoCanary
	}
	if s.Variables == nil && len(s.CanarySettings.StageVariableOverrides) > 0 {
		s.Variables = map[string]string{}
	}
	maps.Copy(s.Variables, s.CanarySettings.StageVariableOverrides)
	return nil
}
