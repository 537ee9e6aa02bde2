package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// audience is that of the tokens which the authorizer is invoked with.
const audience = "demo"

// issueToken serves an issuer with a fresh key, lets the function trust it, and issues a token.
func (e *environment) issueToken(variables map[string]string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return err
	}
	x, y := point[1:33], point[33:]
	encode := base64.RawURLEncoding.EncodeToString
	address, err := e.serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/keys" {
			_, _ = fmt.Fprintf(w, `{"keys":[{"kty":"EC","crv":"P-256","use":"sig","kid":"demo","x":%q,"y":%q}]}`, encode(x), encode(y))
			return
		}
		_, _ = fmt.Fprintf(w, `{"issuer":"http://%s","jwks_uri":"http://%[1]s/keys"}`, r.Host)
	}))
	if err != nil {
		return err
	}
	issuer := "http://" + address
	now := time.Now()
	signed := encode([]byte(`{"alg":"ES256","kid":"demo","typ":"JWT"}`)) + "." +
		encode(fmt.Appendf(nil, `{"iss":%q,"sub":"minka","aud":%q,"iat":%d,"exp":%d,"scope":"pets.read"}`, issuer, audience, now.Unix(), now.Add(time.Hour).Unix()))
	sum := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return err
	}
	e.token = signed + "." + encode(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
	variables["POSTERN_ISSUER"] = issuer
	variables["POSTERN_AUDIENCE"] = audience
	variables["POSTERN_ALLOW_LOOPBACK"] = "true"
	return nil
}
