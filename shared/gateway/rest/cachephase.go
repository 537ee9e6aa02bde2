package rest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping"
)

// ResponseCache keeps answers for stages with a cache: a *cache.Cache.
type ResponseCache interface {
	Begin(ctx context.Context, r cache.Request) (*cache.Response, *cache.Fill, error)
}

// What the cache did for a request: Record.Cache and $context.cacheStatus.
const (
	cacheHit     = "hit"
	cacheMiss    = "miss"
	cacheRefresh = "refresh"
)

// CacheUse is what the stage's cache did for the request.
type CacheUse struct {
	// Status is "hit", "miss" or "refresh", and empty if the cache was not asked.
	Status string
	// encoded says that a kept body has a content coding.
	encoded bool
	// fill is the request's duty to make the entry.
	fill *cache.Fill
	// warn asks for the Warning header.
	warn bool
}

// flushBound is how old what is known of a stage may be for its cache to be used: no entry from
// before a flush may be served 5 seconds after it.
const flushBound = 5 * time.Second

// cacheSlack is how much longer than the backend's time-out a request waits for the answer of
// another.
const cacheSlack = time.Second

// lookUpCache answers from the stage's cache, or makes it this request's business to fill it (REST
// data plane spec, 13). Of requests for one entry that does not exist yet one goes on and the rest
// wait here for its answer.
func (inv *Invocation) lookUpCache() error {
	c := inv.Resource.method.cache
	if c == nil || inv.pipeline.c.Cache == nil || !c.caches(inv.Resource.HTTPMethod) {
		return nil
	}
	refresh := false
	if inv.invalidates() {
		var err error
		if refresh, err = inv.checkInvalidation(c); err != nil {
			return err
		}
	}
	if !inv.Stage.seenWithin(inv.pipeline.c.Now(), flushBound) {
		return nil // a flush may have been missed
	}
	key, err := inv.cacheKey(c)
	if err != nil {
		return err
	}
	kept, fill, err := inv.pipeline.c.Cache.Begin(inv.Request.Context(), cache.Request{
		Key: key, Mark: inv.Stage.doc.CacheFlushed, TTL: c.ttl, Encrypted: c.encrypted, Refresh: refresh,
		Wait: inv.Resource.method.backend.timeout + cacheSlack,
	})
	if err != nil {
		return errClientGone
	}
	use := &inv.Cache
	switch {
	case kept != nil:
		use.Status, use.encoded = cacheHit, kept.Encoded
		inv.IntegrationResponse.Status, inv.IntegrationResponse.Body = kept.Status, kept.Body
		inv.IntegrationResponse.Headers = keptHeaders(kept.Headers)
		inv.logInfo("The answer is in the stage's cache")
	case refresh:
		use.Status, use.fill = cacheRefresh, fill
	default:
		use.Status, use.fill = cacheMiss, fill
	}
	return nil
}

// answered tells that the cache has the answer, so that the backend is not asked.
func (use *CacheUse) answered() bool { return use.Status == cacheHit }

// keyRoom is what the text of a usual key takes, in bytes.
const keyRoom = 512

// cacheKey is made of the verb and the declared parameters within the namespace. All the values of
// a parameter count, in their order, since a backend need not look at the one that mappings see.
func (inv *Invocation) cacheKey(c *methodCache) (cache.Key, error) {
	var room [keyRoom]byte
	b := append(room[:0], inv.Stage.cacheScope...)
	b = cache.AppendPart(b, c.namespace)
	b = cache.AppendPart(b, inv.Resource.HTTPMethod)
	for i := range c.parameters {
		p := &c.parameters[i]
		b = cache.AppendPart(b, p.name)
		if p.none {
			continue
		}
		switch p.source.Kind {
		case mapping.RequestHeader, mapping.RequestMultiHeader:
			b = cache.AppendParts(b, inv.Arrival.Headers.Values(p.source.Name))
		case mapping.RequestQuery, mapping.RequestMultiQuery:
			b = inv.appendQueryValues(b, p.source.Name)
		case mapping.RequestBody:
			if err := inv.bufferRequest(); err != nil {
				return cache.Key{}, err
			}
			fallthrough
		default:
			v, err := inv.source(&p.source)
			if err != nil {
				return cache.Key{}, err
			}
			b = cache.AppendPart(b, v)
		}
	}
	return cache.NewKey(b), nil
}

// appendQueryValues appends the values of a query parameter, a 1 before each and a 0 at the end.
func (inv *Invocation) appendQueryValues(b []byte, name string) []byte {
	for i := range inv.Arrival.Query {
		if q := &inv.Arrival.Query[i]; q.Name == name {
			b = cache.AppendPart(append(b, 1), q.Value)
		}
	}
	return append(b, 0)
}

// keptHeaders makes a list of an entry's headers with room for those of the request itself.
func keptHeaders(kept []cache.Header) Headers {
	out := make(Headers, len(kept), len(kept)+3)
	for i, h := range kept {
		out[i] = Header{Name: h.Name, Values: h.Values[:len(h.Values):len(h.Values)]}
	}
	return out
}

// storeCache keeps the integration's answer if this request is to fill the cache.
func (inv *Invocation) storeCache() error {
	use := &inv.Cache
	if use.fill != nil {
		if kept := inv.answerToKeep(); kept != nil {
			use.fill.Keep(inv.Request.Context(), kept)
		} else {
			use.fill.Abandon(false)
		}
	}
	if use.warn {
		inv.warnOfIgnoredCacheControl()
	}
	return nil
}

// answerToKeep returns the result of the integration response as an entry, or nil if it is none. It
// shares no memory with the request but for a body that was read for it.
func (inv *Invocation) answerToKeep() *cache.Response {
	in, out := &inv.IntegrationResponse, &inv.Response
	if !cache.KeepsStatus(in.Status) || inv.Integration.refused {
		return nil
	}
	if out.Stream {
		held, ok := inv.Integration.HTTP.Body.(*exchange.Held)
		if !ok || held.Size() > int64(inv.Cache.fill.Limit()) {
			return nil
		}
		out.Body, out.Stream = held.Bytes(), false
	} else {
		if len(out.Body) > inv.Cache.fill.Limit() {
			return nil
		}
		out.Body = slices.Clone(out.Body)
	}
	kept := &cache.Response{Status: in.Status, Body: out.Body, Headers: make([]cache.Header, len(in.Headers))}
	for i, h := range in.Headers {
		values := make([]string, len(h.Values))
		for j, v := range h.Values {
			values[j] = strings.Clone(v)
		}
		kept.Headers[i] = cache.Header{Name: strings.Clone(h.Name), Values: values}
	}
	kept.Encoded = in.Headers.Values("Content-Encoding") != nil || inv.Integration.Headers["Content-Encoding"] != nil
	return kept
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
