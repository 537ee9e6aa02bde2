package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// maxBatch bounds how many updates one commit carries.
const maxBatch = 256

// committer runs all updates of a file, one after the other, and commits
// those that were waiting together with one synchronisation of the disk. No
// update waits for company: a batch is what has arrived while the one before
// it was being synchronised.
type committer struct {
	db    *bbolt.DB
	queue chan *pendingUpdate
	done  chan struct{}
}

// pendingUpdate is one update in the queue. Exactly one side claims it: the
// committer in order to run it, or its caller in order to give up waiting.
type pendingUpdate struct {
	fn      func(writer) error
	claimed atomic.Bool
	result  chan error
}

// errLeftovers says that an update failed after it had written, so that the
// transaction it shared cannot be committed.
var errLeftovers = errors.New("an update failed half way")

func startCommitter(db *bbolt.DB) *committer {
	c := &committer{db: db, queue: make(chan *pendingUpdate, maxBatch), done: make(chan struct{})}
	go c.run()
	return c
}

// stop ends the committer. No update may be under way or begin later.
func (c *committer) stop() {
	close(c.queue)
	<-c.done
}

func (c *committer) update(ctx context.Context, fn func(writer) error) error {
	u := &pendingUpdate{fn: fn, result: make(chan error, 1)}
	select {
	case c.queue <- u:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-u.result:
		return err
	case <-ctx.Done():
		if u.claimed.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-u.result
	}
}

func (c *committer) run() {
	defer close(c.done)
	batch := make([]*pendingUpdate, 0, maxBatch)
	for first := range c.queue {
		batch = c.gather(batch[:0], first)
		results, err := c.commit(batch)
		if errors.Is(err, errLeftovers) {
			c.commitSingly(batch)
			continue
		}
		for i, u := range batch {
			if err != nil {
				results[i] = err
			}
			u.result <- results[i]
		}
	}
}

// gather takes what is waiting. The writers of the batch before have just been
// woken and most are about to queue again; yielding once lets them.
func (c *committer) gather(batch []*pendingUpdate, first *pendingUpdate) []*pendingUpdate {
	runtime.Gosched()
	batch = claim(batch, first)
	for len(batch) < maxBatch {
		select {
		case u, ok := <-c.queue:
			if !ok {
				return batch
			}
			batch = claim(batch, u)
		default:
			return batch
		}
	}
	return batch
}

func claim(batch []*pendingUpdate, u *pendingUpdate) []*pendingUpdate {
	if u.claimed.CompareAndSwap(false, true) {
		return append(batch, u)
	}
	return batch
}

// commit runs the updates in one transaction. An update that refuses has its
// own result and does not disturb the others; err concerns them all.
func (c *committer) commit(batch []*pendingUpdate) (results []error, err error) {
	results = make([]error, len(batch))
	if len(batch) == 0 {
		return results, nil
	}
	tx, err := c.db.Begin(true)
	if err != nil {
		return results, fmt.Errorf("begin: %w", err)
	}
	rows := boltRows(tx)
	for i, u := range batch {
		writes := rows.writes
		results[i] = u.fn(rows)
		if results[i] != nil && rows.writes > writes {
			return results, errors.Join(errLeftovers, tx.Rollback())
		}
	}
	if rows.writes == 0 {
		return results, tx.Rollback()
	}
	if err := tx.Commit(); err != nil {
		return results, fmt.Errorf("commit: %w", err)
	}
	return results, nil
}

// commitSingly gives each update a transaction of its own, so that the one
// that failed half way fails alone.
func (c *committer) commitSingly(batch []*pendingUpdate) {
	for i, u := range batch {
		results, err := c.commit(batch[i : i+1])
		if results[0] != nil {
			err = results[0]
		}
		u.result <- err
	}
}
