package storetest

import (
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

const minute = time.Minute

func testExpiryReads(t *testing.T, s Store, clock *Clock) {
	ctx := t.Context()
	keys := []store.Key{key("expiry", "a"), key("expiry", "b"), key("expiry", "never"), key("expiry", "past")}
	a := clock.Now().Add(10 * time.Second) // stored as half a second later
	transact(t, s,
		store.Create(store.Item{Key: keys[0], Expires: a}),
		store.Create(store.Item{Key: keys[1], Expires: clock.Now().Truncate(time.Second).Add(20 * time.Second)}),
		store.Create(store.Item{Key: keys[2]}),
		store.Create(store.Item{Key: keys[3], Expires: time.Unix(-5, 0)}),
	)
	want := func(sorts_ ...string) {
		t.Helper()
		got := sorts(t, s, "expiry", "", store.Page{})
		items, err := s.BatchGet(ctx, keys)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(sorts_) || len(items) != len(sorts_) {
			t.Fatalf("Query returned %q, BatchGet %d items; want %q", got, len(items), sorts_)
		}
		for i, sort := range sorts_ {
			if got[i] != sort || items[i].Sort != sort {
				t.Fatalf("item %d is %q in Query, %q in BatchGet; want %q", i, got[i], items[i].Sort, sort)
			}
			get(t, s, key("expiry", sort))
		}
	}
	want("a", "b", "never")
	clock.Move(10 * time.Second)
	want("a", "b", "never") // rounded up: not yet
	clock.Move(500 * time.Millisecond)
	want("b", "never")
	wantAbsent(t, s, keys[0])
	clock.Move(time.Hour)
	want("never")
	wantAbsent(t, s, keys[1])
	wantAbsent(t, s, keys[3])
}

func testExpiryConditions(t *testing.T, s Store, clock *Clock) {
	ctx := t.Context()
	k := key("expiry", "a")
	expires := func() time.Time { return clock.Now().Truncate(time.Second).Add(minute) }
	other := store.Put(item(key("expiry", "other"), "x"))

	transact(t, s, store.Create(store.Item{Key: k, Value: []byte("old"), Count: 9, Expires: expires()}))
	clock.Move(minute)
	for _, writes := range [][]store.Write{
		{store.Replace(item(k, "new"), 1)},
		{other, store.Replace(item(k, "new"), 1)},
		{other, store.Check(k, store.Present)},
		{store.Check(k, store.VersionIs(1))},
		{other, store.Delete(k, store.Present)},
		{store.Delete(k, store.VersionIs(1))},
	} {
		wantRefused(t, s.Transact(ctx, writes), len(writes)-1, k)
	}
	transact(t, s, store.Check(k, store.Absent))
	transact(t, s, store.Check(k, store.Absent), other)

	renewed := expires()
	transact(t, s, store.Create(store.Item{Key: k, Value: []byte("new"), Expires: renewed}))
	wantItem(t, s, store.Item{Key: k, Value: []byte("new"), Version: 1, Expires: renewed})
	clock.Move(minute)
	transact(t, s, store.Create(item(k, "newer")), other)
	wantItem(t, s, store.Item{Key: k, Value: []byte("newer"), Version: 1})

	// An unconditional put over an expired item leaves nothing of it either.
	transact(t, s, store.Put(store.Item{Key: k, Value: []byte("x"), Count: 3, Expires: expires()}))
	clock.Move(minute)
	transact(t, s, store.Put(store.Item{Key: k}))
	got := get(t, s, k)
	if got.Value != nil || got.Count != 0 || !got.Expires.IsZero() || got.Version < 1 {
		t.Errorf("after Put over an expired item: %+v", got)
	}
}

func testExpiryCounters(t *testing.T, s Store, clock *Clock) {
	k := key("expiry", "counter")
	first := clock.Now().Truncate(time.Second).Add(minute)
	bounds := store.Bounds{Ceiling: limit(10), Expires: first}
	wantCount(t, s, k, 10, bounds, 10)
	wantCountRefused(t, s, k, 1, bounds, 10)
	wantItem(t, s, store.Item{Key: k, Count: 10, Version: 1, Expires: first})

	// After its expiry the counter starts from zero.
	clock.Move(minute)
	wantCountRefused(t, s, k, 11, bounds, 0)
	wantCountRefused(t, s, k, -1, store.Bounds{Floor: limit(0)}, 0)
	bounds.Expires = first.Add(minute)
	wantCount(t, s, k, 4, bounds, 4)
	wantItem(t, s, store.Item{Key: k, Count: 4, Version: 1, Expires: bounds.Expires})

	// Without an expiry of its own it then never expires.
	clock.Move(minute)
	wantCount(t, s, k, 5, store.Bounds{}, 5)
	clock.Move(24 * time.Hour)
	wantItem(t, s, store.Item{Key: k, Count: 5, Version: 1})

	// What an expired value was is gone, too.
	v := key("expiry", "value")
	transact(t, s, store.Put(store.Item{Key: v, Value: pattern(700<<10, 1), Count: 5, Expires: clock.Now().Add(minute)}))
	clock.Move(2 * minute)
	wantCount(t, s, v, 1, store.Bounds{}, 1)
	wantItem(t, s, store.Item{Key: v, Count: 1, Version: 1})
}
