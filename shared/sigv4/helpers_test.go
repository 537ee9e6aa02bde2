package sigv4

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

const (
	testID     = "AKIDEXAMPLE"
	testSecret = "secret"
)

// testKeys are the keys of a test by identifier; their owner is the identifier again.
type testKeys map[string]*Key

func (k testKeys) Find(_ context.Context, id string) (*Key, string, error) {
	if key := k[id]; key != nil {
		return key, id, nil
	}
	return nil, "", ErrUnknownKey
}

func verifier(services ...string) *Verifier {
	return &Verifier{Services: services, Now: func() time.Time { return now }, Skew: Skew}
}

// fixture is a request to sign; the zero value of a field is the usual one.
type fixture struct {
	method, target, body, service, key, region, token string
	header                                            http.Header
	at                                                time.Time
	presign                                           time.Duration
	payload                                           string
}

// signed returns the request as it arrives at a server after the AWS SDK's signer signed it.
func (f fixture) signed(t interface{ Fatal(...any) }) *http.Request {
	or := func(v *string, usual string) {
		if *v == "" {
			*v = usual
		}
	}
	or(&f.method, "POST")
	or(&f.target, "/restapis?limit=2")
	or(&f.service, "apigateway")
	or(&f.key, testID)
	or(&f.region, "eu-central-1")
	if f.at.IsZero() {
		f.at = now
	}
	out, err := http.NewRequest(f.method, "http://127.0.0.1:8081"+f.target, strings.NewReader(f.body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range f.header {
		out.Header[k] = v
	}
	if f.payload == "" {
		digest := sha256.Sum256([]byte(f.body))
		f.payload = hex.EncodeToString(digest[:])
	}
	credentials := aws.Credentials{AccessKeyID: f.key, SecretAccessKey: testSecret, SessionToken: f.token}
	s := signer.NewSigner()
	target := f.target
	if f.presign != 0 {
		q := out.URL.Query()
		q.Set("X-Amz-Expires", strconv.Itoa(int(f.presign/time.Second)))
		out.URL.RawQuery = q.Encode()
		uri, _, err := s.PresignHTTP(context.Background(), credentials, out, f.payload, f.service, f.region, f.at)
		if err != nil {
			t.Fatal(err)
		}
		target = strings.TrimPrefix(uri, "http://127.0.0.1:8081")
	} else if err := s.SignHTTP(context.Background(), credentials, out, f.payload, f.service, f.region, f.at); err != nil {
		t.Fatal(err)
	} else if out.URL.RawQuery != "" {
		path, _, _ := strings.Cut(f.target, "?")
		target = path + "?" + out.URL.RawQuery
	}
	in := httptest.NewRequest(f.method, target, strings.NewReader(f.body))
	in.Host = "127.0.0.1:8081"
	in.Header = out.Header.Clone()
	if out.ContentLength > 0 {
		in.Header.Set("Content-Length", strconv.FormatInt(out.ContentLength, 10))
	}
	return in
}

func usual() testKeys { return testKeys{testID: {Secret: testSecret}} }

func check(v *Verifier, keys testKeys, r *http.Request, body string) error {
	_, _, err := Verify(context.Background(), v, keys, r, Bytes([]byte(body)))
	return err
}

// refused expects a refusal with a code and a part of its message.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v, want a refusal", err)
	}
	if e.Code != code || !strings.Contains(e.Message, message) {
		t.Errorf("refused with %s %q, want %s with %q", e.Code, e.Message, code, message)
	}
}
