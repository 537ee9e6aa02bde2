package metering

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// clock is a clock that only tests move.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{now: time.Unix(1_800_000_000, 0)} }

func (c *clock) Now() time.Time          { return c.now }
func (c *clock) advance(d time.Duration) { c.now = c.now.Add(d) }

// memory is the store's contract for Add, in memory, on a test's clock.
type memory struct {
	counts map[store.Key]int64
	writes int
}

func (m *memory) Add(_ context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
	m.writes++
	sum, ok := b.Sum(m.counts[key], delta)
	if !ok {
		return m.counts[key], &store.ConditionError{Key: key}
	}
	m.counts[key] = sum
	return sum, nil
}

var errLost = errors.New("connection reset")

// faulty is a store whose calls fail in every way that a network allows.
type faulty struct {
	memory
	clock  *clock
	random *rand.Rand
	rate   float64 // of calls that go wrong
	late   []func()
	lost   map[store.Key]int64 // counts whose write was answered by an error but may be done
	twice  map[store.Key]int64 // counts that the network did twice
}

func (f *faulty) Add(ctx context.Context, key store.Key, delta int64, b store.Bounds) (int64, error) {
	f.clock.advance(time.Duration(1+f.random.IntN(8)) * time.Millisecond)
	for len(f.late) > 0 && f.random.IntN(2) == 0 {
		f.late[0]()
		f.late = f.late[1:]
	}
	if f.random.Float64() >= f.rate {
		return f.memory.Add(ctx, key, delta, b)
	}
	switch f.random.IntN(6) {
	case 0: // refused or throttled, nothing done
		f.lost[key] += delta
		return 0, errLost
	case 1: // done, and the answer lost
		f.lost[key] += delta
		f.memory.Add(ctx, key, delta, b)
		return 0, errLost
	case 2: // done after the caller gave up
		f.lost[key] += delta
		f.late = append(f.late, func() { f.memory.Add(ctx, key, delta, b) })
		f.clock.advance(250 * time.Millisecond)
		return 0, context.DeadlineExceeded
	case 3: // slow, but answered
		f.clock.advance(time.Duration(f.random.IntN(2000)) * time.Millisecond)
		return f.memory.Add(ctx, key, delta, b)
	case 4: // sent twice, the first answer lost
		if _, err := f.memory.Add(ctx, key, delta, b); err == nil {
			f.twice[key] += delta
		}
		return f.memory.Add(ctx, key, delta, b)
	}
	// Answered, and done again by a copy that comes late. A return is done
	// again at once: see "Duplicates" in the documentation of the package.
	count, err := f.memory.Add(ctx, key, delta, b)
	if err == nil {
		f.twice[key] += delta
		again := func() { f.memory.Add(ctx, key, delta, b) }
		if delta < 0 {
			again()
		} else {
			f.late = append(f.late, again)
		}
	}
	return count, err
}
