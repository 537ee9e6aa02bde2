package jwt

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A rotated key is found at its first use, and the old one ends once the issuer withdraws it.
func TestRotation(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	first, second := raw("p256", "ES256", es256, i.claims()), raw("rsa", "RS256", `{"alg":"RS256","kid":"rsa"}`, i.claims())
	if r := reason(t, v, first); r != "" {
		t.Fatal(r)
	}
	i.set(func() { i.keys = jwks(jwk("p256"), jwk("rsa")) })
	c.advance(minUnknown)
	if r := reason(t, v, second); r != "" {
		t.Errorf("the new key is refused: %s", r)
	}
	if n := i.fetches.Load(); n != 2 {
		t.Errorf("%d fetches, want 2", n)
	}
	// Withdrawn: the token was seen before, and is good no longer.
	i.set(func() { i.keys = jwks(jwk("rsa")) })
	c.advance(refreshAfter)
	if r := reason(t, v, first); r != "" {
		t.Errorf("while the keys are looked at in the background: %s", r)
	}
	settle(v)
	if r := reason(t, v, first); r != UnknownKey {
		t.Errorf("the withdrawn key: %q", r)
	}
	if r := reason(t, v, second); r != "" {
		t.Errorf("the key that stays: %q", r)
	}
}

// settle waits for a fetch that is under way.
func settle(v *Verifier) {
	for _, i := range v.issuers {
		i.source.mu.Lock()
		f := i.source.flight
		i.source.mu.Unlock()
		if f != nil {
			<-f.done
		}
	}
}

func TestAFloodOfUnknownKeysIsNoFloodOfFetches(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	unknown := raw("p256", "ES256", `{"alg":"ES256","kid":"nobody"}`, i.claims())
	for range 300 {
		if r := reason(t, v, unknown); r != UnknownKey {
			t.Fatal(r)
		}
	}
	if n := i.fetches.Load(); n != 1 {
		t.Errorf("at once: %d fetches, want 1", n)
	}
	// An hour of it, a token every second. The keys are refreshed four times in that hour anyway.
	for range 3600 {
		c.advance(time.Second)
		reason(t, v, unknown)
	}
	settle(v)
	if n := i.fetches.Load(); n > 70 {
		t.Errorf("in an hour: %d fetches", n)
	}
	// Rotation is still noticed, within a minute.
	i.set(func() { i.keys = jwks(jwk("p256"), jwk("rsa")) })
	c.advance(maxUnknown)
	if r := reason(t, v, raw("rsa", "RS256", `{"alg":"RS256","kid":"rsa"}`, i.claims("exp", "99999999999"))); r != "" {
		t.Errorf("the new key after the flood: %s", r)
	}
}

func TestOneFlight(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	token := raw("p256", "ES256", es256, i.claims())
	stall := make(chan struct{})
	i.set(func() { i.stall = stall })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := v.Verify(t.Context(), token); err != nil {
				t.Error(err)
			}
		})
	}
	close(stall)
	wg.Wait()
	if d, f := i.discoveries.Load(), i.fetches.Load(); d != 1 || f != 1 {
		t.Errorf("%d discoveries and %d fetches, want one of each", d, f)
	}
}

// Known keys serve while the issuer fails, for a bounded time.
func TestFailingIssuer(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	token := raw("p256", "ES256", es256, i.claims("exp", "99999999999"))
	if r := reason(t, v, token); r != "" {
		t.Fatal(r)
	}
	i.set(func() { i.status = http.StatusServiceUnavailable })
	for range 10 {
		c.advance(refreshAfter / 2)
		v.ring.seen().InvalidateAll()
		if r := reason(t, v, token); r != "" {
			t.Fatalf("stale keys are refused: %s", r)
		}
		settle(v)
	}
	c.advance(maxAge)
	before := i.discoveries.Load()
	for range 20 {
		if r := reason(t, v, token); r != NoKeySet && r != NoDiscovery {
			t.Errorf("keys of too long ago: %q", r)
		}
	}
	if n := i.discoveries.Load() - before; n > 1 {
		t.Errorf("a failing issuer was asked %d times", n)
	}
	i.set(func() { i.status = 0 })
	c.advance(maxRetry)
	if r := reason(t, v, token); r != "" {
		t.Errorf("after it came back: %s", r)
	}
}

// A stalled issuer holds nobody up who has a known key.
func TestStallingIssuer(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	v := i.verifier(t, c)
	token := raw("p256", "ES256", es256, i.claims("exp", "99999999999"))
	if r := reason(t, v, token); r != "" {
		t.Fatal(r)
	}
	i.set(func() { i.stall = make(chan struct{}) })
	c.advance(refreshAfter)
	for range 3 {
		v.ring.seen().InvalidateAll()
		if r := reason(t, v, token); r != "" {
			t.Errorf("while the issuer stalls: %s", r)
		}
	}
	// Who has none waits for the time-out of the fetch at most.
	other := newIssuer(t, jwk("p256"))
	other.set(func() { other.stall = make(chan struct{}) })
	if r := reason(t, other.verifier(t, c), raw("p256", "ES256", es256, other.claims())); r != NoDiscovery {
		t.Errorf("a stalled discovery: %q", r)
	}
	settle(v)
}

