package rest

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/cache"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// caching is a stage with a cache and a backend that counts: its answers are their numbers.
type caching struct {
	fixture
	backend *testBackend
	calls   atomic.Int64
	records []*Record
	now     time.Time
	serve   http.Handler
}

// everyMethod has the settings that control planes write with the cache of a stage.
func everyMethod(change ...func(*snapshot.MethodSetting)) map[string]snapshot.MethodSetting {
	s := snapshot.MethodSetting{Caching: true, CacheTTLSeconds: 300, CacheControlAuthorized: true, CacheControlStrategy: "SUCCEED_WITH_RESPONSE_HEADER"}
	for _, c := range change {
		c(&s)
	}
	return map[string]snapshot.MethodSetting{"*/*": s}
}

// newCaching serves methods with the answers of handle, or numbers.
func newCaching(t testing.TB, settings map[string]snapshot.MethodSetting, handle http.HandlerFunc, methods func(backend string) []snapshot.Method) *caching {
	c := &caching{now: testTime}
	c.backend = newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		n := c.calls.Add(1)
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("X-Call", strconv.FormatInt(n, 10))
		if handle != nil {
			handle(w, r)
			return
		}
		_, _ = fmt.Fprint(w, n)
	})
	c.methods = methods(c.backend.URL)
	c.document = func(s *snapshot.Stage) {
		s.Cache, s.MethodSettings = &snapshot.StageCache{Bytes: 1 << 29}, settings
	}
	c.observe = func(r *Record) { c.records = append(c.records, r) }
	c.configure = func(p *Config) {
		p.Now = func() time.Time { return c.now }
		p.Cache = cache.New(cache.Config{Now: p.Now})
	}
	return c
}

// ask serves one request, written as "METHOD target", through one pipeline for all.
func (c *caching) ask(t testing.TB, request string, headers ...string) answer {
	t.Helper()
	if c.serve == nil {
		c.serve = c.handler(t)
	}
	method, path, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, "http://"+testDomain+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return c.send(r)
}

func (c *caching) send(r *http.Request) answer {
	w := httptest.NewRecorder()
	c.serve.ServeHTTP(w, r)
	b, _ := io.ReadAll(w.Result().Body)
	return answer{status: w.Code, header: w.Header(), body: string(b)}
}

// proxied is an HTTP_PROXY method with key parameters.
func proxied(verb, path string, parameters ...string) func(string) []snapshot.Method {
	return func(backend string) []snapshot.Method {
		m := httpMethod("HTTP_PROXY", path, verb, backend+"/b")
		m.Integration.CacheKeyParameters = parameters
		return []snapshot.Method{m}
	}
}

