package controlplane

import (
	"math"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/patch"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// allMethods is the key of the settings that stand for the whole stage.
const allMethods = "*/*"

// The limits of an account, which settings start with.
const (
	defaultBurstLimit = 5000
	defaultRateLimit  = 10000.0
)

// Logging levels; OFF is also what an absent level means.
var loggingLevels = []string{"OFF", "ERROR", "INFO"}

var methodSettingPaths = []patch.Path[apigateway.Stage]{
	{Pattern: "/{resourcePath...}/{httpMethod}", Only: isMethodSetting, Remove: removeMethodSetting},
	methodSetting("metrics/enabled", patch.Bool(func(m *apigateway.MethodSetting) **bool { return &m.MetricsEnabled })),
	methodSetting("logging/dataTrace", patch.Bool(func(m *apigateway.MethodSetting) **bool { return &m.DataTraceEnabled })),
	methodSetting("logging/loglevel", patch.Choice(func(m *apigateway.MethodSetting) **string { return &m.LoggingLevel }, loggingLevels...)),
	methodSetting("throttling/burstLimit", patch.Int32(func(m *apigateway.MethodSetting) **int32 { return &m.ThrottlingBurstLimit }, -1, math.MaxInt32)),
	methodSetting("throttling/rateLimit", patch.Float64(func(m *apigateway.MethodSetting) **float64 { return &m.ThrottlingRateLimit }, -1, math.MaxFloat64)),
	methodSetting("caching/ttlInSeconds", patch.Int32(func(m *apigateway.MethodSetting) **int32 { return &m.CacheTtlInSeconds }, 0, 3600)),
	methodSetting("caching/enabled", patch.Bool(func(m *apigateway.MethodSetting) **bool { return &m.CachingEnabled })),
	methodSetting("caching/dataEncrypted", patch.Bool(func(m *apigateway.MethodSetting) **bool { return &m.CacheDataEncrypted })),
	methodSetting("caching/requireAuthorizationForCacheControl", patch.Bool(func(m *apigateway.MethodSetting) **bool { return &m.RequireAuthorizationForCacheControl })),
	methodSetting("caching/unauthorizedCacheControlHeaderStrategy", patch.Choice(func(m *apigateway.MethodSetting) **string { return &m.UnauthorizedCacheControlHeaderStrategy }, apigateway.UnauthorizedCacheControlHeaderStrategyValues...)),
}

// methodSetting is the path of one setting of one method, or of all.
func methodSetting(suffix string, set patch.Set[apigateway.MethodSetting]) patch.Path[apigateway.Stage] {
	return patch.Path[apigateway.Stage]{
		Pattern: "/{resourcePath...}/{httpMethod}/" + suffix,
		Only:    isMethodSetting,
		Replace: func(s *apigateway.Stage, c patch.Change) error {
			key := settingKey(c.Keys)
			setting, ok := s.MethodSettings[key]
			if !ok {
				setting = newMethodSetting(s)
			}
			if err := set(&setting, c); err != nil {
				return err
			}
			if s.MethodSettings == nil {
				s.MethodSettings = map[string]apigateway.MethodSetting{}
			}
			s.MethodSettings[key] = setting
			return nil
		},
	}
}

// isMethodSetting tells method settings from other unknown paths by the method.
func isMethodSetting(keys []string) bool {
	if keys[1] == "*" {
		return keys[0] == "*"
	}
	return slices.Contains(verbs, keys[1])
}

// settingKey is the key of a setting: without leading slash (recorded answers, 12).
func settingKey(keys []string) string {
	return strings.TrimPrefix(keys[0], "/") + "/" + keys[1]
}

// newMethodSetting is what a first write starts from: the settings of all methods at that moment,
// or else the defaults.
func newMethodSetting(s *apigateway.Stage) apigateway.MethodSetting {
	if all, ok := s.MethodSettings[allMethods]; ok {
		return all
	}
	return apigateway.MethodSetting{
		MetricsEnabled:                         ptr(false),
		DataTraceEnabled:                       ptr(false),
		ThrottlingBurstLimit:                   ptr[int32](defaultBurstLimit),
		ThrottlingRateLimit:                    ptr(defaultRateLimit),
		CachingEnabled:                         ptr(false),
		CacheTtlInSeconds:                      ptr[int32](300),
		CacheDataEncrypted:                     ptr(false),
		RequireAuthorizationForCacheControl:    ptr(true),
		UnauthorizedCacheControlHeaderStrategy: ptr(apigateway.UnauthorizedCacheControlHeaderStrategySucceedWithResponseHeader),
	}
}

func removeMethodSetting(s *apigateway.Stage, c patch.Change) error {
	key := settingKey(c.Keys)
	if _, ok := s.MethodSettings[key]; !ok {
		return wire.BadRequest("Cannot remove method setting %s because there is no method setting for this method ", key)
	}
	delete(s.MethodSettings, key)
	return nil
}