func TestIssuersDocuments(t *testing.T) {
	elsewhere := newIssuer(t, jwk("p256"))
	for name, c := range map[string]struct {
		change func(i *issuer)
		want   Reason
	}{
		"not found":                {func(i *issuer) { i.status = 404 }, NoDiscovery},
		"no JSON":                  {func(i *issuer) { i.discovery = "<html>" }, NoDiscovery},
		"a list":                   {func(i *issuer) { i.discovery = "[]" }, NoDiscovery},
		"of another issuer":        {func(i *issuer) { i.discovery = `{"issuer":"https://evil","jwks_uri":"` + i.URL + `/jwks.json"}` }, NoDiscovery},
		"without jwks_uri":         {func(i *issuer) { i.discovery = `{"issuer":"` + i.URL + `"}` }, NoDiscovery},
		"jwks_uri twice":           {func(i *issuer) { i.discovery = `{"issuer":"` + i.URL + `","jwks_uri":"x","jwks_uri":"y"}` }, NoDiscovery},
		"jwks_uri a file":          {func(i *issuer) { i.discovery = `{"issuer":"` + i.URL + `","jwks_uri":"file:///etc/passwd"}` }, NoDiscovery},
		"jwks_uri without TLS":     {func(i *issuer) { i.discovery = `{"issuer":"` + i.URL + `","jwks_uri":"http://192.0.2.1/jwks.json"}` }, NoDiscovery},
		"redirect to another host": {func(i *issuer) { i.location = elsewhere.URL + "/keys/jwks.json" }, NoDiscovery},
		"redirects forever":        {func(i *issuer) { i.location = "/again" }, NoDiscovery},
		"document too long":        {func(i *issuer) { i.discovery = `{"x":"` + strings.Repeat("x", maxDocument) + `"}` }, NoDiscovery},
		"keys no JSON":             {func(i *issuer) { i.keys = "oops" }, NoKeySet},
		"keys missing":             {func(i *issuer) { i.keys = `{}` }, NoKeySet},
		"no keys":                  {func(i *issuer) { i.keys = jwks() }, NoKeySet},
		"keys null":                {func(i *issuer) { i.keys = `{"keys":null}` }, NoKeySet},
		"only a secret key":        {func(i *issuer) { i.keys = jwks(`{"kty":"oct","kid":"p256","k":"c2VjcmV0"}`) }, NoKeySet},
		"keys too long":            {func(i *issuer) { i.keys = jwks(jwk("p256"), `{"x":"`+strings.Repeat("x", maxDocument)+`"}`) }, NoKeySet},
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, jwk("p256"))
			c.change(i)
			if got := reason(t, i.verifier(t, newClock()), raw("p256", "ES256", es256, i.claims())); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	if n := elsewhere.fetches.Load(); n != 0 {
		t.Errorf("a redirect led to another host %d times", n)
	}
}

// A set holds keys that are not known here; only those are passed over.
func TestKeySetPassesOver(t *testing.T) {
	good := jwk("p256")
	for name, other := range map[string]string{
		"an unknown type":          `{"kty":"XYZ","kid":"p256"}`,
		"a secret":                 `{"kty":"oct","kid":"p256","k":"AAAA","alg":"HS256"}`,
		"a key for encryption":     jwk("p256b", "kid", "p256", "use", "enc"),
		"an encryption algorithm":  jwk("rsa", "alg", "RSA-OAEP"),
		"an unknown curve":         jwk("p256b", "kid", "p256", "crv", "secp256k1"),
		"a point off the curve":    jwk("p256b", "kid", "p256", "x", b64(make([]byte, 32))),
		"coordinates cut short":    jwk("p256b", "kid", "p256", "x", b64(make([]byte, 31))),
		"a short modulus":          jwk("rsa", "n", b64([]byte{0xff, 0xff})),
		"a huge modulus":           jwk("rsa", "n", b64([]byte(strings.Repeat("\xff", 2000)))),
		"exponent 1":               jwk("rsa", "e", "AQ"),
		"an even exponent":         jwk("rsa", "e", "AQAA"),
		"a huge exponent":          jwk("rsa", "e", "AQAAAAAAAAAB"),
		"no modulus":               jwk("rsa", "n", ""),
		"no base64":                jwk("rsa", "n", "%%%"),
		"a kid that is a number":   strings.Replace(jwk("p256b"), `"p256b"`, `7`, 1),
		"a string":                 `"key"`,
		"members twice":            `{"kty":"EC","kty":"RSA"}`,
		"algorithm of another key": jwk("p256b", "kid", "p256", "alg", "RS256"),
		"Ed448":                    jwk("ed", "crv", "Ed448"),
		"an Ed25519 key cut short": jwk("ed", "x", "AAAA"),
	} {
		set, err := parseKeySet([]byte(jwks(other, good)), nil)
		if err != nil || len(set.all) != 1 || set.all[0].id != "p256" || set.all[0].kind != p256Key {
			t.Errorf("%s: %+v, %v", name, set, err)
		}
	}
	ops := strings.Replace(good, "{", `{"key_ops":["verify"],`, 1)
	if _, err := parseKeySet([]byte(jwks(ops)), nil); err != nil {
		t.Error(err)
	}
	if _, err := parseKeySet([]byte(jwks(strings.Replace(ops, "verify", "sign", 1))), nil); err == nil {
		t.Error("a key for signing only verifies")
	}
}

