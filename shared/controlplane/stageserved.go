package controlplane

import (
	"strconv"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// servedSettings are a stage's method settings as the data plane reads them.
func servedSettings(stage *apigateway.Stage) map[string]snapshot.MethodSetting {
	if len(stage.MethodSettings) == 0 {
		return nil
	}
	out := make(map[string]snapshot.MethodSetting, len(stage.MethodSettings))
	for key, m := range stage.MethodSettings {
		s := snapshot.MethodSetting{
			LoggingLevel: value(m.LoggingLevel), DataTrace: value(m.DataTraceEnabled), Metrics: value(m.MetricsEnabled),
			RateLimit: m.ThrottlingRateLimit,
			Caching:   value(m.CachingEnabled), CacheTTLSeconds: int(value(m.CacheTtlInSeconds)), CacheEncrypted: value(m.CacheDataEncrypted),
			CacheControlAuthorized: value(m.RequireAuthorizationForCacheControl), CacheControlStrategy: value(m.UnauthorizedCacheControlHeaderStrategy),
		}
		if m.ThrottlingBurstLimit != nil {
			burst := int(*m.ThrottlingBurstLimit)
			s.BurstLimit = &burst
		}
		out[key] = s
	}
	return out
}

// servedCache is a stage's cache as the data plane reads it, nil if the stage has none.
func servedCache(stage *apigateway.Stage) *snapshot.StageCache {
	if !value(stage.CacheClusterEnabled) {
		return nil
	}
	gigabytes, err := strconv.ParseFloat(value(stage.CacheClusterSize), 64)
	if err != nil {
		return nil // checkStage admits the sizes of API Gateway alone
	}
	return &snapshot.StageCache{Bytes: int64(gigabytes * (1 << 30))}
}
