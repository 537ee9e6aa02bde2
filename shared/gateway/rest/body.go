package rest

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// requestBody is the client's body, streamed or read at once.
type requestBody struct{ exchange.Body }

// newRequestBody returns nil for a request without a body.
func newRequestBody(r *http.Request) *requestBody {
	if !exchange.HasBody(r) {
		return nil
	}
	return &requestBody{exchange.Body{Source: r.Body, Length: r.ContentLength}}
}

// failure tells what went wrong on the client's side of the body, or returns nil.
func (b *requestBody) failure() error {
	if b == nil {
		return nil
	}
	switch err := b.Err(); {
	case err == nil:
		return nil
	case errors.Is(err, exchange.ErrBodyTooLarge):
		return payloadTooLarge()
	case errors.Is(err, errBrokenCoding):
		return unsupportedCoding(errBrokenCoding)
	default:
		return fmt.Errorf("read the request body: %w: %w", errClientGone, err)
	}
}

// all reads the whole body.
func (b *requestBody) all() ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	body, err := b.All()
	if err != nil {
		return nil, b.failure()
	}
	return body, nil
}
