package exchange

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
)

// Call bounds an exchange with a backend in time. The bound counts from the last byte that
// the client has sent, so that a slow upload is not the backend's fault, and ends when the
// answer may stream; from then on the bounds of streams hold.
type Call struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	start  time.Time
	idle   time.Duration

	mu      sync.Mutex
	timer   *time.Timer
	length  *time.Timer // bounds a stream as a whole; nil before it streams
	timeout time.Duration
	settled bool
}

// StartCall begins an exchange whose answer has to come within timeout and, if it streams, must
// not pause for longer than idle; 0 is streamIdle.
func StartCall(parent context.Context, timeout, idle time.Duration) *Call {
	if idle <= 0 {
		idle = streamIdle
	}
	c := &Call{timeout: timeout, idle: idle, start: time.Now()}
	c.ctx, c.cancel = context.WithCancelCause(parent)
	c.timer = time.AfterFunc(timeout, c.expire)
	return c
}

// Context is that of the exchange: it ends when a bound is exceeded.
func (c *Call) Context() context.Context { return c.ctx }

func (c *Call) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.settled {
		c.cancel(integration.ErrTimeout)
	}
}

// uploadIdle is how long a client may pause while it sends its body.
const uploadIdle = time.Minute

// AwaitClient lets the client take its time for the next part of the body, which is nothing
// that the backend could be blamed for.
func (c *Call) AwaitClient() { c.restart(max(c.timeout, uploadIdle)) }

// Progress starts the backend's time anew.
func (c *Call) Progress() { c.restart(c.timeout) }

func (c *Call) restart(d time.Duration) {
	c.mu.Lock()
	if !c.settled {
		c.timer.Reset(d)
	}
	c.mu.Unlock()
}

const (
	// streamIdle is how long a backend may pause while its answer streams, unless the definition
	// says otherwise (domains and edge spec, 12.1).
	streamIdle = 5 * time.Minute
	// streamLength is how long an answer may stream, counted from the call (domains and edge
	// spec, 12.1).
	streamLength = 15 * time.Minute
)

// What Broken tells.
var (
	ErrStreamIdle   = errors.New("the integration paused for too long in the middle of its answer")
	ErrStreamLength = errors.New("the integration's answer did not end within 15 minutes")
)

// Settle ends the bound: the backend has begun to answer and may go on for as long as a stream
// may take, without pausing for too long.
func (c *Call) Settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.settled {
		return
	}
	c.settled = true
	c.timer.Stop()
	c.timer = time.AfterFunc(c.idle, func() { c.cancel(ErrStreamIdle) })
	c.length = time.AfterFunc(streamLength-time.Since(c.start), func() { c.cancel(ErrStreamLength) })
}

// Answered ends the bound of an exchange whose answer is there as a whole.
func (c *Call) Answered() {
	c.mu.Lock()
	c.settled = true
	c.timer.Stop()
	c.mu.Unlock()
}

// Alive notes that the backend has sent more of its answer.
func (c *Call) Alive() {
	c.mu.Lock()
	c.timer.Reset(c.idle)
	c.mu.Unlock()
}

// Expired tells whether the time was over before Settle.
func (c *Call) Expired() bool { return context.Cause(c.ctx) == integration.ErrTimeout }

// Broken tells why a stream was ended, or returns nil if its bounds were kept.
func (c *Call) Broken() error {
	switch cause := context.Cause(c.ctx); cause {
	case ErrStreamIdle, ErrStreamLength:
		return cause
	}
	return nil
}

// End closes the exchange; the backend's connection is given up if the answer was not read to
// its end.
func (c *Call) End() {
	c.mu.Lock()
	c.settled = true
	c.timer.Stop()
	if c.length != nil {
		c.length.Stop()
	}
	c.mu.Unlock()
	c.cancel(nil)
}
