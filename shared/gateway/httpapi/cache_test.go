package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// cached makes the routes of a fixture keep their answers and counts what reaches their backend,
// which answers its count, with the status that the query asks for.
func cached(t *testing.T, keys []string, parameters ...string) (fixture, *atomic.Int64) {
	t.Helper()
	var calls atomic.Int64
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Backend", "yes")
		status := http.StatusOK
		_, _ = fmt.Sscan(r.URL.Query().Get("status"), &status) // absent is 200
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, calls.Add(1))
	}))
	t.Cleanup(backend.Close)
	db, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	kept := cache.New(cache.Config{Store: db})
	f := fixture{configure: func(c *Config) { c.Cache = kept }}
	for i, key := range keys {
		r := proxyRoute(key, backend.URL)
		r.ID = fmt.Sprint("r", i)
		r.Cache = &snapshot.RouteCache{TTLSeconds: 60, KeyParameters: parameters}
		f.routes = append(f.routes, r)
	}
	return f, &calls
}

// What shares an entry (REST data plane spec, 13): requests to one route by one method with equal
// values of the declared parameters.
func TestCacheKey(t *testing.T) {
	f, _ := cached(t, []string{"GET /pets/{id}", "ANY /any", "POST /posts", "GET /other"}, "request.header.X-A", "request.querystring.q")
	f.routes[0].Cache.KeyParameters = append(f.routes[0].Cache.KeyParameters, "request.path.id")
	last := record(&f)
	h := f.handler(t)
	for i, c := range []struct{ method, target, header, body, use string }{
		{"GET", "/pets/1?q=1", "X-A: 1", "1", "miss"},
		{"GET", "/pets/1?q=1", "X-A: 1", "1", "hit"},
		{"GET", "/pets/1?q=1&other=2", "X-A: 1", "1", "hit"},
		{"GET", "/pets/2?q=1", "X-A: 1", "2", "miss"},
		{"GET", "/pets/1?q=2", "X-A: 1", "3", "miss"},
		{"GET", "/pets/1?q=1&q=1", "X-A: 1", "4", "miss"},
		{"GET", "/pets/1?q=1", "X-A: 2", "5", "miss"},
		{"GET", "/pets/1?q=1", "X-A: 1\nCache-Control: max-age=0", "1", "hit"},
		{"GET", "/other?q=1", "X-A: 1", "6", "miss"},
		{"GET", "/any", "X-B: 1", "7", "miss"},
		{"GET", "/any", "X-B: 1", "7", "hit"},
		{"POST", "/any", "X-B: 1", "8", ""},
		{"POST", "/any", "X-B: 1", "9", ""},
		{"HEAD", "/any", "X-B: 1", "", ""},
		{"POST", "/posts", "X-B: 1", "11", "miss"},
		{"POST", "/posts", "X-B: 1", "11", "hit"},
	} {
		w := serve(t, h, raw(t, c.method+" "+c.target+" HTTP/1.1\nHost: h\n"+c.header+"\n\n"))
		if w.Code != 200 || w.Body.String() != c.body || last.Cache != c.use || w.Header().Get("X-Backend") != "yes" {
			t.Errorf("%d, %s %s: %d %q, cache %q, headers %v", i, c.method, c.target, w.Code, w.Body, last.Cache, w.Header())
		}
	}
}

// Answers to conditions and ranges are not kept, those that say something about the resource are.
func TestCacheStatus(t *testing.T) {
	for status, want := range map[int]int64{200: 1, 404: 1, 500: 1, 206: 2, 412: 2, 416: 2} {
		f, calls := cached(t, []string{"GET /"})
		h := f.handler(t)
		for range 2 {
			if w := serve(t, h, raw(t, fmt.Sprintf("GET /?status=%d HTTP/1.1\nHost: h\n\n", status))); w.Code != status {
				t.Errorf("%d: %d", status, w.Code)
			}
		}
		if calls.Load() != want {
			t.Errorf("%d: the backend was called %d times, want %d", status, calls.Load(), want)
		}
	}
}

// What is kept is the mapped answer without the headers of CORS, which depend on the origin.
func TestCachedMappingsAndCORS(t *testing.T) {
	f, calls := cached(t, []string{"GET /"})
	f.api.CORS = &snapshot.CORS{AllowOrigins: []string{"https://a.example.com", "https://b.example.com"}}
	f.routes[0].Integration.ResponseParameters = map[string][]snapshot.Mapping{"200": {{Target: "overwrite:statuscode", Source: "203"}, {Target: "append:header.x-new", Source: "new"}}}
	h := f.handler(t)
	for i, origin := range []string{"https://a.example.com", "https://b.example.com", ""} {
		r := raw(t, "GET / HTTP/1.1\nHost: h\n\n")
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := serve(t, h, r)
		if w.Code != 203 || w.Header().Get("X-New") != "new" || w.Header().Get("Access-Control-Allow-Origin") != origin || len(w.Header()["X-New"]) != 1 {
			t.Errorf("%d: %d %v", i, w.Code, w.Header())
		}
	}
	if calls.Load() != 1 {
		t.Errorf("the backend was called %d times", calls.Load())
	}
}

// A refusal is not kept, and those who wait are let go.
func TestCacheOfFailures(t *testing.T) {
	l := &lambdas{answers: map[string]string{petsARN: `{"statusCode":0}`}}
	f, _ := cached(t, nil)
	r := lambdaRoute("GET /pets", "2.0")
	r.Cache = &snapshot.RouteCache{TTLSeconds: 60}
	f.routes, f.lambda = []snapshot.Route{r}, l
	h := f.handler(t)
	for range 2 {
		if w := serve(t, h, raw(t, "GET /pets HTTP/1.1\nHost: h\n\n")); w.Code != 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if l.count(petsARN) != 2 {
		t.Errorf("the function was called %d times", l.count(petsARN))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gone := raw(t, "GET /pets HTTP/1.1\nHost: h\n\n").WithContext(ctx)
	h.ServeHTTP(httptest.NewRecorder(), gone)
	l.answers[petsARN] = `"in"`
	for range 2 {
		if w := serve(t, h, raw(t, "GET /pets HTTP/1.1\nHost: h\n\n")); w.Body.String() != "in" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
