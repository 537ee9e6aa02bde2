package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/sigv4"
)

var signedAt = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// signWithSDK returns the request as the AWS SDK for Go sends it.
func signWithSDK(t *testing.T, q request) request {
	t.Helper()
	r, err := http.NewRequest(q.Method, "https://"+host+q.Target, strings.NewReader(q.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range q.Headers {
		r.Header.Add(h[0], h[1])
	}
	payload := hex.EncodeToString(digest(q.Body))
	credentials := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: q.Token}
	out := q
	if q.Presign > 0 {
		query := r.URL.Query()
		query.Set("X-Amz-Expires", strconv.Itoa(q.Presign))
		r.URL.RawQuery = query.Encode()
		uri, header, err := signer.NewSigner().PresignHTTP(t.Context(), credentials, r, payload, service, region, signedAt)
		if err != nil {
			t.Fatal(err)
		}
		out.Target, out.Headers = strings.TrimPrefix(uri, "https://"+host), pairs(header)
		return out
	}
	if err := signer.NewSigner().SignHTTP(t.Context(), credentials, r, payload, service, region, signedAt); err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(q.Target, "?")
	out.Target = path
	if r.URL.RawQuery != "" {
		out.Target += "?" + r.URL.RawQuery
	}
	out.Headers = pairs(r.Header)
	return out
}

func pairs(h http.Header) [][2]string {
	var out [][2]string
	for name, values := range h {
		for _, v := range values {
			out = append(out, [2]string{name, v})
		}
	}
	return out
}

func digest(body string) []byte {
	d := sha256.Sum256([]byte(body))
	return d[:]
}

func TestSDK(t *testing.T) {
	t.Parallel()
	g := newGenerator(1)
	changes := 0
	for i := range 1000 {
		q := signWithSDK(t, g.request())
		if err := verify(q, signedAt); err != nil {
			t.Fatalf("request %d, %+v: %v", i, q, err)
		}
		if i%10 == 0 {
			changes += refuseChanges(t, q, signedAt)
		}
	}
	t.Logf("1000 requests accepted, %d changes of 100 of them refused", changes)
}

// A captured request is worth nothing once the time is over, and nothing to another service or in
// another Region.
func TestReplay(t *testing.T) {
	q := signWithSDK(t, request{Method: "GET", Target: "/prod/pets"})
	for offset, want := range map[time.Duration]bool{-301 * time.Second: false, -5 * time.Minute: true, 0: true, 5 * time.Minute: true, 301 * time.Second: false, 24 * time.Hour: false} {
		if err := verify(q, signedAt.Add(offset)); (err == nil) != want {
			t.Errorf("after %s: %v", offset, err)
		}
	}
	for _, v := range []*sigv4.Verifier{{Services: []string{"lambda"}, Region: region}, {Services: []string{service}, Region: "us-east-1"}} {
		v.Now, v.Skew = func() time.Time { return signedAt }, sigv4.Skew
		r, _ := q.received()
		if _, _, err := sigv4.Verify(t.Context(), v, keys{&sigv4.Key{Secret: secretKey}}, r, sigv4.Bytes(nil)); err == nil {
			t.Errorf("accepted by %v in %s", v.Services, v.Region)
		}
	}
}
