package rest

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

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