// The rules of REST data plane spec, 13, as requests and the numbers of the backend's answers.
func TestStageCache(t *testing.T) {
	type step struct {
		request string
		headers []string
		want    string
	}
	get := func(target, want string, headers ...string) step { return step{"GET " + target, headers, want} }
	own := func(key string) map[string]snapshot.MethodSetting {
		s := everyMethod()
		s[key] = s["*/*"]
		return s
	}
	for _, c := range []struct {
		name     string
		settings map[string]snapshot.MethodSetting
		methods  func(string) []snapshot.Method
		steps    []step
	}{
		{"undeclared parameters are ignored", nil, proxied("GET", "/users", "method.request.querystring.type"), []step{
			get("/users?type=admin&department=A", "1"), get("/users?type=admin&department=B", "1"), get("/users?type=user", "2"), get("/users", "3"), get("/users?type=", "4"),
		}},
		{"path parameters are not automatic", nil, proxied("GET", "/users/{id}"), []step{get("/users/1", "1"), get("/users/2", "1")}},
		{"path parameters as a key", nil, proxied("GET", "/users/{id}", "method.request.path.id"), []step{get("/users/1", "1"), get("/users/2", "2"), get("/users/1", "1")}},
		{"headers as a key", nil, proxied("GET", "/a", "method.request.header.X-Tenant"), []step{
			get("/a", "1", "X-Tenant", "one"), get("/a", "2", "X-Tenant", "two"), get("/a", "1", "x-tenant", "one"), get("/a", "3"),
		}},
		{"several parameters do not run together", nil, proxied("GET", "/a", "method.request.querystring.a", "method.request.querystring.b"), []step{
			get("/a?a=1&b=2", "1"), get("/a?a=12", "2"), get("/a?b=12", "3"), get("/a?a=2&b=1", "4"), get("/a?b=2&a=1", "1"),
		}},
		{"all values of a parameter count", nil, proxied("GET", "/a", "method.request.querystring.a"), []step{get("/a?a=1", "1"), get("/a?a=2&a=1", "2"), get("/a?a=1&a=2", "3")}},
		{"multi-valued parameters", nil, proxied("GET", "/a", "method.request.multivaluequerystring.a", "method.request.multivalueheader.H"), []step{
			get("/a?a=1&a=2", "1"), get("/a?a=1", "2"), get("/a?a=1&a=2", "1"), get("/a?a=1", "3", "H", "x", "H", "y"),
		}},
		{"parameters of the integration request", nil, func(backend string) []snapshot.Method {
			m := httpMethod("HTTP", "/a/{x}", "GET", backend+"/b", "integration.request.querystring.q", "method.request.path.x")
			m.Integration.CacheKeyParameters = []string{"integration.request.querystring.q", "integration.request.header.never"}
			return []snapshot.Method{m}
		}, []step{get("/a/1", "1"), get("/a/2", "2"), get("/a/1", "1", "never", "x")}},
		{"parameters that a proxy integration passes on", nil, proxied("GET", "/a", "integration.request.querystring.q", "integration.request.header.h"), []step{
			get("/a?q=1", "1"), get("/a?q=2", "2"), get("/a?q=1", "3", "H", "x"), get("/a?q=1", "1"),
		}},
		{"a shared namespace", nil, func(backend string) []snapshot.Method {
			one, two, three := httpMethod("HTTP_PROXY", "/one", "GET", backend), httpMethod("HTTP_PROXY", "/two", "GET", backend), httpMethod("HTTP_PROXY", "/three", "GET", backend)
			one.Integration.CacheNamespace, two.Integration.CacheNamespace, three.Integration.CacheNamespace = "n", "n", "m"
			return []snapshot.Method{one, two, three}
		}, []step{get("/one", "1"), get("/two", "1"), get("/three", "2")}},
		{"resources have namespaces of their own", nil, func(backend string) []snapshot.Method {
			one, two := httpMethod("HTTP_PROXY", "/one", "GET", backend), httpMethod("HTTP_PROXY", "/two", "GET", backend)
			one.ResourceID, two.ResourceID = "r1", "r2"
			return []snapshot.Method{one, two}
		}, []step{get("/one", "1"), get("/two", "2"), get("/one", "1")}},
		{"the switch of the stage is for GET", nil, proxied("POST", "/a"), []step{{"POST /a", nil, "1"}, {"POST /a", nil, "2"}}},
		{"other verbs have settings of their own", own("a/POST"), proxied("POST", "/a"), []step{{"POST /a", nil, "1"}, {"POST /a", nil, "1"}}},
		{"of an ANY method, GET", own("a/ANY"), proxied("ANY", "/a"), []step{{"POST /a", nil, "1"}, get("/a", "2"), get("/a", "2"), {"POST /a", nil, "3"}}},
		{"a method that is not cached", map[string]snapshot.MethodSetting{"*/*": everyMethod()["*/*"], "a/GET": {CacheTTLSeconds: 300}}, proxied("GET", "/a"), []step{get("/a", "1"), get("/a", "2")}},
		{"a TTL of 0", everyMethod(func(s *snapshot.MethodSetting) { s.CacheTTLSeconds = 0 }), proxied("GET", "/a"), []step{get("/a", "1"), get("/a", "2")}},
		{"encrypted", everyMethod(func(s *snapshot.MethodSetting) { s.CacheEncrypted = true }), proxied("GET", "/a"), []step{get("/a", "1"), get("/a", "1")}},
		{"an answer that streams", nil, func(backend string) []snapshot.Method {
			m := httpMethod("HTTP_PROXY", "/a", "GET", backend)
			m.Integration.ResponseTransferMode = "STREAM"
			return []snapshot.Method{m}
		}, []step{get("/a", "1"), get("/a", "2")}},
		{"directives without effect", everyMethod(func(s *snapshot.MethodSetting) { s.CacheControlAuthorized = false }), proxied("GET", "/a"), []step{
			get("/a", "1"), get("/a", "1", "Cache-Control", "no-cache"), get("/a", "1", "Cache-Control", "max-age=10"), get("/a", "1", "Pragma", "no-cache"), get("/a", "1", "Cache-Control", "xmax-age=0"),
		}},
		{"anyone may invalidate", everyMethod(func(s *snapshot.MethodSetting) { s.CacheControlAuthorized = false }), proxied("GET", "/a", "method.request.querystring.q"), []step{
			get("/a", "1"), get("/a?q=1", "2"), get("/a", "3", "Cache-Control", "max-age=0"), get("/a", "3"), get("/a?q=1", "2"), get("/a", "4", "Cache-Control", "no-store, Max-Age=0"),
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.settings == nil {
				c.settings = everyMethod()
			}
			f := newCaching(t, c.settings, nil, c.methods)
			for i, s := range c.steps {
				a := f.ask(t, s.request, s.headers...)
				got := a.body
				if strings.Contains(f.methods[0].Integration.Type, "HTTP") && a.status != 200 {
					t.Fatalf("step %d: status %d: %s", i, a.status, a.body)
				}
				if got != s.want {
					t.Errorf("step %d, %s %v: answer %s, want %s", i, s.request, s.headers, got, s.want)
				}
			}
		})
	}
}

