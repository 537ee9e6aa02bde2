package httpapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// ResponseCache keeps answers for routes with a cache: a *cache.Cache.
type ResponseCache interface {
	Begin(ctx context.Context, r cache.Request) (*cache.Response, *cache.Fill, error)
}

// What the cache did for a request: exchange.Record.Cache.
const (
	cacheHit  = "hit"
	cacheMiss = "miss"
)

// cacheSlack is how much longer than the backend's time-out a request waits for the answer of
// another.
const cacheSlack = time.Second

// CacheUse is what the cache did for the request.
type CacheUse struct {
	// Status is "hit" or "miss", and empty if the cache was not asked.
	Status string
	// fill is the request's duty to make the entry.
	fill *cache.Fill
}

// routeCache is the cache of a route, compiled; an extension of Postern by the rules of REST APIs
// (REST data plane spec, 13), but that no client can ask for a new entry.
type routeCache struct {
	ttl time.Duration
	// every says that the route's key names a method, whose answers are kept; otherwise those to GET
	// are kept and no others.
	every      bool
	parameters []source
}

func compileCache(doc *snapshot.Route) (*routeCache, error) {
	if doc.Cache == nil {
		return nil, nil
	}
	method, _, named := strings.Cut(doc.Key, " ")
	c := &routeCache{ttl: time.Duration(doc.Cache.TTLSeconds) * time.Second, every: named && method != "ANY"}
	for _, p := range doc.Cache.KeyParameters {
		s, err := parseSource(p, false)
		if err == nil && (s.name == "" || s.kind != requestHeader && s.kind != requestQuery && s.kind != requestPath) {
			err = fmt.Errorf("$%s cannot be part of the key", p)
		}
		if err != nil {
			return nil, fmt.Errorf("cache key: %w", err)
		}
		c.parameters = append(c.parameters, s)
	}
	return c, nil
}

// newCacheScope names what shares entries: a stage as long as it serves one deployment, with its
// variables, which choose backends.
func newCacheScope(doc *snapshot.Stage) cache.Scope {
	parts := []string{doc.APIID, doc.Name, doc.DeploymentID}
	for _, name := range slices.Sorted(maps.Keys(doc.Variables)) {
		parts = append(parts, name, doc.Variables[name])
	}
	return cache.NewScope(parts...)
}

// lookUpCache answers from the cache, or makes it this request's business to fill it. Of requests
// for one entry that does not exist yet one goes on and the rest wait here for its answer. Answers to
// HEAD are not kept: they lack the body that their length is that of.
func (inv *Invocation) lookUpCache() error {
	r, method := inv.Route.route, inv.Request.Method
	if r.err != nil || r.cache == nil || inv.pipeline.c.Cache == nil || method != http.MethodGet && (!r.cache.every || method == http.MethodHead) {
		return nil
	}
	kept, fill, err := inv.pipeline.c.Cache.Begin(inv.Request.Context(), cache.Request{
		Key: inv.cacheKey(r.cache), Mark: inv.Stage.doc.CacheFlushed, TTL: r.cache.ttl, Wait: r.timeout + cacheSlack,
	})
	if err != nil {
		return errClientGone
	}
	if kept == nil {
		inv.Cache.Status, inv.Cache.fill = cacheMiss, fill
		return nil
	}
	inv.Cache.Status = cacheHit
	in, out := &inv.Integration, &inv.Response
	in.Payload, in.Length = kept.Body, int64(len(kept.Body))
	out.Status, out.Header = kept.Status, make(http.Header, len(kept.Headers)+6)
	for _, h := range kept.Headers {
		out.Header[h.Name] = h.Values[:len(h.Values):len(h.Values)]
	}
	return nil
}

// unlessCached skips a step whose result a kept answer has.
func unlessCached(step func(*Invocation) error) func(*Invocation) error {
	return func(inv *Invocation) error {
		if inv.Cache.Status == cacheHit {
			return nil
		}
		return step(inv)
	}
}

// keyRoom is what the text of a usual key takes, in bytes.
const keyRoom = 512

// cacheKey is made of the route, the method and the declared parameters. All the values of a
// parameter count, in their order, since a backend need not look at the joined ones.
func (inv *Invocation) cacheKey(c *routeCache) cache.Key {
	var room [keyRoom]byte
	b := append(room[:0], inv.Stage.cacheScope...)
	b = cache.AppendPart(b, inv.Route.route.doc.ID)
	b = cache.AppendPart(b, inv.Request.Method)
	for i := range c.parameters {
		s := &c.parameters[i]
		switch s.kind {
		case requestHeader:
			b = cache.AppendParts(b, inv.headerValues(s.name))
		case requestQuery:
			for i := range inv.Arrival.Query {
				if q := &inv.Arrival.Query[i]; q.Name == s.name {
					b = cache.AppendPart(append(b, 1), q.Value)
				}
			}
			b = append(b, 0)
		default:
			text, _ := inv.pathParam(s.name)
			b = cache.AppendPart(b, text)
		}
	}
	return cache.NewKey(b)
}

// headerValues are the values of a header by its canonical name. net/http keeps the host apart, and
// an event source may keep the client's own casing.
func (inv *Invocation) headerValues(name string) []string {
	if name == "Host" {
		return []string{inv.Request.Host}
	}
	if values, ok := inv.Request.Header[name]; ok {
		return values
	}
	for other, values := range inv.Request.Header {
		if textproto.CanonicalMIMEHeaderKey(other) == name {
			return values
		}
	}
	return nil
}

// storeCache keeps the answer as the mappings have made it, ahead of what CORS adds for one origin,
// if this request is to fill the cache.
func (inv *Invocation) storeCache() error {
	fill := inv.Cache.fill
	if fill == nil {
		return nil
	}
	kept, err := inv.answerToKeep(fill.Limit())
	if err != nil {
		return err
	}
	if kept == nil {
		fill.Abandon(false)
		return nil
	}
	fill.Keep(inv.Request.Context(), kept)
	return nil
}

// answerToKeep returns the answer as an entry, or nil if it is none.
func (inv *Invocation) answerToKeep(limit int) (*cache.Response, error) {
	in, out := &inv.Integration, &inv.Response
	if !cache.KeepsStatus(in.Status) || !cache.KeepsStatus(out.Status) || inv.Route.route.stream {
		return nil, nil
	}
	if held, ok := in.Body.(*exchange.Held); ok && held.Size() > int64(limit) {
		return nil, nil
	}
	if err := inv.bufferAnswer(); err != nil {
		return nil, err
	}
	if len(in.Payload) > limit {
		return nil, nil
	}
	// What is kept shares no memory with the request, whose buffers are used again.
	kept := &cache.Response{Status: out.Status, Body: slices.Clone(in.Payload), Headers: make([]cache.Header, 0, len(out.Header)), Encoded: len(out.Header["Content-Encoding"]) > 0}
	for _, name := range slices.Sorted(maps.Keys(out.Header)) {
		values := make([]string, len(out.Header[name]))
		for i, v := range out.Header[name] {
			values[i] = strings.Clone(v)
		}
		kept.Headers = append(kept.Headers, cache.Header{Name: strings.Clone(name), Values: values})
	}
	return kept, nil
}

// endCache says that there is no answer to keep, if the request has not said otherwise, and waits a
// moment for what it keeps to be written.
func (inv *Invocation) endCache() {
	if fill := inv.Cache.fill; fill != nil {
		// What fails because its client has left might go well for another.
		fill.Abandon(inv.Request.Context().Err() != nil)
		fill.Wait()
	}
}
