package wire_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/wire"
)

// allServices serves the operations of all models with one handler.
func allServices(t testing.TB, h handler) *wire.Mux {
	t.Helper()
	var services []wire.Service
	var endpoints []wire.Endpoint
	for _, s := range suites() {
		services = append(services, s.service)
		endpoints = append(endpoints, s.endpoints(h)...)
	}
	m, err := wire.NewMux(services, endpoints...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// accept is a handler that succeeds with an empty output.
func accept(string, any) (any, error) { return nil, nil }

// exchange sends a request and returns the answer.
func exchange(h http.Handler, method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wantError checks the error envelope of an answer and returns its message.
func wantError(t *testing.T, w *httptest.ResponseRecorder, status int, code string) string {
	t.Helper()
	var body map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
	}
	if w.Code != status || w.Header().Get("x-amzn-ErrorType") != code {
		t.Fatalf("answer %d %s %q, want %d %s", w.Code, w.Header().Get("x-amzn-ErrorType"), body["message"], status, code)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	return body["message"]
}
