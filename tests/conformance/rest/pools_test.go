package rest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
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

// The user pools of the tests. Nobody serves the keys of the broken one.
const (
	pool       = "us-east-1_Pool"
	brokenPool = "us-east-1_Broken"
)

func poolARN(pool string) string {
	return "arn:aws:cognito-idp:us-east-1:123456789012:userpool/" + pool
}

func newRSA() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return k
}

// poolKey signs tokens of the pool, foreignKey those of somebody else.
var (
	poolKey    = sync.OnceValue(newRSA)
	foreignKey = sync.OnceValue(newRSA)
)

// servePools serves the keys of the pool and returns the address.
func servePools(t *testing.T) string {
	k := poolKey()
	set, err := json.Marshal(obj{"keys": list{obj{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
		"n": encode64(k.N.Bytes()), "e": encode64(big.NewInt(int64(k.E)).Bytes())}}})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/"+pool+"/.well-known/jwks.json" {
			http.Error(w, "no such pool", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(set)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func encode64(b []byte) string { return b64.RawURLEncoding.EncodeToString(b) }

// claimsOf are those of a token of the pool; changes are names and values, and nil removes.
func claimsOf(use string, changes ...any) obj {
	now := time.Now()
	c := obj{"sub": "7c1d", "iss": "https://cognito-idp.us-east-1.amazonaws.com/" + pool, "token_use": use,
		"iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix()}
	if use == "id" {
		c["aud"] = "client"
	} else {
		c["client_id"] = "client"
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == nil {
			delete(c, changes[i].(string))
			continue
		}
		c[changes[i].(string)] = changes[i+1]
	}
	return c
}

// sealed is a token of claims, signed as RS256 by a key under an identifier.
func sealed(claims obj, k *rsa.PrivateKey, kid string) string {
	head, err := json.Marshal(obj{"alg": "RS256", "kid": kid})
	if err != nil {
		panic(err) // of the tests
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err) // of the tests
	}
	text := encode64(head) + "." + encode64(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // of the tests
	}
	return text + "." + encode64(signature)
}

// issued is a token as the pool issues it.
func issued(use string, changes ...any) string {
	return sealed(claimsOf(use, changes...), poolKey(), "one")
}

// unsigned is a token that says that it needs no signature.
func unsigned(token string) string {
	return encode64([]byte(`{"alg":"none","kid":"one"}`)) + "." + strings.Split(token, ".")[1] + "."
}
