package metering

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Config is what a Meter works with.
type Config struct {
	Counters Counters

	// Now is the wall clock; time.Now if nil.
	Now func() time.Time

	// Timeout bounds each call of the store; 250 ms if zero.
	Timeout time.Duration

	// Wait bounds how long a request waits for another one's renewal of the
	// same bucket or quota; twice the timeout if zero.
	Wait time.Duration

	// OnEvent is told of failures, at most once per kind and 10 seconds. It
	// must not wait.
	OnEvent func(Event)
}

const (
	defaultTimeout = 250 * time.Millisecond

	// idleAfter is when an unused bucket or quota is forgotten, and
	// sweepEvery how often that is looked at. Both are in nanoseconds.
	idleAfter  = 10 * 60 * int64(1e9)
	sweepEvery = 60 * int64(1e9)
)

// Meter is one environment's part in all limits. It is safe for concurrent
// use.
type Meter struct {
	cfg     Config
	now     func() int64
	breaker breaker
	events  events

	mu      sync.Mutex
	buckets map[string]*Bucket
	quotas  map[store.Key]*Quota
	swept   int64

	usage usage
}

// New makes a Meter that holds nothing.
func New(cfg Config) *Meter {
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Wait == 0 {
		cfg.Wait = 2 * cfg.Timeout
	}
	m := &Meter{cfg: cfg, events: events{hook: cfg.OnEvent}, buckets: map[string]*Bucket{}, quotas: map[store.Key]*Quota{}}
	if m.now = wallClock; cfg.Now != nil {
		m.now = func() int64 { return cfg.Now().UnixNano() }
	}
	m.swept = m.now()
	m.usage.pending = map[store.Key]*pendingCount{}
	return m
}

func wallClock() int64 { return time.Now().UnixNano() }

// Bucket returns the token bucket of a name, which all environments share.
// Keep the result where the limit is kept: looking it up takes a lock.
func (m *Meter) Bucket(name string) *Bucket {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.buckets[name]
	if b == nil {
		b = newBucket(m, name, rand.Uint64())
		m.buckets[name] = b
	}
	return b
}

// Quota returns the quota that is counted in an item, which all environments
// share. The item is that of one period; expires is when it is no longer
// needed.
func (m *Meter) Quota(key store.Key, expires time.Time) *Quota {
	m.mu.Lock()
	defer m.mu.Unlock()
	q := m.quotas[key]
	if q == nil {
		q = &Quota{meter: m, key: key, expires: expires, used: m.now()}
		m.quotas[key] = q
	}
	return q
}

// Flush writes the counts that wait and returns quota reservations that were
// not used in time. The local process calls it every second; on Lambda, where
// nothing runs between invocations, an invocation calls it.
func (m *Meter) Flush(ctx context.Context) {
	m.settle(ctx, false)
	m.flushUsage(ctx)
}

// Close returns what is leased and writes the counts that wait, as far as the
// context's time allows. The Meter works on afterwards; what is leased then
// is lost with the process.
func (m *Meter) Close(ctx context.Context) {
	m.settle(ctx, true)
	m.flushUsage(ctx)
}

// settle returns leases: of quotas those that are old, of both all of them at
// the end. Meanwhile it forgets what has not been used for long.
func (m *Meter) settle(ctx context.Context, all bool) {
	now := m.now()
	var buckets []*Bucket
	m.mu.Lock()
	sweep := now-m.swept > sweepEvery
	for name, b := range m.buckets {
		if all {
			buckets = append(buckets, b)
		}
		if sweep && b.idle(now) {
			delete(m.buckets, name)
		}
	}
	quotas := make([]*Quota, 0, len(m.quotas))
	for key, q := range m.quotas {
		quotas = append(quotas, q)
		if sweep && q.idle(now) {
			delete(m.quotas, key)
		}
	}
	if sweep {
		m.swept = now
	}
	m.mu.Unlock()
	for _, q := range quotas {
		if ctx.Err() != nil {
			return
		}
		q.settle(ctx, all)
	}
	for _, b := range buckets {
		if ctx.Err() != nil {
			return
		}
		b.settle(ctx)
	}
}
