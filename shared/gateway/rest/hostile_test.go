package rest

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// A backend that switches protocols has no answer to give: its connection is let go of.
func TestSwitchingProtocolsIsAFailure(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	closed := make(chan struct{})
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer close(closed)
		defer func() { _ = c.Close() }()
		r := bufio.NewReader(c)
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n")
		_, _ = io.Copy(io.Discard, r) // until the gateway closes it
	}()
	m := httpMethod("HTTP_PROXY", "/a", "GET", "http://"+l.Addr().String())
	if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a", ""); got.status != 504 {
		t.Errorf("%d %s", got.status, got.body)
	}
	<-closed
}

// An escaped slash in a path parameter stays one, also where the address keeps a placeholder
// that nothing fills (REST data plane spec, 1.3 and 4.1).
func TestEscapedSlashStaysData(t *testing.T) {
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.RequestURI) }))
	defer b.Close()
	for uri, want := range map[string]string{"/{x}": "/a%2Fb", "/{x}/{y}": "/a%2Fb/%7By%7D"} {
		m := httpMethod("HTTP_PROXY", "/{x}", "GET", b.URL+uri, "integration.request.path.x", "method.request.path.x")
		if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a%2Fb", ""); got.body != want {
			t.Errorf("%s: the backend was asked %q, want %q", uri, got.body, want)
		}
	}
}

// REST data plane spec, 3.2: a request without a body says so with every method that may have
// one.
func TestContentLengthOfBodilessRequests(t *testing.T) {
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Content-Length"))
	}))
	defer b.Close()
	for method, want := range map[string]string{"POST": "0", "PUT": "0", "PATCH": "0", "DELETE": "0", "OPTIONS": "0", "GET": ""} {
		m := httpMethod("HTTP", "/a", method, b.URL)
		if got := (fixture{methods: []snapshot.Method{m}}).do(t, method+" /a", ""); got.body != want {
			t.Errorf("%s: Content-Length %q, want %q", method, got.body, want)
		}
	}
}

// A client signs its body as it sends it, with the coding (security and operations spec, 1.1).
func TestSignedBodyWithCoding(t *testing.T) {
	least := 0
	m := lambdaMethod("/a", "POST")
	m.AuthorizationType = "AWS_IAM"
	function := returning(`{"statusCode":200}`)
	f := fixture{api: snapshot.API{MinimumCompressionSize: &least}, methods: []snapshot.Method{m}, lambda: function,
		configure: func(c *Config) { c.Keys = alice(t, allow(anyMethod)) }}
	h := f.handler(t)
	for name, c := range map[string]struct {
		sent, signed string
		status       int
	}{
		"as sent":    {coded(t, "gzip", "text"), coded(t, "gzip", "text"), 200},
		"decoded":    {coded(t, "gzip", "text"), "text", 403},
		"not a gzip": {"text", "text", 415},
	} {
		r := httptest.NewRequest("POST", "http://"+testDomain+"/a", strings.NewReader(c.sent))
		r.Header.Set("Content-Encoding", "gzip")
		sum := sha256.Sum256([]byte(c.signed))
		credentials := aws.Credentials{AccessKeyID: aliceKey, SecretAccessKey: "secret"}
		if err := signer.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(sum[:]), "execute-api", "us-east-1", testTime); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if c.status == 200 && !strings.Contains(string(function.last.Payload), `"body":"text"`) {
			t.Errorf("%s: the function got %s", name, function.last.Payload)
		}
	}
}
