package storetest

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

const writers = 8

// testConcurrentAdds lets 8 writers add 10,000 times in total, to one hot key
// and to one that each has for itself.
func testConcurrentAdds(t *testing.T, s Store, _ *Clock) {
	const adds = 10_000
	hot := key("adds", "hot")
	var seen sync.Map
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			own := key("adds", fmt.Sprint("writer ", w))
			for i := range adds / writers {
				k := hot
				if i%2 == 1 {
					k = own
				}
				count, err := s.Add(t.Context(), k, 1, store.Bounds{})
				if err != nil {
					t.Errorf("Add: %v", err)
					return
				}
				if _, twice := seen.LoadOrStore(fmt.Sprint(k, count), true); twice {
					t.Errorf("%s reached %d twice", k, count)
				}
			}
		})
	}
	wait.Wait()
	wantItem(t, s, store.Item{Key: hot, Count: adds / 2, Version: adds / 2})
	for w := range writers {
		wantItem(t, s, store.Item{Key: key("adds", fmt.Sprint("writer ", w)), Count: adds / 2 / writers, Version: adds / 2 / writers})
	}
}

// testConcurrentCeiling lets writers compete for the last of a count.
func testConcurrentCeiling(t *testing.T, s Store, _ *Clock) {
	k := key("ceiling", "a")
	bounds := store.Bounds{Ceiling: limit(100)}
	var admitted atomic.Int64
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for range 30 {
				count, err := s.Add(t.Context(), k, 1, bounds)
				switch {
				case err == nil:
					admitted.Add(1)
				case !errors.Is(err, store.ErrConditionFailed) || count != 100:
					t.Errorf("Add = %d, %v; want a refusal at 100", count, err)
				}
			}
		})
	}
	wait.Wait()
	if admitted.Load() != 100 {
		t.Errorf("%d adds were admitted; want 100", admitted.Load())
	}
	wantItem(t, s, store.Item{Key: k, Count: 100, Version: 100})
}

// testConcurrentConditions lets 8 writers try the same guarded write; exactly
// one may win each round.
func testConcurrentConditions(t *testing.T, s Store, _ *Clock) {
	k, beside := key("race", "a"), key("race", "b")
	for round := range int64(25) {
		var won atomic.Int64
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				put := store.Create(item(k, fmt.Sprint(w)))
				if round > 0 {
					put = store.Replace(item(k, fmt.Sprint(w)), round)
				}
				writes := []store.Write{put}
				if w%2 == 1 {
					writes = append(writes, store.Put(item(beside, fmt.Sprint(w))))
				}
				err := s.Transact(t.Context(), writes)
				switch {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, store.ErrConditionFailed):
					t.Errorf("Transact: %v", err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d has %d winners; want 1", round, won.Load())
		}
		if got := get(t, s, k); got.Version != round+1 {
			t.Fatalf("version %d after round %d", got.Version, round)
		}
	}
}

// testConcurrentTransfers moves amounts between accounts under optimistic
// versions: what they hold together stays the same.
func testConcurrentTransfers(t *testing.T, s Store, _ *Clock) {
	const accounts, transfers = 4, 15
	account := func(n int) store.Key { return key("accounts", fmt.Sprint(n)) }
	for n := range accounts {
		transact(t, s, store.Create(store.Item{Key: account(n), Count: 1000}))
	}
	var wait sync.WaitGroup
	for w := range writers / 2 {
		wait.Go(func() {
			for i := 0; i < transfers; {
				from, to := get(t, s, account((w+i)%accounts)), get(t, s, account((w+i+1)%accounts))
				from.Count, to.Count = from.Count-10, to.Count+10
				err := s.Transact(t.Context(), []store.Write{store.Replace(from, from.Version), store.Replace(to, to.Version)})
				switch {
				case err == nil:
					i++
				case !errors.Is(err, store.ErrConditionFailed):
					t.Errorf("Transact: %v", err)
					return
				}
			}
		})
	}
	wait.Wait()
	var count, versions int64
	for n := range accounts {
		got := get(t, s, account(n))
		count, versions = count+got.Count, versions+got.Version
	}
	if want := int64(accounts + 2*transfers*writers/2); count != 1000*accounts || versions != want {
		t.Errorf("the accounts hold %d in %d versions; want %d in %d", count, versions, 1000*accounts, want)
	}
}

func testCancellation(t *testing.T, s Store, _ *Clock) {
	k := key("cancelled", "a")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelLate()
	for want, ctx := range map[error]context.Context{context.Canceled: ended, context.DeadlineExceeded: late} {
		_, getErr := s.Get(ctx, k)
		_, batchErr := s.BatchGet(ctx, []store.Key{k})
		_, _, queryErr := s.Query(ctx, "cancelled", "", store.Page{})
		_, addErr := s.Add(ctx, k, 1, store.Bounds{})
		for name, err := range map[string]error{
			"Get": getErr, "BatchGet": batchErr, "Query": queryErr, "Add": addErr,
			"Transact":       s.Transact(ctx, []store.Write{store.Put(item(k, "x"))}),
			"Transact large": s.Transact(ctx, []store.Write{store.Put(store.Item{Key: k, Value: pattern(1<<20, 1)})}),
			"PutAll":         s.PutAll(ctx, []store.Item{item(k, "x")}),
			"DeleteAll":      s.DeleteAll(ctx, "cancelled", ""),
		} {
			if !errors.Is(err, want) {
				t.Errorf("%s: error is %v; want %v", name, err, want)
			}
		}
	}
	wantAbsent(t, s, k)
}

func testClose(t *testing.T, s Store, _ *Clock) {
	k := key("close", "a")
	transact(t, s, store.Create(item(k, "x")))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("Close: %v", err)
		}
	}
	_, err := s.Get(t.Context(), k)
	_, addErr := s.Add(t.Context(), k, 1, store.Bounds{})
	for name, err := range map[string]error{
		"Get": err, "Add": addErr, "Transact": s.Transact(t.Context(), []store.Write{store.Put(item(k, "y"))}),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s after Close: error is %v; want ErrClosed", name, err)
		}
	}
}
