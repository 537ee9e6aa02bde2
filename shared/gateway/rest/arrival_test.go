package rest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// arrived runs the first phase alone.
func arrived(t *testing.T, r *http.Request) (*Invocation, error) {
	t.Helper()
	f := fixture{methods: []snapshot.Method{mock("/a", "GET")}}
	inv := &Invocation{Request: r, Stage: f.stage(t), pipeline: f.pipeline(t), Target: target(r.URL.EscapedPath())}
	return inv, inv.arrive()
}

func TestHeadersRemovedOnArrival(t *testing.T) {
	r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil)
	hidden := []string{"Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "TE",
		"Transfer-Encoding", "Trailer", "Upgrade", "WWW-Authenticate"}
	visible := []string{"Via", "Date", "Content-Encoding", "Accept", "Cookie", "X-Custom"}
	for _, name := range append(hidden, visible...) {
		r.Header.Set(name, "v")
	}
	inv, err := arrived(t, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range hidden {
		if v := inv.Arrival.Headers.Values(name); v != nil {
			t.Errorf("%s is visible: %v", name, v)
		}
	}
	for _, name := range visible {
		if inv.Arrival.Headers.Last(name) != "v" {
			t.Errorf("%s is not visible", name)
		}
	}
	if got := inv.Arrival.Headers.Last("Host"); got != testDomain {
		t.Errorf("Host is %q", got)
	}
}

func TestSignaturesStayHere(t *testing.T) {
	for value, want := range map[string]string{"AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c": "", "Bearer x": "Bearer x"} {
		r := httptest.NewRequest("GET", "/a", nil)
		r.Header.Set("Authorization", value)
		inv, err := arrived(t, r)
		if err != nil {
			t.Fatal(err)
		}
		if got := inv.Arrival.Headers.Last("Authorization"); got != want {
			t.Errorf("Authorization %q is seen as %q", value, got)
		}
	}
}

func TestForwardedHeaders(t *testing.T) {
	for _, c := range []struct {
		name, before, want string
		info               *edge.Info
	}{
		{"none before", "", "203.0.113.9", nil},
		{"one before", "198.51.100.1", "198.51.100.1, 203.0.113.9", nil},
		{"the front door has added it", "198.51.100.1, 203.0.113.7", "198.51.100.1, 203.0.113.7", &edge.Info{Source: edge.SourceALB, SourceIP: "203.0.113.7"}},
		{"net/http never has", "203.0.113.7", "203.0.113.7, 203.0.113.7", &edge.Info{Source: edge.SourceNetHTTP, SourceIP: "203.0.113.7"}},
	} {
		r := httptest.NewRequest("GET", "/a", nil)
		r.RemoteAddr = "203.0.113.9:1234"
		r.Header.Set("X-Forwarded-Proto", "gopher")
		if c.before != "" {
			r.Header.Set("X-Forwarded-For", c.before)
		}
		if c.info != nil {
			r = r.WithContext(edge.NewContext(r.Context(), c.info))
		}
		inv, err := arrived(t, r)
		if err != nil {
			t.Fatal(err)
		}
		h := inv.Arrival.Headers
		if got := h.Last("X-Forwarded-For"); got != c.want {
			t.Errorf("%s: X-Forwarded-For %q, want %q", c.name, got, c.want)
		}
		if h.Last("X-Forwarded-Proto") != "https" || h.Last("X-Forwarded-Port") != "443" {
			t.Errorf("%s: %v", c.name, h)
		}
	}
}

func TestTraceID(t *testing.T) {
	for sent, pattern := range map[string]string{
		"": `^Root=1-5e5ffe45-[0-9a-f]{24}$`,
		"Root=1-5e5ffe45-000000000000000000000001;Parent=0000000000000002;Sampled=1": `^Root=1-5e5ffe45-000000000000000000000001;Parent=0000000000000002;Sampled=1$`,
		"Root=1-5e5ffe45-000000000000000000000001":                                   `^Root=1-5e5ffe45-000000000000000000000001;Parent=[0-9a-f]{16}$`,
		"nonsense": `^Root=1-5e5ffe45-[0-9a-f]{24}$`,
	} {
		if got := exchange.TraceID([]string{sent}, testTime); !regexp.MustCompile(pattern).MatchString(got) {
			t.Errorf("%q became %q, want %s", sent, got, pattern)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	got := fixture{methods: []snapshot.Method{mock("/a", "GET")}}.do(t, "GET /a", "")
	if exact(got.header, "x-amzn-RequestId") != testRequestID {
		t.Errorf("x-amzn-RequestId: %v", got.header)
	}
	if id := exact(got.header, "x-amz-apigw-id"); !regexp.MustCompile(`^[A-Za-z0-9_-]{15}=$`).MatchString(id) {
		t.Errorf("x-amz-apigw-id %q", id)
	}
}

func TestLimits(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/a", "ANY"), httpMethod("HTTP_PROXY", "/p", "POST", newBackend(t, nil).URL)}}
	got := f.do(t, "GET /a", "", "X-Long", strings.Repeat("x", 10241))
	if got.status != 431 || got.body != "HTTP header is larger than 10240 bytes." || !strings.HasPrefix(got.get("Content-Type"), "text/plain") {
		t.Errorf("long header: %d %q %v", got.status, got.body, got.header)
	}
	got = f.do(t, "GET /a", "", "X-Long", strings.Repeat("x", 10240))
	if got.status != 200 {
		t.Errorf("header at the limit: %d %s", got.status, got.body)
	}
	const tooLong = "HTTP content length exceeded 10485760 bytes."
	for _, path := range []string{"/a", "/p"} {
		got = f.do(t, "POST "+path, strings.Repeat("x", 10485761))
		if got.status != 413 || got.body != tooLong || !strings.HasPrefix(got.get("Content-Type"), "text/plain") {
			t.Errorf("known length, %s: %d %q", path, got.status, got.body)
		}
	}
	got = f.do(t, "GET /"+strings.Repeat("a", 10240), "")
	if got.status != 414 || got.body != `{"message":"Request URI too long"}` {
		t.Errorf("long path: %d %q", got.status, got.body)
	}
	for _, q := range []string{"a=|", "a={", "a=}"} {
		r := httptest.NewRequest("GET", "/a", nil)
		r.URL.RawQuery = q
		w := httptest.NewRecorder()
		f.handler(t).ServeHTTP(w, r)
		if w.Code != 400 {
			t.Errorf("query %q: %d", q, w.Code)
		}
	}

	// Found while streaming: the length is not announced.
	server := f.server(t)
	for _, path := range []string{"/a", "/p"} {
		r, err := http.NewRequest("POST", server.URL+path, io.MultiReader(bytes.NewReader(make([]byte, 10485761))))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "text/plain") // no template matches, so the body passes
		res, err := server.Client().Do(r)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != 413 || string(body) != tooLong {
			t.Errorf("streamed, %s: %d %q", path, res.StatusCode, body)
		}
	}
}
