package runtimeapi

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// returnTime is how long a waiter is left to an environment that has responded
// and not yet asked for other work. Runtimes ask at once; without this, a caller
// that invokes one after the other would start a second process.
const returnTime = 20 * time.Millisecond

// pool holds the environments of one function.
type pool struct {
	server   *Server
	function *function

	mu      sync.Mutex
	members map[*environment]struct{}    // starting, idle and busy
	idle    []*environment               // the last one is the most recently used
	waiters []*waiter                    // in order of arrival
	count   int                          // environments ever made, for their names
	initing int                          // members in the init phase
	coming  map[*environment]*time.Timer // members that have responded just now
	closed  bool

	// Of the latest init failure.
	failures int
	failed   *fault
	failedAt time.Time
	stamp    uint64
}

func newPool(s *Server, f *function) *pool {
	return &pool{
		server:   s,
		function: f,
		members:  make(map[*environment]struct{}),
		coming:   make(map[*environment]*time.Timer),
	}
}

// waiter is an invocation that waits for an environment.
type waiter struct {
	granted chan grant // one slot
}

type grant struct {
	environment *environment
	failure     *fault
	err         error // the server is closed
}

// acquire returns an idle environment or waits for one, for as long as patience
// lasts unless that is zero. A fault means that the init phase failed.
func (p *pool) acquire(ctx context.Context, patience time.Duration) (*environment, *fault, error) {
	stamp := p.function.stamp()
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, nil, closed()
	}
	for len(p.idle) > 0 {
		e := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if !e.outdated(stamp) {
			p.mu.Unlock()
			return e, nil, nil
		}
		p.retire(e)
	}
	w := &waiter{granted: make(chan grant, 1)}
	p.waiters = append(p.waiters, w)
	p.grow(stamp)
	p.mu.Unlock()

	var expired <-chan time.Time
	if patience > 0 {
		timer := time.NewTimer(patience)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case g := <-w.granted:
		return g.environment, g.failure, g.err
	case <-expired:
		p.abandon(w)
		return nil, nil, tooManyRequests(nil)
	case <-ctx.Done():
		p.abandon(w)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, nil, tooManyRequests(ctx.Err())
		}
		return nil, nil, ctx.Err()
	}
}

// outdated reports that the function's files have changed since e was started.
// While a file is missing, a build is under way and e goes on.
func (e *environment) outdated(stamp uint64) bool { return stamp != 0 && stamp != e.stamp }

// abandon takes back a wait, and with it an environment that was granted just then.
func (p *pool) abandon(w *waiter) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.waiters, w); i >= 0 {
		p.waiters = slices.Delete(p.waiters, i, i+1)
		return
	}
	g := <-w.granted
	if _, member := p.members[g.environment]; member {
		p.place(g.environment)
	}
}

// expect counts on an environment that has responded.
func (p *pool) expect(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, member := p.members[e]; !member {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(returnTime, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.coming[e] == timer {
			delete(p.coming, e)
			p.grow(p.function.stamp())
		}
	})
	p.coming[e] = timer
}

// arrived ends what expect has begun. The caller holds the lock.
func (p *pool) arrived(e *environment) {
	if timer := p.coming[e]; timer != nil {
		timer.Stop()
		delete(p.coming, e)
	}
}

// offer takes an environment that asks for work. The first offer ends its init phase.
func (p *pool) offer(e *environment, first bool) {
	stamp := p.function.stamp()
	p.mu.Lock()
	defer p.mu.Unlock()
	if first {
		p.initing--
		p.failures = 0
	}
	p.arrived(e)
	_, member := p.members[e]
	switch {
	case !member:
		p.grow(stamp) // it ended at once and was counted as one to come until now
	case e.outdated(stamp):
		p.retire(e)
		p.grow(stamp)
	default:
		p.place(e)
	}
}

// place gives e to the first waiter, or keeps it. The caller holds the lock.
func (p *pool) place(e *environment) {
	if len(p.waiters) == 0 {
		p.idle = append(p.idle, e)
		return
	}
	w := p.waiters[0]
	p.waiters = p.waiters[1:]
	w.granted <- grant{environment: e}
}

// retire lets go of an environment and stops it. The caller holds the lock.
func (p *pool) retire(e *environment) {
	delete(p.members, e)
	p.server.log.printf(e.name, "stopped: the executable has changed")
	go e.stop()
}

// remove forgets an environment that has ended or is about to.
func (p *pool) remove(e *environment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, member := p.members[e]; !member {
		return
	}
	delete(p.members, e)
	p.arrived(e)
	p.idle = slices.DeleteFunc(p.idle, func(other *environment) bool { return other == e })
	p.grow(p.function.stamp())
}

// grow starts as many environments as there are waiters without one to come, up
// to the function's concurrency. The caller holds the lock.
func (p *pool) grow(stamp uint64) {
	for !p.closed && p.initing+len(p.coming) < len(p.waiters) && len(p.members) < p.function.Concurrency {
		if p.backingOff(stamp) {
			if len(p.members) == 0 {
				p.refuse(grant{failure: p.failed})
			}
			return
		}
		p.count++
		e := p.server.newEnvironment(p, p.count)
		p.members[e] = struct{}{}
		p.initing++
		p.server.children.Add(1)
		go func() {
			defer p.server.children.Done()
			p.start(e)
		}()
	}
}

// refuse answers every waiter. The caller holds the lock.
func (p *pool) refuse(g grant) {
	for _, w := range p.waiters {
		w.granted <- g
	}
	p.waiters = nil
}

// close refuses those who wait and whatever comes later.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.refuse(grant{err: closed()})
}
