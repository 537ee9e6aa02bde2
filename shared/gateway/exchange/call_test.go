package exchange

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
)

// The bounds of an exchange, under a clock of the test's own.
func TestCallBounds(t *testing.T) {
	over := func(c *Call) bool { return c.ctx.Err() != nil }
	synctest.Test(t, func(t *testing.T) {
		// The backend's time counts from the last byte of the client.
		c := StartCall(t.Context(), time.Second, 0)
		c.AwaitClient()
		time.Sleep(30 * time.Second)
		if over(c) {
			t.Error("a client that pauses used up the backend's time")
		}
		c.Progress()
		time.Sleep(1500 * time.Millisecond)
		if !over(c) || !c.Expired() || !errors.Is(context.Cause(c.ctx), integration.ErrTimeout) {
			t.Errorf("the backend's time is over: %v", context.Cause(c.ctx))
		}
		c.End()

		// A client cannot pause for ever.
		c = StartCall(t.Context(), time.Second, 0)
		c.AwaitClient()
		time.Sleep(uploadIdle + time.Second)
		if !over(c) {
			t.Error("a client may pause for ever")
		}
		c.End()

		// An answer that streams has no end but must go on.
		c = StartCall(t.Context(), time.Second, 0)
		c.Settle()
		for range 2 {
			time.Sleep(streamIdle - time.Second)
			c.Alive()
		}
		if over(c) {
			t.Errorf("a stream that goes on was ended: %v", context.Cause(c.ctx))
		}
		time.Sleep(streamIdle + time.Millisecond)
		if !over(c) || c.Expired() || !errors.Is(c.Broken(), ErrStreamIdle) {
			t.Errorf("a stream that pauses: %v", context.Cause(c.ctx))
		}
		c.End()

		// A definition may bound the pauses more tightly, as that of an edge-optimised API does.
		c = StartCall(t.Context(), time.Second, 30*time.Second)
		c.Settle()
		time.Sleep(29 * time.Second)
		c.Alive()
		if over(c) {
			t.Errorf("a short pause: %v", context.Cause(c.ctx))
		}
		time.Sleep(31 * time.Second)
		if !errors.Is(c.Broken(), ErrStreamIdle) {
			t.Errorf("a long pause: %v", context.Cause(c.ctx))
		}
		c.End()

		// No stream is longer than 15 minutes, counted from the call.
		c = StartCall(t.Context(), 10*time.Minute, 0)
		time.Sleep(9 * time.Minute)
		c.Settle()
		for range 5 {
			time.Sleep(time.Minute + 10*time.Second)
			c.Alive()
		}
		if over(c) {
			t.Errorf("a stream of less than 15 minutes: %v", context.Cause(c.ctx))
		}
		time.Sleep(11 * time.Second)
		if !errors.Is(c.Broken(), ErrStreamLength) {
			t.Errorf("a stream of 15 minutes: %v", context.Cause(c.ctx))
		}
		c.End()

		// An answer that is there as a whole is bound by nothing any more.
		c = StartCall(t.Context(), time.Second, 0)
		c.Answered()
		time.Sleep(time.Hour)
		if over(c) {
			t.Errorf("an answer that was there: %v", context.Cause(c.ctx))
		}
		c.End()
	})
}
