package authorizer

import (
	"context"
	"math"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"
)

// Results keeps what authorizers said. It holds decisions for as long as the definition of an
// authorizer says, never failures (REST data plane spec, 11.3), and within a bound of memory. It
// is safe for concurrent use.
type Results[V any] struct {
	kept   *otter.Cache[Key, *result[V]]
	flight singleflight.Group
	size   func(V) int
	now    func() time.Time
}

type result[V any] struct {
	value V
	until time.Time
	size  uint32
}

// NewResults returns an empty set that keeps at most maxBytes, as size counts them. Values that
// are used less make room first.
func NewResults[V any](maxBytes int, size func(V) int, now func() time.Time) *Results[V] {
	kept := otter.Must(&otter.Options[Key, *result[V]]{
		MaximumWeight: uint64(maxBytes),
		Weigher:       func(_ Key, r *result[V]) uint32 { return r.size },
	})
	return &Results[V]{kept: kept, size: size, now: now}
}

// Get returns a kept value.
func (r *Results[V]) Get(k Key) (V, bool) {
	kept, ok := r.kept.GetIfPresent(k)
	if !ok || !r.now().Before(kept.until) {
		var none V
		return none, false
	}
	return kept.value, true
}

// Do returns the value under a key: the kept one, which the second result tells, or else what ask
// answers. Everybody who wants one key at the same time shares one call of ask, whose context
// therefore outlives the request of ctx: ask has to bound its time itself. A value is kept for ttl;
// with a ttl of 0 nothing is kept, nothing is shared, and ask gets ctx. The error is that of ask,
// or ctx's.
func (r *Results[V]) Do(ctx context.Context, k Key, ttl time.Duration, ask func(context.Context) (V, error)) (V, bool, error) {
	if ttl <= 0 {
		v, err := ask(ctx)
		return v, false, err
	}
	if v, ok := r.Get(k); ok {
		return v, true, nil
	}
	answer := r.flight.DoChan(string(k[:]), func() (any, error) {
		// Another call may have ended between the look above and this one.
		if v, ok := r.Get(k); ok {
			return v, nil
		}
		v, err := ask(context.WithoutCancel(ctx))
		if err == nil {
			r.keep(k, v, ttl)
		}
		return v, err
	})
	select {
	case a := <-answer:
		v, _ := a.Val.(V)
		return v, false, a.Err
	case <-ctx.Done():
		var none V
		return none, false, ctx.Err()
	}
}

func (r *Results[V]) keep(k Key, v V, ttl time.Duration) {
	size := r.size(v) + len(k)
	r.kept.Set(k, &result[V]{value: v, until: r.now().Add(ttl), size: uint32(min(size, math.MaxUint32))})
}
