package metering

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// counters adapts a function.
type counters func(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error)

func (f counters) Add(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
	return f(ctx, key, delta, b)
}

func newMemory() *memory { return &memory{counts: map[store.Key]int64{}} }

func TestOrderAndGiveBack(t *testing.T) {
	c, s := newClock(), newMemory()
	m := New(Config{Counters: s, Now: c.Now})
	plan, stage := Throttle{m.Bucket("plan"), Limit{Rate: 10, Burst: 10}}, Throttle{m.Bucket("stage"), Limit{Rate: 1, Burst: 1}}
	quota := &Allowance{Quota: m.Quota(quotaKey, time.Time{}), Limit: 100}
	r := Request{Throttles: []Throttle{plan, stage}, Quota: quota}
	if d := m.Admit(t.Context(), &r); !d.Admitted {
		t.Fatalf("the first request: %+v", d)
	}
	d := m.Admit(t.Context(), &r)
	if d.Admitted || d.By != 1 || d.RetryAfter <= 0 || d.RetryAfter > 1100*time.Millisecond {
		t.Errorf("the second request: %+v", d)
	}
	quota.Limit = 1
	c.advance(2 * time.Second)
	if d := m.Admit(t.Context(), &r); d.Admitted || d.By != ByQuota {
		t.Errorf("a request beyond the quota: %+v", d)
	}
	// The stage's only token was given back.
	if d := m.Admit(t.Context(), &Request{Throttles: []Throttle{stage}}); !d.Admitted {
		t.Errorf("after the quota refused: %+v", d)
	}
	if d := m.Admit(t.Context(), &Request{Throttles: []Throttle{{m.Bucket("none"), Limit{}}}}); d.Admitted || d.RetryAfter != 0 {
		t.Errorf("a limit of nothing: %+v", d)
	}
}

// TestOneConversation sends many requests at once to a store that holds the
// first write back: all wait for it, none asks for itself.
func TestOneConversation(t *testing.T) {
	const requests = 64
	s := newMemory()
	var calls atomic.Int64
	arrived, release := make(chan struct{}), make(chan struct{})
	m := New(Config{Wait: time.Minute, Timeout: time.Minute, Counters: counters(func(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
		if calls.Add(1) == 1 {
			close(arrived)
			<-release
		}
		return s.Add(ctx, key, delta, b) // alone: one conversation at a time
	})})
	r := Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 1000, Burst: 1000}}}}
	var wg sync.WaitGroup
	var admitted atomic.Int64
	for range requests {
		wg.Go(func() {
			if m.Admit(context.Background(), &r).Admitted {
				admitted.Add(1)
			}
		})
	}
	<-arrived
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if d := m.Admit(cancelled, &r); d.Admitted {
		t.Error("a request whose client has gone was admitted without a token")
	}
	if calls.Load() != 1 {
		t.Errorf("%d calls at once", calls.Load())
	}
	close(release)
	wg.Wait()
	if admitted.Load() != requests {
		t.Errorf("%d of %d requests were admitted", admitted.Load(), requests)
	}
	// Goroutines that arrive one after the other may each find nothing at
	// first, but leases grow.
	if n := calls.Load(); n > requests/2 {
		t.Errorf("%d writes for %d requests", n, requests)
	}
}

