package rest

import (
	"net/http"

	"github.com/postern-gateway/postern/shared/integration"
)

// clientFunc is an HTTPClient made of a function.
type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(r *http.Request, _ integration.HTTPOptions) (*http.Response, error) {
	return f(r)
}
