package usageplan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/store"
)

// Config is what a Limiter works with.
type Config struct {
	Store Reader
	Meter *metering.Meter
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
	// Account limits all requests together; nil does not. Whoever sets it pays for a lease of it in
	// each environment, also in one with little traffic.
	Account *metering.Limit
}

// Limiter decides which requests keys, plans, stages and the account admit. It is safe for
// concurrent use.
type Limiter struct {
	meter   *metering.Meter
	reader  Reader
	now     func() int64
	log     *slog.Logger
	keys    *watch[digest, knownKey]
	plans   *watch[string, Plan]
	grants  *watch[store.Key, int64]
	account *handle
	// warned is when it was last told that rows cannot be read.
	warned atomic.Int64
}

// How many rows stay in memory. A plan with its stages takes some kilobytes, the others some
// hundred bytes.
const (
	maxKeys   = 20_000
	maxPlans  = 1_000
	maxGrants = 20_000
)

// New returns a Limiter that knows nothing yet.
func New(c Config) *Limiter {
	if c.Now == nil {
		c.Now = time.Now
	}
	l := &Limiter{meter: c.Meter, reader: c.Store, log: c.Log, now: func() int64 { return c.Now().UnixNano() }}
	l.keys = newWatch(c.Store, l.now, maxKeys, l.warn, valueKey, decodeKey)
	l.plans = newWatch(c.Store, l.now, maxPlans, l.warn, planKey, decodePlan)
	l.grants = newWatch(c.Store, l.now, maxGrants, l.warn,
		func(k store.Key) store.Key { return k },
		func(_ store.Key, item store.Item) (*int64, error) { return &item.Count, nil })
	if c.Account != nil {
		l.account = &handle{name: "account", limit: *c.Account}
	}
	return l
}

// warnEvery keeps a store that fails from filling the log.
const warnEvery = 10 * time.Second

func (l *Limiter) warn(err error) {
	now, last := l.now(), l.warned.Load()
	if l.log != nil && time.Duration(now-last) >= warnEvery && l.warned.CompareAndSwap(last, now) {
		l.log.Warn("API keys and usage plans cannot be read, the last known ones are used", "error", err)
	}
}

var (
	// ErrNoKey says that a key is missing, unknown, disabled, or in no plan that has the API stage
	// (REST data plane spec, 12).
	ErrNoKey = errors.New("the API key is missing, unknown or disabled, or in no usage plan of the stage")

	// ErrUnavailable says that the store did not tell whether a key is good.
	ErrUnavailable = errors.New("the API key cannot be checked")
)

// Lengths of API key values in bytes: 20 to 128 characters of up to four bytes.
const (
	minValue = 20
	maxValue = 128 * 4
)

// Find returns the key with a value and its usage plan of an API stage. The error is or wraps
// ErrNoKey or ErrUnavailable. With ErrNoKey the key is not nil if it exists, for the log.
func (l *Limiter) Find(ctx context.Context, value, apiID, stage string) (*Key, error) {
	if len(value) < minValue || len(value) > maxValue {
		return nil, ErrNoKey
	}
	var room [maxValue]byte // keeps the bytes off the heap
	known, err := l.keys.get(ctx, sha256.Sum256(room[:copy(room[:], value)]))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if known == nil {
		return nil, ErrNoKey
	}
	if !known.Enabled {
		return &Key{ID: known.ID}, fmt.Errorf("%w: it is disabled", ErrNoKey)
	}
	at := apiStage{apiID, stage}
	for _, id := range known.Plans {
		p, err := l.plans.get(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		if p == nil {
			continue // it is just being deleted
		}
		if methods, ok := p.stages[at]; ok {
			return known.uses.of(known.ID, at, p, methods), nil
		}
	}
	return &Key{ID: known.ID}, fmt.Errorf("%w: its plans do not name API %s, stage %s", ErrNoKey, apiID, stage)
}
