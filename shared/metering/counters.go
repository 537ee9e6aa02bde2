package metering

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postern-gateway/postern/shared/metering/lease"
	"github.com/postern-gateway/postern/shared/store"
)

// Counters is what metering needs of the store.
type Counters interface {
	// Add changes a count within bounds (shared/store, "The contract").
	Add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error)
}

// add does one Add within the configured timeout and tells its outcome. The
// call is not bound to the request that it was made for: other requests wait
// for it too, and a write that is given up halfway counts as done.
func (m *Meter) add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, lease.Outcome, error) {
	if !m.breaker.allow(m.now()) {
		return 0, lease.Unknown, errStoreAvoided
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.cfg.Timeout)
	defer cancel()
	count, err := m.cfg.Counters.Add(ctx, key, delta, bounds)
	switch {
	case err == nil:
		m.breaker.succeeded()
		return count, lease.Applied, nil
	case errors.Is(err, store.ErrConditionFailed):
		m.breaker.succeeded()
		return count, lease.Refused, nil
	}
	m.breaker.failed(m.now())
	m.events.note(m.now(), StoreFailed, key.Partition, err)
	return 0, lease.Unknown, err
}

var errStoreAvoided = fmt.Errorf("%w: the store failed a moment ago and is not asked", store.ErrNotApplied)

func bounds(w lease.Write, expires time.Time) store.Bounds {
	return store.Bounds{Floor: &w.Floor, Ceiling: &w.Ceiling, Expires: expires}
}
