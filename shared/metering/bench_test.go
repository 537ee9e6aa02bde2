package metering

import (
	"testing"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

var _ Counters = (*embedded.Store)(nil)

// warm is a Meter and a request whose tokens come in large leases.
func warm(b *testing.B) (*Meter, *Request) {
	m := New(Config{Counters: &memory{counts: map[store.Key]int64{}}})
	r := &Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 1e9, Burst: 1e9}}}}
	for range 10_000 {
		if !m.Admit(b.Context(), r).Admitted {
			b.Fatal("refused")
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	return m, r
}

func BenchmarkWarmThrottle(b *testing.B) {
	m, r := warm(b)
	for b.Loop() {
		m.Admit(b.Context(), r)
	}
}

func BenchmarkWarmThrottleParallel(b *testing.B) {
	m, r := warm(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			m.Admit(b.Context(), r)
		}
	})
}

// TestWarmDecisionTakesNoMemory is the benchmark's count of allocations.
func TestWarmDecisionTakesNoMemory(t *testing.T) {
	c := newClock()
	m := New(Config{Counters: newMemory(), Now: c.Now})
	r := &Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 1e6, Burst: 1e6}}}}
	bucket := r.Throttles[0].Bucket
	m.Admit(t.Context(), r)
	if n := testing.AllocsPerRun(100, func() {
		bucket.giveBack()
		m.Admit(t.Context(), r)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
