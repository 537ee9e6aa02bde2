package storetest

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/postern-gateway/postern/shared/store"
)

func limit(n int64) *int64 { return &n }

func wantCount(t *testing.T, s Store, k store.Key, delta int64, b store.Bounds, want int64) {
	t.Helper()
	got, err := s.Add(t.Context(), k, delta, b)
	if err != nil || got != want {
		t.Fatalf("Add(%s, %d) = %d, %v; want %d", k, delta, got, err, want)
	}
}

// wantCountRefused requires a refusal that leaves and returns the count.
func wantCountRefused(t *testing.T, s Store, k store.Key, delta int64, b store.Bounds, want int64) {
	t.Helper()
	got, err := s.Add(t.Context(), k, delta, b)
	wantRefused(t, err, 0, k)
	if got != want {
		t.Fatalf("refused Add(%s, %d) = %d; want %d", k, delta, got, want)
	}
}

func testAdd(t *testing.T, s Store, _ *Clock) {
	k := key("add", "a")
	wantCount(t, s, k, 5, store.Bounds{}, 5)
	wantCount(t, s, k, -8, store.Bounds{}, -3)
	wantCount(t, s, k, 0, store.Bounds{}, -3)
	wantItem(t, s, store.Item{Key: k, Count: -3, Version: 3})
	wantCount(t, s, key("add", "zero"), 0, store.Bounds{}, 0)
	wantItem(t, s, store.Item{Key: key("add", "zero"), Version: 1})
}

func testAddBounds(t *testing.T, s Store, _ *Clock) {
	k := key("bounds", "a")
	both := store.Bounds{Floor: limit(0), Ceiling: limit(10)}

	wantCountRefused(t, s, k, 11, both, 0)
	wantCountRefused(t, s, k, -1, both, 0)
	wantAbsent(t, s, k)

	wantCount(t, s, k, 10, both, 10)
	wantCountRefused(t, s, k, 1, both, 10)
	wantCount(t, s, k, -10, both, 0)
	wantCountRefused(t, s, k, -1, both, 0)
	wantCount(t, s, k, 4, store.Bounds{Ceiling: limit(4)}, 4)
	wantCountRefused(t, s, k, 1, store.Bounds{Ceiling: limit(4)}, 4)
	wantCount(t, s, k, -4, store.Bounds{Floor: limit(0)}, 0)
	wantCountRefused(t, s, k, -1, store.Bounds{Floor: limit(0)}, 0)
	wantItem(t, s, store.Item{Key: k, Version: 4})

	// The bounds concern the result, so they may exclude the count itself.
	wantCount(t, s, k, 100, store.Bounds{Floor: limit(100), Ceiling: limit(100)}, 100)
	wantCountRefused(t, s, k, 1, store.Bounds{Floor: limit(200)}, 100)
	wantCount(t, s, k, -50, store.Bounds{Ceiling: limit(60)}, 50)
	wantCountRefused(t, s, k, 1, store.Bounds{Floor: limit(60), Ceiling: limit(50)}, 50)
	wantCount(t, s, key("bounds", "b"), 7, store.Bounds{Floor: limit(7)}, 7)
}

func testAddOverflow(t *testing.T, s Store, _ *Clock) {
	k := key("overflow", "a")
	wantCount(t, s, k, math.MaxInt64, store.Bounds{}, math.MaxInt64)
	wantCountRefused(t, s, k, 1, store.Bounds{}, math.MaxInt64)
	wantCountRefused(t, s, k, math.MaxInt64, store.Bounds{Floor: limit(0)}, math.MaxInt64)
	wantCount(t, s, k, math.MinInt64, store.Bounds{}, -1)
	wantCount(t, s, k, -math.MaxInt64, store.Bounds{}, math.MinInt64)
	wantCountRefused(t, s, k, -1, store.Bounds{Ceiling: limit(0)}, math.MinInt64)
}

func testAddKeepsValue(t *testing.T, s Store, clock *Clock) {
	k := key("keeps", "a")
	expires := clock.Now().Truncate(minute).Add(2 * minute)
	transact(t, s, store.Put(store.Item{Key: k, Value: []byte("value"), Count: 40, Expires: expires}))
	wantCount(t, s, k, 2, store.Bounds{}, 42)
	wantItem(t, s, store.Item{Key: k, Value: []byte("value"), Count: 42, Version: 2, Expires: expires})

	later := expires.Add(minute)
	wantCount(t, s, k, 1, store.Bounds{Expires: later}, 43)
	wantItem(t, s, store.Item{Key: k, Value: []byte("value"), Count: 43, Version: 3, Expires: later})
	wantCountRefused(t, s, k, 1, store.Bounds{Ceiling: limit(43), Expires: later.Add(minute)}, 43)
	wantItem(t, s, store.Item{Key: k, Value: []byte("value"), Count: 43, Version: 3, Expires: later})

	// The same on a value that is kept in chunks.
	big := key("keeps", "big")
	value := pattern(500<<10, 1)
	transact(t, s, store.Put(store.Item{Key: big, Value: value}))
	wantCount(t, s, big, 3, store.Bounds{}, 3)
	wantCount(t, s, big, 4, store.Bounds{Ceiling: limit(7), Expires: later}, 7)
	wantCountRefused(t, s, big, 1, store.Bounds{Ceiling: limit(7), Expires: later}, 7)
	wantItem(t, s, store.Item{Key: big, Value: value, Count: 7, Version: 3, Expires: later})
}

// testAddNotApplied fails in every way that certainly changes nothing.
func testAddNotApplied(t *testing.T, s Store, _ *Clock) {
	k := key("failed", "a")
	wantCount(t, s, k, 5, store.Bounds{}, 5)
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		key   store.Key
		cause error
	}{
		{"a key that cannot be", t.Context(), store.Key{Partition: "p"}, store.ErrInvalid},
		{"an ended context", ended, k, context.Canceled},
		{"beyond its bounds", t.Context(), k, store.ErrConditionFailed},
	} {
		if _, err := s.Add(c.ctx, c.key, 3, store.Bounds{Ceiling: limit(7)}); !errors.Is(err, c.cause) || !store.NotApplied(err) {
			t.Errorf("%s: %v is to be %v, and to say that nothing was changed", c.name, err, c.cause)
		}
	}
	wantItem(t, s, store.Item{Key: k, Count: 5, Version: 1})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(t.Context(), k, 3, store.Bounds{}); !errors.Is(err, store.ErrClosed) || !store.NotApplied(err) {
		t.Errorf("a closed store: %v", err)
	}
}
