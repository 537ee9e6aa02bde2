package jwt

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// How long keys are used. Issuers are asked in the background once keys are older than
// refreshAfter; as long as that fails, the known keys serve until maxAge, the time that HTTP APIs
// keep keys for (HTTP API spec, 11).
const (
	refreshAfter   = 15 * time.Minute
	maxAge         = 2 * time.Hour
	discoveryLasts = time.Hour
)

// How often an issuer is asked at most: after failures, and because of keys that it does not
// have, which anybody can name.
const (
	minRetry   = time.Second
	maxRetry   = 30 * time.Second
	minUnknown = 5 * time.Second
	maxUnknown = time.Minute
)

// source is an issuer's keys, which it keeps current. It is safe for concurrent use.
type source struct {
	fetcher *fetcher
	now     func() time.Time
	issuer  string
	// address is that of the key set, empty if it has to be discovered.
	address string

	current atomic.Pointer[fetched]

	mu     sync.Mutex
	flight *flight // nil if nobody fetches
	// discovered is the address that was found at discoveredAt. Only a flight uses them.
	discovered   string
	discoveredAt time.Time
	// failures in a row, and until when to leave the issuer alone after them.
	failures int
	failed   error
	retryAt  time.Time
	// unknownAt is from when on an unknown key is a reason to ask again, unknownWait how long after
	// the next time that will be.
	unknownAt   time.Time
	unknownWait time.Duration
}

// fetched is a key set and when it was asked for.
type fetched struct {
	*keySet
	at time.Time
}

// flight is one fetch that everybody waits for.
type flight struct {
	done chan struct{}
	err  error
}

// keys returns the keys to verify with. It waits for the issuer only if there are none, or none
// that are young enough; the error is an *Error.
func (s *source) keys(ctx context.Context) (*fetched, error) {
	now := s.now()
	if set := s.current.Load(); set != nil {
		switch age := now.Sub(set.at); {
		case age < refreshAfter:
			return set, nil
		case age < maxAge:
			s.mu.Lock()
			_, _ = s.start(now) // what fails leaves the keys as they are
			s.mu.Unlock()
			return set, nil
		}
	}
	s.mu.Lock()
	f, err := s.start(now)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := f.wait(ctx); err != nil {
		return nil, err
	}
	return s.current.Load(), nil
}

// trusts tells whether a key may still be relied on without another look.
func (s *source) trusts(k *key) bool {
	set := s.current.Load()
	if set == nil {
		return false
	}
	now := s.now()
	age := now.Sub(set.at)
	if age >= maxAge {
		return false
	}
	if age >= refreshAfter {
		s.mu.Lock()
		_, _ = s.start(now)
		s.mu.Unlock()
	}
	return set.has(k)
}

// afterUnknown returns the keys after a token named one that old does not have: the issuer may
// just have changed its keys. It is asked again, but by far not for every such token; then, and if
// that fails, old is all there is.
func (s *source) afterUnknown(ctx context.Context, old *fetched) *fetched {
	now := s.now()
	s.mu.Lock()
	if set := s.current.Load(); set != old {
		s.mu.Unlock()
		return set
	}
	f := s.flight
	if f == nil {
		if now.Before(s.unknownAt) {
			s.mu.Unlock()
			return old
		}
		var err error
		if f, err = s.start(now); err != nil {
			s.mu.Unlock()
			return old
		}
		s.unknownWait = min(max(2*s.unknownWait, minUnknown), maxUnknown)
		s.unknownAt = now.Add(s.unknownWait)
	}
	s.mu.Unlock()
	if f.wait(ctx) != nil {
		return old
	}
	return s.current.Load()
}

// start returns the flight under way, or begins one unless the issuer is left alone after
// failures. The caller holds mu.
func (s *source) start(now time.Time) (*flight, error) {
	if s.flight != nil {
		return s.flight, nil
	}
	if now.Before(s.retryAt) {
		return nil, s.failed
	}
	f := &flight{done: make(chan struct{})}
	s.flight = f
	go s.fetch(f, now)
	return f, nil
}

func (f *flight) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return &Error{Reason: NoKeySet, Description: "JWKS communication error", Err: ctx.Err()}
	}
}

// fetch is a flight. It does not end with the request that began it: others wait for it too.
func (s *source) fetch(f *flight, now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*fetchTimeout)
	defer cancel()
	old := s.current.Load()
	set, err := s.load(ctx, now, old)

	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.discovered = ""
		s.failures++
		s.failed = err
		s.retryAt = s.now().Add(min(minRetry<<min(s.failures-1, 10), maxRetry))
	} else {
		s.failures, s.failed, s.retryAt = 0, nil, time.Time{}
		if old == nil || gained(set, old.keySet) {
			s.unknownWait = 0
		}
		if next := now.Add(minUnknown); s.unknownAt.Before(next) {
			s.unknownAt = next
		}
		s.current.Store(&fetched{set, now})
	}
	f.err = err
	s.flight = nil
	close(f.done)
}

// gained tells whether set has a key that old has not.
func gained(set, old *keySet) bool {
	for _, k := range set.all {
		if !old.has(k) {
			return true
		}
	}
	return false
}

func (s *source) load(ctx context.Context, now time.Time, old *fetched) (*keySet, error) {
	address := s.address
	if address == "" {
		if s.discovered == "" || now.Sub(s.discoveredAt) >= discoveryLasts {
			found, err := s.fetcher.discover(ctx, s.issuer)
			if err != nil {
				return nil, &Error{Reason: NoDiscovery, Description: "OIDC discovery endpoint communication error", Err: err}
			}
			s.discovered, s.discoveredAt = found, now
		}
		address = s.discovered
	}
	b, err := s.fetcher.get(ctx, address)
	var set *keySet
	if err == nil {
		var known *keySet
		if old != nil {
			known = old.keySet
		}
		set, err = parseKeySet(b, known)
	}
	if err != nil {
		return nil, &Error{Reason: NoKeySet, Description: "JWKS communication error", Err: err}
	}
	return set, nil
}
