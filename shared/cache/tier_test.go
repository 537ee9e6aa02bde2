package cache

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A store that fails costs entries, and a line of the log per interval.
func TestStoreFails(t *testing.T) {
	clock := newClock()
	shared := &faulty{Store: memoryStore(t, clock.Now)}
	log := &text{}
	c := New(Config{Store: shared, Now: clock.Now, Log: log.logger()})
	shared.set(true, false)
	ask(t, c, request("a"), "1")
	if got := ask(t, c, request("a"), "x"); got != "1" {
		t.Errorf("memory: %q", got)
	}
	before := shared.count()
	for _, name := range []string{"b", "c", "d"} {
		ask(t, c, request(name), "x")
	}
	if n := shared.count() - before; n != 0 {
		t.Errorf("the store was asked %d times right after a failure", n)
	}
	for range 100 {
		clock.advance(2 * time.Second)
		ask(t, c, request("e"), "x")
		ask(t, c, request("e"), "x")
	}
	if n := log.lines(); n == 0 || n > 8 { // 200 seconds, 30 each
		t.Errorf("%d lines", n)
	}
	if c.Failures() == 0 {
		t.Error("no failure was counted")
	}
	shared.set(false, false)
	clock.advance(2 * time.Second)
	ask(t, c, request("f"), "6")
	if got := ask(t, New(Config{Store: shared, Now: clock.Now}), request("f"), "x"); got != "6" {
		t.Errorf("once the store is well: %q", got)
	}
}

// A store that hangs holds nobody up for longer than its bound.
func TestStoreHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := &faulty{hangs: true}
		c := New(Config{Store: shared})
		defer c.memory.StopAllGoroutines()
		start := time.Now()
		_, fill, _ := c.Begin(t.Context(), request("a"))
		if took := time.Since(start); took != storeTimeout {
			t.Errorf("reading took %s", took)
		}
		time.Sleep(2 * time.Second)
		// A refresh does not read, and so has to find out by writing.
		r := request("a")
		r.Refresh = true
		_, refresh, _ := c.Begin(t.Context(), r)
		start = time.Now()
		refresh.Keep(t.Context(), answer("1"))
		if took := time.Since(start); took != 0 {
			t.Errorf("keeping took %s", took)
		}
		refresh.Wait()
		if took := time.Since(start); took != storeTimeout {
			t.Errorf("writing took %s", took)
		}
		fill.Abandon(true)
		synctest.Wait()
		time.Sleep(2 * writeTimeout)
	})
}

// The store goes on to be well when a client leaves in the middle.
func TestClientLeavesDuringStore(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	c := New(Config{Store: shared, Now: clock.Now})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, fill, err := c.Begin(ctx, request("a"))
	if err != nil || fill == nil {
		t.Fatal(err)
	}
	fill.Keep(ctx, answer("1"))
	<-fill.written
	if c.Failures() != 0 {
		t.Error("that counted as a failure of the store")
	}
	if got := ask(t, New(Config{Store: shared, Now: clock.Now}), request("a"), "x"); got != "1" {
		t.Errorf("stored %q", got)
	}
}

func cipherOf(b byte) *Cipher {
	return NewCipher(func(context.Context) ([]byte, error) { return bytes.Repeat([]byte{b}, 32), nil })
}

func TestEncryptedEntries(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	open := func(c *Cipher) *Cache { return New(Config{Store: shared, Cipher: c, Now: clock.Now}) }
	r := request("a")
	r.Encrypted = true
	ask(t, open(cipherOf(1)), r, "very secret")
	item, err := shared.Get(context.Background(), rowKey(r.Key))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"very secret", "text/plain", "X-Many"} {
		if bytes.Contains(item.Value, []byte(secret)) {
			t.Errorf("the row shows %q", secret)
		}
	}
	if got := ask(t, open(cipherOf(1)), r, "x"); got != "very secret" {
		t.Errorf("with the key: %q", got)
	}

	// What is known of the entry cannot be changed, nor moved to another key.
	changed := bytes.Clone(item.Value)
	changed[2] ^= 2 // the mark
	if _, err := decodeRow(context.Background(), r.Key, changed, cipherOf(1)); !errors.Is(err, errRow) {
		t.Errorf("a changed row: %v", err)
	}
	if _, err := decodeRow(context.Background(), testKey("b"), item.Value, cipherOf(1)); !errors.Is(err, errRow) {
		t.Errorf("a row under another key: %v", err)
	}
	if _, err := decodeRow(context.Background(), r.Key, item.Value, nil); !errors.Is(err, errNoKey) {
		t.Errorf("without a key: %v", err)
	}

	// Another key cannot open the row and takes its place.
	if got := ask(t, open(cipherOf(2)), r, "new"); got != "" {
		t.Errorf("with another key: %q", got)
	}
	if got := ask(t, open(cipherOf(2)), r, "x"); got != "new" {
		t.Errorf("with another key, again: %q", got)
	}
}

// Without a key what is to be encrypted stays in memory.
func TestEncryptedWithoutKey(t *testing.T) {
	clock := newClock()
	shared := &faulty{Store: memoryStore(t, clock.Now)}
	c := New(Config{Store: shared, Now: clock.Now})
	r := request("a")
	r.Encrypted = true
	ask(t, c, r, "1")
	if got := ask(t, c, r, "x"); got != "1" {
		t.Errorf("kept %q", got)
	}
	if shared.count() != 0 {
		t.Error("the store was asked")
	}
}

func TestKeyThatCannotBeLoaded(t *testing.T) {
	clock := newClock()
	shared := memoryStore(t, clock.Now)
	fails := true
	c := New(Config{Store: shared, Now: clock.Now, Cipher: NewCipher(func(context.Context) ([]byte, error) {
		if fails {
			return nil, errFaulty
		}
		return bytes.Repeat([]byte{1}, 32), nil
	})})
	r := request("a")
	r.Encrypted = true
	ask(t, c, r, "1")
	if c.Failures() != 1 {
		t.Errorf("%d failures", c.Failures())
	}
	fails = false
	r.Key = testKey("b")
	ask(t, c, r, "2")
	if got := ask(t, New(Config{Store: shared, Now: clock.Now, Cipher: cipherOf(1)}), r, "x"); got != "2" {
		t.Errorf("stored %q", got)
	}
}
