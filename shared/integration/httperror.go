package integration

import (
	"context"
	"errors"
	"net"
)

// HTTPErrorKind tells why a call to an HTTP backend gave no response.
type HTTPErrorKind uint8

// The kinds of failure that API Gateway answers differently (REST data plane spec, 4.3).
const (
	// Network is a failure to connect or to agree on TLS, or a connection that broke.
	Network HTTPErrorKind = iota
	// InvalidEndpoint is an address that cannot be called: malformed, unknown to DNS, or
	// refused by the guard.
	InvalidEndpoint
	// Timeout is a response that did not come within the time allowed.
	Timeout
	// Canceled is a caller that went away.
	Canceled
)

// HTTPError is a call without a response.
type HTTPError struct {
	Kind HTTPErrorKind
	Err  error
}

func (e *HTTPError) Error() string { return "call HTTP endpoint: " + e.Err.Error() }

func (e *HTTPError) Unwrap() error { return e.Err }

// ErrTimeout is the cause with which a caller cancels the context of a call that took too
// long, so that it is told from a client that went away.
var ErrTimeout = errors.New("the integration's time is over")

// classify finds the kind of a transport's error.
func classify(ctx context.Context, err error) *HTTPError {
	if ctx.Err() != nil {
		cause := context.Cause(ctx)
		if errors.Is(cause, ErrTimeout) || errors.Is(cause, context.DeadlineExceeded) {
			return &HTTPError{Kind: Timeout, Err: err}
		}
		return &HTTPError{Kind: Canceled, Err: err}
	}
	var (
		dns     *net.DNSError
		address *net.AddrError
		guarded *GuardError
	)
	if errors.As(err, &dns) || errors.As(err, &address) || errors.As(err, &guarded) {
		return &HTTPError{Kind: InvalidEndpoint, Err: err}
	}
	return &HTTPError{Kind: Network, Err: err}
}
