package metering

import (
	"context"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/metering/lease"
	"github.com/postern-gateway/postern/shared/store"
)

// usage is counts on their way to the store.
type usage struct {
	mu       sync.Mutex
	pending  map[store.Key]*pendingCount
	flushed  int64
	flushing bool
}

type pendingCount struct {
	n       int64
	expires time.Time
}

// flushAfter is how long, in nanoseconds, counts are gathered at most while
// requests come.
const flushAfter = int64(1e9)

// Count adds to a counter that limits nothing. Counts are gathered for up to
// a second and written with one addition for each counter, by the request
// that finds them due. A counter's pending count is lost if its process dies
// or the answer to its write does; it is never written twice. What the store
// certainly did not take, as after a throttle, is written later.
func (m *Meter) Count(ctx context.Context, key store.Key, n int64, expires time.Time) {
	now := m.now()
	u := &m.usage
	u.mu.Lock()
	p := u.pending[key]
	if p == nil {
		p = &pendingCount{}
		u.pending[key] = p
	}
	p.n += n
	p.expires = expires
	if u.flushed == 0 || now < u.flushed {
		u.flushed = now
	}
	due := now-u.flushed >= flushAfter && !u.flushing
	u.mu.Unlock()
	if due {
		m.flushUsage(ctx)
	}
}

func (m *Meter) flushUsage(ctx context.Context) {
	u := &m.usage
	u.mu.Lock()
	if u.flushing || len(u.pending) == 0 {
		u.mu.Unlock()
		return
	}
	batch := u.pending
	u.pending = make(map[store.Key]*pendingCount, len(batch))
	u.flushing = true
	u.mu.Unlock()
	for key, p := range batch {
		_, outcome, err := m.add(ctx, key, p.n, store.Bounds{Expires: p.expires})
		switch {
		case outcome == lease.Applied:
			delete(batch, key)
		case outcome == lease.Unknown && !store.NotApplied(err):
			delete(batch, key)
			m.events.note(m.now(), UsageLost, key.Partition, err)
		}
	}
	u.mu.Lock()
	for key, p := range batch { // those that certainly were not written
		if later := u.pending[key]; later != nil {
			later.n += p.n
		} else {
			u.pending[key] = p
		}
	}
	u.flushed, u.flushing = m.now(), false
	u.mu.Unlock()
}
