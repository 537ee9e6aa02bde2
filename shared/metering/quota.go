package metering

import (
	"context"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/metering/lease"
	"github.com/postern-gateway/postern/shared/store"
)

// Quota is the quota of one period that all environments share, as one of
// them sees it.
type Quota struct {
	meter   *Meter
	key     store.Key
	expires time.Time

	mu          sync.Mutex
	state       lease.Quota
	used        int64
	waiting     int64
	renewal     chan struct{}
	brokenUntil int64
}

// take reserves one request.
func (q *Quota) take(ctx context.Context, a *Allowance) answer {
	q.mu.Lock()
	now := q.meter.now() // under the lock, as with buckets
	q.used = now
	q.state.SetLimit(a.Limit, a.Exact)
	q.waiting++
	got, checked := q.ask(ctx, q.state.Take(now))
	q.waiting--
	q.mu.Unlock()
	if !checked {
		return q.unchecked(now, a)
	}
	return got
}

// ask has the store asked as long as the verdict is to renew. It tells whether
// the store decided. The lock is held at its beginning and end.
func (q *Quota) ask(ctx context.Context, verdict lease.Verdict) (a answer, checked bool) {
	m := q.meter
	for deadline := m.now() + int64(m.cfg.Wait); ; verdict = q.state.Retake(m.now()) {
		now := m.now()
		switch {
		case verdict == lease.Admit:
			return answer{admitted: true}, true
		case verdict == lease.Refuse:
			return answer{retryAt: q.state.RetryAt()}, true
		case now < q.brokenUntil && now >= q.brokenUntil-brokenPause, now >= deadline:
			return answer{}, false
		}
		if over := q.renewal; over == nil {
			q.renew(ctx)
		} else {
			q.mu.Unlock()
			goOn := m.await(ctx, over)
			q.mu.Lock()
			if !goOn {
				return answer{retryAt: now}, true
			}
		}
	}
}

// unchecked decides without the store, as the plan wants it.
func (q *Quota) unchecked(now int64, a *Allowance) answer {
	if a.Open {
		q.meter.events.note(now, QuotaUnchecked, q.key.Partition, nil)
		return answer{admitted: true, degraded: true}
	}
	q.meter.events.note(now, QuotaClosed, q.key.Partition, nil)
	return answer{retryAt: now + brokenPause, degraded: true}
}

// renew does a conversation with the store. The lock is held at its beginning
// and end, but not while the store works.
func (q *Quota) renew(ctx context.Context) {
	m := q.meter
	over := make(chan struct{})
	q.renewal = over
	q.state.Begin(m.now(), q.waiting)
	for {
		w, more := q.state.Next(m.now())
		if !more {
			break
		}
		q.mu.Unlock()
		count, outcome, err := m.add(ctx, q.key, w.Delta, store.Bounds{Ceiling: &w.Ceiling, Expires: q.expires})
		q.mu.Lock()
		q.state.Result(m.now(), outcome, count)
		if err != nil {
			q.brokenUntil = m.now() + brokenPause
		}
	}
	q.renewal = nil
	close(over)
}

func (q *Quota) giveBack() {
	q.mu.Lock()
	q.state.GiveBack()
	q.mu.Unlock()
}

func (q *Quota) remaining() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.state.Remaining()
}

// mostReturns bounds how often a return is tried while others change the
// counter.
const mostReturns = 8

// settle returns reservations. Each try is an exact exchange of the counter;
// only a try that certainly changed nothing is repeated.
func (q *Quota) settle(ctx context.Context, all bool) {
	q.mu.Lock()
	w, ok := q.state.Surrender(q.meter.now(), all)
	q.mu.Unlock()
	for tries := 0; ok && tries < mostReturns; tries++ {
		count, outcome, _ := q.meter.add(ctx, q.key, w.Delta, bounds(w, q.expires))
		q.mu.Lock()
		if outcome == lease.Applied {
			q.state.Returned(count)
		}
		if ok = outcome == lease.Refused; ok {
			w = q.state.Moved(w, count)
		}
		q.mu.Unlock()
	}
}

func (q *Quota) idle(now int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return now-q.used > idleAfter && q.renewal == nil
}
