package rest

import (
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// REST data plane spec, 16: who sends X-Amzn-Trace-Id, and Content-Type always.
func TestHeadersOfEverySuccess(t *testing.T) {
	b := statusBackend(t, 200, "x")
	for _, c := range []struct {
		method snapshot.Method
		trace  bool
	}{
		{mock("/a", "GET"), false},
		{httpMethod("HTTP", "/a", "GET", b.URL), true},
		{httpMethod("HTTP_PROXY", "/a", "GET", b.URL), false},
		{lambdaMethod("/a", "GET"), true},
	} {
		got := fixture{methods: []snapshot.Method{c.method}, lambda: returning(`{}`)}.do(t, "GET /a", "", "X-Amzn-Trace-Id", "Root=1-5e5ffe45-000000000000000000000001;Parent=0000000000000002;Sampled=1")
		kind := c.method.Integration.Type
		if trace := got.get("X-Amzn-Trace-Id"); (trace != "") != c.trace || c.trace && !strings.HasPrefix(trace, "Root=1-5e5ffe45-000000000000000000000001;Parent=") {
			t.Errorf("%s: X-Amzn-Trace-Id %q", kind, trace)
		}
		if got.get("x-amzn-RequestId") != testRequestID || got.get("x-amz-apigw-id") == "" || got.get("x-amzn-ErrorType") != "" {
			t.Errorf("%s: %v", kind, got.header)
		}
		wantType := "application/json"
		if kind == "HTTP_PROXY" {
			wantType = "text/plain; charset=utf-8" // the backend's
		}
		if got.get("Content-Type") != wantType {
			t.Errorf("%s: Content-Type %q", kind, got.get("Content-Type"))
		}
	}
}

func TestContentTypeIsWrittenOnce(t *testing.T) {
	m := mock("/a", "GET")
	m.Integration.Responses[0].Parameters = []snapshot.Mapping{{Target: "method.response.header.content-type", Source: "'text/css'"}}
	m.Responses["200"] = snapshot.MethodResponse{Headers: []string{"content-type"}}
	server := fixture{methods: []snapshot.Method{m}}.server(t)
	res, err := server.Client().Get(server.URL + "/a")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if v := res.Header.Values("Content-Type"); len(v) != 1 || v[0] != "text/css" {
		t.Errorf("Content-Type %v", v)
	}
}

func TestBodilessAnswers(t *testing.T) {
	b := statusBackend(t, 304, "")
	m := httpMethod("HTTP", "/b", "GET", statusBackend(t, 200, "body").URL)
	m.Integration.Responses[0].StatusCode = "204"
	m.Responses = map[string]snapshot.MethodResponse{"204": {}}
	server := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", b.URL), m, mock("/c", "HEAD")}}.server(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/a", 304}, {"GET", "/b", 204}, {"HEAD", "/c", 200}} {
		got := overTCP(t, server, c.method, c.path)
		if got.status != c.status || got.body != "" {
			t.Errorf("%s %s: %d %q", c.method, c.path, got.status, got.body)
		}
	}
}
