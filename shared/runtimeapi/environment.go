package runtimeapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

// state is where a runtime stands in the Runtime API's protocol. The texts are
// those of the API's own refusals.
type state string

const (
	stateStarted            state = "Started" // in the init phase
	stateInitError          state = "InitError"
	stateReady              state = "Ready" // waits in "next", or is about to be handed an invocation
	stateRunning            state = "Running"
	stateInvocationResponse state = "InvocationResponse"
	stateInvocationError    state = "InvocationErrorResponse"
	stateResponseSent       state = "RuntimeResponseSentState"
	stateExited             state = "Exited"
)

// environment is one execution environment: a child process and the endpoint of
// the Runtime API that belongs to it alone.
type environment struct {
	function *function
	pool     *pool
	name     string // as in the log, for example orders[2]
	stamp    uint64 // of the files that the process was started from
	started  time.Time
	output   *output
	log      *logger

	cmd       *exec.Cmd
	api       *http.Server
	work      chan *exchange // at most one
	polled    chan struct{}  // closed by the first "next"
	initFault chan *fault    // at most one, from /runtime/init/error
	exited    chan struct{}  // closed when the process has ended and its output is read
	exit      error          // of the process; valid once exited is closed

	mu          sync.Mutex
	state       state
	initialized bool // the init phase has ended well
	current     *exchange
	delivered   bool          // the runtime has taken current
	poll        chan struct{} // closed when a newer "next" takes over
	timer       *time.Timer   // of current
	stopping    bool          // ended by the server, so the exit is no news
	extension   string        // identifier of the registered extension
}

// watch reads the output until the process ends, then answers what is open.
func (e *environment) watch(reader *os.File) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		// An error means that the pipe is closed.
		_, _ = io.Copy(e.output, reader)
	}()
	err := e.cmd.Wait()
	kill(e.cmd) // what the process has left behind
	select {
	case <-read:
	case <-time.After(200 * time.Millisecond):
		// A descendant that left the process group keeps the pipe open.
	}
	_ = reader.Close()
	<-read
	e.output.finish()

	e.mu.Lock()
	x, delivered, stopping, initialized := e.current, e.delivered, e.stopping, e.initialized
	e.state, e.current = stateExited, nil
	if e.timer != nil {
		e.timer.Stop()
	}
	e.mu.Unlock()
	_ = e.api.Close()

	if x != nil {
		if delivered {
			x.fail((&fault{errorType: typeExit, message: exitMessage(err)}).functionError(x.requestID))
		} else {
			x.reply(answer{undelivered: true})
		}
		x.settle()
	}
	e.exit = err
	close(e.exited)
	if !initialized {
		return // start reports it as an init failure
	}
	if !stopping {
		e.log.printf(e.name, "ended: %s", exitMessage(err))
	}
	e.pool.remove(e)
}

// exitMessage words the end of a runtime as Lambda does.
func exitMessage(err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "Runtime exited without providing a reason"
	case errors.As(err, &exit):
		return "Runtime exited with error: " + exit.String()
	default:
		return "Runtime exited with error: " + err.Error()
	}
}

// run hands x to a ready environment; the answer arrives in x.
func (e *environment) run(x *exchange) {
	e.output.attach(x.log)
	e.mu.Lock()
	if e.state != stateReady {
		e.mu.Unlock()
		x.reply(answer{undelivered: true})
		return
	}
	x.started = time.Now()
	x.deadline = x.started.Add(e.function.Timeout)
	e.current, e.delivered = x, false
	e.timer = time.AfterFunc(e.function.Timeout, func() { e.timeout(x) })
	e.mu.Unlock()
	e.work <- x
}

// timeout ends the environment when x is still its business. That includes the
// time between the response and the next poll, as in Lambda.
func (e *environment) timeout(x *exchange) {
	e.mu.Lock()
	mine := e.current == x
	if mine {
		e.stopping = true
	}
	e.mu.Unlock()
	if !mine {
		return
	}
	message := fmt.Sprintf("Task timed out after %.2f seconds", e.function.Timeout.Seconds())
	x.fail((&fault{errorType: typeTimedOut, message: message}).functionError(x.requestID))
	e.log.printf(e.name, "%s", message)
	e.pool.remove(e)
	kill(e.cmd)
}

// leaveInit ends the init phase from outside; false means that the runtime has
// asked for work in the meantime and is in good order.
func (e *environment) leaveInit() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.initialized {
		return false
	}
	e.stopping = true
	if e.state == stateStarted {
		e.state = stateInitError
	}
	return true
}

// stop ends the process: SIGTERM, and SIGKILL after stopTimeout. It returns when
// the process is gone.
func (e *environment) stop() {
	e.mu.Lock()
	e.stopping = true
	e.mu.Unlock()
	select {
	case <-e.exited:
		return
	default:
		terminate(e.cmd)
	}
	limit := time.NewTimer(stopTimeout)
	defer limit.Stop()
	select {
	case <-e.exited:
	case <-limit.C:
		kill(e.cmd)
		<-e.exited
	}
}
