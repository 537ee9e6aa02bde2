package lease

// Bucket is one environment's part in a shared token bucket: a state machine
// that neither waits nor talks to anybody. Times are nanoseconds since 1970
// by the environment's own clock. It is not safe for concurrent use.
type Bucket struct {
	limit  Limit
	terms  Terms
	chance uint64 // state of the jitter

	held   holding
	demand demand
	shards shards

	// The remembered refusal.
	refusedUntil int64
	failures     int // refusals in a row that cost a write

	// applied is the share of this environment's writes that succeed.
	applied float64
	writes  int64

	renewal renewal
}

// holding is leased tokens, which may be spent from start to end.
type holding struct {
	tokens     int64
	start, end int64
	index      int // of the item that they came from
}

func (h *holding) usable(now int64) bool { return h.tokens > 0 && now >= h.start && now < h.end }

// NewBucket makes the part of an environment that holds nothing. The seed
// should differ between environments.
func NewBucket(seed uint64) *Bucket {
	return &Bucket{chance: seed*2 + 1, applied: 1, shards: shards{known: []shard{{born: true}}}}
}

// SetLimit changes the limit. What was leased under the old one stays until
// its end, unless the new one blocks.
func (b *Bucket) SetLimit(l Limit) {
	if l == b.limit {
		return
	}
	b.limit = l
	b.refusedUntil, b.failures = 0, 0
	if l.Blocks() {
		b.held.tokens = 0
		return
	}
	b.terms = TermsOf(l)
}

// Limit is the limit in force.
func (b *Bucket) Limit() Limit { return b.limit }

// Terms is what follows from the limit in force.
func (b *Bucket) Terms() Terms { return b.terms }

// Take asks for one token.
func (b *Bucket) Take(now int64) Verdict {
	b.demand.asked++
	return b.Retake(now)
}

// Retake asks again for a request that was told to Renew.
func (b *Bucket) Retake(now int64) Verdict {
	if b.limit.Blocks() {
		return Refuse
	}
	switch {
	case b.held.usable(now):
		b.held.tokens--
	case now < b.refusedUntil:
		return Refuse
	default:
		return Renew
	}
	return Admit
}

// GiveBack returns the token of a request that something else refused.
func (b *Bucket) GiveBack(now int64) {
	if now >= b.held.start && now < b.held.end {
		b.held.tokens++
	}
	b.demand.asked--
}

// Held is how many tokens can be spent at once.
func (b *Bucket) Held(now int64) int64 {
	if !b.held.usable(now) {
		return 0
	}
	return b.held.tokens
}

// Parts is how many parts of the bucket this environment knows of.
func (b *Bucket) Parts() int { return len(b.shards.known) }

// RetryAt is when a refused request may be repeated, and 0 if never.
func (b *Bucket) RetryAt() int64 {
	if b.limit.Blocks() {
		return 0
	}
	return b.refusedUntil
}

// Surrender gives the write that returns what is left of the current lease,
// if that is worth one. Nothing of it can be spent afterwards. The write
// applies only to the exact time that was seen last, so that it cannot
// happen twice.
func (b *Bucket) Surrender(now int64) (Write, bool) {
	h := b.held
	b.held.tokens = 0
	if h.tokens == 0 || now >= h.end || b.limit.Blocks() {
		return Write{}, false
	}
	k := &b.shards.known[h.index]
	span := b.terms.span(h.tokens, k.level)
	if k.at-span < now {
		return Write{}, false
	}
	sum := encode(k.level, k.at-span)
	return Write{Shard: k.number, Delta: -span / tick, Floor: sum, Ceiling: sum}, true
}

// random is the next number of a xorshift generator (Marsaglia, 2003).
func (b *Bucket) random() uint64 {
	x := b.chance
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	b.chance = x
	return x
}

// share is a random part of a time, never zero.
func (b *Bucket) share(ns int64) int64 {
	if ns <= 0 {
		return 0
	}
	return 1 + int64(b.random()%uint64(ns))
}
