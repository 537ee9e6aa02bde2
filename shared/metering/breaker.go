package metering

import "sync"

// breaker keeps requests from waiting, each for itself, for a store that
// does not answer. After some failures in a row it lets one call through in
// each pause.
type breaker struct {
	mu       sync.Mutex
	failures int
	until    int64
}

const (
	mostFailures = 3
	breakerPause = int64(1e9)
)

func (b *breaker) allow(now int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < mostFailures || now < b.until-breakerPause {
		return true // closed, or the clock was set back
	}
	if now < b.until {
		return false
	}
	b.until = now + breakerPause
	return true
}

func (b *breaker) succeeded() {
	b.mu.Lock()
	b.failures = 0
	b.mu.Unlock()
}

func (b *breaker) failed(now int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures++; b.failures >= mostFailures {
		b.until = now + breakerPause
	}
}
