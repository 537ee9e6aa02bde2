package runtimeapi

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"time"
)

// response takes the function's response. It is streamed when the caller of the
// function asked for that; whether the runtime says that it streams makes no
// difference, since the Go runtime streams without saying so.
func (e *environment) response(w http.ResponseWriter, r *http.Request) {
	x := e.claim(w, r, stateInvocationResponse)
	if x == nil {
		return
	}
	if mode := r.Header.Get(headerResponseMode); mode != "" && mode != "streaming" {
		drain(r)
		e.sent(x)
		x.fail((&fault{errorType: typeResponseMode, message: fmt.Sprintf("Invalid function response mode %q", mode)}).functionError(x.requestID))
		refuse(w, http.StatusBadRequest, refusalMode, "Invalid function response mode")
		return
	}
	if x.streaming {
		e.streamedResponse(w, r, x)
	} else {
		e.bufferedResponse(w, r, x)
	}
}

func (e *environment) bufferedResponse(w http.ResponseWriter, r *http.Request, x *exchange) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err != nil {
		x.fail(e.truncated(x))
		e.sent(x)
		refuse(w, http.StatusBadRequest, refusalTruncated, "HTTP request detected as truncated")
		return
	}
	if len(payload) > MaxPayload {
		drain(r)
		e.sent(x)
		x.fail(responseTooLarge(MaxPayload))
		refuseTooLarge(w, MaxPayload)
		return
	}
	e.sent(x)
	if failure := trailerError(r.Trailer); failure != nil {
		x.fail(failure)
	} else {
		x.reply(answer{contentType: r.Header.Get("Content-Type"), payload: payload})
	}
	accept(w)
}

func (e *environment) streamedResponse(w http.ResponseWriter, r *http.Request, x *exchange) {
	pipe, ok := x.stream(r.Header.Get("Content-Type"))
	if !ok {
		drain(r) // the invocation has timed out and the process is about to end
		refuse(w, http.StatusBadRequest, refusalRequestID, "Invalid request ID")
		return
	}
	body := &countingReader{r: io.LimitReader(r.Body, MaxStreamedResponse+1)}
	_, err := io.Copy(pipe, body)
	if err != nil && body.err == nil {
		// The caller has gone. The function is not told, as in Lambda.
		_, _ = io.Copy(io.Discard, body)
	}
	switch {
	case body.err != nil:
		x.fail(e.truncated(x))
		e.sent(x)
		refuse(w, http.StatusBadRequest, refusalTruncated, "HTTP request detected as truncated")
		return
	case body.n > MaxStreamedResponse:
		e.sent(x)
		x.fail(responseTooLarge(MaxStreamedResponse))
		refuseTooLarge(w, MaxStreamedResponse)
		return
	}
	e.sent(x)
	if failure := trailerError(r.Trailer); failure != nil {
		x.fail(failure)
	} else {
		_ = pipe.Close()
	}
	accept(w)
}

// countingReader remembers how much was read and the error that was not the end.
type countingReader struct {
	r   io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// truncated explains a response that broke off: usually the process has ended.
func (e *environment) truncated(x *exchange) *FunctionError {
	limit := time.NewTimer(time.Second)
	defer limit.Stop()
	select {
	case <-e.exited:
		return (&fault{errorType: typeExit, message: exitMessage(e.exit)}).functionError(x.requestID)
	case <-limit.C:
		return (&fault{errorType: typeTruncated, message: "The response ended before it was complete"}).functionError(x.requestID)
	}
}

// trailerError is the error that a runtime reports after it has begun to respond.
func trailerError(trailer http.Header) *FunctionError {
	errorType := trailer.Get(headerErrorType)
	if errorType == "" {
		return nil
	}
	// The body is base64; an unreadable one leaves the type.
	payload, err := base64.StdEncoding.DecodeString(trailer.Get(headerErrorBody))
	if err != nil || len(payload) == 0 {
		payload = errorDocument(errorType, "The function failed while it was responding")
	}
	return &FunctionError{Kind: "Unhandled", Type: errorType, Payload: payload}
}
