package cache

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2020, 3, 4, 19, 15, 17, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// faulty is a store that fails as told.
type faulty struct {
	Store
	mu    sync.Mutex
	fails bool
	hangs bool
	calls int
}

func (f *faulty) set(fails, hangs bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails, f.hangs = fails, hangs
}

func (f *faulty) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

var errFaulty = errors.New("the store is not well")

func (f *faulty) check(ctx context.Context) error {
	f.mu.Lock()
	f.calls++
	fails, hangs := f.fails, f.hangs
	f.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	if fails {
		return errFaulty
	}
	return nil
}

func (f *faulty) Get(ctx context.Context, k store.Key) (store.Item, error) {
	if err := f.check(ctx); err != nil {
		return store.Item{}, err
	}
	return f.Store.Get(ctx, k)
}

func (f *faulty) Transact(ctx context.Context, writes []store.Write) error {
	if err := f.check(ctx); err != nil {
		return err
	}
	return f.Store.Transact(ctx, writes)
}

func memoryStore(t testing.TB, now func() time.Time) *embedded.Store {
	t.Helper()
	s, err := embedded.Open(":memory:", embedded.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// text is a log.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (w *text) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *text) lines() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.b.String(), "\n")
}

func (w *text) logger() *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func testKey(name string) Key { return NewKey(AppendPart(nil, name)) }

func answer(body string) *Response {
	return &Response{Status: 200, Headers: []Header{{"Content-Type", []string{"text/plain"}}, {"X-Many", []string{"a", "b"}}}, Body: []byte(body)}
}

func request(name string) Request {
	return Request{Key: testKey(name), Mark: 7, TTL: 300 * time.Second, Wait: 30 * time.Second}
}

// ask returns the body of an entry, or, if there is none, fills it with body and returns "".
func ask(t *testing.T, c *Cache, r Request, body string) string {
	t.Helper()
	kept, fill, err := c.Begin(context.Background(), r)
	switch {
	case err != nil:
		t.Fatal(err)
	case kept != nil:
		return string(kept.Body)
	}
	fill.Keep(context.Background(), answer(body))
	if fill.written != nil {
		<-fill.written
	}
	return ""
}
