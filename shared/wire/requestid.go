package wire

import "context"

type requestIDKey struct{}

// RequestID returns the id under which the request is answered (header x-amzn-RequestId), or "" outside a request.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
