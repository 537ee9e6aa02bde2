package rest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
)

// The three bounds of an exchange, under a clock of the test's own.
func TestCallBounds(t *testing.T) {
	over := func(c *call) bool { return c.ctx.Err() != nil }
	synctest.Test(t, func(t *testing.T) {
		// The backend's time counts from the last byte of the client.
		c := startCall(t.Context(), time.Second)
		c.awaitClient()
		time.Sleep(30 * time.Second)
		if over(c) {
			t.Error("a client that pauses used up the backend's time")
		}
		c.progress()
		time.Sleep(1500 * time.Millisecond)
		if !over(c) || !c.expired() || !errors.Is(context.Cause(c.ctx), integration.ErrTimeout) {
			t.Errorf("the backend's time is over: %v", context.Cause(c.ctx))
		}
		c.end()

		// A client cannot pause for ever.
		c = startCall(t.Context(), time.Second)
		c.awaitClient()
		time.Sleep(uploadIdle + time.Second)
		if !over(c) {
			t.Error("a client may pause for ever")
		}
		c.end()

		// An answer that streams has no end but must go on.
		c = startCall(t.Context(), time.Second)
		c.settle()
		for range 3 {
			time.Sleep(streamIdle - time.Second)
			c.alive()
		}
		if over(c) {
			t.Errorf("a stream that goes on was ended: %v", context.Cause(c.ctx))
		}
		time.Sleep(streamIdle + time.Second)
		if !over(c) || c.expired() || !errors.Is(context.Cause(c.ctx), errStreamIdle) {
			t.Errorf("a stream that pauses: %v", context.Cause(c.ctx))
		}
		c.end()
	})
}
