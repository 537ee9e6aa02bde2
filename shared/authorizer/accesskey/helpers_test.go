package accesskey_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// clock is the time of a test.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// rows counts and delays the reads of a store, and lets them fail.
type rows struct {
	*embedded.Store
	mu    sync.Mutex
	reads int
	err   error
	gate  chan struct{} // nil lets reads pass
}

func (r *rows) Get(ctx context.Context, key store.Key) (store.Item, error) {
	r.mu.Lock()
	r.reads++
	err, gate := r.err, r.gate
	r.mu.Unlock()
	if gate != nil {
		<-gate
	}
	if err != nil {
		return store.Item{}, err
	}
	return r.Store.Get(ctx, key)
}

func (r *rows) counted() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reads
}

func (r *rows) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

type harness struct {
	*testing.T
	clock *clock
	rows  *rows
	store *accesskey.Store
	cache *accesskey.Cache
}

func master(b byte) *accesskey.Cipher {
	return accesskey.NewCipher(func(context.Context) ([]byte, error) { return bytes.Repeat([]byte{b}, accesskey.MasterKeyBytes), nil })
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	c := &clock{t: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	db, err := embedded.Open(embedded.Memory, embedded.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := &rows{Store: db}
	return &harness{
		T: t, clock: c, rows: r,
		store: accesskey.NewStore(accesskey.StoreConfig{Rows: r, Cipher: master(1), Account: "123456789012", Now: c.now}),
		cache: accesskey.NewCache(accesskey.CacheConfig{Store: r, Cipher: master(1), Now: c.now, Log: slog.New(slog.DiscardHandler)}),
	}
}

// alice is a user with a key.
func (h *harness) alice() *accesskey.Secret {
	h.Helper()
	if _, err := h.store.CreateUser(h.Context(), "alice", "", []accesskey.Tag{{Key: "team", Value: "blue"}}); err != nil {
		h.Fatal(err)
	}
	made, err := h.store.CreateKey(h.Context(), "alice")
	if err != nil {
		h.Fatal(err)
	}
	return made
}

// refused expects a refusal with a code.
func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var e *accesskey.Error
	if !errors.As(err, &e) || e.Code != code || e.Message == "" {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}
