package embedded

import (
	"context"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// sweepRows bounds how many expired rows one update removes, so that a sweep
// never holds up writers for long.
const sweepRows = 500

// sweeper removes expired rows from time to time.
type sweeper struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func startSweeper(e engine, now func() time.Time, every time.Duration) *sweeper {
	ctx, cancel := context.WithCancel(context.Background())
	s := &sweeper{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				sweepExpired(ctx, e, now)
			}
		}
	}()
	return s
}

// stop returns when no sweep is under way any more.
func (s *sweeper) stop() {
	s.cancel()
	<-s.done
}

// sweepExpired removes the rows that have expired by now. It gives up at the
// first error: expired rows only cost space, the next sweep tries again, and
// a store that cannot write says so to those who call it.
func sweepExpired(ctx context.Context, e engine, now func() time.Time) {
	for ctx.Err() == nil {
		var keys []store.Key
		err := e.update(ctx, func(rows writer) (err error) {
			if keys, err = rows.due(now().Unix(), sweepRows); err != nil {
				return err
			}
			for _, key := range keys {
				if err := rows.delete(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(keys) < sweepRows {
			return
		}
	}
}
