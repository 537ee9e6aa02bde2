package sigv4

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"
)

func BenchmarkVerify(b *testing.B) {
	r := fixture{method: "GET", target: "/prod/pets/7?limit=10&after=abc", service: "execute-api"}.signed(b)
	benchmark(b, r, usual())
}

func BenchmarkVerifyBody(b *testing.B) {
	r := fixture{service: "execute-api", body: "0123456789"}.signed(b)
	v, keys, payload := verifier("execute-api"), usual(), Bytes([]byte("0123456789"))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Verify(context.Background(), v, keys, r, payload); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyAsymmetric(b *testing.B) {
	pair, err := DeriveKeyPair(testID, testSecret)
	if err != nil {
		b.Fatal(err)
	}
	r := asymmetric(b, pair, "us-*")
	benchmark(b, r, testKeys{testID: {Public: &pair.PublicKey}})
}

func benchmark(b *testing.B, r *http.Request, keys testKeys) {
	v, payload := verifier("execute-api"), Bytes(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Verify(context.Background(), v, keys, r, payload); err != nil {
			b.Fatal(err)
		}
	}
}

// asymmetric signs a request by the rules of the specification, written down as text.
func asymmetric(t testing.TB, pair *ecdsa.PrivateKey, regions string) *http.Request {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	canonical := "GET\n/prod/pets\na=1\nhost:example.com\nx-amz-date:20261123T100000Z\nx-amz-region-set:" + regions + "\n\nhost;x-amz-date;x-amz-region-set\n" + empty
	digest := sha256.Sum256([]byte(canonical))
	digest = sha256.Sum256([]byte("AWS4-ECDSA-P256-SHA256\n20261123T100000Z\n20261123/execute-api/aws4_request\n" + hex.EncodeToString(digest[:])))
	signature, err := ecdsa.SignASN1(rand.Reader, pair, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/prod/pets?a=1", nil)
	r.Header.Set("X-Amz-Date", "20261123T100000Z")
	r.Header.Set("X-Amz-Region-Set", regions)
	r.Header.Set("Authorization", "AWS4-ECDSA-P256-SHA256 Credential="+testID+"/20261123/execute-api/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature="+hex.EncodeToString(signature))
	return r
}

func TestAsymmetric(t *testing.T) {
	pair, err := DeriveKeyPair(testID, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	keys := testKeys{testID: {Public: &pair.PublicKey}}
	v := verifier("execute-api")
	v.Region = "us-west-2"
	if err := check(v, keys, asymmetric(t, pair, "us-*,eu-central-1"), ""); err != nil {
		t.Error(err)
	}
	refused(t, check(v, keys, asymmetric(t, pair, "eu-*"), ""), CodeInvalid, "Credential should be scoped to a valid region. ")
	refused(t, check(v, usual(), asymmetric(t, pair, "*"), ""), CodeUnknownKey, "invalid")
	refused(t, check(v, keys, change(asymmetric(t, pair, "*"), ";x-amz-region-set", ""), ""), CodeInvalid, "'X-Amz-Region-Set' must be a 'SignedHeader'")
	refused(t, check(v, keys, change(asymmetric(t, pair, "*"), "/execute-api", "/us-west-2/execute-api"), ""), CodeIncomplete, "exactly 4")
	refused(t, check(v, keys, with(asymmetric(t, pair, "*"), "X-Amz-Region-Set", ""), ""), CodeIncomplete, "X-Amz-Region-Set")
	refused(t, check(v, keys, with(asymmetric(t, pair, "us-*"), "X-Amz-Region-Set", "*"), ""), CodeInvalid, "does not match")
	other, err := DeriveKeyPair(testID, testSecret+"x")
	if err != nil {
		t.Fatal(err)
	}
	refused(t, check(v, keys, asymmetric(t, other, "*"), ""), CodeInvalid, "does not match")
}
