package runtimeapi

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// exchange is one invocation as an environment sees it: what goes out with
// "next" and what comes back with "response" or "error".
type exchange struct {
	requestID     string
	arn           string
	traceID       string
	clientContext string
	payload       []byte
	streaming     bool          // the caller takes the response as it is written
	patience      time.Duration // bounds the wait for an environment; zero means none
	started       time.Time
	deadline      time.Time
	log           *tail // nil without LogType Tail

	answered chan struct{} // closed when answer is set
	settled  chan struct{} // closed when the environment is done with the invocation

	mu     sync.Mutex
	answer answer
	pipe   *io.PipeWriter // of a response that is being streamed
	done   bool           // answered
	over   bool           // settled
	alone  bool           // nobody waits for the answer
}

// answer is the first thing that an environment says about an invocation.
type answer struct {
	contentType string
	payload     []byte         // of a buffered response
	body        *io.PipeReader // of a streamed response
	failure     *FunctionError
	undelivered bool // the environment ended first, so another one may try
}

// reply answers the invocation. Only the first answer counts; later calls report false.
func (x *exchange) reply(a answer) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return false
	}
	x.answer, x.done = a, true
	close(x.answered)
	return true
}

// stream answers the invocation with a body that is written to the returned pipe.
func (x *exchange) stream(contentType string) (*io.PipeWriter, bool) {
	reader, writer := io.Pipe()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.done {
		return nil, false
	}
	x.answer, x.done, x.pipe = answer{contentType: contentType, body: reader}, true, writer
	close(x.answered)
	if x.alone {
		_ = reader.Close()
	}
	return writer, true
}

// fail answers the invocation with a failure, or cuts the response that is being
// streamed. After a complete answer it changes nothing.
func (x *exchange) fail(failure *FunctionError) {
	failure.RequestID = x.requestID
	if x.reply(answer{failure: failure}) {
		return
	}
	x.mu.Lock()
	pipe := x.pipe
	x.mu.Unlock()
	if pipe != nil {
		// A pipe that is closed already keeps its first error.
		_ = pipe.CloseWithError(failure)
	}
}

// settle marks that the environment asks for other work, or has ended.
func (x *exchange) settle() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.over {
		x.over = true
		close(x.settled)
	}
}

// logTail returns the log of the invocation in the form that LogType Tail has.
func (x *exchange) logTail(o *output, version string, memory int) []byte {
	took := float64(time.Since(x.started).Microseconds()) / 1000
	o.settle()
	o.mu.Lock()
	defer o.mu.Unlock()
	t := tail{}
	t.add(fmt.Appendf(nil, "START RequestId: %s Version: %s\n", x.requestID, version))
	t.add(x.log.data)
	if n := len(x.log.data); n > 0 && x.log.data[n-1] != '\n' {
		t.add([]byte{'\n'})
	}
	t.add(fmt.Appendf(nil, "END RequestId: %s\nREPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t\n",
		x.requestID, x.requestID, took, int(took)+1, memory))
	return t.data
}

// again is the same invocation for another environment.
func (x *exchange) again() *exchange {
	return &exchange{
		requestID:     x.requestID,
		arn:           x.arn,
		traceID:       x.traceID,
		clientContext: x.clientContext,
		payload:       x.payload,
		streaming:     x.streaming,
		patience:      x.patience,
		log:           x.log,
		answered:      make(chan struct{}),
		settled:       make(chan struct{}),
	}
}

// abandon says that nobody waits for the answer any more. The function runs on
// and what it streams is discarded.
func (x *exchange) abandon() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.alone = true
	if x.answer.body != nil {
		_ = x.answer.body.Close()
	}
}
