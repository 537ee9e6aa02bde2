package cache

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Lifetimes, flush marks and refreshes, in memory alone and with a store.
func TestEntries(t *testing.T) {
	for _, stored := range []bool{false, true} {
		clock := newClock()
		cfg := Config{Now: clock.Now}
		if stored {
			cfg.Store = memoryStore(t, clock.Now)
		}
		c := New(cfg)
		flushed, short, refresh := request("a"), request("a"), request("a")
		flushed.Mark, short.TTL, refresh.Refresh = 8, 10*time.Second, true
		for i, step := range []struct {
			after time.Duration
			r     Request
			body  string
			want  string
		}{
			{0, request("a"), "1", ""},
			{0, request("a"), "x", "1"},
			{0, request("b"), "2", ""}, // another key
			{9 * time.Second, short, "x", "1"},
			{1 * time.Second, short, "3", ""}, // the TTL was made shorter
			{9 * time.Second, request("a"), "x", "3"},
			{0, refresh, "4", ""},
			{0, request("a"), "x", "4"},
			{0, flushed, "5", ""},
			{0, flushed, "x", "5"},
			{0, request("a"), "6", ""}, // by one who does not know of the flush
			{0, flushed, "x", "5"},     // and does not push out what came after it
			{299 * time.Second, flushed, "x", "5"},
			{1 * time.Second, flushed, "7", ""},
			{300 * time.Second, flushed, "8", ""},
		} {
			clock.advance(step.after)
			if got := ask(t, c, step.r, step.body); got != step.want {
				t.Errorf("stored %v, step %d: %q, want %q", stored, i, got, step.want)
			}
		}
	}
}

func TestEntriesAreBounded(t *testing.T) {
	c := New(Config{MemoryBytes: 64 << 10, Now: newClock().Now})
	for i := range 100 {
		ask(t, c, request(strings.Repeat("k", i+1)), strings.Repeat("x", 4<<10))
	}
	c.memory.CleanUp()
	if size := c.memory.WeightedSize(); size > 64<<10 {
		t.Errorf("%d bytes are kept in place of %d", size, 64<<10)
	}
}

func TestTooLongAnAnswer(t *testing.T) {
	for _, c := range []struct {
		encrypted bool
		length    int
		kept      bool
	}{
		{false, 1048576, true}, {false, 1048577, false},
		{true, 1048576 - 28, true}, {true, 1048576 - 27, false},
	} {
		kept := New(Config{Now: newClock().Now})
		r := request("a")
		r.Encrypted = c.encrypted
		ask(t, kept, r, strings.Repeat("x", c.length))
		if got := ask(t, kept, r, "again") != ""; got != c.kept {
			t.Errorf("%d bytes, encrypted %v: kept %v", c.length, c.encrypted, got)
		}
	}
}

// Two environments share the store.
func TestSharedEntries(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	one, two := New(Config{Store: shared, Now: clock.Now}), New(Config{Store: shared, Now: clock.Now})
	ask(t, one, request("a"), "1")
	kept, _, err := two.Begin(context.Background(), request("a"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answer("1"), kept); diff != "" {
		t.Errorf("from the store (-want +got):\n%s", diff)
	}

	// What one refreshes the other knows after 5 seconds at the latest.
	refresh := request("a")
	refresh.Refresh = true
	clock.advance(time.Second)
	ask(t, one, refresh, "2")
	if got := ask(t, two, request("a"), "x"); got != "1" {
		t.Errorf("a second later: %q", got)
	}
	clock.advance(5 * time.Second)
	if got := ask(t, two, request("a"), "x"); got != "2" {
		t.Errorf("5 seconds later: %q", got)
	}
}

// A request that was slow must not undo a refresh, in its own environment or in another.
func TestRefreshWins(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	one, two := New(Config{Store: shared, Now: clock.Now}), New(Config{Store: shared, Now: clock.Now})
	refresh := request("a")
	refresh.Refresh = true
	for _, c := range []struct {
		name  string
		other *Cache
	}{{"the same environment", one}, {"another environment", two}} {
		_, slow, err := one.Begin(context.Background(), request("a"))
		if err != nil || slow == nil {
			t.Fatal("there is an entry already", err)
		}
		clock.advance(time.Second)
		ask(t, c.other, refresh, "new")
		slow.Keep(context.Background(), answer("old"))
		if slow.written != nil {
			<-slow.written
		}
		clock.advance(5 * time.Second)
		for _, reader := range []*Cache{one, two, New(Config{Store: shared, Now: clock.Now})} {
			if got := ask(t, reader, request("a"), "x"); got != "new" {
				t.Errorf("%s: %q", c.name, got)
			}
		}
		clock.advance(300 * time.Second)
	}
}

// An environment that learns of a flush late goes on with its own entries, and no other sees them.
func TestFlushLearnedLate(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	early, late := New(Config{Store: shared, Now: clock.Now}), New(Config{Store: shared, Now: clock.Now})
	flushed := request("a")
	flushed.Mark = 8
	ask(t, late, request("a"), "old")
	if got := ask(t, early, flushed, "new"); got != "" {
		t.Errorf("after the flush: %q", got)
	}
	if got := ask(t, late, request("a"), "x"); got != "old" {
		t.Errorf("before it knows: %q", got)
	}
	clock.advance(6 * time.Second)
	ask(t, late, request("b"), "old")
	b := flushed
	b.Key = testKey("b")
	if got := ask(t, early, b, "new"); got != "" {
		t.Errorf("an entry made without knowing of the flush was served: %q", got)
	}
	for _, c := range []*Cache{early, late} {
		if got := ask(t, c, flushed, "x"); got != "new" {
			t.Errorf("once it knows: %q", got)
		}
	}
}
