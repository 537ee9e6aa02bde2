package usageplan

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/postern-gateway/postern/shared/store"
)

// How long a row is relied on (see the package's description), and how long looks may take.
const (
	freshFor    = 4 * time.Second
	staleAfter  = 5 * time.Second
	keptFor     = 5 * time.Minute
	retryAfter  = time.Second
	waitTimeout = 250 * time.Millisecond
	lookTimeout = 2 * time.Second
)

// Reader is what the limits need of a store.
type Reader interface {
	// Get returns store.ErrNotFound for a row that does not exist.
	Get(ctx context.Context, key store.Key) (store.Item, error)
	Query(ctx context.Context, partition, sortPrefix string, page store.Page) (items []store.Item, next string, err error)
}

// watch keeps rows of one kind current and in memory, those that exist and those that do not. Its
// users ask by K, which never holds a secret. It is safe for concurrent use.
type watch[K comparable, V any] struct {
	reader Reader
	now    func() int64 // nanoseconds since 1970
	// at is the key of a row, text what calls in flight are told apart by, and decode reads the
	// row that exists.
	at     func(K) store.Key
	decode func(K, store.Item) (*V, error)
	// failed is told when an old row serves on.
	failed func(error)

	seen   *otter.Cache[K, *sighting[V]]
	flight singleflight.Group
}

// sighting is a row as it was seen last. A nil value says that it did not exist.
type sighting[V any] struct {
	value    *V
	version  int64
	lookedAt atomic.Int64 // when the look began
	failedAt atomic.Int64 // when a later one failed, or 0
	looking  atomic.Bool
}

func newWatch[K comparable, V any](reader Reader, now func() int64, most int, failed func(error),
	at func(K) store.Key, decode func(K, store.Item) (*V, error)) *watch[K, V] {
	// The policy of the cache prefers what is used often, so that a flood of wrong keys does not
	// drive good ones out.
	seen := otter.Must(&otter.Options[K, *sighting[V]]{MaximumSize: most})
	return &watch[K, V]{reader: reader, now: now, at: at, decode: decode, failed: failed, seen: seen}
}

// get returns a row, nil if there is none. Rows that did not change keep their pointer. The error
// is that of the store when nothing recent enough is known.
func (w *watch[K, V]) get(ctx context.Context, k K) (*V, error) {
	s, ok := w.seen.GetIfPresent(k)
	if !ok {
		return w.look(ctx, k)
	}
	now := w.now()
	age := time.Duration(now - s.lookedAt.Load())
	if age < freshFor && age >= 0 {
		return s.value, nil
	}
	if tried := time.Duration(now - s.failedAt.Load()); tried >= 0 && tried < retryAfter && age < keptFor {
		return s.value, nil
	}
	if age >= 0 && age < staleAfter {
		if s.looking.CompareAndSwap(false, true) {
			go w.lookBehind(k, s)
		}
		return s.value, nil
	}
	wait, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	v, err := w.look(wait, k)
	if err == nil || ctx.Err() != nil {
		return v, err
	}
	s.failedAt.Store(w.now())
	if age >= keptFor {
		return nil, err
	}
	w.failed(err)
	return s.value, nil
}

func (w *watch[K, V]) lookBehind(k K, s *sighting[V]) {
	defer s.looking.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	if _, err := w.look(ctx, k); err != nil {
		s.failedAt.Store(w.now())
		w.failed(err)
	}
}

// look reads a row once for all who ask meanwhile. It outlives a request that gives up waiting.
func (w *watch[K, V]) look(ctx context.Context, k K) (*V, error) {
	key, asked := w.at(k), w.now()
	ch := w.flight.DoChan(key.String(), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
		defer cancel()
		// Another flight may have landed since the row was asked for.
		if s, ok := w.seen.GetIfPresent(k); ok && s.lookedAt.Load() >= asked {
			return s.value, nil
		}
		began := w.now()
		item, err := w.reader.Get(ctx, key)
		switch {
		case errors.Is(err, store.ErrNotFound):
			item = store.Item{}
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", key.Partition, err)
		}
		return w.keep(k, item, began)
	})
	select {
	case res := <-ch:
		v, _ := res.Val.(*V)
		return v, res.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep takes a row as it was read; the zero Item is none.
func (w *watch[K, V]) keep(k K, item store.Item, began int64) (*V, error) {
	if old, ok := w.seen.GetIfPresent(k); ok && old.version == item.Version {
		old.failedAt.Store(0)
		old.lookedAt.Store(began)
		return old.value, nil
	}
	s := &sighting[V]{version: item.Version}
	if item.Version != 0 {
		var err error
		if s.value, err = w.decode(k, item); err != nil {
			return nil, err
		}
	}
	s.lookedAt.Store(began)
	w.seen.Set(k, s)
	return s.value, nil
}