// The whole result of the integration is kept, for as long as the TTL says; what belongs to the
// request is its own.
func TestCachedAnswer(t *testing.T) {
	f := newCaching(t, everyMethod(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("X-Many", "a")
		w.Header().Add("X-Many", "b")
		w.WriteHeader(404)
		_, _ = io.WriteString(w, "nothing here")
	}, proxied("GET", "/a"))
	var answers []answer
	for _, after := range []time.Duration{0, 299 * time.Second, time.Second} {
		f.now = f.now.Add(after)
		answers = append(answers, f.ask(t, "GET /a"))
	}
	for i, a := range answers {
		if a.status != 404 || a.body != "nothing here" || a.get("X-Many") != "a|b" || a.get("Content-Type") != "text/plain" || a.get("Content-Length") != "12" {
			t.Errorf("answer %d: %d %q %v", i, a.status, a.body, a.header)
		}
		if call, want := a.get("X-Call"), []string{"1", "1", "2"}[i]; call != want {
			t.Errorf("answer %d is of call %s, want %s", i, call, want)
		}
		if a.get("X-Cache") != "" || a.get("Age") != "" {
			t.Errorf("answer %d tells of the cache", i)
		}
	}
	if answers[0].get("x-amz-apigw-id") == answers[1].get("x-amz-apigw-id") {
		t.Error("the identifiers of a request are in the cache")
	}
	if answers[0].get("X-Amzn-Trace-Id") == answers[1].get("X-Amzn-Trace-Id") && answers[0].get("X-Amzn-Trace-Id") != "" {
		t.Error("the trace of a request is in the cache")
	}
	for i, want := range []string{"miss", "hit", "miss"} {
		if got := f.records[i]; got.Cache != want || (got.IntegrationStatus == 0) != (want == "hit") {
			t.Errorf("record %d: %s, integration %d", i, got.Cache, got.IntegrationStatus)
		}
	}
}

func TestAnswersThatAreNotKept(t *testing.T) {
	for _, c := range []struct {
		name   string
		handle http.HandlerFunc
		status int
	}{
		{"a partial answer", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(206) }, 206},
		{"no change since", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, 304},
		{"longer than 1 MB", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 1048577))
		}, 200},
		{"an error of the gateway itself", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 504},
	} {
		f := newCaching(t, everyMethod(), c.handle, proxied("GET", "/a"))
		for range 2 {
			if a := f.ask(t, "GET /a"); a.status != c.status {
				t.Errorf("%s: status %d", c.name, a.status)
			}
		}
		if n := f.calls.Load(); n < 2 {
			t.Errorf("%s: the backend was called %d times", c.name, n)
		}
	}
	f := newCaching(t, everyMethod(), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", 1048576))
	}, proxied("GET", "/a"))
	for range 2 {
		if a := f.ask(t, "GET /a"); len(a.body) != 1048576 {
			t.Errorf("%d bytes", len(a.body))
		}
	}
	if n := f.calls.Load(); n != 1 {
		t.Errorf("of an answer of 1 MB: %d calls", n)
	}
}