func TestStoreIsDown(t *testing.T) {
	c := newClock()
	calls := 0
	events := map[Kind]int64{}
	m := New(Config{Now: c.Now, OnEvent: func(e Event) { events[e.Kind]++ },
		Counters: counters(func(context.Context, store.Key, int64, store.Bounds) (int64, error) {
			calls++
			return 0, errors.New("service unavailable")
		})})
	throttled := Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 10, Burst: 5}}}}
	closed := Request{Quota: &Allowance{Quota: m.Quota(quotaKey, time.Time{}), Limit: 1000}}
	open := Request{Quota: &Allowance{Quota: m.Quota(countedKey, time.Time{}), Limit: 1000, Open: true}}
	admitted := 0
	for range 5000 { // 5 s
		c.advance(time.Millisecond)
		d := m.Admit(t.Context(), &throttled)
		if d.Admitted {
			admitted++
		}
		if !d.Degraded {
			t.Fatalf("%+v is not said to be a fallback", d)
		}
		if d := m.Admit(t.Context(), &closed); d.Admitted || d.By != ByQuota {
			t.Fatalf("a closed quota: %+v", d)
		}
		if d := m.Admit(t.Context(), &open); !d.Admitted {
			t.Fatalf("an open quota: %+v", d)
		}
	}
	if admitted < 50 || admitted > 55 {
		t.Errorf("%d requests in 5 s passed a local limit of 10/s and a burst of 5", admitted)
	}
	if calls > 12 {
		t.Errorf("a store that is down was called %d times in 5 s", calls)
	}
	for _, k := range []Kind{StoreFailed, ThrottledLocally, QuotaClosed, QuotaUnchecked} {
		if events[k] != 1 {
			t.Errorf("event %d came %d times in 5 s", k, events[k])
		}
	}
}

// TestComesBack has a store that fails for a while: afterwards it decides
// again.
func TestComesBack(t *testing.T) {
	c, s := newClock(), newMemory()
	down := true
	m := New(Config{Now: c.Now, Counters: counters(func(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
		if down {
			return 0, errLost
		}
		return s.Add(ctx, key, delta, b)
	})})
	r := Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 100, Burst: 100}}}}
	for range 2000 {
		c.advance(time.Millisecond)
		m.Admit(t.Context(), &r)
	}
	down = false
	c.advance(2 * time.Second)
	if d := m.Admit(t.Context(), &r); !d.Admitted || d.Degraded {
		t.Errorf("after the store came back: %+v", d)
	}
}

func TestCountBatches(t *testing.T) {
	c, s := newClock(), newMemory()
	m := New(Config{Counters: s, Now: c.Now})
	for range 3000 { // 3 s
		m.Count(t.Context(), countedKey, 1, time.Time{})
		c.advance(time.Millisecond)
	}
	if s.writes < 2 || s.writes > 3 {
		t.Errorf("%d writes in 3 s", s.writes)
	}
	m.Close(t.Context())
	if got := s.counts[countedKey]; got != 3000 {
		t.Errorf("%d of 3000 were recorded", got)
	}
}

// A count that the store certainly did not take is written later; one of which nobody knows is lost.
func TestCountsOfAThrottledStore(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int64
		lost int64
	}{
		{fmt.Errorf("%w: throttled", store.ErrNotApplied), 20, 0},
		{errLost, 10, 1},
	} {
		c, s := newClock(), newMemory()
		var failing bool
		var lost int64
		m := New(Config{Now: c.Now, Counters: counters(func(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
			if failing {
				return 0, test.err
			}
			return s.Add(ctx, key, delta, b)
		}), OnEvent: func(e Event) {
			if e.Kind == UsageLost {
				lost += e.Count
			}
		}})
		for _, failing = range []bool{true, false} {
			m.Count(t.Context(), countedKey, 10, time.Time{})
			m.Flush(t.Context())
		}
		if got := s.counts[countedKey]; got != test.want || lost != test.lost {
			t.Errorf("%v: %d of 20 were recorded, %d times lost; want %d and %d", test.err, got, lost, test.want, test.lost)
		}
	}
}

func TestIdleIsForgotten(t *testing.T) {
	c := newClock()
	m := New(Config{Counters: newMemory(), Now: c.Now})
	r := Request{Throttles: []Throttle{{m.Bucket("b"), Limit{Rate: 10, Burst: 10}}}, Quota: &Allowance{Quota: m.Quota(quotaKey, time.Time{}), Limit: 10}}
	m.Admit(t.Context(), &r)
	c.advance(time.Hour)
	m.Flush(t.Context())
	if len(m.buckets)+len(m.quotas) != 0 {
		t.Errorf("%d buckets and %d quotas are remembered", len(m.buckets), len(m.quotas))
	}
	if d := m.Admit(t.Context(), &r); !d.Admitted { // a handle that was kept still works
		t.Errorf("%+v", d)
	}
}
