package wire

import "net/http"

// Observation is one call of an operation as Mux.Observe hears of it: after it ran and before it is answered.
type Observation struct {
	// Request is the request with the context that Authenticate left. Its body has been read.
	Request *http.Request
	// RequestID is the value of x-amzn-RequestId.
	RequestID string
	// Service is the name of the service model, like "apigateway".
	Service string
	// Operation is the operation's entry in the service's table.
	Operation *Descriptor
	// Input decodes the request once more and returns a pointer to the input structure, so that it is what the client sent
	// whatever the implementation made of its own. It is nil if the request could not be decoded or nothing implements the
	// operation. The structure has an EncodeJSON method unless it is Empty.
	Input func() any
	// Output points to the output structure, which is only to be read; nil for a refusal and for operations without output.
	Output any
	// Err is the refusal as the client sees it; nil for success.
	Err *Error
}
