package integration

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func get(t *testing.T, h *HTTP, ctx context.Context, url string, o HTTPOptions) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h.Do(r, o)
}

func wantKind(t *testing.T, what string, err error, kind HTTPErrorKind) {
	t.Helper()
	var he *HTTPError
	if !errors.As(err, &he) || he.Kind != kind {
		t.Errorf("%s: %v, want an HTTPError of kind %d", what, err, kind)
	}
}

func TestHTTPNeitherFollowsNorDecodes(t *testing.T) {
	var seen http.Header
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(302)
		_, _ = io.WriteString(w, "not really gzip")
	}))
	defer backend.Close()
	h := NewHTTP(HTTPConfig{AllowLoopback: true})
	defer h.CloseIdle()
	res, err := get(t, h, t.Context(), backend.URL, HTTPOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 302 || string(body) != "not really gzip" || res.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("got %d %q %v", res.StatusCode, body, res.Header)
	}
	if v, ok := seen["Accept-Encoding"]; ok {
		t.Errorf("the backend was asked for %v, which nobody wants", v)
	}
}

func TestHTTPFailures(t *testing.T) {
	h := NewHTTP(HTTPConfig{AllowLoopback: true})
	defer h.CloseIdle()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + free.Addr().String()
	_ = free.Close()
	hang := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer hang.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()

	_, err = get(t, h, t.Context(), closed, HTTPOptions{})
	wantKind(t, "nobody listens", err, Network)
	_, err = get(t, h, t.Context(), strings.Replace(plain.URL, "http:", "https:", 1), HTTPOptions{})
	wantKind(t, "no TLS there", err, Network)
	_, err = get(t, h, t.Context(), "ftp://example.com/", HTTPOptions{})
	wantKind(t, "scheme", err, InvalidEndpoint)
	_, err = get(t, h, t.Context(), "http:///x", HTTPOptions{})
	wantKind(t, "no host", err, InvalidEndpoint)

	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(10*time.Millisecond, func() { cancel(ErrTimeout) })
	_, err = get(t, h, ctx, hang.URL, HTTPOptions{})
	wantKind(t, "time is over", err, Timeout)
	ctx, cancel = context.WithCancelCause(t.Context())
	time.AfterFunc(10*time.Millisecond, func() { cancel(nil) })
	_, err = get(t, h, ctx, hang.URL, HTTPOptions{})
	wantKind(t, "caller left", err, Canceled)
}

func TestClassifyDNS(t *testing.T) {
	err := classify(t.Context(), &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}})
	wantKind(t, "unknown host", err, InvalidEndpoint)
}

func TestGuard(t *testing.T) {
	for _, c := range []struct {
		address         string
		strict, lenient bool // allowed
	}{
		{"127.0.0.1:80", false, true},
		{"127.9.9.9:80", false, true},
		{"[::1]:80", false, true},
		{"[::ffff:127.0.0.1]:80", false, true},
		{"0.0.0.0:80", false, false},
		{"[::]:80", false, false},
		{"169.254.169.254:80", false, false},
		{"[::ffff:169.254.169.254]:80", false, false},
		{"[fe80::1%eth0]:80", false, false},
		{"[fd00:ec2::254]:80", false, false},
		{"10.0.0.1:80", true, true},
		{"93.184.216.34:443", true, true},
		{"[2001:db8::1]:443", true, true},
		{"nonsense", false, false},
	} {
		for _, loopback := range []bool{false, true} {
			want := c.strict
			if loopback {
				want = c.lenient
			}
			err := guard(loopback)("tcp", c.address, nil)
			var ge *GuardError
			if (err == nil) != want || err != nil && !errors.As(err, &ge) {
				t.Errorf("%s with loopback allowed %t: %v", c.address, loopback, err)
			}
		}
	}
	backend := httptest.NewServer(http.NotFoundHandler())
	defer backend.Close()
	h := NewHTTP(HTTPConfig{})
	_, err := get(t, h, t.Context(), backend.URL, HTTPOptions{})
	wantKind(t, "loopback", err, InvalidEndpoint)
}

// selfSigned makes a certificate of its own authority.
func selfSigned(t *testing.T, host string, notAfter time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: notAfter, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if host != "127.0.0.1" {
		template.IPAddresses = nil
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestSkipIssuerCheckSkipsOnlyThat(t *testing.T) {
	h := NewHTTP(HTTPConfig{AllowLoopback: true})
	defer h.CloseIdle()
	for _, c := range []struct {
		name string
		cert tls.Certificate
		ok   bool
	}{
		{"own authority", selfSigned(t, "127.0.0.1", time.Now().Add(time.Hour)), true},
		{"expired", selfSigned(t, "127.0.0.1", time.Now().Add(-time.Hour)), false},
		{"other host", selfSigned(t, "other.example", time.Now().Add(time.Hour)), false},
	} {
		backend := httptest.NewUnstartedServer(http.NotFoundHandler())
		backend.TLS = &tls.Config{Certificates: []tls.Certificate{c.cert}}
		backend.Config.ErrorLog = log.New(io.Discard, "", 0)
		backend.StartTLS()
		_, err := get(t, h, t.Context(), backend.URL, HTTPOptions{})
		wantKind(t, c.name+", issuer checked", err, Network)
		res, err := get(t, h, t.Context(), backend.URL, HTTPOptions{SkipIssuerCheck: true})
		if err == nil {
			_ = res.Body.Close()
		}
		if (err == nil) != c.ok {
			t.Errorf("%s, issuer not checked: %v", c.name, err)
		}
		backend.Close()
	}
}
