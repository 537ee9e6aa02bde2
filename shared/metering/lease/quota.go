package lease

// Quota is one environment's part in a quota of one period: requests are
// reserved in the period's counter before they are admitted, so that all
// environments together never admit more than the limit. It is not safe for
// concurrent use; times are nanoseconds since 1970.
type Quota struct {
	limit int64
	exact bool

	held   int64
	since  int64 // when the reservation that is held was made
	seen   int64 // the counter, when seen last
	known  bool
	demand demand

	refusedUntil int64
	refusals     int

	open  bool
	tries int
	delta int64
}

const (
	// quotaLife is how long, in nanoseconds, a reservation is meant to last
	// and after which what is left of it is returned.
	quotaLife = second

	// quotaPart is the share of what is left that one reservation may take:
	// towards the end of a quota each has one request.
	quotaPart = 100

	// firstQuotaPause and longestQuotaPause bound for how long a used-up
	// quota is not looked at again. Reservations that others return come
	// back to it; a raised limit is looked at once.
	firstQuotaPause   = second
	longestQuotaPause = 30 * second
)

// SetLimit changes what the period admits in all, with the offset and grants
// taken into account. An exact quota reserves each request by itself.
func (q *Quota) SetLimit(limit int64, exact bool) {
	if limit > q.limit {
		q.refusedUntil, q.refusals = 0, 0
	}
	q.limit, q.exact = limit, exact
}

// Take asks for one request.
func (q *Quota) Take(now int64) Verdict {
	q.demand.asked++
	return q.Retake(now)
}

// Retake asks again for a request that was told to Renew.
func (q *Quota) Retake(now int64) Verdict {
	switch {
	case q.held > 0:
		q.held--
		return Admit
	case now < q.refusedUntil:
		return Refuse
	}
	return Renew
}

// GiveBack returns the reservation of a request that was not admitted.
func (q *Quota) GiveBack() { q.held++ }

// Remaining is what is left of the quota as far as this environment knows.
func (q *Quota) Remaining() int64 { return max(0, q.limit-q.seen+q.held) }

// RetryAt is when a refused request may be repeated.
func (q *Quota) RetryAt() int64 { return q.refusedUntil }

// Begin starts a conversation with the store, of which there is one at a
// time, for so many requests that wait.
func (q *Quota) Begin(now, waiting int64) {
	q.open, q.tries = true, 0
	q.delta, _ = q.demand.want(now, quotaLife, waiting)
	if q.exact || !q.known {
		q.delta = 1
	}
}

// Next gives the next write: Delta is to be added unless the sum exceeds
// Ceiling. Without one the conversation is over.
func (q *Quota) Next(now int64) (Write, bool) {
	if !q.open {
		return Write{}, false
	}
	left := q.limit - q.seen
	if !q.known {
		left = q.limit
	}
	if left <= 0 && q.known && q.tries > 0 || q.limit <= 0 || q.tries == mostTries {
		q.open = false
		q.refusedUntil = now + min(firstQuotaPause<<q.refusals, longestQuotaPause)
		q.refusals = min(q.refusals+1, 5)
		return Write{}, false
	}
	q.tries++
	q.delta = max(1, min(q.delta, left/quotaPart))
	return Write{Delta: q.delta, Ceiling: q.limit}, true
}

// Result tells what became of the write.
func (q *Quota) Result(now int64, outcome Outcome, count int64) {
	if !q.open {
		return
	}
	switch outcome {
	case Applied:
		q.open = false
		q.seen, q.known = count, true
		q.held += q.delta
		q.since = now
		q.refusedUntil, q.refusals = 0, 0
	case Refused:
		q.seen, q.known = count, true
	case Unknown:
		q.open = false
	}
}

// Surrender gives the write that returns what is held, if it is held for
// longer than a reservation lasts or all is to be returned. What is held is
// gone with it, whether or not the write succeeds. The write applies only to
// the exact count that was seen last: Floor is what the sum has to be.
func (q *Quota) Surrender(now int64, all bool) (Write, bool) {
	if q.held == 0 || q.open || !all && now-q.since < quotaLife {
		return Write{}, false
	}
	j := q.held
	q.held = 0
	return Write{Delta: -j, Floor: q.seen - j, Ceiling: q.seen - j}, true
}

// Moved tells that the counter was found at another count than the returning
// write expected, and gives the write anew.
func (q *Quota) Moved(w Write, count int64) Write {
	q.seen = count
	return Write{Delta: w.Delta, Floor: count + w.Delta, Ceiling: count + w.Delta}
}

// Returned tells the counter after a return that succeeded.
func (q *Quota) Returned(count int64) { q.seen = count }
