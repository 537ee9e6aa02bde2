package integration

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// HTTPConfig configures an HTTP.
type HTTPConfig struct {
	// AllowLoopback lets backends be on this machine, as in the local process.
	AllowLoopback bool
	// MaxIdleConnsPerHost bounds the idle connections kept per backend; 0 means 128.
	MaxIdleConnsPerHost int
}

// HTTPOptions are what an integration's definition says about one call.
type HTTPOptions struct {
	// SkipIssuerCheck accepts a certificate of an authority that is not known, provided that
	// the chain ends in a root that the backend presents, is in date and names the host
	// (REST data plane spec, 4.3).
	SkipIssuerCheck bool
	// Address is the host and port to connect to in place of the URL's, which still names the host
	// in the request and in TLS; empty does not replace it (REST data plane spec, 4.3).
	Address string
	// Certificate is shown to an HTTPS backend that asks for one; nil is none. It must be the same
	// pointer for each call, since connections are kept by it.
	Certificate *tls.Certificate
}

// HTTP calls HTTP backends. It follows no redirects, decodes no content, takes no proxy from
// the environment, and refuses addresses of the machine itself. It is safe for concurrent use.
type HTTP struct {
	maxIdlePerHost  int
	dialer          *net.Dialer
	strict, lenient *http.Transport
	special         specialTransports
}

// NewHTTP returns an HTTP with its own connection pool.
func NewHTTP(c HTTPConfig) *HTTP {
	if c.MaxIdleConnsPerHost == 0 {
		c.MaxIdleConnsPerHost = 128
	}
	h := &HTTP{
		maxIdlePerHost: c.MaxIdleConnsPerHost,
		dialer:         &net.Dialer{KeepAlive: 30 * time.Second, Control: guard(c.AllowLoopback)},
	}
	h.strict, h.lenient = h.transport(HTTPOptions{}), h.transport(HTTPOptions{SkipIssuerCheck: true})
	return h
}

// Do calls a backend and returns when the response's header has arrived; the body streams. The
// request's context bounds the whole exchange, body included. The error is an *HTTPError.
func (h *HTTP) Do(r *http.Request, o HTTPOptions) (*http.Response, error) {
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return nil, &HTTPError{Kind: InvalidEndpoint, Err: fmt.Errorf("scheme %q is not http or https", r.URL.Scheme)}
	}
	if r.URL.Host == "" {
		return nil, &HTTPError{Kind: InvalidEndpoint, Err: errors.New("the address names no host")}
	}
	res, err := h.transportFor(o).RoundTrip(r)
	if err != nil {
		return nil, classify(r.Context(), err)
	}
	if res.StatusCode < http.StatusOK {
		// 101: the body would be the bare connection, which no time-out reaches.
		_ = res.Body.Close()
		return nil, &HTTPError{Kind: Network, Err: fmt.Errorf("the backend answered with status %d and switched protocols", res.StatusCode)}
	}
	return res, nil
}

// CloseIdle closes the connections that no call uses.
func (h *HTTP) CloseIdle() {
	h.strict.CloseIdleConnections()
	h.lenient.CloseIdleConnections()
	h.special.closeIdle()
}
