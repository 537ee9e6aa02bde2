package usageplan

import (
	"context"
	"maps"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/store"
)

// Key is an API key on a stage, by the plan that lets it in. It is shared by all requests with it.
type Key struct {
	ID string
	// Plan is nil for a key that no plan lets in.
	Plan *Plan

	// throttle is the plan's bucket of the key, methods those of single methods, by "/pets/GET".
	throttle *handle
	methods  map[string]*handle
	ledger   atomic.Pointer[ledger]
}

func newKey(id string, at apiStage, p *Plan, methods map[string]metering.Limit) *Key {
	k := &Key{ID: id, Plan: p}
	of := "plan#" + p.ID + "#" + id
	if p.Throttle != nil {
		k.throttle = &handle{name: of, limit: *p.Throttle}
	}
	if len(methods) > 0 {
		k.methods = make(map[string]*handle, len(methods))
		for method, limit := range methods {
			k.methods[method] = &handle{name: of + "#" + at.apiID + "#" + at.stage + "#" + method, limit: limit}
		}
	}
	return k
}

// uses are the stages that a key was used on: it has one plan for each. Readers take no lock.
type uses struct {
	byStage atomic.Pointer[map[apiStage]*Key]
}

// of returns the key on a stage, a new one if the plan has changed.
func (u *uses) of(id string, at apiStage, p *Plan, methods map[string]metering.Limit) *Key {
	for {
		old := u.byStage.Load()
		var all map[apiStage]*Key
		if old != nil {
			if k := (*old)[at]; k != nil && k.Plan == p {
				return k
			}
			all = maps.Clone(*old)
		} else {
			all = map[apiStage]*Key{}
		}
		k := newKey(id, at, p, methods)
		all[at] = k
		if u.byStage.CompareAndSwap(old, &all) {
			return k
		}
	}
}

// resolveEvery is how long, in nanoseconds, a bucket or a quota is held on to. The meter forgets
// what is idle for longer than that, and would not return the leases of what it has forgotten.
const resolveEvery = 60 * int64(time.Second)

// handle is a throttle whose bucket is looked up when it is first needed, and again now and then.
type handle struct {
	name  string
	limit metering.Limit
	held  atomic.Pointer[heldBucket]
}

type heldBucket struct {
	bucket *metering.Bucket
	since  int64
}

func (h *handle) throttle(m *metering.Meter, now int64) metering.Throttle {
	b := h.held.Load()
	if b == nil || now-b.since > resolveEvery || now < b.since {
		b = &heldBucket{m.Bucket(h.name), now}
		h.held.Store(b)
	}
	return metering.Throttle{Bucket: b.bucket, Limit: h.limit}
}

// ledger is where a key's use of a plan is counted today, and in the present period of the quota.
type ledger struct {
	since, from, to int64 // nanoseconds; from and to are the day

	day        store.Key
	dayExpires time.Time

	// start and end are the period; quota is nil without one.
	start, end time.Time
	quota      *metering.Quota
	before     int64 // what was used in the period before it had the quota
	allowance  int64 // less that, and without grant
	grant      store.Key
}

// book returns a key's ledger.
func (l *Limiter) book(ctx context.Context, k *Key, now int64) *ledger {
	m := l.meter
	g := k.ledger.Load()
	if g != nil && now >= g.from && now < g.to && now >= g.since && now-g.since < resolveEvery {
		return g
	}
	at := time.Unix(0, now)
	day := Day.Start(at)
	old := g
	g = &ledger{since: now, from: day.UnixNano(), to: Day.End(day).UnixNano(),
		day: DayKey(k.Plan.ID, k.ID, day), dayExpires: Day.End(day).Add(history)}
	if q := k.Plan.Quota; q != nil {
		g.start = q.Period.Start(at)
		g.end = q.Period.End(g.start)
		g.quota = m.Quota(PeriodKey(k.Plan.ID, k.ID, q.Period, g.start), g.end.Add(history))
		switch {
		case old != nil && old.start.Equal(g.start):
			g.before = old.before
		default:
			g.before = l.usedBefore(ctx, k, g.start)
		}
		g.allowance = q.Allowance(g.start) - g.before
		g.grant = GrantKey(k.Plan.ID, k.ID, q.Period, g.start)
	}
	k.ledger.Store(g)
	return g
}

// countsApart tells whether the day's count is not the quota's own.
func (k *Key) countsApart() bool { return k.Plan.Quota == nil || k.Plan.Quota.Period != Day }

// allowed is what the present period admits, with what was granted.
func (l *Limiter) allowed(ctx context.Context, g *ledger) int64 {
	granted, err := l.grants.get(ctx, g.grant)
	switch {
	case err != nil:
		l.warn(err) // what the plan says by itself holds until it can be read
	case granted != nil:
		return g.allowance + *granted
	}
	return g.allowance
}

// usedBefore is what the days of the present period count that came before the day on which the
// plan got its quota, and 0 for a quota that is older than the period. It can be read once: those
// days are over.
func (l *Limiter) usedBefore(ctx context.Context, k *Key, start time.Time) int64 {
	q := k.Plan.Quota
	since, err := time.Parse(time.DateOnly, q.Since)
	if err != nil || q.Period == Day || !since.After(start) {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	items, _, err := l.reader.Query(ctx, usagePartition(k.Plan.ID, k.ID), dayPrefix, store.Page{})
	if err != nil {
		l.warn(err)
		return 0
	}
	var used int64
	from, to := dayPrefix+start.Format(time.DateOnly), dayPrefix+q.Since
	for _, item := range items {
		if item.Sort >= from && item.Sort < to {
			used += item.Count
		}
	}
	return used
}
