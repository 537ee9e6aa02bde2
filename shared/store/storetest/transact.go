package storetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// testConditions tries every kind of write under every condition on an item
// that exists (in version 2) and on one that does not.
func testConditions(t *testing.T, s Store, _ *Clock) {
	tests := []struct {
		cond            store.Condition
		absent, present bool // whether it holds
	}{
		{store.Any, true, true},
		{store.Absent, true, false},
		{store.Present, false, true},
		{store.VersionIs(1), false, false},
		{store.VersionIs(2), false, true},
		{store.VersionIs(3), false, false},
	}
	kinds := map[store.Kind]string{store.KindPut: "put", store.KindDelete: "delete", store.KindCheck: "check"}
	for _, test := range tests {
		for kind, name := range kinds {
			if kind == store.KindCheck && test.cond == store.Any {
				continue // ErrInvalid, in testTransactLimits
			}
			for _, exists := range []bool{false, true} {
				k := key("conditions", fmt.Sprintf("%s %s %v", name, test.cond, exists))
				holds := test.absent
				if exists {
					holds = test.present
					transact(t, s, store.Create(item(k, "one")))
					transact(t, s, store.Replace(item(k, "two"), 1))
				}
				// On its own, and beside a write that always goes through.
				other := key("conditions", "other")
				for _, writes := range [][]store.Write{
					{{Kind: kind, Item: item(k, "new"), If: test.cond}},
					{store.Put(item(other, "x")), {Kind: kind, Item: item(k, "new"), If: test.cond}},
				} {
					if holds {
						continue
					}
					wantRefused(t, s.Transact(t.Context(), writes), len(writes)-1, k)
					wantAbsent(t, s, other)
				}
				if holds {
					transact(t, s, store.Write{Kind: kind, Item: item(k, "new"), If: test.cond})
				}
				wantAfter(t, s, k, kind, exists, holds)
			}
		}
	}
}

func wantAfter(t *testing.T, s Store, k store.Key, kind store.Kind, existed, held bool) {
	t.Helper()
	want := store.Item{Key: k, Value: []byte("two"), Version: 2}
	switch {
	case held && kind == store.KindPut:
		want.Value, want.Version = []byte("new"), 1
		if existed {
			want.Version = 3
		}
	case held && kind == store.KindDelete, !existed:
		wantAbsent(t, s, k)
		return
	}
	wantItem(t, s, want)
}

func testVersions(t *testing.T, s Store, _ *Clock) {
	k := key("versions", "a")
	transact(t, s, store.Put(item(k, "1")))
	transact(t, s, store.Put(item(k, "2")))
	transact(t, s, store.Replace(item(k, "3"), 2))
	if _, err := s.Add(t.Context(), k, 5, store.Bounds{}); err != nil {
		t.Fatal(err)
	}
	wantItem(t, s, store.Item{Key: k, Value: []byte("3"), Count: 5, Version: 4})
	transact(t, s, store.Delete(k, store.VersionIs(4)))
	transact(t, s, store.Create(item(k, "again")))
	wantItem(t, s, store.Item{Key: k, Value: []byte("again"), Version: 1})
}

func testRoundTrip(t *testing.T, s Store, clock *Clock) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	expires := clock.Now().Add(time.Hour)
	for i, in := range []store.Item{
		{},
		{Value: all},
		{Value: []byte{0}},
		{Count: 1<<63 - 1},
		{Count: -1 << 63, Value: all},
		{Expires: expires},
		{Value: bytes.Repeat(all, 1000), Count: -7, Expires: expires},
	} {
		in.Key = key("round trip", fmt.Sprint(i))
		transact(t, s, store.Put(in))
		want := in
		want.Version = 1
		if !in.Expires.IsZero() {
			want.Expires = expires.Truncate(time.Second).Add(time.Second)
		}
		wantItem(t, s, want)

		// A replacement leaves nothing of the item before.
		transact(t, s, store.Replace(store.Item{Key: in.Key}, 1))
		wantItem(t, s, store.Item{Key: in.Key, Version: 2})
	}
}

