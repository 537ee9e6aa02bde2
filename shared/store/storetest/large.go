package storetest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/postern-gateway/postern/shared/store"
)

// pattern is a value of a size that tells its seed at every place and does
// not compress.
func pattern(size, seed int) []byte {
	source := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 1})
	b := make([]byte, size)
	source.Read(b)
	return b
}

// wantValue compares without printing megabytes.
func wantValue(t *testing.T, s Store, k store.Key, version int64, value []byte) {
	t.Helper()
	got := get(t, s, k)
	if !bytes.Equal(got.Value, value) || got.Version != version {
		t.Fatalf("%s has version %d and %d bytes; want version %d and these %d bytes", k, got.Version, len(got.Value), version, len(value))
	}
}

// testLargeValues walks one item through sizes on both sides of DynamoDB's
// limit, so that it grows, shrinks and moves between the forms.
func testLargeValues(t *testing.T, s Store, _ *Clock) {
	k, beside := key("large", "a"), key("large", "b")
	transact(t, s, store.Create(item(beside, "beside")))
	const limit = 400 << 10 // DynamoDB's limit of an item
	sizes := []int{limit + 1, 10, 3 << 20, 3<<20 - 1, 500 << 10, limit, limit - 100, limit - 6000, 5 << 20, 0, 1 << 20}
	for i, size := range sizes {
		value := pattern(size, i)
		transact(t, s, store.Write{Kind: store.KindPut, Item: store.Item{Key: k, Value: value}, If: []store.Condition{store.Any, store.VersionIs(int64(i))}[min(i, i%2)]})
		wantValue(t, s, k, int64(i+1), value)
	}
	last := pattern(sizes[len(sizes)-1], len(sizes)-1)
	wantRefused(t, s.Transact(t.Context(), []store.Write{store.Replace(store.Item{Key: k, Value: pattern(2<<20, 99)}, 3)}), 0, k)
	wantRefused(t, s.Transact(t.Context(), []store.Write{store.Create(store.Item{Key: k, Value: pattern(2<<20, 99)})}), 0, k)
	wantValue(t, s, k, int64(len(sizes)), last)

	items, next, err := s.Query(t.Context(), "large", "", store.Page{})
	if err != nil || next != "" || len(items) != 2 || !bytes.Equal(items[0].Value, last) || string(items[1].Value) != "beside" {
		t.Fatalf("Query returned %d items, %q, %v; want the large one and its neighbour", len(items), next, err)
	}
	items, err = s.BatchGet(t.Context(), []store.Key{beside, k})
	if err != nil || len(items) != 2 || !bytes.Equal(items[1].Value, last) {
		t.Fatalf("BatchGet returned %d items, %v; want the large one and its neighbour", len(items), err)
	}

	transact(t, s, store.Delete(k, store.VersionIs(int64(len(sizes)))))
	wantAbsent(t, s, k)
	transact(t, s, store.Create(item(k, "small")))
	wantItem(t, s, store.Item{Key: k, Value: []byte("small"), Version: 1})
}

// testLargeTransaction writes more in one transaction than the 4 MB that
// DynamoDB takes, in values that are large and values that are not.
func testLargeTransaction(t *testing.T, s Store, _ *Clock) {
	var writes []store.Write
	for i := range store.MaxWrites {
		size := 60 << 10
		if i%20 == 0 {
			size = 1 << 20
		}
		writes = append(writes, store.Put(store.Item{Key: key("transaction", fmt.Sprintf("%03d", i)), Value: pattern(size, i)}))
	}
	transact(t, s, writes...)
	for i, w := range writes {
		wantValue(t, s, w.Item.Key, 1, w.Item.Value)
		writes[i].Item.Value = pattern(50<<10, i+1000)
	}
	writes[99].If = store.Absent
	wantRefused(t, s.Transact(t.Context(), writes), 99, writes[99].Item.Key)
	wantValue(t, s, writes[0].Item.Key, 1, pattern(1<<20, 0))
	writes[99].If = store.VersionIs(1)
	transact(t, s, writes...)
	for _, w := range writes {
		wantValue(t, s, w.Item.Key, 2, w.Item.Value)
	}
}

func testLargeExpiry(t *testing.T, s Store, clock *Clock) {
	k := key("large", "expiring")
	value := pattern(1<<20, 1)
	transact(t, s, store.Create(store.Item{Key: k, Value: value, Expires: clock.Now().Add(minute)}))
	wantValue(t, s, k, 1, value)
	clock.Move(2 * minute)
	wantAbsent(t, s, k)
	value = pattern(2<<20, 2)
	transact(t, s, store.Create(store.Item{Key: k, Value: value}))
	wantValue(t, s, k, 1, value)
}

// testLargeReaders reads while the value is being replaced: each read must see
// one of the values whole.
func testLargeReaders(t *testing.T, s Store, _ *Clock) {
	const versions, readers = 12, 3
	k := key("large", "contended")
	value := func(version int64) []byte { return pattern(450<<10+int(version)*100<<10, int(version)) }
	transact(t, s, store.Create(store.Item{Key: k, Value: value(1)}))

	done := make(chan struct{})
	var wait sync.WaitGroup
	for n := range readers {
		wait.Go(func() {
			for last := int64(0); ; {
				select {
				case <-done:
					return
				default:
				}
				var got store.Item
				items, _, err := s.Query(t.Context(), "large", "", store.Page{})
				if n > 0 {
					got, err = s.Get(t.Context(), k)
				} else if len(items) == 1 {
					got = items[0]
				}
				if err != nil || !bytes.Equal(got.Value, value(got.Version)) || got.Version < last {
					t.Errorf("read version %d with %d bytes after version %d, %v", got.Version, len(got.Value), last, err)
					return
				}
				last = got.Version
			}
		})
	}
	for version := int64(2); version <= versions; version++ {
		transact(t, s, store.Replace(store.Item{Key: k, Value: value(version)}, version-1))
	}
	close(done)
	wait.Wait()
	wantValue(t, s, k, versions, value(versions))
}
