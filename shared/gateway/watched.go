package gateway

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// watched keeps one document current by the rules for stages: a fresh one is served as it is, an
// older one is looked at in the background, and only one past staleAfter makes a request wait,
// for lookTimeout at most. It is safe for concurrent use.
type watched[T any] struct {
	read   func(context.Context) (T, error)
	now    func() time.Time
	failed func(error) // told when the last known document serves on

	flight singleflight.Group
	// epoch counts calls of forget: what was read before one is stale.
	epoch   atomic.Int64
	last    atomic.Pointer[sighting[T]]
	looking atomic.Bool
}

type sighting[T any] struct {
	value T
	at    time.Time
	epoch int64
}

// get returns the document. Its error is that of read when there never was a document.
func (w *watched[T]) get(ctx context.Context) (T, error) {
	last := w.last.Load()
	if last == nil {
		return w.look(ctx)
	}
	age := w.now().Sub(last.at)
	if last.epoch != w.epoch.Load() {
		age = staleAfter
	}
	switch {
	case age < freshFor:
	case age < staleAfter:
		if w.looking.CompareAndSwap(false, true) {
			go w.lookInBackground()
		}
	default:
		wait, cancel := context.WithTimeout(ctx, lookTimeout)
		defer cancel()
		v, err := w.look(wait)
		if err == nil || ctx.Err() != nil {
			return v, err
		}
		w.failed(err)
	}
	return last.value, nil
}

func (w *watched[T]) lookInBackground() {
	defer w.looking.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	if _, err := w.look(ctx); err != nil {
		w.failed(err)
	}
}

// look reads the document once for all who ask meanwhile. The read outlives a request that gives
// up waiting.
func (w *watched[T]) look(ctx context.Context) (T, error) {
	ch := w.flight.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		epoch := w.epoch.Load()
		v, err := w.read(ctx)
		if err != nil {
			return nil, err
		}
		w.keep(&sighting[T]{value: v, at: w.now(), epoch: epoch})
		return v, nil
	})
	select {
	case res := <-ch:
		v, _ := res.Val.(T)
		return v, res.Err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// keep takes a sighting unless there is one of a later epoch.
func (w *watched[T]) keep(s *sighting[T]) {
	for {
		last := w.last.Load()
		if last != nil && last.epoch > s.epoch || w.last.CompareAndSwap(last, s) {
			return
		}
	}
}

// forget makes the next get read the document.
func (w *watched[T]) forget() {
	w.epoch.Add(1)
	w.flight.Forget("")
}
