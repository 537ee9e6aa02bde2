package main

// window is the length, in seconds, over which the bounds are checked.
const window = 10

// bins is how many parts of a second are counted apart.
const bins = 20

// learning is how many seconds environments have to learn their demand before
// under-admission is judged.
const learning = 2

// tally counts the demand for one key and what of it was admitted, in bins.
type tally struct {
	asked, admitted []int32
	any             bool
}

func newTally(seconds int64) *tally {
	return &tally{asked: make([]int32, seconds*bins), admitted: make([]int32, seconds*bins)}
}

func (t *tally) demand(at int64) { t.asked[at*bins/second]++; t.any = true }
func (t *tally) admit(at int64)  { t.admitted[at*bins/second]++ }

// result is what a run measured.
type result struct {
	scenario
	requests, admitted int64
	rate               float64 // admitted per second in the last half, all keys
	over               float64 // tokens beyond rate x window, worst window and key
	under              float64 // share of the rate not given to a demand above it, worst window and key
	saturated          bool    // some window had such a demand
	writesPerRequest   float64 // in the last half
	parts              int     // of the first key's bucket, as far as environments know
	peak               float64 // writes in the worst second of a partition
	ramp10             float64 // writes per second of a partition in the worst 10 s
	settled            float64 // the same, from 10 s after the last environment was started
}

func (w *world) result() result {
	r := result{scenario: w.scenario, peak: w.table.hottest(1, 0), ramp10: w.table.hottest(window, 0), settled: w.table.hottest(window, int(w.ramp())+10)}
	for _, e := range w.environments {
		if p := e.buckets[0]; p != nil {
			r.parts = max(r.parts, p.bucket.Parts())
		}
	}
	var late int64
	half := len(w.tallies[0].admitted) / 2
	for _, t := range w.tallies {
		if !t.any {
			continue
		}
		for i := range t.asked {
			r.requests += int64(t.asked[i])
			r.admitted += int64(t.admitted[i])
			if i >= half {
				late += int64(t.asked[i])
				r.rate += float64(t.admitted[i])
			}
		}
		r.windows(t)
	}
	r.rate /= float64(w.seconds) / 2
	r.writesPerRequest = float64(w.table.since(w.seconds/2)) / float64(late)
	return r
}

// windows looks at each window of a key. Under-admission is judged in those
// in which every second's demand exceeds the limit by a tenth: less demand
// in some seconds can use what a bucket kept, but not more than came.
func (r *result) windows(t *tally) {
	const long = window * bins
	var asked, admitted, busy int
	full := r.limit.Rate * window
	for i := range t.asked {
		asked += int(t.asked[i])
		admitted += int(t.admitted[i])
		if i >= long {
			asked -= int(t.asked[i-long])
			admitted -= int(t.admitted[i-long])
		}
		r.over = max(r.over, float64(admitted)-full)
		if i%bins != bins-1 {
			continue
		}
		sec := 0
		for _, n := range t.asked[i-bins+1 : i+1] {
			sec += int(n)
		}
		if busy++; i/bins < int(r.ramp())+learning || float64(sec) < 1.1*r.limit.Rate {
			busy = 0
		}
		if busy >= window {
			r.saturated = true
			r.under = max(r.under, 1-float64(admitted)/full)
		}
	}
}