// A kept body is compressed for the clients that want it so, and not if it was encoded before.
func TestCachedAnswersAreCompressed(t *testing.T) {
	f := newCaching(t, everyMethod(), nil, proxied("GET", "/a"))
	least := 0
	f.api.MinimumCompressionSize = &least
	for _, want := range []string{"", "gzip", "", "gzip"} {
		a := f.ask(t, "GET /a", "Accept-Encoding", want)
		body := a.body
		if want != "" {
			z, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(z)
			body = string(b)
		}
		if a.get("Content-Encoding") != want || body != "1" {
			t.Errorf("coding %q, body %q", a.get("Content-Encoding"), body)
		}
	}

	// The integration response drops the header, but the body is as it was.
	f = newCaching(t, everyMethod(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		_, _ = io.WriteString(w, "encoded")
	}, func(backend string) []snapshot.Method {
		return []snapshot.Method{httpMethod("HTTP", "/a", "GET", backend)}
	})
	f.api.MinimumCompressionSize = &least
	for range 2 {
		if a := f.ask(t, "GET /a", "Accept-Encoding", "gzip"); a.body != "encoded" {
			t.Errorf("body %q", a.body)
		}
	}
	if f.calls.Load() != 1 {
		t.Error("nothing was kept")
	}
}

func TestCacheStatusVariable(t *testing.T) {
	f := newCaching(t, everyMethod(func(s *snapshot.MethodSetting) { s.CacheControlAuthorized = false }), nil, proxied("GET", "/a"))
	var log strings.Builder
	document, configure := f.document, f.configure
	f.document = func(s *snapshot.Stage) {
		document(s)
		s.AccessLog = &snapshot.AccessLog{Format: "$context.requestId $context.cacheStatus"}
	}
	f.configure = func(c *Config) { configure(c); c.AccessLog = &log }
	f.ask(t, "GET /a")
	f.ask(t, "GET /a")
	f.ask(t, "GET /a", "Cache-Control", "max-age=0")
	f.ask(t, "POST /a")
	want := ""
	for _, s := range []string{"miss", "hit", "refresh", "-"} {
		want += testRequestID + " " + s + "\n"
	}
	if log.String() != want {
		t.Errorf("got\n%swant\n%s", log.String(), want)
	}
}

// 200 requests at once for one key that is not there reach the backend once.
func TestColdKeyUnderLoad(t *testing.T) {
	release := make(chan struct{})
	f := newCaching(t, everyMethod(), func(w http.ResponseWriter, _ *http.Request) {
		<-release
		_, _ = io.WriteString(w, "body")
	}, proxied("GET", "/a"))
	f.observe = nil
	begun := make(chan struct{}, 200)
	configure := f.configure
	f.configure = func(c *Config) {
		configure(c)
		c.Cache = counted{c.Cache, begun}
	}
	f.serve = f.handler(t)
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			if a := f.ask(t, "GET /a"); a.status != 200 || a.body != "body" {
				t.Errorf("%d %q", a.status, a.body)
			}
		})
	}
	for range 200 {
		<-begun
	}
	close(release)
	wg.Wait()
	if n := f.calls.Load(); n != 1 {
		t.Errorf("the backend was called %d times", n)
	}
}

// counted tells of those who ask.
type counted struct {
	ResponseCache
	begun chan<- struct{}
}

func (c counted) Begin(ctx context.Context, r cache.Request) (*cache.Response, *cache.Fill, error) {
	c.begun <- struct{}{}
	return c.ResponseCache.Begin(ctx, r)
}

