package jwt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// How long an issuer may take for one document, and how long a document may be (HTTP API spec, 11).
const (
	fetchTimeout = 1500 * time.Millisecond
	maxDocument  = 150_000
	maxRedirects = 3
)

const discoveryPath = "/.well-known/openid-configuration"

// fetcher gets documents of issuers.
type fetcher struct {
	client *http.Client
	// loopback lets issuers be on this machine, over plain HTTP too.
	loopback bool
}

func newFetcher(loopback bool, roots *tls.Config) *fetcher {
	dialer := &net.Dialer{Timeout: fetchTimeout, Control: guard(loopback)}
	return &fetcher{loopback: loopback, client: &http.Client{
		Timeout: fetchTimeout,
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSClientConfig:        roots,
			TLSHandshakeTimeout:    fetchTimeout,
			MaxResponseHeaderBytes: 32 << 10,
			ForceAttemptHTTP2:      true,
			// Both documents may be on one host; a connection that waits longer than that is of no
			// use for minutes, and dead after an environment was frozen.
			IdleConnTimeout: 5 * time.Second,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if first := via[0].URL; r.URL.Scheme != first.Scheme || r.URL.Host != first.Host {
				return errors.New("redirects to another host")
			}
			if len(via) > maxRedirects {
				return errors.New("redirects too often")
			}
			return nil
		},
	}}
}

// guard refuses addresses by which an issuer's name could reach the machine itself or the
// credentials of a cloud, after the name was resolved.
func guard(loopback bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("address %s: %w", address, err)
		}
		ip := ap.Addr().Unmap().WithZone("")
		if ip.IsLoopback() && loopback || ip.IsGlobalUnicast() && ip != metadataV6 {
			return nil
		}
		return fmt.Errorf("address %s is not that of an issuer: loopback and link-local addresses are refused", address)
	}
}

// metadataV6 is where EC2 serves credentials; the IPv4 address is link-local.
var metadataV6 = netip.MustParseAddr("fd00:ec2::254")

// checkURL refuses addresses that keys must not come from: anything but HTTPS, unless on loopback
// where that is allowed.
func (f *fetcher) checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no URL", raw)
	case u.Host == "" || u.User != nil || u.Opaque != "":
		return fmt.Errorf("%q is no URL of a document", raw)
	case u.Scheme == "https", u.Scheme == "http" && f.loopback && isLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q must begin with https://", raw)
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// get reads a document.
func (f *fetcher) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	res, err := f.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", address, res.Status)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", address, err)
	}
	if len(b) > maxDocument {
		return nil, fmt.Errorf("%s is longer than %d bytes", address, maxDocument)
	}
	return b, nil
}

// discover returns where an issuer publishes its keys (OpenID Connect Discovery 1.0, 4).
func (f *fetcher) discover(ctx context.Context, issuer string) (string, error) {
	b, err := f.get(ctx, strings.TrimSuffix(issuer, "/")+discoveryPath)
	if err != nil {
		return "", err
	}
	o, err := parseObject(b)
	if err != nil {
		return "", fmt.Errorf("the discovery document %w", err)
	}
	// An issuer speaks for itself only.
	if name, _ := o.text("issuer"); strings.TrimSuffix(name, "/") != strings.TrimSuffix(issuer, "/") {
		return "", fmt.Errorf("the discovery document is that of the issuer %q", name)
	}
	address, ok := o.text("jwks_uri")
	if !ok || address == "" {
		return "", errors.New("the discovery document has no jwks_uri")
	}
	if err := f.checkURL(address); err != nil {
		return "", fmt.Errorf("jwks_uri: %w", err)
	}
	return address, nil
}
