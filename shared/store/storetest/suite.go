package storetest

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store"
)

// Store is everything that an implementation offers.
type Store interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
	BatchGet(ctx context.Context, keys []store.Key) ([]store.Item, error)
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
	Transact(ctx context.Context, writes []store.Write) error
	Add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error)
	PutAll(ctx context.Context, items []store.Item) error
	DeleteAll(ctx context.Context, partition, sortPrefix string) error
	io.Closer
}

// Open makes an empty store that takes the time from now. It closes the store
// when the test ends; the suite may close it earlier.
type Open func(t testing.TB, now func() time.Time) Store

// Run runs the whole suite, each part on a store of its own.
func Run(t *testing.T, open Open) {
	parts := []struct {
		name string
		test func(t *testing.T, s Store, clock *Clock)
	}{
		{"Conditions", testConditions},
		{"Versions", testVersions},
		{"RoundTrip", testRoundTrip},
		{"TransactAllOrNothing", testAllOrNothing},
		{"TransactLimits", testTransactLimits},
		{"InvalidKeys", testInvalidKeys},
		{"Add", testAdd},
		{"AddBounds", testAddBounds},
		{"AddOverflow", testAddOverflow},
		{"AddKeepsValue", testAddKeepsValue},
		{"AddNotApplied", testAddNotApplied},
		{"BatchGet", testBatchGet},
		{"BatchGetLargeAnswer", testBatchGetLargeAnswer},
		{"QueryPrefixes", testQueryPrefixes},
		{"QueryPages", testQueryPages},
		{"QueryLargeAnswer", testQueryLargeAnswer},
		{"QueryPositions", testQueryPositions},
		{"BulkPutAndDelete", testBulk},
		{"ExpiryReads", testExpiryReads},
		{"ExpiryConditions", testExpiryConditions},
		{"ExpiryCounters", testExpiryCounters},
		{"LargeValues", testLargeValues},
		{"LargeTransaction", testLargeTransaction},
		{"LargeExpiry", testLargeExpiry},
		{"LargeReadersSeeOneValue", testLargeReaders},
		{"ConcurrentAdds", testConcurrentAdds},
		{"ConcurrentCeiling", testConcurrentCeiling},
		{"ConcurrentConditions", testConcurrentConditions},
		{"ConcurrentTransfers", testConcurrentTransfers},
		{"Cancellation", testCancellation},
		{"Close", testClose},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			clock := NewClock()
			p.test(t, open(t, clock.Now), clock)
		})
	}
}

// Clock is a clock that stands still until it is moved.
type Clock struct{ nanoseconds atomic.Int64 }

// NewClock returns a clock at a fixed time, half a second past a full one.
func NewClock() *Clock {
	c := &Clock{}
	c.nanoseconds.Store(time.Date(2030, 5, 17, 10, 20, 30, 500e6, time.UTC).UnixNano())
	return c
}

// Now is the time at which the clock stands.
func (c *Clock) Now() time.Time { return time.Unix(0, c.nanoseconds.Load()).UTC() }

// Move moves the clock forward.
func (c *Clock) Move(d time.Duration) { c.nanoseconds.Add(int64(d)) }

func key(partition, sort string) store.Key { return store.Key{Partition: partition, Sort: sort} }

func item(k store.Key, value string) store.Item { return store.Item{Key: k, Value: []byte(value)} }

func transact(t *testing.T, s Store, writes ...store.Write) {
	t.Helper()
	if err := s.Transact(t.Context(), writes); err != nil {
		t.Fatalf("Transact: %v", err)
	}
}

func get(t *testing.T, s Store, k store.Key) store.Item {
	t.Helper()
	got, err := s.Get(t.Context(), k)
	if err != nil {
		t.Fatalf("Get(%s): %v", k, err)
	}
	return got
}

func wantItem(t *testing.T, s Store, want store.Item) {
	t.Helper()
	if diff := cmp.Diff(want, get(t, s, want.Key)); diff != "" {
		t.Fatalf("Get(%s), -want +got:\n%s", want.Key, diff)
	}
}

func wantAbsent(t *testing.T, s Store, k store.Key) {
	t.Helper()
	if got, err := s.Get(t.Context(), k); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("Get(%s) = version %d, %v; want ErrNotFound", k, got.Version, err)
	}
}

// wantRefused requires a condition error for the given write.
func wantRefused(t *testing.T, err error, index int, k store.Key) {
	t.Helper()
	var refused *store.ConditionError
	if !errors.Is(err, store.ErrConditionFailed) || !errors.As(err, &refused) {
		t.Fatalf("error is %v; want a condition error", err)
	}
	if refused.Index != index || refused.Key != k {
		t.Fatalf("refused write is %d (%s); want %d (%s)", refused.Index, refused.Key, index, k)
	}
}

func wantInvalid(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrInvalid) {
		t.Errorf("%s: error is %v; want ErrInvalid", what, err)
	}
}
