package lease

import "math"

// Limit is the setting of a token bucket: Rate tokens flow in each second, and
// at most Burst are kept. A rate or burst of zero or below blocks everything
// (REST data plane spec, 12).
type Limit struct {
	Rate  float64
	Burst int64
}

// Blocks tells whether the limit admits nothing at all.
func (l Limit) Blocks() bool { return !(l.Rate > 0) || l.Burst <= 0 }

const (
	second = int64(1e9)

	// tolerance is the time whose tokens may be admitted beyond rate and
	// burst: 2 % of 10 seconds.
	tolerance = 0.2

	// longestExtra is the most by which a lease outlives the tolerance.
	longestExtra = 0.5

	// fastRate is the rate, in tokens per second, from which a lease's life is
	// worth a part of the burst. Below it a write costs less than a burst
	// that is smaller than its setting.
	fastRate = 100

	// shardTokens is the least depth of a shard, in tokens: with less, leases
	// would be of one token each.
	shardTokens = 8

	// deepest keeps times within the bits that a count has for them.
	deepest = 3650 * 24 * 3600 * second
)

// Terms is what follows from a limit, the same in every environment.
type Terms struct {
	// Interval is the time in nanoseconds that one token takes in a bucket
	// that is not split.
	Interval float64

	// Depth is how far, in nanoseconds, a theoretical arrival time may lie
	// ahead of the clock.
	Depth int64

	// Life is how long, in nanoseconds, leased tokens may be spent.
	Life int64

	// Ahead is how far, in nanoseconds, the arrival time of a part that is
	// full is put ahead when it is set, so that it need not be set for each
	// lease: a part counts as full with so much less than its depth.
	Ahead int64

	// Splits is how often a part of the bucket may be halved.
	Splits int
}

// TermsOf derives the terms of a limit that does not block. Depth and life
// share what the bound allows: with both in seconds, their sum is at most
// Burst/Rate + 0.2.
func TermsOf(l Limit) Terms {
	depth, life := float64(l.Burst)/l.Rate, tolerance
	if l.Rate >= fastRate {
		extra := min(longestExtra, 0.75*depth)
		whole := depth + tolerance
		depth, life = depth-extra, tolerance+extra
		if d := min(float64(l.Burst), shardTokens) / l.Rate; depth < d {
			depth, life = d, whole-d
		}
	}
	t := Terms{
		Interval: float64(second) / l.Rate,
		Depth:    int64(math.Ceil(min(depth*float64(second), float64(deepest))/tick)) * tick,
		Life:     int64(life * float64(second)),
	}
	if l.Rate >= fastRate {
		t.Ahead = min(t.Depth/8, 50*second/1000)
	} else {
		// Computed as spans are, so that the two do not differ in the last place.
		t.Depth = max(t.Depth, t.span(l.Burst, 0))
	}
	if parts := depth * l.Rate / shardTokens; parts > 1 {
		t.Splits = min(int(math.Log2(parts)), mostLevels)
	}
	return t
}

// span is the time in nanoseconds that k tokens take in a part of the bucket
// that was halved level times. It is rounded up to what a count can hold.
func (t Terms) span(k int64, level int) int64 {
	ns := min(float64(k)*t.Interval*float64(int64(1)<<level), float64(deepest))
	return int64(math.Ceil(ns/tick)) * tick
}

// depth is at least one token, also in parts of a bucket that was split under
// a greater limit.
func (t Terms) depth(level int) int64 { return max(t.Depth, t.span(1, level)) }

// fit is how many whole tokens a time in nanoseconds has room for.
func (t Terms) fit(ns int64, level int) int64 {
	if ns <= 0 {
		return 0
	}
	k := int64(float64(ns)/(t.Interval*float64(int64(1)<<level))) + 1
	for k > 0 && t.span(k, level) > ns {
		k-- // what rounding adds, of the quotient and of the span
	}
	return k
}
