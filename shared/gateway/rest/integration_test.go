package rest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestHTTPFailures(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + free.Addr().String()
	_ = free.Close()
	slow := newBackend(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	slowBody := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	guarded := integration.NewHTTP(integration.HTTPConfig{})
	for _, c := range []struct {
		name, kind, uri string
		client          HTTPClient
		buffered        bool
		status          int
		body            string
		responseType    ResponseType
	}{
		{"nobody listens", "HTTP_PROXY", closed, nil, false, 504, `{"message": "Network error communicating with endpoint"}`, IntegrationFailure},
		{"too slow", "HTTP_PROXY", slow.URL, nil, false, 504, `{"message": "Endpoint request timed out"}`, IntegrationTimeout},
		{"too slow", "HTTP", slow.URL, nil, false, 504, `{"message": "Endpoint request timed out"}`, IntegrationTimeout},
		{"too slow a body that is needed", "HTTP", slowBody.URL, nil, true, 504, `{"message": "Endpoint request timed out"}`, IntegrationTimeout},
		{"invalid address", "HTTP", "http://${stageVariables.none}/", nil, false, 500, `{"message": "Internal server error"}`, APIConfigurationError},
		{"invalid port", "HTTP", "http://x:y/", nil, false, 500, `{"message": "Internal server error"}`, APIConfigurationError},
		{"guarded address", "HTTP", slow.URL, guarded, false, 500, `{"message": "Internal server error"}`, APIConfigurationError},
		{"unknown host", "HTTP", "http://x.invalid/", clientFunc(func(*http.Request) (*http.Response, error) {
			return nil, &integration.HTTPError{Kind: integration.InvalidEndpoint, Err: &net.DNSError{IsNotFound: true}}
		}), false, 500, `{"message": "Internal server error"}`, APIConfigurationError},
	} {
		m := httpMethod(c.kind, "/a", "GET", c.uri)
		m.Integration.TimeoutMillis = 60
		if c.buffered {
			m.Integration.Responses[0].Parameters = []snapshot.Mapping{{Target: "method.response.header.X", Source: "integration.response.body"}}
			m.Responses["200"] = snapshot.MethodResponse{Headers: []string{"X"}}
		}
		var rec *Record
		got := fixture{methods: []snapshot.Method{m}, http: c.client, observe: func(r *Record) { rec = r }}.do(t, "GET /a", "")
		if got.status != c.status || got.body != c.body || rec.ResponseType != c.responseType || got.get("x-amzn-ErrorType") != "InternalServerErrorException" {
			t.Errorf("%s: %d %s, %s: %s", c.name, got.status, got.body, rec.ResponseType, rec.Reason)
		}
		if c.responseType == APIConfigurationError && rec.Reason != "Execution failed due to configuration error: Invalid endpoint address" {
			t.Errorf("%s: reason %q", c.name, rec.Reason)
		}
	}
}

func TestMissingClientsAreConfigurationErrors(t *testing.T) {
	p := New(Config{})
	s := fixture{methods: []snapshot.Method{httpMethod("HTTP", "/h", "GET", "http://example.com"), lambdaMethod("/l", "GET")}}.stage(t)
	for _, path := range []string{"/h", "/l"} {
		w := httptest.NewRecorder()
		p.Serve(w, httptest.NewRequest("GET", path, nil), s, target(path))
		if w.Code != 500 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The integration's time does not count while the client is still sending.
func TestSlowUploadIsNotTheBackendsFault(t *testing.T) {
	b := newBackend(t, nil)
	m := httpMethod("HTTP_PROXY", "/a", "POST", b.URL)
	m.Integration.TimeoutMillis = 2000
	server := fixture{methods: []snapshot.Method{m}}.server(t)
	read, write := io.Pipe()
	go func() {
		_, _ = io.WriteString(write, "x")
		time.Sleep(2300 * time.Millisecond) // longer than the backend may take
		_, _ = io.WriteString(write, "y")
		_ = write.Close()
	}()
	res, err := server.Client().Post(server.URL+"/a", "text/plain", read)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 || b.body != "xy" {
		t.Errorf("%d, the backend got %q", res.StatusCode, b.body)
	}
}

func TestClientThatLeavesCancelsTheBackend(t *testing.T) {
	reached, canceled := make(chan struct{}), make(chan struct{})
	b := newBackend(t, func(_ http.ResponseWriter, r *http.Request) {
		close(reached)
		<-r.Context().Done()
		close(canceled)
	})
	records := make(chan *Record, 1)
	f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", b.URL)}, observe: func(r *Record) { records <- r }}
	f.methods[0].Integration.TimeoutMillis = 29000
	server := f.server(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-reached
		cancel()
	}()
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/a", nil)
	if err != nil {
		t.Fatal(err)
	}
	if res, err := server.Client().Do(r); err == nil {
		_ = res.Body.Close()
		t.Fatal("an answer came")
	}
	select {
	case <-canceled:
	case <-time.After(10 * time.Second):
		t.Fatal("the backend was not canceled")
	}
	if rec := <-records; rec.Status != 0 || rec.Reason != "the client went away" {
		t.Errorf("%+v", rec)
	}
}
