package integration

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
)

// dialSkippingIssuer connects over TLS without asking who has issued the backend's certificate.
// The host to verify comes from the address, since a connection's state names none for an IP
// address.
func dialSkippingIssuer(dial dialFunc, certificates []tls.Certificate) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, fmt.Errorf("split address %s: %w", address, err)
		}
		config := &tls.Config{
			Certificates:       certificates,
			MinVersion:         tls.VersionTLS12,
			NextProtos:         []string{"h2", "http/1.1"},
			ServerName:         host,
			InsecureSkipVerify: true, // VerifyConnection checks all but the issuer
			VerifyConnection: func(cs tls.ConnectionState) error {
				return verifyAllButIssuer(cs.PeerCertificates, host)
			},
		}
		raw, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		conn := tls.Client(raw, config)
		if err := conn.HandshakeContext(ctx); err != nil {
			_ = raw.Close() // the handshake's error is the one that counts
			return nil, err
		}
		return conn, nil
	}
}

// verifyAllButIssuer checks a backend's certificates as ever, but trusts the roots that the
// backend itself presents besides those of the system.
func verifyAllButIssuer(chain []*x509.Certificate, host string) error {
	if len(chain) == 0 {
		return errors.New("the backend presents no certificate")
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	intermediates := x509.NewCertPool()
	for _, c := range chain {
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			roots.AddCert(c)
		} else {
			intermediates.AddCert(c)
		}
	}
	_, err = chain[0].Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: intermediates})
	if err != nil {
		return fmt.Errorf("verify the backend's certificate: %w", err)
	}
	return nil
}
