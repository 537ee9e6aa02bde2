package wire

import (
	"context"
	"fmt"
)

// Empty is the input or output of an operation that has none.
type Empty struct{}

// Operation ties an operation's name to the functions that decode, check and encode its structures. The generated
// packages hold one per operation.
type Operation[I, O any] struct {
	Service  string
	Name     string
	Success  int                   // HTTP status of success
	Decode   func(*Request, *I)    // reports through Request
	Validate func(*Violations, *I) // nil when the model constrains nothing
	Encode   func(*Response, *O)   // nil when there is no output
}

// Endpoint is an operation bound to its implementation, ready for NewMux.
type Endpoint struct {
	service   string
	operation string
	serve     func(context.Context, *Request) (*Response, error)
}

// Operation returns the name of the operation that the endpoint implements.
func (e Endpoint) Operation() string { return e.operation }

// Bind makes an endpoint of op and its implementation h. The input that h receives has passed the model's constraints and
// belongs to h. An error that is or wraps an *Error is answered as such; any other becomes a 500. A nil output is an error
// unless the operation has no output.
func Bind[I, O any](op *Operation[I, O], h func(context.Context, *I) (*O, error)) Endpoint {
	serve := func(ctx context.Context, r *Request) (*Response, error) {
		in := new(I)
		op.Decode(r, in)
		if r.err != nil {
			return nil, r.err
		}
		r.seen.Input = func() any {
			again := new(I)
			op.Decode(r, again)
			return again
		}
		if op.Validate != nil {
			var x Violations
			op.Validate(&x, in)
			if err := x.Err(); err != nil {
				return nil, err
			}
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		answer := &Response{Status: op.Success}
		if op.Encode == nil {
			return answer, nil
		}
		if out == nil {
			return nil, fmt.Errorf("%s returned neither an output nor an error", op.Name)
		}
		r.seen.Output = out
		op.Encode(answer, out)
		return answer, nil
	}
	return Endpoint{service: op.Service, operation: op.Name, serve: serve}
}
