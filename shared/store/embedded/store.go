package embedded

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Memory is the folder name that stands for a store without a file.
const Memory = ":memory:"

// Options of a store; the zero value is the usual one.
type Options struct {
	// Now is the clock that decides what has expired; nil is time.Now.
	Now func() time.Time

	// SweepEvery is the time between two removals of expired items, which
	// only gives back their space (no read returns them); 0 is 30 seconds.
	SweepEvery time.Duration
}

// Store is an open store. All methods may be used concurrently.
type Store struct {
	engine engine
	now    func() time.Time
	sweep  *sweeper

	// Every call holds open for reading while it runs, so that Close waits
	// for the calls that began before it.
	open   sync.RWMutex
	closed bool
}

// Open opens the store in a folder, which is created if needed; the state is
// in its file postern.db. The folder Memory opens an empty store that ends
// with the process. A file that another process has open is ErrLocked.
func Open(folder string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.SweepEvery <= 0 {
		o.SweepEvery = 30 * time.Second
	}
	var e engine
	if folder == Memory {
		e = newMemory()
	} else {
		file, err := openBolt(folder)
		if err != nil {
			return nil, fmt.Errorf("open embedded store: %w", err)
		}
		e = file
	}
	return &Store{engine: e, now: o.Now, sweep: startSweeper(e, o.Now, o.SweepEvery)}, nil
}

// Close waits for the calls under way, stops the removal of expired items and
// releases the file. Calls that begin later return store.ErrClosed; a second
// Close does nothing.
func (s *Store) Close() error {
	s.open.Lock()
	defer s.open.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.sweep.stop()
	if err := s.engine.close(); err != nil {
		return fmt.Errorf("close embedded store: %w", err)
	}
	return nil
}

func (s *Store) view(ctx context.Context, fn func(reader) error) error {
	s.open.RLock()
	defer s.open.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.engine.view(fn)
}

func (s *Store) update(ctx context.Context, fn func(writer) error) error {
	s.open.RLock()
	defer s.open.RUnlock()
	if s.closed {
		return store.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.engine.update(ctx, fn)
}
