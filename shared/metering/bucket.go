package metering

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/metering/lease"
	"github.com/postern-gateway/postern/shared/store"
)

// Limit is the setting of a token bucket.
type Limit = lease.Limit

// Bucket is a token bucket that all environments share, as one of them sees
// it.
type Bucket struct {
	meter *Meter
	name  string

	mu      sync.Mutex
	state   *lease.Bucket
	used    int64
	waiting int64         // requests without a token at hand
	renewal chan struct{} // closed when the renewal in flight is over

	// While the store does not answer, until brokenUntil, the local bucket
	// decides.
	local       lease.Local
	brokenUntil int64
}

func newBucket(m *Meter, name string, seed uint64) *Bucket {
	return &Bucket{meter: m, name: name, state: lease.NewBucket(seed), used: m.now()}
}

// brokenPause is how long, in nanoseconds, a bucket leaves the store alone
// after a failure.
const brokenPause = int64(1e9)

// bucketPartition begins the partitions of buckets. Each shard is alone in
// its partition, because a partition has a limit of writes.
const bucketPartition = "counter#throttle#"

// shardKey is the key of one item of the bucket.
func (b *Bucket) shardKey(shard int) store.Key {
	return store.Key{Partition: bucketPartition + b.name + "#" + strconv.Itoa(shard), Sort: "tat"}
}

// answer is what a limit says to one request.
type answer struct {
	admitted bool
	retryAt  int64 // 0 for never
	degraded bool
}

// take spends a token, asking the store first if need be.
func (b *Bucket) take(ctx context.Context, limit Limit) answer {
	m := b.meter
	b.mu.Lock()
	// The time is taken under the lock: one from before would lie ahead of a lease that was made
	// meanwhile, and look like a refusal.
	now := m.now()
	b.used = now
	b.state.SetLimit(limit)
	verdict := b.state.Take(now)
	if verdict == lease.Admit {
		b.mu.Unlock()
		return answer{admitted: true}
	}
	b.waiting++
	a := b.slow(ctx, limit, verdict)
	b.waiting--
	b.mu.Unlock()
	if a.degraded {
		m.events.note(now, ThrottledLocally, b.name, nil)
	}
	return a
}

// slow is take for a request without a token at hand. The lock is held at its
// beginning and end.
func (b *Bucket) slow(ctx context.Context, limit Limit, verdict lease.Verdict) answer {
	m := b.meter
	deadline := m.now() + int64(m.cfg.Wait)
	for {
		now := m.now()
		switch {
		case verdict == lease.Admit:
			return answer{admitted: true}
		case verdict == lease.Refuse:
			return answer{retryAt: b.state.RetryAt()}
		case now < b.brokenUntil && now >= b.brokenUntil-brokenPause, now >= deadline:
			ok, retryAt := b.local.Take(now, limit)
			return answer{admitted: ok, retryAt: retryAt, degraded: true}
		}
		if over := b.renewal; over == nil {
			b.renew(ctx)
		} else {
			b.mu.Unlock()
			goOn := m.await(ctx, over)
			b.mu.Lock()
			if !goOn {
				return answer{retryAt: now}
			}
		}
		verdict = b.state.Retake(m.now())
	}
}

// renew does a conversation with the store. The lock is held at its beginning
// and end, but not while the store works.
func (b *Bucket) renew(ctx context.Context) {
	m := b.meter
	over := make(chan struct{})
	b.renewal = over
	b.state.Begin(m.now(), b.waiting)
	for {
		w, more := b.state.Next(m.now())
		if !more {
			break
		}
		b.mu.Unlock()
		count, outcome, err := m.add(ctx, b.shardKey(w.Shard), w.Delta, bounds(w, time.Time{}))
		b.mu.Lock()
		b.state.Result(m.now(), outcome, count)
		if err != nil {
			b.brokenUntil = m.now() + brokenPause
		}
	}
	b.renewal = nil
	close(over)
}

// await waits for a renewal that another request does, for as long as the
// configuration and the context allow. It tells whether to go on.
func (m *Meter) await(ctx context.Context, over <-chan struct{}) bool {
	timer := time.NewTimer(m.cfg.Wait)
	defer timer.Stop()
	select {
	case <-over:
		return true
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// giveBack returns the token of a request that another limit refused.
func (b *Bucket) giveBack() {
	b.mu.Lock()
	b.state.GiveBack(b.meter.now())
	b.mu.Unlock()
}

// settle returns the unspent tokens.
func (b *Bucket) settle(ctx context.Context) {
	b.mu.Lock()
	w, ok := b.state.Surrender(b.meter.now())
	b.mu.Unlock()
	if ok {
		b.meter.add(ctx, b.shardKey(w.Shard), w.Delta, bounds(w, time.Time{}))
	}
}

func (b *Bucket) idle(now int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return now-b.used > idleAfter && b.renewal == nil
}