func TestVerifierConfig(t *testing.T) {
	remote := NewKeyring(Options{})
	local := NewKeyring(Options{AllowLoopback: true})
	rs := []Algorithm{RS256}
	for _, c := range []struct {
		name string
		ring *Keyring
		cfg  Config
		ok   bool
	}{
		{"HTTPS", remote, Config{Issuers: []Issuer{{Name: "https://id.example.com/"}}, Algorithms: rs}, true},
		{"plain HTTP", remote, Config{Issuers: []Issuer{{Name: "http://id.example.com"}}, Algorithms: rs}, false},
		{"loopback on Lambda", remote, Config{Issuers: []Issuer{{Name: "http://127.0.0.1:80"}}, Algorithms: rs}, false},
		{"loopback locally", local, Config{Issuers: []Issuer{{Name: "http://localhost:80"}}, Algorithms: rs}, true},
		{"IPv6 loopback locally", local, Config{Issuers: []Issuer{{Name: "http://[::1]:80"}}, Algorithms: rs}, true},
		{"plain HTTP locally", local, Config{Issuers: []Issuer{{Name: "http://id.example.com"}}, Algorithms: rs}, false},
		{"a name that begins like loopback", local, Config{Issuers: []Issuer{{Name: "http://localhost.example.com"}}, Algorithms: rs}, false},
		{"a user in the address", remote, Config{Issuers: []Issuer{{Name: "https://me@id.example.com"}}, Algorithms: rs}, false},
		{"a name that is no address, with a key set", remote, Config{Issuers: []Issuer{{Name: "joe", JWKSURI: "https://id.example.com/keys"}}, Algorithms: rs}, true},
		{"a key set over plain HTTP", remote, Config{Issuers: []Issuer{{Name: "joe", JWKSURI: "http://id.example.com/keys"}}, Algorithms: rs}, false},
		{"no issuer", remote, Config{Algorithms: rs}, false},
		{"an empty issuer", remote, Config{Issuers: []Issuer{{}}, Algorithms: rs}, false},
		{"no algorithm", remote, Config{Issuers: []Issuer{{Name: "https://id.example.com"}}}, false},
		{"an algorithm that is none", remote, Config{Issuers: []Issuer{{Name: "https://id.example.com"}}, Algorithms: []Algorithm{0, 99}}, false},
		{"a negative leeway", remote, Config{Issuers: []Issuer{{Name: "https://id.example.com"}}, Algorithms: rs, Leeway: -1}, false},
	} {
		if _, err := c.ring.Verifier(c.cfg); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Names in DNS can point anywhere; what is dialled is looked at.
func TestGuard(t *testing.T) {
	for address, want := range map[string]bool{
		"192.0.2.1:443": true, "10.0.0.1:443": true, "[2001:db8::1]:443": true,
		"127.0.0.1:443": false, "[::1]:443": false, "169.254.169.254:80": false, "[fe80::1%eth0]:80": false,
		"[fd00:ec2::254]:80": false, "0.0.0.0:80": false, "[::ffff:127.0.0.1]:80": false, "224.0.0.1:80": false, "nonsense": false,
	} {
		if err := guard(false)("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	if guard(true)("tcp", "127.0.0.1:443", nil) != nil || guard(true)("tcp", "169.254.169.254:80", nil) == nil {
		t.Error("loopback allows more or less than loopback")
	}
}

// An issuer's certificate has to be one that the roots vouch for.
func TestCertificates(t *testing.T) {
	i, c := newIssuer(t, jwk("p256")), newClock()
	i.Server = httptest.NewTLSServer(i)
	t.Cleanup(i.Close)
	i.Config.ErrorLog = log.New(io.Discard, "", 0)
	token := raw("p256", "ES256", es256, i.claims())
	roots := i.Client().Transport.(*http.Transport).TLSClientConfig
	trusting := i.on(t, NewKeyring(Options{AllowLoopback: true, Now: c.now, TLS: &tls.Config{RootCAs: roots.RootCAs}}))
	if r := reason(t, trusting, token); r != "" {
		t.Errorf("with the issuer's root: %s", r)
	}
	if r := reason(t, i.verifier(t, c), token); r != NoDiscovery {
		t.Errorf("with other roots: %q", r)
	}
}
