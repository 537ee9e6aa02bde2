package httpapi

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	b64 "encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func newRSA() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return k
}

// ownKey signs tokens of the issuer, foreignKey those of somebody else.
var (
	ownKey     = sync.OnceValue(newRSA)
	foreignKey = sync.OnceValue(newRSA)
)

// serveIssuer serves issuers on this machine and returns the address in front of their names:
// "good", "no-keys" whose key set is not served, "long" whose key set is too long; no others.
func serveIssuer(t *testing.T) string {
	k := ownKey()
	set := obj{"keys": list{obj{"kty": "RSA", "use": "sig", "kid": "one", "n": encode64(k.N.Bytes()), "e": encode64(big.NewInt(int64(k.E)).Bytes())}}}
	var s *httptest.Server
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // the client may have gone
	}
	mux := http.NewServeMux()
	for name, keys := range map[string]string{"good": "/keys", "no-keys": "/nowhere", "long": "/long"} {
		mux.HandleFunc("/"+name+"/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, obj{"issuer": s.URL + "/" + name, "jwks_uri": s.URL + keys})
		})
	}
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { answer(w, set) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, obj{"keys": set["keys"], "more": strings.Repeat("x", 150000)})
	})
	s = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func encode64(b []byte) string { return b64.RawURLEncoding.EncodeToString(b) }

// claimsOf are those of a good token; changes are names and values, and nil removes.
func claimsOf(issuer string, changes ...any) obj {
	now := time.Now()
	c := obj{"sub": "7c1d", "iss": issuer, "aud": "client", "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix()}
	for i := 0; i < len(changes); i += 2 {
		name := changes[i].(string)
		c[name] = changes[i+1]
		if changes[i+1] == nil {
			delete(c, name)
		}
	}
	return c
}

// sealed is a token of claims, signed by a key under an algorithm and an identifier.
func sealed(claims obj, k *rsa.PrivateKey, alg, kid string) string {
	head, err := json.Marshal(obj{"alg": alg, "kid": kid})
	if err != nil {
		panic(err) // of the tests
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err) // of the tests
	}
	text := encode64(head) + "." + encode64(body)
	hash := crypto.SHA256
	switch {
	case strings.HasSuffix(alg, "384"):
		hash = crypto.SHA384
	case strings.HasSuffix(alg, "512"):
		hash = crypto.SHA512
	}
	h := hash.New()
	h.Write([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, k, hash, h.Sum(nil))
	if err != nil {
		panic(err) // of the tests
	}
	return text + "." + encode64(signature)
}
