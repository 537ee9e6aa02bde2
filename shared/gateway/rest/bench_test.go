package rest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

func benchmarkRequest(method, path string) *http.Request {
	r := httptest.NewRequest(method, "http://"+testDomain+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	r.Header.Set("User-Agent", "curl/8.5.0")
	r.Header.Set("Accept", "*/*")
	r.Header.Set("Accept-Encoding", "gzip, br")
	r.Header.Set("Cookie", "session=0123456789abcdef")
	return r
}

// benchmarkBuffers gives the bare proxy the same reuse that the pipeline has.
type benchmarkBuffers struct{}

func (benchmarkBuffers) Get() []byte {
	b := exchange.GetBuffer()
	return (*b)[:cap(*b)]
}

func (benchmarkBuffers) Put(b []byte) { exchange.PutBuffer(&b) }

func BenchmarkMock(b *testing.B) {
	f := fixture{methods: []snapshot.Method{mock("/pets/{id}", "GET")}}
	s := f.stage(b)
	p := New(Config{})
	r := benchmarkRequest("GET", "/pets/7?verbose=1")
	t := target("/pets/7")
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		p.Serve(w, r, s, t)
	}
}

// BenchmarkHTTPProxy sets the whole pipeline beside a bare reverse proxy, over TCP on both
// sides, with the same client and backend.
func BenchmarkHTTPProxy(b *testing.B) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":7,"name":"Rex"}`)
	}))
	defer backend.Close()
	address, err := url.Parse(backend.URL)
	if err != nil {
		b.Fatal(err)
	}
	bare := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(address)
		r.SetXForwarded()
	}, Transport: &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true}, BufferPool: benchmarkBuffers{}}
	f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/pets/{id}", "GET", backend.URL+"/pets/{id}", "integration.request.path.id", "method.request.path.id")}}
	stage, pipeline := f.stage(b), f.pipeline(b)
	gateway := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		pipeline.Serve(w, r, stage, Target{Path: path, EventPath: path, ContextPath: path, DomainName: r.Host})
	})
	for _, c := range []struct {
		name    string
		handler http.Handler
	}{{"ReverseProxy", bare}, {"Pipeline", gateway}} {
		b.Run(c.name, func(b *testing.B) {
			server := httptest.NewServer(c.handler)
			defer server.Close()
			client := server.Client()
			b.ReportAllocs()
			for b.Loop() {
				res, err := client.Get(server.URL + "/pets/7?verbose=1")
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				if res.StatusCode != 200 {
					b.Fatal(res.Status)
				}
			}
		})
		// Without the client's and the front server's own cost.
		b.Run(c.name+"/handler", func(b *testing.B) {
			r := benchmarkRequest("GET", "/pets/7?verbose=1")
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				c.handler.ServeHTTP(w, r)
			}
		})
	}
}

func BenchmarkLambdaEvent(b *testing.B) {
	f := fixture{methods: []snapshot.Method{lambdaMethod("/pets/{id}", "GET")}, lambda: returning(`{"statusCode":200,"headers":{"X-A":"b"},"body":"{\"id\":7}"}`)}
	s, p := f.stage(b), f.pipeline(b)
	r := benchmarkRequest("GET", "/pets/7?verbose=1")
	t := target("/pets/7")
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		p.Serve(w, r, s, t)
	}
}
