package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// start is when tests take place.
var start = time.Date(2025, 9, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock { c := &clock{}; c.at.Store(start.UnixNano()); return c }

func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

// The keys are made once: RSA keys take long.
var testKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := map[string]crypto.Signer{}
	for id, curve := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521(), "p256b": elliptic.P256()} {
		keys[id], _ = ecdsa.GenerateKey(curve, rand.Reader)
	}
	for _, id := range []string{"rsa", "rsa2"} {
		keys[id], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	_, keys["ed"], _ = ed25519.GenerateKey(rand.Reader)
	return keys
})

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// jwk publishes a key. Members override those of the key; an empty one leaves it out.
func jwk(id string, members ...string) string {
	m := map[string]any{"kid": id, "use": "sig"}
	switch k := testKeys()[id].Public().(type) {
	case *rsa.PublicKey:
		m["kty"], m["n"], m["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PublicKey:
		point, _ := k.Bytes()
		half := (len(point) - 1) / 2
		m["kty"], m["crv"], m["x"], m["y"] = "EC", k.Curve.Params().Name, b64(point[1:1+half]), b64(point[1+half:])
	case ed25519.PublicKey:
		m["kty"], m["crv"], m["x"] = "OKP", "Ed25519", b64(k)
	}
	for i := 0; i < len(members); i += 2 {
		if m[members[i]] = any(members[i+1]); members[i+1] == "" {
			delete(m, members[i])
		}
	}
	b, _ := json.Marshal(m)
	return string(b)
}

func jwks(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

// raw signs header and payload as they are.
func raw(id, alg, header, payload string) string {
	signed := b64([]byte(header)) + "." + b64([]byte(payload))
	return signed + "." + b64(signature(id, alg, signed))
}

func signature(id, alg, signed string) []byte {
	a, ok := ParseAlgorithm(alg)
	if !ok {
		panic("no algorithm " + alg)
	}
	info := algorithms[a]
	switch k := testKeys()[id].(type) {
	case *rsa.PrivateKey:
		var s []byte
		if strings.HasPrefix(alg, "PS") {
			s, _ = rsa.SignPSS(rand.Reader, k, info.hash, digest(info.hash, signed), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			s, _ = rsa.SignPKCS1v15(nil, k, info.hash, digest(info.hash, signed))
		}
		return s
	case *ecdsa.PrivateKey:
		r, s, _ := ecdsa.Sign(rand.Reader, k, digest(info.hash, signed))
		half := (k.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, half)), s.FillBytes(make([]byte, half))...)
	case ed25519.PrivateKey:
		return ed25519.Sign(k, []byte(signed))
	}
	panic("no key " + id)
}

// issuer is an identity provider that does what a test wants.
type issuer struct {
	*httptest.Server
	mu        sync.Mutex
	keys      string
	discovery string // empty is a right one
	status    int    // of every answer, 0 is 200
	location  string // redirects to there
	stall     chan struct{}

	discoveries, fetches atomic.Int32
}

func newIssuer(t testing.TB, keys ...string) *issuer {
	i := &issuer{keys: jwks(keys...)}
	i.Server = httptest.NewServer(i)
	t.Cleanup(func() { i.set(func() { i.stall = nil }); i.Close() })
	return i
}

func (i *issuer) set(f func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	f()
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	keys, discovery, status, location, stall := i.keys, i.discovery, i.status, i.location, i.stall
	i.mu.Unlock()
	isKeys := strings.HasSuffix(r.URL.Path, "jwks.json")
	if isKeys {
		i.fetches.Add(1)
	} else {
		i.discoveries.Add(1)
	}
	if stall != nil {
		select {
		case <-stall:
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case location != "":
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	case status != 0:
		w.WriteHeader(status)
	case isKeys:
		_, _ = io.WriteString(w, keys)
	case discovery != "":
		_, _ = io.WriteString(w, discovery)
	case r.URL.Path == discoveryPath:
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys/jwks.json")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// claims are good ones of the issuer; members override, an empty one leaves out.
func (i *issuer) claims(members ...string) string {
	m := map[string]json.RawMessage{
		"iss": json.RawMessage(`"` + i.URL + `"`), "sub": json.RawMessage(`"user"`), "aud": json.RawMessage(`"api"`),
		"exp": json.RawMessage(fmt.Sprint(start.Add(time.Hour).Unix())), "iat": json.RawMessage(fmt.Sprint(start.Unix())),
	}
	for n := 0; n < len(members); n += 2 {
		if m[members[n]] = json.RawMessage(members[n+1]); members[n+1] == "" {
			delete(m, members[n])
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func everyAlgorithm() []Algorithm {
	return []Algorithm{RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA}
}

// verifier accepts the issuer's tokens for the audience "api".
func (i *issuer) verifier(t testing.TB, c *clock, change ...func(*Config)) *Verifier {
	t.Helper()
	return i.on(t, NewKeyring(Options{AllowLoopback: true, Now: c.now}), change...)
}

func (i *issuer) on(t testing.TB, k *Keyring, change ...func(*Config)) *Verifier {
	t.Helper()
	cfg := Config{Issuers: []Issuer{{Name: i.URL}}, Audiences: []string{"api"}, Algorithms: everyAlgorithm()}
	for _, f := range change {
		f(&cfg)
	}
	v, err := k.Verifier(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// reason is that of a refusal, "" for a good token.
func reason(t testing.TB, v *Verifier, token string) Reason {
	t.Helper()
	got, err := v.Verify(t.Context(), token)
	if err == nil {
		if got == nil {
			t.Fatal("neither a token nor an error")
		}
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is no *Error", err, err)
	}
	return e.Reason
}

const es256 = `{"alg":"ES256","kid":"p256"}`