// The client whose request went to the backend leaves; the others get their answer.
func TestFirstClientLeaves(t *testing.T) {
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	var calls atomic.Int64
	f := newCaching(t, everyMethod(), func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == 1 {
			arrived <- struct{}{}
			<-r.Context().Done()
			return
		}
		<-release
		_, _ = io.WriteString(w, "body")
	}, proxied("GET", "/a"))
	f.observe = nil
	f.serve = f.handler(t)
	ctx, leave := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil).WithContext(ctx)
		r.RemoteAddr = "203.0.113.9:4711"
		defer func() { _ = recover() }() // as a server of net/http does
		f.send(r)
	}()
	<-arrived
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if a := f.ask(t, "GET /a"); a.status != 200 || a.body != "body" {
				t.Errorf("%d %q", a.status, a.body)
			}
		})
	}
	leave()
	<-gone
	close(release)
	wg.Wait()
	if n := calls.Load(); n != 2 {
		t.Errorf("the backend was called %d times, want 2", n)
	}
}

// A stage whose document has not been seen for 5 seconds could have been flushed since.
func TestNoCacheWithoutSight(t *testing.T) {
	f := newCaching(t, everyMethod(), nil, proxied("GET", "/a"))
	p, s := f.pipeline(t), f.stage(t)
	f.serve = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.Serve(w, r, s, target(r.URL.EscapedPath())) })
	for i, c := range []struct {
		after time.Duration
		seen  bool
		want  string
	}{{0, true, "1"}, {4999 * time.Millisecond, false, "1"}, {time.Millisecond, false, "2"}, {0, true, "1"}} {
		f.now = f.now.Add(c.after)
		if c.seen {
			s.Seen(f.now)
		}
		if a := f.ask(t, "GET /a"); a.body != c.want {
			t.Errorf("step %d: %s, want %s", i, a.body, c.want)
		}
	}
}

// A canary shares entries if it is to and serves the stage's deployment.
func TestCanaryCache(t *testing.T) {
	for _, c := range []struct {
		name       string
		share      bool
		deployment string
		want       string
	}{{"shared", true, "dep123", "1"}, {"not shared", false, "dep123", "2"}, {"another deployment", true, "dep124", "2"}} {
		f := newCaching(t, everyMethod(), nil, proxied("GET", "/a"))
		f.vars = map[string]string{"v": "1", "w": "2"}
		document := f.document
		f.document = func(s *snapshot.Stage) {
			document(s)
			s.Canary = &snapshot.Canary{DeploymentID: c.deployment, Percent: 50, Overrides: map[string]string{"v": "3"}, UseStageCache: c.share}
		}
		p, stage := f.pipeline(t), f.stage(t)
		canary := NewCanaryStage(stage.Snapshot(), stage.Document().ForCanary(), "us-east-1")
		for i, s := range []*Stage{stage, canary} {
			f.serve = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.Serve(w, r, s, target(r.URL.EscapedPath())) })
			if a := f.ask(t, "GET /a"); i == 1 && a.body != c.want {
				t.Errorf("%s: %s, want %s", c.name, a.body, c.want)
			}
		}
	}
}

// Key parameters that cannot be read must not make a coarser key.
func TestUnusableKeyParameter(t *testing.T) {
	for _, p := range []string{"method.request.body", "context.identity.sourceIp", "nonsense"} {
		f := newCaching(t, everyMethod(), nil, proxied("GET", "/a", p))
		if a := f.ask(t, "GET /a"); a.status != 500 {
			t.Errorf("%s: status %d", p, a.status)
		}
	}
}

func BenchmarkCacheHit(b *testing.B) {
	f := newCaching(b, everyMethod(), nil, proxied("GET", "/pets/{id}", "method.request.path.id", "method.request.querystring.verbose"))
	f.observe = nil
	s := f.stage(b)
	p := New(Config{HTTP: f.pipeline(b).c.HTTP, Cache: cache.New(cache.Config{})})
	r := benchmarkRequest("GET", "/pets/7?verbose=1")
	t := target("/pets/7")
	w := &discard{header: http.Header{}}
	p.Serve(w, r, s, t)
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		p.Serve(w, r, s, t)
	}
	if f.calls.Load() != 1 {
		b.Errorf("the backend was called %d times", f.calls.Load())
	}
}
