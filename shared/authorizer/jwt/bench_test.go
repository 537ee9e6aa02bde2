package jwt

import (
	"crypto/sha256"
	"testing"

	reference "github.com/golang-jwt/jwt/v5"
)

// benchmarkVerify compares tokens that were not seen before with golang-jwt, and with those that
// were, in one run.
func benchmarkVerify(b *testing.B, key, alg string) {
	i, c := newIssuer(b, jwk(key)), newClock()
	token := raw(key, alg, `{"alg":"`+alg+`","kid":"`+key+`"}`, i.claims("scope", `"pets.read pets.write"`))
	v := i.verifier(b, c)
	if _, err := v.Verify(b.Context(), token); err != nil {
		b.Fatal(err)
	}
	b.Run("golang-jwt", func(b *testing.B) {
		public := testKeys()[key].Public()
		parser := reference.NewParser(reference.WithTimeFunc(c.now), reference.WithIssuer(i.URL), reference.WithAudience("api"), reference.WithValidMethods([]string{alg}))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := parser.Parse(token, func(*reference.Token) (any, error) { return public, nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("not-seen-before", func(b *testing.B) {
		sum := sha256.Sum256([]byte(token))
		b.ReportAllocs()
		for b.Loop() {
			v.ring.seen().Invalidate(sum)
			if _, err := v.Verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("seen-before", func(b *testing.B) {
		if _, err := v.Verify(b.Context(), token); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkES256(b *testing.B) { benchmarkVerify(b, "p256", "ES256") }
func BenchmarkRS256(b *testing.B) { benchmarkVerify(b, "rsa", "RS256") }
