package rest

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
	over := func(c *call) bool { return c.ctx.Err() != nil }
	synctest.Test(t, func(t *testing.T) {
		// The backend's time counts from the last byte of the client.
		c := startCall(t.Context(), time.Second, 0)
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
		c = startCall(t.Context(), time.Second, 0)
		c.awaitClient()
		time.Sleep(uploadIdle + time.Second)
		if !over(c) {
			t.Error("a client may pause for ever")
		}
		c.end()

		// An answer that streams has no end but must go on.
		c = startCall(t.Context(), time.Second, 0)
		c.settle()
		for range 2 {
			time.Sleep(streamIdle - time.Second)
			c.alive()
		}
		if over(c) {
			t.Errorf("a stream that goes on was ended: %v", context.Cause(c.ctx))
		}
		time.Sleep(streamIdle + time.Millisecond)
		if !over(c) || c.expired() || !errors.Is(c.broken(), errStreamIdle) {
			t.Errorf("a stream that pauses: %v", context.Cause(c.ctx))
		}
		c.end()

		// A definition may bound the pauses more tightly, as that of an edge-optimised API does.
		c = startCall(t.Context(), time.Second, 30*time.Second)
		c.settle()
		time.Sleep(29 * time.Second)
		c.alive()
		if over(c) {
			t.Errorf("a short pause: %v", context.Cause(c.ctx))
		}
		time.Sleep(31 * time.Second)
		if !errors.Is(c.broken(), errStreamIdle) {
			t.Errorf("a long pause: %v", context.Cause(c.ctx))
		}
		c.end()

		// No stream is longer than 15 minutes, counted from the call.
		c = startCall(t.Context(), 10*time.Minute, 0)
		time.Sleep(9 * time.Minute)
		c.settle()
		for range 5 {
			time.Sleep(time.Minute + 10*time.Second)
			c.alive()
		}
		if over(c) {
			t.Errorf("a stream of less than 15 minutes: %v", context.Cause(c.ctx))
		}
		time.Sleep(11 * time.Second)
		if !errors.Is(c.broken(), errStreamLength) {
			t.Errorf("a stream of 15 minutes: %v", context.Cause(c.ctx))
		}
		c.end()

		// An answer that is there as a whole is bound by nothing any more.
		c = startCall(t.Context(), time.Second, 0)
		c.answered()
		time.Sleep(time.Hour)
		if over(c) {
			t.Errorf("an answer that was there: %v", context.Cause(c.ctx))
		}
		c.end()
	})
}
