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
}

// HTTP calls HTTP backends. It follows no redirects, decodes no content, takes no proxy from
// the environment, and refuses addresses of the machine itself. It is safe for concurrent use.
type HTTP struct {
	strict, lenient *http.Transport
}

// NewHTTP returns an HTTP with its own connection pool.
func NewHTTP(c HTTPConfig) *HTTP {
	if c.MaxIdleConnsPerHost == 0 {
		c.MaxIdleConnsPerHost = 128
	}
	dialer := &net.Dialer{KeepAlive: 30 * time.Second, Control: guard(c.AllowLoopback)}
	transport := func() *http.Transport {
		return &http.Transport{
			DialContext:         dialer.DialContext,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:   true,
			DisableCompression:  true,
			MaxIdleConns:        0,
			MaxIdleConnsPerHost: c.MaxIdleConnsPerHost,
			// Shorter than what common servers and load balancers wait, so that a reused
			// connection is seldom one that the backend is closing.
			IdleConnTimeout:        50 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		}
	}
	h := &HTTP{strict: transport(), lenient: transport()}
	h.lenient.DialTLSContext = dialSkippingIssuer(dialer)
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
	transport := h.strict
	if o.SkipIssuerCheck {
		transport = h.lenient
	}
	res, err := transport.RoundTrip(r)
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
}
