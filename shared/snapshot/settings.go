package snapshot

import "strings"

// MethodSetting holds what a stage sets for one method, or for all of them under "*/*" (REST data
// plane spec, 14).
type MethodSetting struct {
	// LoggingLevel is OFF, ERROR or INFO; empty is OFF.
	LoggingLevel string `json:"loggingLevel,omitempty"`
	// DataTrace lets execution logs show whole requests and answers.
	DataTrace bool `json:"dataTrace,omitempty"`
	// Metrics asks for metrics by method.
	Metrics bool `json:"metrics,omitempty"`

	// RateLimit is in requests per second, BurstLimit in requests; nil leaves the account's
	// limits alone, 0 admits nothing.
	RateLimit  *float64 `json:"rateLimit,omitempty"`
	BurstLimit *int     `json:"burstLimit,omitempty"`

	Caching         bool `json:"caching,omitempty"`
	CacheTTLSeconds int  `json:"cacheTtlSeconds,omitempty"`
	CacheEncrypted  bool `json:"cacheEncrypted,omitempty"`
	// CacheControlAuthorized says that only authorized callers may invalidate entries, and
	// CacheControlStrategy what others get: FAIL_WITH_403, SUCCEED_WITH_RESPONSE_HEADER or
	// SUCCEED_WITHOUT_RESPONSE_HEADER (REST data plane spec, 13).
	CacheControlAuthorized bool   `json:"cacheControlAuthorized,omitempty"`
	CacheControlStrategy   string `json:"cacheControlStrategy,omitempty"`
}

// StageCache is the cache of a stage that has one.
type StageCache struct {
	// Bytes is the capacity.
	Bytes int64 `json:"bytes"`
}

// everyMethod is the key of the settings that hold where a method has none of its own.
const everyMethod = "*/*"

// Setting returns the settings of a method: its own, or those of every method. The path is the
// resource's, "/pets/{id}"; its settings are stored under "pets/{id}/GET", those of the root under
// "/GET".
func (s *Stage) Setting(resourcePath, method string) MethodSetting {
	if len(s.MethodSettings) == 0 {
		return MethodSetting{}
	}
	for _, key := range [...]string{strings.TrimPrefix(resourcePath, "/") + "/" + method, resourcePath + "/" + method} {
		if own, ok := s.MethodSettings[key]; ok {
			return own
		}
	}
	return s.MethodSettings[everyMethod]
}

// RouteSetting returns the settings of a route of an HTTP or WebSocket API, which are stored under
// its key: its own, or those of every route.
func (s *Stage) RouteSetting(routeKey string) MethodSetting {
	if own, ok := s.MethodSettings[routeKey]; ok {
		return own
	}
	return s.MethodSettings[everyMethod]
}
