package store

import (
	"math"
	"time"
)

// Bounds limits what Add may make of a count. Both limits are inclusive and
// concern the result; a nil limit is that of int64, so a sum that would
// overflow is refused like any other. The zero Bounds admits everything.
type Bounds struct {
	Floor   *int64
	Ceiling *int64

	// Expires becomes the item's expiry when the sum is admitted. The zero
	// time leaves the expiry as it is (never, for an item that Add creates).
	Expires time.Time
}

// Range gives the counts from which adding delta stays within the bounds,
// both inclusive; ok is false if there are none.
func (b Bounds) Range(delta int64) (low, high int64, ok bool) {
	floor, ceiling := int64(math.MinInt64), int64(math.MaxInt64)
	if b.Floor != nil {
		floor = *b.Floor
	}
	if b.Ceiling != nil {
		ceiling = *b.Ceiling
	}
	if floor > ceiling {
		return 0, 0, false
	}
	low, lowOK := subtract(floor, delta)
	high, highOK := subtract(ceiling, delta)
	// With a positive delta, a limit that lies delta above the least int64
	// or nearer to it cannot be undercut (low) or be kept (high); a negative
	// delta mirrors that.
	if !lowOK {
		if delta < 0 {
			return 0, 0, false
		}
		low = math.MinInt64
	}
	if !highOK {
		if delta > 0 {
			return 0, 0, false
		}
		high = math.MaxInt64
	}
	return low, high, true
}

// Sum returns count+delta, or ok false if the bounds refuse it.
func (b Bounds) Sum(count, delta int64) (sum int64, ok bool) {
	low, high, ok := b.Range(delta)
	if !ok || count < low || count > high {
		return count, false
	}
	return count + delta, true
}

// subtract is a-b, or ok false on overflow.
func subtract(a, b int64) (int64, bool) {
	d := a - b
	return d, (d <= a) == (b >= 0)
}
