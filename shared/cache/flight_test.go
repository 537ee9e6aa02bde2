package cache

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// outcome is what a request got.
type outcome struct {
	body string
	fill *Fill
	err  error
}

// crowd lets n requests want one key and returns a channel of what they get.
func crowd(c *Cache, n int, ctx context.Context) <-chan outcome {
	got := make(chan outcome, n)
	for range n {
		go func() {
			kept, fill, err := c.Begin(ctx, request("a"))
			o := outcome{fill: fill, err: err}
			if kept != nil {
				o.body = string(kept.Body)
			}
			got <- o
		}()
	}
	return got
}

func TestOneFlightForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{})
		defer c.memory.StopAllGoroutines()
		_, leader, _ := c.Begin(t.Context(), request("a"))
		got := crowd(c, 199, t.Context())
		synctest.Wait()
		if len(got) != 0 {
			t.Fatalf("%d requests did not wait", len(got))
		}
		leader.Keep(t.Context(), answer("1"))
		for range 199 {
			if o := <-got; o.body != "1" {
				t.Fatalf("got %+v", o)
			}
		}
	})
}

// The client of the request that leads goes away: another one leads.
func TestLeaderCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{})
		defer c.memory.StopAllGoroutines()
		_, leader, _ := c.Begin(t.Context(), request("a"))
		got := crowd(c, 50, t.Context())
		synctest.Wait()
		leader.Abandon(true)
		synctest.Wait()
		if len(got) != 1 {
			t.Fatalf("%d requests go on, want 1", len(got))
		}
		next := <-got
		next.fill.Keep(t.Context(), answer("2"))
		for range 49 {
			if o := <-got; o.body != "2" {
				t.Fatalf("got %+v", o)
			}
		}
	})
}

// An answer that cannot be kept is of no use to those who waited: they go on all together, and so
// does who comes in the next seconds.
func TestAnswerNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{})
		defer c.memory.StopAllGoroutines()
		_, leader, _ := c.Begin(t.Context(), request("a"))
		got := crowd(c, 50, t.Context())
		synctest.Wait()
		leader.Abandon(false)
		leader.Abandon(true) // does not count
		leader.Keep(t.Context(), answer("x"))
		synctest.Wait()
		if len(got) != 50 {
			t.Fatalf("%d requests go on, want 50", len(got))
		}
		_, first, _ := c.Begin(t.Context(), request("a"))
		_, second, _ := c.Begin(t.Context(), request("a"))
		if first == nil || second == nil {
			t.Fatal("a request waits")
		}
		// One of them can keep its answer after all.
		second.Keep(t.Context(), answer("3"))
		if kept, _, _ := c.Begin(t.Context(), request("a")); kept == nil || string(kept.Body) != "3" {
			t.Errorf("kept %v", kept)
		}
	})
}

func TestFollowersGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Config{})
		defer c.memory.StopAllGoroutines()
		_, leader, _ := c.Begin(t.Context(), request("a"))
		ctx, cancel := context.WithCancel(t.Context())
		gone := crowd(c, 1, ctx)
		slow := crowd(c, 1, t.Context())
		synctest.Wait()
		cancel()
		if o := <-gone; !errors.Is(o.err, context.Canceled) {
			t.Errorf("a client that is gone: %+v", o)
		}
		start := time.Now()
		if o := <-slow; o.fill == nil || time.Since(start) != 30*time.Second {
			t.Errorf("after %s: %+v", time.Since(start), o)
		}
		// The flight that took too long is not waited for any more.
		if _, fill, _ := c.Begin(t.Context(), request("a")); fill == nil || fill.flight == nil {
			t.Error("there is no new flight")
		}
		leader.Keep(t.Context(), answer("late"))
	})
}

// Every request gets an answer whatever becomes of the others.
func TestFlightsUnderLoad(t *testing.T) {
	c := New(Config{MemoryBytes: 8 << 10})
	var wg sync.WaitGroup
	for i := range 400 {
		wg.Go(func() {
			r := request(string(rune('a' + i%5)))
			r.Mark = int64(i % 2)
			kept, fill, err := c.Begin(context.Background(), r)
			switch {
			case err != nil:
				t.Error(err)
			case kept != nil && string(kept.Body) != string(rune('a'+i%5)):
				t.Errorf("request for %c got %s", 'a'+i%5, kept.Body)
			case fill != nil && i%7 == 0:
				fill.Abandon(true)
			case fill != nil && i%11 == 0:
				fill.Abandon(false)
			case fill != nil:
				fill.Keep(context.Background(), answer(string(rune('a'+i%5))))
			}
		})
	}
	wg.Wait()
	if n := len(c.flights.under); n != 0 {
		t.Errorf("%d flights are left", n)
	}
}
