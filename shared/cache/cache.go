package cache

import (
	"context"
	"log/slog"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/postern-gateway/postern/shared/store"
)

// How much a process keeps in memory, in bytes. MaxMemory is the size of the smallest stage cache
// (REST data plane spec, 13), so that no stage ever has more than was asked for.
const (
	DefaultMemory = 64 << 20
	MaxMemory     = 512 << 20
)

// An entry in memory serves for freshFor without a look at the store, then with one in the
// background, and past staleAfter one request waits for the look, as for the documents of stages.
const (
	freshFor   = 2500 * time.Millisecond
	staleAfter = 5 * time.Second
)

// passFor is for how long requests go on side by side after an answer that cannot be kept.
const passFor = 5 * time.Second

// Config is what a Cache works with.
type Config struct {
	// Store holds the entries that environments share; nil keeps them in memory only.
	Store Store
	// Cipher seals what is to be encrypted; nil leaves such entries out of the store.
	Cipher *Cipher
	// MemoryBytes bounds what is kept in memory, in bytes; 0 is DefaultMemory, and more than
	// MaxMemory is MaxMemory.
	MemoryBytes int64
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	// Log takes failures of the store, a line per interval; nil drops them.
	Log *slog.Logger
}

// Cache keeps answers. It is safe for concurrent use.
type Cache struct {
	now     func() time.Time
	memory  *otter.Cache[Key, *entry]
	tier    tier
	flights flights
}

// New returns an empty Cache.
func New(c Config) *Cache {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MemoryBytes <= 0 {
		c.MemoryBytes = DefaultMemory
	}
	return &Cache{
		now: c.Now,
		memory: otter.Must(&otter.Options[Key, *entry]{
			MaximumWeight: uint64(min(c.MemoryBytes, MaxMemory)),
			Weigher:       func(_ Key, e *entry) uint32 { return e.weight() },
		}),
		tier:    tier{store: c.Store, cipher: c.Cipher, now: c.Now, log: c.Log, timeout: storeTimeout},
		flights: flights{under: map[flightKey]*flight{}},
	}
}

// Failures counts how often the store could not be used.
func (c *Cache) Failures() int64 { return c.tier.failures.Load() }

// Request is a request for an entry.
type Request struct {
	Key Key
	// Mark is the flush mark of the stage as this request knows it.
	Mark int64
	// TTL is how long entries last.
	TTL time.Duration
	// Encrypted says that the entry is to be sealed in the store. In memory, where its key would
	// be beside it, it is not.
	Encrypted bool
	// Refresh asks for a new entry whatever is there.
	Refresh bool
	// Wait is how long to wait at most for another request's answer.
	Wait time.Duration
}

// Begin returns the entry that answers a request, or else a Fill, by which the request is to say
// how it went with an answer of its own. Of the requests that want one key at the same time, one
// gets a Fill, and the others wait for it. The error is that of ctx.
func (c *Cache) Begin(ctx context.Context, r Request) (*Response, *Fill, error) {
	now := c.now().UnixNano()
	if r.Refresh {
		return nil, c.newFill(r, now, nil, row{known: true, unchanged: store.Any}), nil
	}
	if e, ok := c.memory.GetIfPresent(r.Key); ok && e.serves(&r, now) {
		if e.response == nil {
			return nil, c.newFill(r, now, nil, row{}), nil
		}
		return c.confirm(ctx, &r, e, now).response, nil, nil
	}
	return c.join(ctx, r)
}

// confirm asks the store whether somebody has refreshed the entry, and returns the one to serve.
func (c *Cache) confirm(ctx context.Context, r *Request, e *entry, now int64) *entry {
	age := now - e.checked.Load()
	if age < int64(freshFor) || !c.tier.usable(r.Encrypted) || !e.checking.CompareAndSwap(false, true) {
		return e
	}
	if age < int64(staleAfter) {
		again := *r
		go c.look(context.WithoutCancel(ctx), &again, e)
		return e
	}
	return c.look(ctx, r, e)
}

func (c *Cache) look(ctx context.Context, r *Request, e *entry) *entry {
	defer e.checking.Store(false)
	found := c.tier.read(ctx, r.Key)
	now := c.now().UnixNano()
	if found.known {
		e.checked.Store(now)
	}
	other := found.entry
	if other == nil || other.version == e.version || other.began == e.began || !other.serves(r, now) {
		return e
	}
	other.checked.Store(now)
	c.memory.Set(r.Key, other)
	return other
}

// keep puts an entry into memory unless there is a newer one. One that only lets requests pass never
// takes the place of one that answers them.
func (c *Cache) keep(k Key, e *entry) {
	c.memory.Compute(k, func(old *entry, found bool) (*entry, otter.ComputeOp) {
		if found && (!e.newer(old) || e.response == nil && old.response != nil && old.mark == e.mark && old.until > e.made) {
			return old, otter.CancelOp
		}
		return e, otter.WriteOp
	})
}
