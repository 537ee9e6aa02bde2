package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// Benchmarks of a proxy route that a JWT authorizer protects, beside a bare reverse proxy to the same
// backend, both over TCP and with 4 clients per processor.
//
//	go test -run '^$' -bench Proxy -benchmem ./shared/gateway/httpapi
func benchmarkProxy(b *testing.B, front http.Handler, token string) {
	server := httptest.NewServer(front)
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	b.SetParallelism(4)
	b.ReportAllocs()
	start := time.Now()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r, err := http.NewRequest("GET", server.URL+"/pets/7", nil)
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+token)
			res, err := transport.RoundTrip(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				b.Errorf("status %d", res.StatusCode)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "requests/s")
}

func BenchmarkProxy(b *testing.B) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":7,"name":"Rex"}`)
	}))
	defer backend.Close()
	to, err := url.Parse(backend.URL)
	if err != nil {
		b.Fatal(err)
	}
	i := newIssuer(b)
	token := i.token(b, map[string]any{"sub": "u1", "scope": "read"})
	f := fixture{routes: []snapshot.Route{proxyRoute("GET /pets/{id}", backend.URL+"/pets/{id}")}}
	i.protect(&f, "read")
	b.Run("JWT", func(b *testing.B) { benchmarkProxy(b, f.handler(b), token) })
	b.Run("ReverseProxy", func(b *testing.B) {
		transport := &http.Transport{MaxIdleConnsPerHost: 128}
		defer transport.CloseIdleConnections()
		benchmarkProxy(b, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, Transport: transport}, token)
	})
}
