package runtimeapi

import (
	"encoding/json"
	"io"
	"net/http"
)

// invocationError takes the function's error.
func (e *environment) invocationError(w http.ResponseWriter, r *http.Request) {
	x := e.claim(w, r, stateInvocationError)
	if x == nil {
		return
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	switch {
	case err != nil:
		x.fail(e.truncated(x))
		e.sent(x)
		refuse(w, http.StatusBadRequest, refusalTruncated, "HTTP request detected as truncated")
	case len(payload) > MaxPayload:
		drain(r)
		e.sent(x)
		x.fail(responseTooLarge(MaxPayload))
		refuseTooLarge(w, MaxPayload)
	default:
		e.sent(x)
		x.fail(reported(r, payload).functionError(x.requestID))
		accept(w)
	}
}

// initError takes the reason why the init phase fails. The process is stopped
// when it does not end by itself.
func (e *environment) initError(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err != nil {
		refuse(w, http.StatusBadRequest, refusalTruncated, "HTTP request detected as truncated")
		return
	}
	if len(payload) > MaxPayload {
		drain(r)
		refuseTooLarge(w, MaxPayload)
		return
	}
	e.mu.Lock()
	was := e.state
	if was == stateStarted {
		e.state = stateInitError
	}
	e.mu.Unlock()
	if was != stateStarted {
		refuseTransition(w, was, stateInitError)
		return
	}
	// Before the answer, after which the process may end at any time.
	e.initFault <- reported(r, payload)
	accept(w)
}

// reported is an error in a runtime's own words.
func reported(r *http.Request, payload []byte) *fault {
	f := &fault{errorType: r.Header.Get(headerErrorType), payload: payload}
	if f.errorType == "" {
		var document struct {
			Type string `json:"errorType"`
		}
		// An error document without a type, or of another form, leaves Unknown.
		_ = json.Unmarshal(payload, &document)
		f.errorType = document.Type
	}
	if f.errorType == "" {
		f.errorType = "Runtime.Unknown"
	}
	if len(payload) == 0 {
		f.message = "The runtime reported an error without a body"
	}
	return f
}
