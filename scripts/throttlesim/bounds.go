package main

import "fmt"

// The bounds of the table.
const (
	mostOver    = 0.02 // of the limit over 10 s, beyond one burst
	mostUnder   = 0.05 // of the limit, when demand exceeds it
	mostPerPart = 800  // writes per second of a partition
)

// overShare is what was admitted beyond rate and one burst in the worst 10
// seconds, as a percentage of what the rate gives in them. It is negative as
// long as the burst was not used up.
func (r *result) overShare() float64 {
	return 100 * (r.over - float64(r.limit.Burst)) / (r.limit.Rate * window)
}

// exceeded names the bounds that the run did not keep. Clocks that differ
// add the tokens of their difference, once.
func (r *result) exceeded() []string {
	var names []string
	skew := float64(r.skew) / float64(second) / window
	if over := r.overShare() / 100; over > mostOver+skew {
		names = append(names, fmt.Sprintf("over-admission %.3f", over))
	}
	if r.saturated && r.under > mostUnder {
		names = append(names, fmt.Sprintf("under-admission %.3f", r.under))
	}
	busiest := r.settled
	if r.environments <= 1000 {
		busiest = max(busiest, r.ramp10)
	}
	if busiest > mostPerPart {
		names = append(names, fmt.Sprintf("%.0f writes/s of a partition", busiest))
	}
	if w := r.writesPerRequest; r.mostWrites > 0 && w > r.mostWrites {
		names = append(names, fmt.Sprintf("%.4f writes per request", w))
	}
	return names
}
