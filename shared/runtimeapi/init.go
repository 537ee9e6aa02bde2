package runtimeapi

import (
	"fmt"
	"strings"
	"time"
)

// Init failures in a row delay the next start: not after the first, then by
// minBackoff, doubling up to maxBackoff.
const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = 5 * time.Second
)

// start runs the init phase of e and stays with e until its process is gone.
func (p *pool) start(e *environment) {
	if err := p.server.launch(e); err != nil {
		p.initFailed(e, &fault{errorType: typeEntrypoint, message: err.Error()})
		return
	}
	limit := time.NewTimer(p.server.initTimeout)
	defer limit.Stop()
	var f *fault
	select {
	case <-e.polled:
	case f = <-e.initFault:
	case <-e.exited:
		select {
		case f = <-e.initFault:
		default:
			f = &fault{errorType: typeExit, message: exitMessage(e.exit)}
		}
	case <-limit.C:
		f = &fault{errorType: typeTimedOut, message: fmt.Sprintf("Init timed out after %.2f seconds", p.server.initTimeout.Seconds())}
	case <-p.server.stopped:
	}
	if f != nil && e.leaveInit() {
		if f.payload == nil {
			f.message = withOutput(f.message, e.output.last())
		}
		p.initFailed(e, f)
		e.stop()
	}
	select {
	case <-e.exited:
	case <-p.server.stopped:
		e.stop()
	}
}

// withOutput adds what a process printed last, which usually says why it ended.
func withOutput(message string, output []byte) string {
	if len(output) == 0 {
		return message
	}
	return message + "\nLast output:\n" + strings.ToValidUTF8(string(output), "\uFFFD")
}

// initFailed forgets e and answers the first waiter.
func (p *pool) initFailed(e *environment, f *fault) {
	what := f.message
	if f.payload != nil {
		what = string(f.payload)
	}
	e.log.printf(e.name, "init failed: %s: %s", f.errorType, what)

	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.members, e)
	p.initing--
	if e.started.After(p.failedAt) {
		// Environments that were started together and fail together count once.
		p.failures++
	}
	p.failed, p.failedAt, p.stamp = f, time.Now(), e.stamp
	if len(p.waiters) > 0 {
		w := p.waiters[0]
		p.waiters = p.waiters[1:]
		w.granted <- grant{failure: f}
	}
	p.grow(p.function.stamp())
}

// backingOff reports that init has failed repeatedly and lately, and that the
// function's files are still the same.
func (p *pool) backingOff(stamp uint64) bool {
	if p.failures < 2 || stamp != p.stamp {
		return false
	}
	delay := maxBackoff
	if shift := p.failures - 2; shift < 6 {
		delay = min(minBackoff<<shift, maxBackoff)
	}
	return time.Since(p.failedAt) < delay
}
