package accesskey

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/store"
)

// Ages of what is known about a key. A fresh entry is used as it is, an older one is looked at in
// the background, and one past staleAfter makes the request wait: a key that was taken away works
// no longer than that. While the store cannot be read, the last known state serves for trustedFor.
const (
	freshFor   = 2 * time.Second
	staleAfter = 5 * time.Second
	trustedFor = time.Minute
	lookFor    = 5 * time.Second
)

// maxEntries bounds the memory that requests with made-up identifiers can take.
const maxEntries = 10_000

// Reader reads rows; the contract is that of package store.
type Reader interface {
	Get(ctx context.Context, key store.Key) (store.Item, error)
}

// CacheConfig is what a Cache works with.
type CacheConfig struct {
	Store Reader
	// Cipher opens secrets. Without one only Signature Version 4a can be verified, which needs no
	// secret.
	Cipher *Cipher
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Cache finds the store's access keys for the request path. It is safe for concurrent use.
type Cache struct {
	c      CacheConfig
	flight singleflight.Group

	mu      sync.RWMutex
	entries map[string]*entry
	// epoch counts calls of Forget.
	epoch int64
}

// entry is what is known about an identifier; a nil key says that there is no such active key.
type entry struct {
	key       *sigv4.Key
	principal *Principal
	// versions of the rows it was made of
	keyVersion, userVersion int64
	at                      time.Time
	looking                 bool // guarded by Cache.mu
}

// NewCache returns a Cache.
func NewCache(c CacheConfig) *Cache {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Cache{c: c, entries: map[string]*entry{}}
}

// Forget makes the next use of every key read its rows.
func (c *Cache) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.epoch++
	c.entries = map[string]*entry{}
}

// Find implements sigv4.Keys.
func (c *Cache) Find(ctx context.Context, accessKeyID string) (*sigv4.Key, *Principal, error) {
	if !plausible(accessKeyID) {
		return nil, nil, fmt.Errorf("%w: the identifier is not of this store", sigv4.ErrUnknownKey)
	}
	c.mu.RLock()
	e := c.entries[accessKeyID]
	c.mu.RUnlock()
	if e == nil {
		var err error
		if e, err = c.look(ctx, accessKeyID); err != nil {
			return nil, nil, err
		}
		return e.result()
	}
	switch age := c.c.Now().Sub(e.at); {
	case age < freshFor:
	case age < staleAfter:
		c.lookInBackground(accessKeyID, e)
	default:
		newer, err := c.look(ctx, accessKeyID)
		switch {
		case err == nil:
			e = newer
		case ctx.Err() != nil || age >= trustedFor:
			return nil, nil, err
		default:
			c.warn(accessKeyID, err)
		}
	}
	return e.result()
}

func (e *entry) result() (*sigv4.Key, *Principal, error) {
	if e.key == nil {
		return nil, nil, sigv4.ErrUnknownKey
	}
	return e.key, e.principal, nil
}

func (c *Cache) lookInBackground(id string, e *entry) {
	c.mu.Lock()
	busy := e.looking
	e.looking = true
	c.mu.Unlock()
	if busy {
		return
	}
	go func() {
		defer func() {
			c.mu.Lock()
			e.looking = false
			c.mu.Unlock()
		}()
		if _, err := c.look(context.Background(), id); err != nil {
			c.warn(id, err)
		}
	}()
}

func (c *Cache) warn(id string, err error) {
	c.c.Log.Warn("access keys not readable, the last known state is used", "accessKey", id, "error", err)
}

// look reads the rows of a key once for all who ask meanwhile. The read outlives a request that
// gives up waiting.
func (c *Cache) look(ctx context.Context, id string) (*entry, error) {
	c.mu.RLock()
	epoch, known := c.epoch, c.entries[id]
	c.mu.RUnlock()
	ch := c.flight.DoChan(fmt.Sprint(epoch, id), func() (any, error) {
		reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookFor)
		defer cancel()
		at := c.c.Now()
		e, err := c.read(reading, id, known)
		if err != nil {
			return nil, err
		}
		e.at = at
		c.keep(id, e, epoch)
		return e, nil
	})
	select {
	case res := <-ch:
		e, _ := res.Val.(*entry)
		return e, res.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *Cache) keep(id string, e *entry, epoch int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch != c.epoch {
		return
	}
	if len(c.entries) >= maxEntries {
		for other, old := range c.entries {
			if e.at.Sub(old.at) >= staleAfter {
				delete(c.entries, other)
			}
		}
		if len(c.entries) >= maxEntries {
			clear(c.entries)
		}
	}
	c.entries[id] = e
}

// read makes an entry. What has not changed since known was made is taken from there.
func (c *Cache) read(ctx context.Context, id string, known *entry) (*entry, error) {
	item, err := c.c.Store.Get(ctx, keyKey(id))
	if errors.Is(err, store.ErrNotFound) {
		return &entry{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read access key: %w", err)
	}
	k, err := decode[Key](item)
	if err != nil {
		return nil, err
	}
	if k.Status != Active {
		return &entry{}, nil
	}
	owner, err := c.c.Store.Get(ctx, userKey(k.User))
	if errors.Is(err, store.ErrNotFound) {
		return &entry{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the user of an access key: %w", err)
	}
	if known != nil && known.key != nil && known.keyVersion == item.Version && known.userVersion == owner.Version {
		return &entry{key: known.key, principal: known.principal, keyVersion: item.Version, userVersion: owner.Version}, nil
	}
	u, err := decode[User](owner)
	if err != nil {
		return nil, err
	}
	if u.ID != k.UserID {
		return &entry{}, nil // another user of the same name
	}
	e := &entry{keyVersion: item.Version, userVersion: owner.Version}
	if e.principal, err = NewUser(u, k); err != nil {
		return nil, err
	}
	e.key, err = k.verifying(ctx, c.c.Cipher)
	return e, err
}

// verifying makes what verifies signatures of the key.
func (k *Key) verifying(ctx context.Context, cipher *Cipher) (*sigv4.Key, error) {
	out := &sigv4.Key{SessionToken: k.SessionToken, Expires: k.Expires}
	var err error
	if out.Public, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), k.Public); err != nil {
		return nil, fmt.Errorf("read the public key of %s: %w", k.ID, err)
	}
	if cipher != nil {
		out.Secret, err = cipher.open(ctx, k.ID, k.Sealed)
	}
	return out, err
}
