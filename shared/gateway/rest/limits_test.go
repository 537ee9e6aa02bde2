package rest

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// REST data plane spec, 16.
func TestLongestURL(t *testing.T) {
	for _, c := range []struct {
		api    snapshot.API
		length int
		status int
	}{
		{snapshot.API{}, 8192, 200},
		{snapshot.API{}, 8193, 414},
		{snapshot.API{EndpointType: "EDGE"}, 8193, 414},
		{snapshot.API{EndpointType: "REGIONAL"}, 10240, 200},
		{snapshot.API{EndpointType: "REGIONAL"}, 10241, 414},
		{snapshot.API{Private: true}, 10240, 403}, // long enough to be looked at
	} {
		f := fixture{api: c.api, methods: []snapshot.Method{mock("/{rest+}", "GET")}}
		for _, path := range []string{"/" + strings.Repeat("a", c.length-1), "/a?" + strings.Repeat("b", c.length-2)} {
			if got := f.do(t, "GET "+path, ""); got.status != c.status {
				t.Errorf("%+v, %d bytes, %.4s: %d %s", c.api, c.length, path, got.status, got.body)
			}
		}
	}
}

// REST data plane spec, 3.6: an event of more than 6 MB, which is not that of the body alone.
func TestLambdaEventLimit(t *testing.T) {
	f := fixture{api: snapshot.API{BinaryMediaTypes: []string{"image/png"}}, methods: []snapshot.Method{lambdaMethod("/a", "POST")}, lambda: returning(`{}`)}
	for _, c := range []struct {
		contentType string
		length      int
		status      int
	}{
		{"text/plain", 6 << 20 * 9 / 10, 200},
		{"text/plain", 6291556, 413},
		{"image/png", 4 << 20, 200},
		{"image/png", 5 << 20, 413}, // in base64
	} {
		got := f.do(t, "POST /a", strings.Repeat("a", c.length), "Content-Type", c.contentType)
		if got.status != c.status {
			t.Errorf("%s, %d bytes: %d %.100s", c.contentType, c.length, got.status, got.body)
		}
		if c.status == 413 && (!strings.Contains(got.body, `"Request Too Long"`) || got.get("x-amzn-ErrorType") != "RequestEntityTooLargeException") {
			t.Errorf("%s: %s %v", c.contentType, got.body, got.header)
		}
	}
}

// REST data plane spec, 3.6.
func TestLambdaResponseLimit(t *testing.T) {
	payload := func(length int) string {
		const frame = `{"body":""}`
		return `{"body":"` + strings.Repeat("a", length-len(frame)) + `"}`
	}
	for length, status := range map[int]int{integration.MaxLambdaPayload: 200, integration.MaxLambdaPayload + 1: 502} {
		got := fixture{methods: []snapshot.Method{lambdaMethod("/a", "GET")}, lambda: returning(payload(length))}.do(t, "GET /a", "")
		if got.status != status {
			t.Errorf("%d bytes: %d %.100s", length, got.status, got.body)
		}
		if status == 502 && got.body != `{"message": "Internal server error"}` {
			t.Errorf("%d bytes: %.100s", length, got.body)
		}
	}
}

// FuzzArrival sends requests of any form through all phases: every answer is a complete one, with a
// status of HTTP and the identifiers.
func FuzzArrival(f *testing.F) {
	validated := mock("/v/{id}", "ANY")
	validated.RequiredParameters = []string{"method.request.querystring.q"}
	validated.RequestModels = map[string]string{"application/json": "M"}
	least := 0
	api := snapshot.API{MinimumCompressionSize: &least, BinaryMediaTypes: []string{"image/*"}, Models: map[string]string{"M": `{"type":"object","required":["a"]}`}}
	fix := fixture{api: api, methods: []snapshot.Method{mock("/{rest+}", "ANY"), validated, lambdaMethod("/l/{x+}", "ANY")}, lambda: returning(`{"body":"x"}`)}
	handler := fix.handler(f)
	f.Add("GET", "/a/b", "a=1&b=%41", "Accept-Encoding", "gzip;q=0.5, deflate", []byte(""))
	f.Add("POST", "/v/1", "q=1", "Content-Type", "application/json", []byte(`{"a":1}`))
	f.Add("PUT", "//l//x/", "a=|", "Content-Encoding", "gzip", []byte("\x1f\x8b\x08"))
	f.Add("BREW", "/l/%zz", ";;", "X-HTTP-Method-Override", "GET", []byte("x"))
	f.Fuzz(func(t *testing.T, method, path, query, name, value string, body []byte) {
		r := httptest.NewRequest("GET", "http://"+testDomain+"/", strings.NewReader(string(body)))
		r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery = method, path, path, query
		r.Header[name] = []string{value}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 599 || exact(w.Header(), "x-amzn-RequestId") == "" {
			t.Errorf("%s %q?%q: %d %v", method, path, query, w.Code, w.Header())
		}
	})
}
