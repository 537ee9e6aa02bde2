package metering

import (
	"context"
	"time"
)

// Throttle is one token bucket that a request has to pass.
type Throttle struct {
	Bucket *Bucket
	Limit  Limit
}

// Allowance is the quota that a request counts against.
type Allowance struct {
	Quota *Quota

	// Limit is what the period admits in all: the plan's limit, less the
	// offset in the first period, plus what UpdateUsage granted.
	Limit int64

	// Exact reserves each request by itself: a write each, and nothing is
	// refused while others hold reservations that they may not use.
	Exact bool

	// Open admits while the store does not answer. A plan that bills leaves
	// it closed.
	Open bool
}

// Request names the limits of a request. Throttles come in the order of the
// REST data plane spec, 12: those of the plan (key, then method), of the stage's
// method, of the account. The quota comes last: a throttled request does not
// count against it.
type Request struct {
	Throttles []Throttle
	Quota     *Allowance
}

// ByQuota is the Decision.By of a request that its quota refused.
const ByQuota = -1

// Decision says whether a request is admitted.
type Decision struct {
	Admitted bool

	// By is, of a request that is not admitted, the index of the throttle
	// that refused it, or ByQuota.
	By int

	// RetryAfter is how long a refused request should wait; 0 if waiting
	// does not help.
	RetryAfter time.Duration

	// Degraded says that the store did not answer and a fallback decided.
	Degraded bool
}

// Admit decides on a request. The tokens that earlier limits gave are given
// back if a later one refuses.
func (m *Meter) Admit(ctx context.Context, r *Request) Decision {
	var d Decision
	for i := range r.Throttles {
		t := &r.Throttles[i]
		a := t.Bucket.take(ctx, t.Limit)
		d.Degraded = d.Degraded || a.degraded
		if !a.admitted {
			for j := range i {
				r.Throttles[j].Bucket.giveBack()
			}
			d.By, d.RetryAfter = i, m.retryAfter(a.retryAt)
			return d
		}
	}
	if r.Quota != nil {
		a := r.Quota.Quota.take(ctx, r.Quota)
		d.Degraded = d.Degraded || a.degraded
		if !a.admitted {
			for j := range r.Throttles {
				r.Throttles[j].Bucket.giveBack()
			}
			d.By, d.RetryAfter = ByQuota, m.retryAfter(a.retryAt)
			return d
		}
	}
	d.Admitted = true
	return d
}

// GiveBackQuota takes a reservation back of a request that was admitted and
// is not to count after all.
func (m *Meter) GiveBackQuota(r *Request) {
	if r.Quota != nil {
		r.Quota.Quota.giveBack()
	}
}

// Remaining is how much of a quota is left as far as this environment knows.
func (a *Allowance) Remaining() int64 { return a.Quota.remaining() }

func (m *Meter) retryAfter(at int64) time.Duration {
	if at == 0 {
		return 0
	}
	return max(time.Duration(at-m.now()), time.Millisecond)
}
