package awsservices

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/sigv4"
)

// recorder stands between the gateway and moto. It verifies every signature and keeps what it says.
type recorder struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	secrets map[string]string // by access key
	seen    []call
}

// call is one request as it came.
type call struct {
	request   *http.Request
	body      string
	signature *sigv4.Signature
}

var sessionKeys = regexp.MustCompile(`(?s)<AccessKeyId>(.*?)</AccessKeyId>\s*<SecretAccessKey>(.*?)</SecretAccessKey>`)

func record(t *testing.T, to *moto) *recorder {
	r := &recorder{t: t, secrets: map[string]string{own.AccessKeyID: own.SecretAccessKey}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) {
		body, _ := io.ReadAll(in.Body)
		r.verify(in, body)
		out, err := http.NewRequestWithContext(in.Context(), in.Method, to.base+in.RequestURI, bytes.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		out.Header, out.Host = in.Header, in.Host
		res, err := http.DefaultTransport.RoundTrip(out)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }()
		answer, _ := io.ReadAll(res.Body)
		if m := sessionKeys.FindSubmatch(answer); m != nil {
			r.mu.Lock()
			r.secrets[string(m[1])] = string(m[2])
			r.mu.Unlock()
		}
		for name, values := range res.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(res.StatusCode)
		_, _ = w.Write(answer)
	}))
	t.Cleanup(r.Close)
	return r
}

// Find implements sigv4.Keys.
func (r *recorder) Find(_ context.Context, id string) (*sigv4.Key, string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	secret, ok := r.secrets[id]
	if !ok {
		return nil, "", sigv4.ErrUnknownKey
	}
	return &sigv4.Key{Secret: secret}, id, nil
}

// tokened is a recorder for a request whose session token is not known beforehand.
type tokened struct {
	*recorder
	token string
}

func (k tokened) Find(ctx context.Context, id string) (*sigv4.Key, string, error) {
	key, owner, err := k.recorder.Find(ctx, id)
	if err == nil {
		key = &sigv4.Key{Secret: key.Secret, SessionToken: k.token}
	}
	return key, owner, err
}

func (r *recorder) verify(in *http.Request, body []byte) {
	signature, err := sigv4.Parse(in)
	if err != nil {
		r.t.Errorf("%s %s: %v", in.Method, in.RequestURI, err)
		return
	}
	v := &sigv4.Verifier{Services: []string{signature.Service}, Region: "us-east-1", Now: time.Now, Skew: sigv4.Skew, PathOnce: signature.Service == "s3"}
	if _, _, err := sigv4.Verify(in.Context(), v, tokened{r, in.Header.Get("X-Amz-Security-Token")}, in, sigv4.Bytes(body)); err != nil {
		r.t.Errorf("%s %s: %v", in.Method, in.RequestURI, err)
	}
	_, signed, _ := strings.Cut(in.Header.Get("Authorization"), "SignedHeaders=")
	signed, _, _ = strings.Cut(signed, ",")
	names := strings.Split(signed, ";")
	for name := range in.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") && !slices.Contains(names, lower) {
			r.t.Errorf("%s %s: %s is not signed", in.Method, in.RequestURI, name)
		}
	}
	r.mu.Lock()
	r.seen = append(r.seen, call{in, string(body), signature})
	r.mu.Unlock()
}

// last returns the last request that came.
func (r *recorder) last() call {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) == 0 {
		r.t.Fatal("no request has come")
	}
	return r.seen[len(r.seen)-1]
}

// count tells how many requests were signed for a service.
func (r *recorder) count(service string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.seen {
		if c.signature.Service == service {
			n++
		}
	}
	return n
}