func testAllOrNothing(t *testing.T, s Store, _ *Clock) {
	k := func(n int) store.Key { return key(fmt.Sprint("partition ", n%7), fmt.Sprint(n)) }
	var writes []store.Write
	for n := range store.MaxWrites {
		writes = append(writes, store.Create(item(k(n), "x")))
	}
	transact(t, s, store.Create(item(k(40), "in the way")), store.Create(item(k(70), "in the way")))
	wantRefused(t, s.Transact(t.Context(), writes), 40, k(40))
	for n := range store.MaxWrites {
		if n != 40 && n != 70 {
			wantAbsent(t, s, k(n))
		}
	}
	transact(t, s, store.Delete(k(40), store.Any), store.Delete(k(70), store.Present), store.Check(k(1), store.Absent))
	transact(t, s, writes...)
	for n := range store.MaxWrites {
		wantItem(t, s, store.Item{Key: k(n), Value: []byte("x"), Version: 1})
	}

	// A check that fails keeps the writes around it back.
	err := s.Transact(t.Context(), []store.Write{
		store.Delete(k(0), store.Any),
		store.Check(k(1), store.VersionIs(9)),
		store.Put(item(k(2), "changed")),
	})
	wantRefused(t, err, 1, k(1))
	wantItem(t, s, store.Item{Key: k(0), Value: []byte("x"), Version: 1})
	wantItem(t, s, store.Item{Key: k(2), Value: []byte("x"), Version: 1})
}

func testTransactLimits(t *testing.T, s Store, _ *Clock) {
	ctx := t.Context()
	k := key("limits", "a")
	many := make([]store.Write, store.MaxWrites+1)
	for n := range many {
		many[n] = store.Put(item(key("limits", fmt.Sprint(n)), "x"))
	}
	wantInvalid(t, "no writes", s.Transact(ctx, nil))
	wantInvalid(t, "101 writes", s.Transact(ctx, many))
	wantInvalid(t, "one key twice", s.Transact(ctx, []store.Write{store.Put(item(k, "x")), store.Delete(k, store.Any)}))
	wantInvalid(t, "unknown kind", s.Transact(ctx, []store.Write{{Item: item(k, "x")}}))
	wantInvalid(t, "check of nothing", s.Transact(ctx, []store.Write{store.Check(k, store.Any)}))
	wantInvalid(t, "version 0", s.Transact(ctx, []store.Write{store.Replace(item(k, "x"), 0)}))
	wantInvalid(t, "value too large", s.Transact(ctx, []store.Write{
		store.Put(store.Item{Key: k, Value: make([]byte, store.MaxValueBytes+1)}),
	}))
	wantAbsent(t, s, k)
}

func testInvalidKeys(t *testing.T, s Store, _ *Clock) {
	ctx := t.Context()
	for name, k := range map[string]store.Key{
		"empty partition":     key("", "a"),
		"empty sort key":      key("a", ""),
		"long partition":      key(strings.Repeat("a", store.MaxPartitionBytes+1), "a"),
		"long sort key":       key("a", strings.Repeat("a", store.MaxSortBytes+1)),
		"partition not UTF-8": key("\xff", "a"),
		"sort key not UTF-8":  key("a", "a\xc3"),
		"reserved partition":  key("~chunk", "a"),
	} {
		_, err := s.Get(ctx, k)
		wantInvalid(t, name+": Get", err)
		_, err = s.BatchGet(ctx, []store.Key{key("a", "a"), k})
		wantInvalid(t, name+": BatchGet", err)
		_, err = s.Add(ctx, k, 1, store.Bounds{})
		wantInvalid(t, name+": Add", err)
		wantInvalid(t, name+": Transact", s.Transact(ctx, []store.Write{store.Put(item(k, "x"))}))
		wantInvalid(t, name+": PutAll", s.PutAll(ctx, []store.Item{item(key("a", "a"), "x"), item(k, "x")}))
	}
	wantAbsent(t, s, key("a", "a"))

	longest := key(strings.Repeat("p", store.MaxPartitionBytes), strings.Repeat("s", store.MaxSortBytes))
	transact(t, s, store.Create(item(longest, "x")))
	wantItem(t, s, store.Item{Key: longest, Value: []byte("x"), Version: 1})
}
