package jwt

import (
	"errors"
	"testing"
)

// Whatever is sent, there is a token or an *Error, and only tokens that were signed are good.
func FuzzVerify(f *testing.F) {
	i, c := newIssuer(f, jwk("p256"), jwk("rsa"), jwk("ed")), newClock()
	v := i.verifier(f, c)
	good := map[string]bool{}
	for _, token := range []string{raw("p256", "ES256", es256, i.claims()), raw("ed", "EdDSA", `{"alg":"EdDSA","kid":"ed"}`, i.claims()), raw("rsa", "PS256", `{"alg":"PS256","kid":"rsa"}`, i.claims())} {
		good[token] = true
		f.Add(token)
	}
	f.Add("..")
	f.Add(b64([]byte(`{"alg":"none"}`)) + ".e30.")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := v.Verify(t.Context(), token)
		var e *Error
		if (got == nil) != errors.As(err, &e) {
			t.Fatalf("%v, %v", got, err)
		}
		if got != nil && !good[token] {
			t.Errorf("a token that nobody signed is good: %s", token)
		}
		if e != nil {
			for _, r := range e.Challenge() {
				if r < ' ' || r > '~' {
					t.Errorf("the challenge %q is no header", e.Challenge())
				}
			}
		}
	})
}

// Key sets of any content give usable keys or an error.
func FuzzParseKeySet(f *testing.F) {
	f.Add([]byte(jwks(jwk("p256"), jwk("rsa"), jwk("ed"))))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-521","x":"","y":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		set, err := parseKeySet(b, nil)
		if (set == nil) == (err == nil) {
			t.Fatalf("%v, %v", set, err)
		}
		if set == nil {
			return
		}
		for _, k := range set.all {
			for _, a := range everyAlgorithm() {
				if k.fits(a) && a.verify(k.public, "text", []byte("signature")) {
					t.Errorf("key %q verifies anything", k.id)
				}
			}
		}
	})
}
