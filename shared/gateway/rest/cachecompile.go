package rest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// maxCacheTTL is how long entries of a stage's cache can last at most (REST data plane spec, 13).
const maxCacheTTL = 3600 * time.Second

// methodCache is what a stage and a method say about the stage's cache; nil for methods whose
// answers are not kept.
type methodCache struct {
	ttl       time.Duration
	encrypted bool
	// every says that the setting is for this verb; otherwise answers to GET are kept and no
	// others.
	every bool
	// authorized says that only those may invalidate entries who are allowed to; strategy is what
	// becomes of the others.
	authorized bool
	strategy   string
	namespace  string
	parameters []cacheParameter
}

// cacheParameter is a part of the key.
type cacheParameter struct {
	// name is that of the parameter, as declared.
	name   string
	source mapping.Expr
	// none says that nothing is ever sent under the name.
	none bool
}

// compileCache reads the cache's settings of a method. A definition that cannot be used is an
// error, which makes the method fail: an answer under too coarse a key would reach the wrong
// caller.
func (s *Stage) compileCache(doc *snapshot.Method) (*methodCache, error) {
	setting := s.doc.Setting(doc.ResourcePath, doc.HTTPMethod)
	if s.doc.Cache == nil || !setting.Caching || setting.CacheTTLSeconds <= 0 || doc.Integration.ResponseTransferMode == transferStream {
		return nil, nil
	}
	c := &methodCache{
		ttl:        min(time.Duration(setting.CacheTTLSeconds)*time.Second, maxCacheTTL),
		encrypted:  setting.CacheEncrypted,
		every:      doc.HTTPMethod != "ANY" && s.hasOwnSetting(doc),
		authorized: setting.CacheControlAuthorized,
		strategy:   setting.CacheControlStrategy,
		namespace:  doc.Integration.CacheNamespace,
	}
	if c.namespace == "" {
		c.namespace = doc.ResourceID
	}
	for _, name := range doc.Integration.CacheKeyParameters {
		p, err := compileCacheParameter(name, &doc.Integration)
		if err != nil {
			return nil, fmt.Errorf("cache key parameter %s: %w", name, err)
		}
		c.parameters = append(c.parameters, p)
	}
	return c, nil
}

// hasOwnSetting tells whether the method's setting is not that of every method.
func (s *Stage) hasOwnSetting(doc *snapshot.Method) bool {
	_, ok := s.doc.MethodSettings[strings.TrimPrefix(doc.ResourcePath, "/")+"/"+doc.HTTPMethod]
	if !ok {
		_, ok = s.doc.MethodSettings[doc.ResourcePath+"/"+doc.HTTPMethod]
	}
	return ok
}

// compileCacheParameter finds where the value of a key parameter comes from: from the client, or,
// for one of the integration request, from what is mapped to it.
func compileCacheParameter(name string, in *snapshot.Integration) (cacheParameter, error) {
	e, err := mapping.Parse(name)
	if err != nil {
		return cacheParameter{}, err
	}
	p := cacheParameter{name: name, source: e}
	switch e.Kind {
	case mapping.RequestPath, mapping.RequestQuery, mapping.RequestMultiQuery, mapping.RequestHeader, mapping.RequestMultiHeader:
		return p, nil
	case mapping.TargetPath, mapping.TargetQuery, mapping.TargetHeader:
	default:
		return p, fmt.Errorf("it is no parameter of the method request or of the integration request")
	}
	for _, m := range in.RequestParameters {
		pair, err := mapping.ParseRequest(m.Target, m.Source)
		if err != nil {
			return p, err
		}
		if pair.Target.Kind == e.Kind && pair.Target.Name == e.Name || e.Kind == mapping.TargetHeader && pair.Target.Kind == e.Kind && pair.Target.Canonical == e.Canonical {
			p.source = pair.Source
			return p, nil
		}
	}
	// What a proxy integration does not map it passes on under its own name.
	passes := in.Type == "HTTP_PROXY" || in.Type == "AWS_PROXY"
	switch {
	case passes && e.Kind == mapping.TargetQuery:
		p.source.Kind = mapping.RequestQuery
	case passes && e.Kind == mapping.TargetHeader:
		p.source.Kind = mapping.RequestHeader
	default:
		p.none = true
	}
	return p, nil
}

// caches tells whether answers to a verb are kept. Those to HEAD are not: they lack the body that
// their length is that of.
func (c *methodCache) caches(verb string) bool {
	return verb == http.MethodGet || c.every && verb != http.MethodHead
}

// newCacheScope names what shares entries: a stage as long as it serves one deployment, with its
// variables, which choose backends and can differ by request. A canary shares them if its
// settings say so and it serves the stage's deployment (REST data plane spec, 14); the variables
// that it overrides do not count then.
func newCacheScope(doc *snapshot.Stage, canary bool) cache.Scope {
	parts := []string{doc.APIID, doc.Name, doc.DeploymentID}
	var overrides map[string]string
	switch {
	case doc.Canary != nil && doc.Canary.UseStageCache:
		overrides = doc.Canary.Overrides
	case canary:
		parts = append(parts, "canary")
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Variables)) {
		if _, overridden := overrides[name]; !overridden {
			parts = append(parts, name, doc.Variables[name])
		}
	}
	return cache.NewScope(parts...)
}
