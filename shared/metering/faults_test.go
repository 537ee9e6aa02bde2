package metering

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// history is one random run of some environments over a faulty store.
type history struct {
	random *rand.Rand
	clock  *clock
	store  *faulty
	meters []*Meter
	skews  []time.Duration

	limit     Limit
	allowance int64
	exact     bool
	admitted  []int64 // times of admissions that the store backs
	used      int64   // admissions by the quota
	counted   int64
}

var (
	quotaKey   = store.Key{Partition: "counter#usage#plan#key", Sort: "quota#DAY#2027-01-15"}
	countedKey = store.Key{Partition: "counter#usage#plan#key", Sort: "day#2027-01-15"}
)

func newHistory(seed uint64) *history {
	random := rand.New(rand.NewPCG(seed, 1))
	h := &history{random: random, clock: newClock()}
	h.store = &faulty{memory: memory{counts: map[store.Key]int64{}}, clock: h.clock, random: random,
		rate: []float64{0, 0.1, 0.5}[random.IntN(3)], lost: map[store.Key]int64{}, twice: map[store.Key]int64{}}
	h.limit = Limit{Rate: []float64{0.5, 5, 50, 200, 3000}[random.IntN(5)], Burst: 1 + random.Int64N(100)}
	h.allowance = random.Int64N(150)
	h.exact = random.IntN(2) == 0
	for range 1 + random.IntN(5) {
		h.skews = append(h.skews, time.Duration(random.IntN(500))*time.Millisecond)
		h.meters = append(h.meters, nil)
		h.start(len(h.meters) - 1)
	}
	return h
}

// start begins an environment, or replaces one that died.
func (h *history) start(i int) {
	skew := h.skews[i]
	h.meters[i] = New(Config{Counters: h.store, Now: func() time.Time { return h.clock.now.Add(skew) }})
}

func (h *history) step(ctx context.Context) {
	i := h.random.IntN(len(h.meters))
	m := h.meters[i]
	switch n := h.random.IntN(100); {
	case n < 2:
		h.start(i)
	case n < 4:
		m.Close(ctx)
	case n < 8:
		m.Flush(ctx)
	case n < 20:
		h.clock.advance(time.Duration(h.random.IntN(400)) * time.Millisecond)
	default:
		h.clock.advance(time.Duration(h.random.IntN(20)) * time.Millisecond)
		h.request(ctx, m)
	}
}

func (h *history) request(ctx context.Context, m *Meter) {
	r := Request{Throttles: []Throttle{{Bucket: m.Bucket("b"), Limit: h.limit}}}
	if h.random.IntN(4) == 0 {
		r.Quota = &Allowance{Quota: m.Quota(quotaKey, time.Time{}), Limit: h.allowance, Exact: h.exact}
	}
	d := m.Admit(ctx, &r)
	if !d.Admitted {
		return
	}
	// With a quota the token may have been spent seconds before the decision.
	if !d.Degraded && r.Quota == nil {
		h.admitted = append(h.admitted, h.clock.now.UnixNano())
	}
	if r.Quota != nil {
		h.used++
	}
	h.counted++
	m.Count(ctx, countedKey, 1, time.Time{})
}

// check holds the history against the bounds that the package publishes.
func (h *history) check(t *testing.T, seed uint64) {
	t.Helper()
	if h.used > h.allowance {
		t.Errorf("history %d: %d requests used a quota of %d", seed, h.used, h.allowance)
	}
	if got := h.store.counts[quotaKey]; got < h.used || got > max(h.allowance, 0) {
		t.Errorf("history %d: the quota's counter is %d after %d requests of %d", seed, got, h.used, h.allowance)
	}
	if got, most := h.store.counts[countedKey], h.counted+h.store.twice[countedKey]; got > most {
		t.Errorf("history %d: %d requests were recorded, at most %d came", seed, got, most)
	}
	allowed := func(ns int64) float64 {
		// Clocks differ by up to 500 ms.
		return h.limit.Rate*(float64(ns)/1e9+0.5+0.2) + float64(h.limit.Burst) + 1e-6
	}
	for i := range h.admitted {
		for j := i; j < len(h.admitted); j++ {
			if n := float64(j - i + 1); n > allowed(h.admitted[j]-h.admitted[i]) {
				t.Errorf("history %d: %v requests in %v at rate %v, burst %v", seed, n,
					time.Duration(h.admitted[j]-h.admitted[i]), h.limit.Rate, h.limit.Burst)
				return
			}
		}
	}
}

// TestFaults runs random histories of up to five environments over a store
// that refuses, delays, loses answers and repeats calls, with environments
// that die and clocks that differ.
func TestFaults(t *testing.T) {
	histories := uint64(10_000)
	if testing.Short() {
		histories = 1000
	}
	var admitted int64
	for seed := range histories {
		h := newHistory(seed)
		for range 150 {
			h.step(t.Context())
		}
		h.check(t, seed)
		admitted += h.counted
		if t.Failed() {
			return
		}
	}
	if admitted < int64(histories)*10 {
		t.Errorf("only %d requests were admitted in %d histories", admitted, histories)
	}
}

// TestLeavesNothing runs environments without faults that close: all that was
// reserved and not used is back, and everything is recorded.
func TestLeavesNothing(t *testing.T) {
	for seed := range uint64(500) {
		h := newHistory(seed)
		h.store.rate = 0
		for range 150 {
			i := h.random.IntN(len(h.meters))
			h.clock.advance(time.Duration(h.random.IntN(20)) * time.Millisecond)
			h.request(t.Context(), h.meters[i])
		}
		for _, m := range h.meters {
			m.Close(t.Context())
		}
		h.check(t, seed)
		if got := h.store.counts[quotaKey]; got != h.used {
			t.Fatalf("history %d: the quota's counter is %d after %d requests", seed, got, h.used)
		}
		if got := h.store.counts[countedKey]; got != h.counted {
			t.Fatalf("history %d: %d of %d requests were recorded", seed, got, h.counted)
		}
	}
}
