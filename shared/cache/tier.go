package cache

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Store is what the cache needs of the store that environments share. Rows are
// "cache#" and the key of the entry, "entry"; they expire by themselves.
type Store interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
	Transact(ctx context.Context, writes []store.Write) error
}

const (
	// storeTimeout is how long a request waits for the store, be it to read or to write.
	storeTimeout = 100 * time.Millisecond
	// writeTimeout bounds a write, which goes on after the request has stopped waiting.
	writeTimeout = time.Second
	// restAfterFailure is for how long a store that failed is not asked.
	restAfterFailure = time.Second
	// complainEvery is the least time between two lines of the log about failures.
	complainEvery = 30 * time.Second
)

var errNoKey = errors.New("the cache entry is encrypted and no key is configured")

// tier is the shared store behind the memory. Its failures cost requests an entry and nothing else.
type tier struct {
	store   Store
	cipher  *Cipher
	now     func() time.Time
	log     *slog.Logger
	timeout time.Duration

	restUntil  atomic.Int64 // Unix nanoseconds
	complained atomic.Int64
	failures   atomic.Int64
	unlogged   atomic.Int64
}

// row is what the store has under a key.
type row struct {
	// entry is nil if there is none that can be read.
	entry *entry
	// unchanged is the condition for replacing the row; known is false if the store could not be
	// asked.
	unchanged store.Condition
	known     bool
}

func rowKey(k Key) store.Key {
	return store.Key{Partition: "cache#" + hex.EncodeToString(k[:]), Sort: "entry"}
}

// usable tells whether rows of methods of the given kind go to the store at all: without a key,
// what is to be encrypted stays in memory.
func (t *tier) usable(encrypted bool) bool {
	return t.store != nil && (!encrypted || t.cipher != nil)
}

// read returns what the store has, after t.timeout at the latest.
func (t *tier) read(ctx context.Context, k Key) row {
	if t.now().UnixNano() < t.restUntil.Load() {
		return row{}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.timeout)
	answer := make(chan row, 1)
	go func() {
		defer cancel()
		answer <- t.get(ctx, k)
	}()
	select {
	case r := <-answer:
		return r
	case <-ctx.Done():
	}
	select {
	case r := <-answer: // both were there
		return r
	default:
	}
	t.failed("read", ctx.Err())
	return row{}
}

func (t *tier) get(ctx context.Context, k Key) row {
	item, err := t.store.Get(ctx, rowKey(k))
	if errors.Is(err, store.ErrNotFound) {
		return row{unchanged: store.Absent, known: true}
	}
	if err != nil {
		t.failed("read", err)
		return row{}
	}
	r := row{unchanged: store.VersionIs(item.Version), known: true}
	e, err := decodeRow(ctx, k, item.Value, t.cipher)
	if err != nil {
		t.complain("read", err) // the store is well
		return r
	}
	e.version = item.Version
	r.entry = e
	return r
}

// write puts an entry into the store unless somebody has changed the row meanwhile. The channel is
// closed when that is done.
func (t *tier) write(ctx context.Context, k Key, e *entry, encrypted bool, unchanged store.Condition) <-chan struct{} {
	done := make(chan struct{})
	if t.now().UnixNano() < t.restUntil.Load() {
		close(done)
		return done
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	go func() {
		defer close(done)
		defer cancel()
		value, err := encodeRow(ctx, k, e, t.cipher, encrypted)
		if err != nil {
			t.complain("write", err)
			return
		}
		w := store.Write{Kind: store.KindPut, If: unchanged, Item: store.Item{Key: rowKey(k), Value: value, Expires: e.expires()}}
		if err := t.store.Transact(ctx, []store.Write{w}); err != nil && !errors.Is(err, store.ErrConditionFailed) {
			t.failed("write", err)
		}
	}()
	return done
}

// failed notes that the store could not do its work.
func (t *tier) failed(what string, err error) {
	t.restUntil.Store(t.now().Add(restAfterFailure).UnixNano())
	t.complain(what, err)
}

// complain logs a failure, once per interval for all of them.
func (t *tier) complain(what string, err error) {
	t.failures.Add(1)
	count := t.unlogged.Add(1)
	now, last := t.now().UnixNano(), t.complained.Load()
	if last != 0 && now-last < int64(complainEvery) || !t.complained.CompareAndSwap(last, now) {
		return
	}
	t.unlogged.Add(-count)
	t.log.Warn("the stage cache cannot use the store, requests go on without it", "operation", what, "error", err, "failures", count)
}
