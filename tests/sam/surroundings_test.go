package sam

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"
)

// host is this machine as containers reach it; make sam asks the engine for it. Servers listen there
// and on no other address.
func host() string { return os.Getenv("POSTERN_SAM_HOST") }

// serve answers on a free port of host and returns host:port.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listen(t)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(host(), "0"))
	if err != nil {
		t.Fatalf("containers reach this machine at %s, where it cannot listen: %v", host(), err)
	}
	return l
}

// forward lets containers reach a server of the loopback address.
func forward(t *testing.T, address string) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + serve(t, httputil.NewSingleHostReverseProxy(target))
}

// posts keeps what is posted to connections, in the place of API Gateway's @connections.
type posts struct {
	mu  sync.Mutex
	all []string
}

func (p *posts) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, r.Method+" "+r.URL.Path+" "+string(body))
}

func (p *posts) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.all
	p.all = nil
	return all
}

// issuer issues tokens for the audience "demo". It serves HTTPS, as functions demand of issuers that are not on
// their own machine.
type issuer struct {
	url         string
	certificate []byte // PEM, what the function has to trust
	token       string
}

func newIssuer(t *testing.T) issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/keys" {
			_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"demo","x":%q,"y":%q}]}`, encode(point[1:33]), encode(point[33:]))
			return
		}
		_, _ = fmt.Fprintf(w, `{"issuer":"https://%s","jwks_uri":"https://%[1]s/keys"}`, r.Host)
	}))
	if err := server.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	server.Listener = listen(t)
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.ParseIP(host())},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	server.StartTLS()
	t.Cleanup(server.Close)
	i := issuer{url: "https://" + server.Listener.Addr().String(), certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	signed := encode([]byte(`{"alg":"ES256","kid":"demo","typ":"JWT"}`)) + "." +
		encode(fmt.Appendf(nil, `{"iss":%q,"sub":"minka","aud":"demo","iat":%d,"exp":%d,"scope":"pets.read"}`, i.url, now.Unix(), now.Add(time.Hour).Unix()))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	i.token = signed + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	return i
}
