package lease

import "math"

const (
	// busy and calm are how many writes per second an item gets, as far as
	// one environment can tell, from which it is halved and refused
	// environments pause longer, and below which they pause less. A
	// partition takes 1,000.
	busy = 230
	calm = 100

	// closely is the longest time in nanoseconds between two observations
	// of which the change of a count tells something.
	closely = 25 * second / 1000

	// An estimate needs so many observations, in no less than a quarter of a second.
	observations = 3

	// minWrites is after how many writes an environment's lease size says
	// something.
	minWrites = 10
)

// load is what one environment can tell of the leases that all take from an
// item. There are two signs: how often the count changed between two
// observations that are milliseconds apart, and by how much an arrival time
// moved.
type load struct {
	since   int64 // when this estimate began
	count   int   // observations of both signs
	close   int   // close observations,
	changed int   // those in which the count had changed,
	gaps    int64 // and the sum of their gaps
	leases  float64
	span    int64 // the time in which leases happened

	perSecond float64 // the last estimate
	known     bool
}

// conflict takes up whether the count changed within gap nanoseconds.
func (l *load) conflict(changed bool, gap int64) {
	if gap > closely {
		return
	}
	l.count++
	l.close++
	l.gaps += gap
	if changed {
		l.changed++
	}
}

// leased takes up how many leases seem to have been taken within gap
// nanoseconds.
func (l *load) leased(leases float64, gap int64) {
	l.count++
	l.leases += leases
	l.span += gap
}

// estimate ends an estimate that has seen enough.
func (l *load) estimate(now int64) {
	if l.since == 0 {
		l.since = now
	}
	if now-l.since < second/4 || l.count < observations {
		return
	}
	rate := 0.0
	if l.span > 0 {
		rate = l.leases / (float64(l.span) / float64(second))
	}
	if l.close >= observations {
		// Writes that come by chance leave a count unchanged for a gap with
		// the probability exp(-rate*gap).
		n := float64(l.close)
		share := min(float64(l.changed), n-0.5) / n
		rate = max(rate, -math.Log(1-share)*n/(float64(l.gaps)/float64(second)))
	}
	*l = load{since: now, perSecond: rate, known: true}
}

// halvings is how often to halve an item: until it is no longer too busy by
// what this environment sees, or cannot be by what it gives out, because an
// item has no more leases than tokens for leases of this size.
func (b *Bucket) halvings(k *shard) int {
	if b.writes < minWrites {
		return 0
	}
	lease := max(1, b.demand.usual*float64(b.terms.Life))
	most := float64(second) / (b.terms.Interval * float64(int64(1)<<k.level) * lease)
	rate := min(b.traffic(k), most)
	n := 0
	for ; rate > busy && k.level+n < b.terms.Splits; n++ {
		rate /= 2
	}
	return n
}

// traffic is how many writes per second an item gets: for each success there are as many failures
// as this environment has.
func (b *Bucket) traffic(k *shard) float64 { return k.load.perSecond * b.writesPerLease() }

func (b *Bucket) writesPerLease() float64 { return 1 / max(b.applied, 0.25) }

// observe follows how busy the item is.
func (b *Bucket) observe(count, now int64, applied float64) {
	b.writes++
	b.applied += max(1.0/32, 1/float64(b.writes+1)) * (applied - b.applied)
	k, r := &b.shards.known[b.renewal.index], &b.renewal
	level, at := decode(count)
	if k.seen == 0 || now <= k.seen || !k.born {
		return
	}
	if level != k.level {
		k.load = load{}
		return
	}
	k.load.conflict(at != k.at, now-k.seen)
	if k.at >= now && r.tokens > 0 {
		// Nobody can have set the time in between, so that it moved by the
		// tokens that were leased, by leases of this size.
		tokens := float64(at-k.at) / (b.terms.Interval * float64(int64(1)<<level))
		k.load.leased(tokens/float64(r.tokens), now-k.seen)
	}
	k.load.estimate(now)
}
