package integration

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// transport returns a connection pool for calls with the given options.
func (h *HTTP) transport(o HTTPOptions) *http.Transport {
	var dial dialFunc = h.dialer.DialContext
	if o.Address != "" {
		dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return h.dialer.DialContext(ctx, network, o.Address)
		}
	}
	var certificates []tls.Certificate
	if o.Certificate != nil {
		certificates = []tls.Certificate{*o.Certificate}
	}
	t := &http.Transport{
		DialContext:         dial,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, Certificates: certificates},
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConns:        0,
		MaxIdleConnsPerHost: h.maxIdlePerHost,
		// Shorter than what common servers and load balancers wait, so that a reused connection is
		// seldom one that the backend is closing.
		IdleConnTimeout:        50 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if o.SkipIssuerCheck {
		t.DialTLSContext = dialSkippingIssuer(dial, certificates)
	}
	return t
}

// transportFor returns the pool of the calls with the same options.
func (h *HTTP) transportFor(o HTTPOptions) *http.Transport {
	switch {
	case o.Address != "" || o.Certificate != nil:
		return h.special.get(o, h.transport)
	case o.SkipIssuerCheck:
		return h.lenient
	}
	return h.strict
}

// maxSpecialTransports bounds the pools kept for private backends and client certificates. An
// account has 60 certificates and 20 VPC links; what is beyond is from settings long gone.
const maxSpecialTransports = 256

// specialTransports are pools whose connections must not be mixed up: a pool tells connections by
// the URL's host alone.
type specialTransports struct {
	mu   sync.Mutex
	pool map[HTTPOptions]*http.Transport
}

func (s *specialTransports) get(o HTTPOptions, create func(HTTPOptions) *http.Transport) *http.Transport {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.pool[o]; t != nil {
		return t
	}
	if s.pool == nil || len(s.pool) >= maxSpecialTransports {
		for _, t := range s.pool {
			t.CloseIdleConnections()
		}
		s.pool = map[HTTPOptions]*http.Transport{}
	}
	t := create(o)
	s.pool[o] = t
	return t
}

func (s *specialTransports) closeIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.pool {
		t.CloseIdleConnections()
	}
}
