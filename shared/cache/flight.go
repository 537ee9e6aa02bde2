package cache

import (
	"context"
	"sync"
	"time"
)

// flightKey is a key under a flush mark: a request that knows of a flush does not wait for one that
// does not.
type flightKey struct {
	key  Key
	mark int64
}

// flight is a request that has gone to the backend for the answer that others wait for.
type flight struct {
	done chan struct{}
	// response is what all get. If there is none, again says that another of them is to go, and
	// otherwise each goes on its own.
	response *Response
	again    bool
}

type flights struct {
	mu    sync.Mutex
	under map[flightKey]*flight
}

// enter returns the flight for a key, and whether the caller is to lead it.
func (f *flights) enter(k flightKey) (*flight, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if under, ok := f.under[k]; ok {
		return under, false
	}
	led := &flight{done: make(chan struct{})}
	f.under[k] = led
	return led, true
}

// leave ends a flight for those who come later, if it has not been replaced.
func (f *flights) leave(k flightKey, left *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.under[k] == left {
		delete(f.under, k)
	}
}

// land tells everybody who waits how it went.
func (f *flights) land(k flightKey, led *flight, response *Response, again bool) {
	led.response, led.again = response, again
	f.leave(k, led)
	close(led.done)
}

// join waits for the flight of another request, or leads one: to the store, and if that has no
// entry, to the backend.
func (c *Cache) join(ctx context.Context, r Request) (*Response, *Fill, error) {
	k := flightKey{r.Key, r.Mark}
	for {
		f, leads := c.flights.enter(k)
		if leads {
			response, fill := c.lead(ctx, r, k, f)
			return response, fill, nil
		}
		timer := time.NewTimer(r.Wait)
		select {
		case <-f.done:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return nil, nil, ctx.Err()
		case <-timer.C:
			// Whoever led it takes longer than a backend may, and nobody is to wait any more.
			c.flights.leave(k, f)
			return nil, c.newFill(r, c.now().UnixNano(), nil, row{}), nil
		}
		switch {
		case f.response != nil:
			return f.response, nil, nil
		case !f.again:
			return nil, c.newFill(r, c.now().UnixNano(), nil, row{}), nil
		}
	}
}

// lead returns the entry of the store, or of another flight that has ended just now, to all. If
// there is none, the caller has to fill it.
func (c *Cache) lead(ctx context.Context, r Request, k flightKey, f *flight) (*Response, *Fill) {
	now := c.now().UnixNano()
	if e, ok := c.memory.GetIfPresent(r.Key); ok && e.response != nil && e.serves(&r, now) {
		c.flights.land(k, f, e.response, false)
		return e.response, nil
	}
	var found row
	if c.tier.usable(r.Encrypted) {
		found = c.tier.read(ctx, r.Key)
	}
	if e := found.entry; e != nil && e.serves(&r, c.now().UnixNano()) {
		e.checked.Store(c.now().UnixNano())
		c.keep(r.Key, e)
		c.flights.land(k, f, e.response, false)
		return e.response, nil
	}
	return nil, c.newFill(r, now, f, found)
}

// Fill is a request's duty to say what became of an entry: by Keep or by Abandon, the first of
// which counts.
type Fill struct {
	c       *Cache
	r       Request
	began   int64
	flight  *flight // nil if nobody waits
	row     row
	ended   bool
	written <-chan struct{}
}

func (c *Cache) newFill(r Request, began int64, f *flight, found row) *Fill {
	return &Fill{c: c, r: r, began: began, flight: f, row: found}
}

// Limit is the greatest length of a body that Keep keeps, in bytes.
func (f *Fill) Limit() int {
	if f.r.Encrypted {
		return MaxBytes - sealOverhead
	}
	return MaxBytes
}

// Keep makes the entry of a response, which must not change afterwards. One that is too long is not
// kept.
func (f *Fill) Keep(ctx context.Context, response *Response) {
	if f.ended {
		return
	}
	if len(response.Body) > f.Limit() {
		f.Abandon(false)
		return
	}
	f.ended = true
	now := f.c.now()
	e := &entry{response: response, mark: f.r.Mark, began: f.began, made: now.UnixNano(), until: now.Add(f.r.TTL).UnixNano()}
	e.checked.Store(e.made)
	f.c.keep(f.r.Key, e)
	f.land(response, false)
	if f.writes() {
		f.written = f.c.tier.write(ctx, f.r.Key, e, f.r.Encrypted, f.row.unchanged)
	}
}

// writes tells whether the entry goes to the store: not if nobody knows what is there, and not over
// what was made under a later flush mark.
func (f *Fill) writes() bool {
	if !f.row.known || !f.c.tier.usable(f.r.Encrypted) {
		return false
	}
	return f.row.entry == nil || f.row.entry.mark <= f.r.Mark
}

// Abandon says that there is no entry. With again, one of those who wait tries in its turn: the
// answer might have been kept if its request had not been given up. Otherwise all of them go on,
// and for a while the others who come do not wait for one another.
func (f *Fill) Abandon(again bool) {
	if f.ended {
		return
	}
	f.ended = true
	if !again && f.flight != nil {
		now := f.c.now()
		f.c.keep(f.r.Key, &entry{mark: f.r.Mark, began: f.began, made: now.UnixNano(), until: now.Add(passFor).UnixNano()})
	}
	f.land(nil, again)
}

func (f *Fill) land(response *Response, again bool) {
	if f.flight != nil {
		f.c.flights.land(flightKey{f.r.Key, f.r.Mark}, f.flight, response, again)
	}
}

// Wait returns once the store has the entry, or after the short time that a request waits for the
// store. Where nothing runs between requests, as on Lambda, a write that nobody waits for might
// never end.
func (f *Fill) Wait() {
	if f.written == nil {
		return
	}
	timer := time.NewTimer(f.c.tier.timeout)
	defer timer.Stop()
	select {
	case <-f.written:
	case <-timer.C:
	}
}
