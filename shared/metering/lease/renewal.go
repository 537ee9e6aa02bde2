package lease

// renewal is a conversation with the store.
type renewal struct {
	open  bool
	want  int64 // tokens for now: at least one, for the request that waits
	later int64 // tokens that will be spent if they come later, which may be none
	tries int
	empty int // writes that met an item without tokens

	index  int   // of the item in the shards that are known
	tokens int64 // what the write would lease
	at     int64 // when the write was decided on
	before int64 // the count that the write reckoned with
	write  Write
}

const (
	// mostTries bounds the writes of one renewal, most of which take one.
	mostTries = 5

	// queue is how far ahead tokens may be leased that flow in later. An
	// environment that is about to wait gets its place, in the order of the
	// writes, with the write that finds nothing left.
	queue = second

	// part is the share of an item's room that a lease may take: the others
	// want some too.
	part = 8

	// firstPause and longestPause bound how long an environment stays away
	// after a refusal beyond the time that the refusal implies. The pause
	// grows fourfold while an item is busy.
	firstPause   = 64 * second / 1000
	longestPause = 16 * second
	mostGrowth   = 5
)

// Begin starts a conversation with the store, of which there is one at a
// time, for so many requests that wait.
func (b *Bucket) Begin(now, waiting int64) {
	want, later := b.demand.want(now, b.terms.Life, waiting)
	b.renewal = renewal{want: want, later: later, open: true}
}

// Next gives the next write of the conversation. Without one the
// conversation is over, and the waiting requests Retake.
func (b *Bucket) Next(now int64) (Write, bool) {
	r := &b.renewal
	if !r.open {
		return Write{}, false
	}
	if b.limit.Blocks() {
		r.open = false
		return Write{}, false
	}
	i := b.shards.choose(now, b.terms, b.random())
	tokens := b.tokens(i, now)
	if tokens == 0 || r.tries == mostTries || r.empty > 1 {
		b.refuse(now, i)
		return Write{}, false
	}
	b.shards.current, b.shards.leave = i, false
	r.index, r.tokens, r.at = i, tokens, now
	r.write = b.ask(i, now)
	r.tries++
	return r.write, true
}

// tokens is how many tokens to ask an item for: none if there can be none.
func (b *Bucket) tokens(i int, now int64) int64 {
	r, k := &b.renewal, &b.shards.known[i]
	depth := b.terms.depth(k.level)
	free := b.terms.fit(now+depth-max(k.at, now), k.level)
	if r.later == 0 {
		return min(r.want, free)
	}
	room := b.terms.fit(now+depth+queue-max(k.at, now), k.level)
	most := max(1, min(room/part, b.terms.fit(depth, k.level)/2))
	if free > 0 {
		// What is there serves the requests that wait, unless it is so little
		// that the next write would follow at once.
		if k := min(r.want, most); k > 4*free {
			return k
		}
		return min(r.want, most, free)
	}
	return min(r.later, most, room)
}

// ask is the write that leases the renewal's tokens. A part of the bucket
// whose time lies behind the clock is full, and its time is set: if it
// was seen just now, at least to what it has to be (what others did meanwhile
// puts it further), and else only if nobody changed it. A part that came of a split begins empty.
func (b *Bucket) ask(i int, now int64) Write {
	k, r := &b.shards.known[i], &b.renewal
	depth, span := b.terms.depth(k.level), b.terms.span(r.tokens, k.level)
	if !k.born {
		r.tokens, r.before = 0, 0
		sum := encode(k.level, now+depth)
		return Write{Shard: k.number, Delta: sum, Floor: sum, Ceiling: sum}
	}
	r.before = encode(k.level, k.at)
	if k.number == 0 && k.at == 0 {
		r.before = 0
	}
	halvings := b.halvings(k)
	level := k.level + halvings
	floor, ceiling := encode(level, now+span), encode(level, now+depth)
	if fresh := now-k.seen < closely; k.at < now && (fresh || !b.shards.shared) {
		ahead := max(0, min(b.terms.Ahead, depth-span))
		sum := encode(level, now+span+ahead)
		if !fresh {
			floor, ceiling = sum, sum
		}
		return Write{Shard: k.number, Delta: sum - r.before, Floor: floor, Ceiling: ceiling}
	}
	if r.later > 0 {
		ceiling = encode(level, now+depth+queue)
	}
	return Write{Shard: k.number, Delta: span/tick + int64(halvings)*levelStep, Floor: floor, Ceiling: ceiling}
}

// Result tells what became of the write. now is the time after it.
func (b *Bucket) Result(now int64, outcome Outcome, count int64) {
	r := &b.renewal
	if !r.open {
		return
	}
	switch outcome {
	case Applied:
		b.observe(count-r.write.Delta, now, 1)
		b.shards.learn(r.index, count, now, b.random())
		if r.tokens > 0 {
			r.open = false
			b.grant()
		}
	case Refused:
		if r.tries == 1 {
			b.shards.shared = count != r.before
		}
		b.observe(count, now, 0)
		b.shards.learn(r.index, count, now, b.random())
		if b.tokens(r.index, now) == 0 {
			r.empty++
		}
	case Unknown:
		r.open = false
	}
}

// grant takes the lease up. It begins when all of its tokens have flowed in.
func (b *Bucket) grant() {
	r, k := &b.renewal, &b.shards.known[b.renewal.index]
	start := max(r.at, k.at-b.terms.depth(k.level))
	b.held = holding{tokens: r.tokens, start: start, end: start + b.terms.Life, index: r.index}
	b.refusedUntil = start
	b.shards.leave = start > r.at
	b.failures /= 2
}

// refuse ends the conversation and remembers until when it need not be
// repeated: the time at which the item has a token if nobody takes it, and a
// random pause if somebody does.
func (b *Bucket) refuse(now int64, i int) {
	r, k := &b.renewal, &b.shards.known[i]
	r.open = false
	until := max(now, k.at-b.terms.depth(k.level)+b.terms.span(1, k.level))
	if r.empty > 0 {
		if b.traffic(k) >= calm || !k.load.known {
			b.failures = min(b.failures+1, mostGrowth)
		} else {
			b.failures = max(0, b.failures-1)
		}
	}
	b.shards.current = i
	if b.shards.shared || b.failures > 1 {
		pause := min(firstPause<<(2*b.failures), longestPause)
		until += pause/4 + b.share(pause)
	}
	b.refusedUntil = max(until, now+1)
}
