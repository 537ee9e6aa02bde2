package runtimeapi

import (
	"net/http"
	"strconv"
)

// Headers and trailers of the Runtime API.
const (
	headerRequestID     = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline      = "Lambda-Runtime-Deadline-Ms"
	headerFunctionARN   = "Lambda-Runtime-Invoked-Function-Arn"
	headerTraceID       = "Lambda-Runtime-Trace-Id"
	headerClientContext = "Lambda-Runtime-Client-Context"
	headerResponseMode  = "Lambda-Runtime-Function-Response-Mode"
	headerErrorType     = "Lambda-Runtime-Function-Error-Type"
	headerErrorBody     = "Lambda-Runtime-Function-Error-Body"
)

// Error types of the Runtime API's refusals.
const (
	refusalRequestID  = "InvalidRequestID"
	refusalTransition = "InvalidStateTransition"
	refusalMode       = "InvalidFunctionResponseMode"
	refusalTooLarge   = "RequestEntityTooLarge"
	refusalTruncated  = "TruncatedHTTPRequest"
)

// routes is the Runtime API of one environment, and the part of the Extensions
// API that runtimes themselves use.
func (e *environment) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", e.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", e.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", e.invocationError)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", e.initError)
	mux.HandleFunc("POST /2020-01-01/extension/register", e.registerExtension)
	mux.HandleFunc("GET /2020-01-01/extension/event/next", e.nextExtensionEvent)
	return mux
}

// next ends the invocation before, offers the environment to the pool and waits
// for work for as long as it takes.
func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	was := e.state
	switch was {
	case stateStarted, stateReady, stateResponseSent:
	default:
		e.mu.Unlock()
		refuseTransition(w, was, stateReady)
		return
	}
	if e.poll != nil {
		close(e.poll)
	}
	poll := make(chan struct{})
	e.poll = poll
	e.state, e.initialized = stateReady, true
	var before *exchange
	if was == stateResponseSent {
		before, e.current = e.current, nil
		e.timer.Stop()
	}
	e.mu.Unlock()

	if was == stateStarted {
		close(e.polled)
	}
	if before != nil {
		before.settle()
	}
	if was != stateReady {
		e.pool.offer(e, was == stateStarted)
	}

	select {
	case x := <-e.work:
		if !e.deliver(x, poll, r) {
			refuseTransition(w, stateReady, stateReady)
			return
		}
		h := w.Header()
		h.Set(headerRequestID, x.requestID)
		h.Set(headerDeadline, strconv.FormatInt(x.deadline.UnixMilli(), 10))
		h.Set(headerFunctionARN, x.arn)
		h.Set(headerTraceID, x.traceID)
		if x.clientContext != "" {
			h.Set(headerClientContext, x.clientContext)
		}
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(x.payload)))
		// A runtime that went away is noticed by its process's end.
		_, _ = w.Write(x.payload)
	case <-poll:
		refuseTransition(w, stateReady, stateReady)
	case <-r.Context().Done():
	case <-e.exited:
	}
}

// deliver marks x as taken. It puts x back when this poll has been replaced or
// its connection is gone, so that the poll that replaces it gets x.
func (e *environment) deliver(x *exchange, poll chan struct{}, r *http.Request) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.poll != poll || r.Context().Err() != nil {
		e.work <- x
		return false
	}
	e.poll = nil
	e.delivered = true
	e.state = stateRunning
	return true
}

// claim finds the invocation that a runtime reports on and moves to the given state.
func (e *environment) claim(w http.ResponseWriter, r *http.Request, to state) *exchange {
	e.mu.Lock()
	x, was := e.current, e.state
	mine := x != nil && e.delivered && x.requestID == r.PathValue("id")
	if mine && was == stateRunning {
		e.state = to
		e.mu.Unlock()
		return x
	}
	e.mu.Unlock()
	drain(r)
	if mine {
		refuseTransition(w, was, to)
	} else {
		refuse(w, http.StatusBadRequest, refusalRequestID, "Invalid request ID")
	}
	return nil
}

// sent moves on to the state in which the runtime may ask for other work. It
// comes before the caller gets the answer, so that the caller's next invocation
// finds this environment on its way back.
func (e *environment) sent(x *exchange) {
	e.mu.Lock()
	mine := e.current == x && e.state != stateExited
	if mine {
		e.state = stateResponseSent
	}
	e.mu.Unlock()
	if mine {
		e.pool.expect(e)
	}
}
