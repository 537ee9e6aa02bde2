package integration

import (
	"context"
	"fmt"
	"io"
)

// LambdaStreamer invokes functions whose answers are read while they are written.
type LambdaStreamer interface {
	// InvokeStream returns when the function has begun to answer, or earlier. It fails as
	// Lambda.Invoke does, and with a *LambdaStreamError if the function fails before it answers
	// and the service says so at once. The context bounds the reading of the answer as well.
	InvokeStream(ctx context.Context, r LambdaRequest) (*LambdaStream, error)
}

// LambdaStream is an answer that streams.
type LambdaStream struct {
	// StatusCode is the service's: 200.
	StatusCode int
	// RequestID is the invocation's own identifier.
	RequestID string
	// Body is what the function writes, metadata and delimiter included. It ends with io.EOF
	// only if the function has completed; otherwise a read gives a *LambdaStreamError, or the
	// error of the network or of the context. Close lets the function run on and discards what it
	// still writes (domains and edge spec, 12.4).
	Body io.ReadCloser
}

// LambdaStreamError says that a function failed while it answered.
type LambdaStreamError struct {
	// Code is the error code of InvokeComplete, such as "Unhandled".
	Code string
	// Details are what the function or the service says about it: mostly a JSON document with
	// errorType and errorMessage.
	Details string
}

func (e *LambdaStreamError) Error() string {
	return fmt.Sprintf("the function failed while it answered: %s: %s", e.Code, e.Details)
}
