package rest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
)

// call bounds an exchange with a backend in time. The bound counts from the last byte that
// the client has sent, so that a slow upload is not the backend's fault, and ends when the
// answer may stream.
type call struct {
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	timer   *time.Timer
	timeout time.Duration
	settled bool
}

func startCall(parent context.Context, timeout time.Duration) *call {
	c := &call{timeout: timeout}
	c.ctx, c.cancel = context.WithCancelCause(parent)
	c.timer = time.AfterFunc(timeout, c.expire)
	return c
}

func (c *call) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.settled {
		c.cancel(integration.ErrTimeout)
	}
}

// uploadIdle is how long a client may pause while it sends its body.
const uploadIdle = time.Minute

// awaitClient lets the client take its time for the next part of the body, which is nothing
// that the backend could be blamed for.
func (c *call) awaitClient() { c.restart(max(c.timeout, uploadIdle)) }

// progress starts the backend's time anew.
func (c *call) progress() { c.restart(c.timeout) }

func (c *call) restart(d time.Duration) {
	c.mu.Lock()
	if !c.settled {
		c.timer.Reset(d)
	}
	c.mu.Unlock()
}

// streamIdle is how long a backend may pause while its answer streams (REST data plane spec,
// 4.5).
const streamIdle = 5 * time.Minute

var errStreamIdle = errors.New("the integration paused for too long in the middle of its answer")

// settle ends the bound: what the backend sends from now on may take any time, as long as it
// goes on sending.
func (c *call) settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.settled {
		return
	}
	c.settled = true
	c.timer.Stop()
	c.timer = time.AfterFunc(streamIdle, func() { c.cancel(errStreamIdle) })
}

// alive notes that the backend has sent more of its answer.
func (c *call) alive() {
	c.mu.Lock()
	c.timer.Reset(streamIdle)
	c.mu.Unlock()
}

// expired tells whether the time was over before settle.
func (c *call) expired() bool { return context.Cause(c.ctx) == integration.ErrTimeout }

// end closes the exchange; the backend's connection is given up if the answer was not read to
// its end.
func (c *call) end() {
	c.mu.Lock()
	c.settled = true
	c.timer.Stop()
	c.mu.Unlock()
	c.cancel(nil)
}
