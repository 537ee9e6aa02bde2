package rest

import (
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// generated is an HTTP backend in memory whose body costs nothing.
type generated struct {
	size   int64
	length int64 // announced; -1 is unknown
}

func (g generated) Do(r *http.Request, _ integration.HTTPOptions) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/plain"}}, ContentLength: g.length,
		Body: io.NopCloser(io.LimitReader(letters{}, g.size)), Request: r}, nil
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// counter is a client in memory that keeps nothing.
type counter struct {
	header http.Header
	status int
	bytes  int64
}

func (c *counter) Header() http.Header    { return c.header }
func (c *counter) WriteHeader(status int) { c.status = status }
func (c *counter) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}

// allocated is what one request allocates in bytes, with nothing taken from pools.
func allocated(t *testing.T, f fixture, body string) (uint64, *counter) {
	t.Helper()
	h := f.handler(t)
	request := func(payload io.Reader, length int64) (*http.Request, *counter) {
		method := "GET"
		if payload != nil {
			method = "POST"
		}
		r, err := http.NewRequest(method, "http://"+testDomain+"/a", payload)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = length
		r.RemoteAddr = "203.0.113.9:4711"
		return r, &counter{header: http.Header{}}
	}
	// What is made once for an API does not count.
	r, w := request(nil, 0)
	h.ServeHTTP(w, r)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC() // twice empties pools
	runtime.GC()
	r, w = request(nil, 0)
	if body != "" {
		r, w = request(io.MultiReader(strings.NewReader(body)), -1)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h.ServeHTTP(w, r)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, w
}

// fixedCost is what a request may allocate beside its body, in bytes.
const fixedCost = 512 << 10

// A buffered body of 10 MB costs no more than twice its size in memory, counting all that is
// allocated on the way and not only what is alive at once; one that streams costs a constant.
func TestMemoryOfBodies(t *testing.T) {
	proxy := httpMethod("HTTP_PROXY", "/a", "ANY", "http://backend.test")
	converted := func(handling string) snapshot.Method {
		m := httpMethod("HTTP", "/a", "ANY", "http://backend.test")
		m.Integration.Responses[0].ContentHandling = handling
		return m
	}
	text, binary := snapshot.API{}, snapshot.API{BinaryMediaTypes: []string{"text/plain"}}
	for _, c := range []struct {
		name   string
		api    snapshot.API
		method snapshot.Method
		size   int64
		known  bool
		limit  float64 // in sizes of the body
	}{
		{"buffered", text, proxy, maxPayload, false, 2},
		{"buffered, of known length", text, proxy, maxPayload, true, 2},
		{"decoded", text, converted("CONVERT_TO_BINARY"), maxPayload, false, 2},
		{"encoded", binary, converted("CONVERT_TO_TEXT"), maxPayload, true, 2},
		{"streamed", text, streamed(proxy), 8 * maxPayload, false, 0},
		{"streamed, of known length", text, streamed(proxy), 8 * maxPayload, true, 0},
	} {
		backend := generated{size: c.size, length: -1}
		if c.known {
			backend.length = c.size
		}
		cost, w := allocated(t, fixture{api: c.api, methods: []snapshot.Method{c.method}, http: backend}, "")
		want := c.size
		switch c.name {
		case "decoded":
			want = want / 4 * 3
		case "encoded":
			want = (want + 2) / 3 * 4
		}
		if w.status != 200 || w.bytes != want {
			t.Fatalf("%s: %d, %d bytes", c.name, w.status, w.bytes)
		}
		t.Logf("%s: %.2f times its size, or %d KB", c.name, float64(cost)/float64(c.size), cost>>10)
		if limit := uint64(c.limit*float64(c.size)) + fixedCost; cost > limit {
			t.Errorf("%s: %d bytes cost %d", c.name, c.size, cost)
		}
	}
}

// A request whose length nobody announced, the same, also if it is too large for a function.
func TestMemoryOfRequestBodies(t *testing.T) {
	body := strings.Repeat("a", maxPayload)
	f := fixture{methods: []snapshot.Method{lambdaMethod("/a", "ANY")}, lambda: returning(`{}`)}
	cost, w := allocated(t, f, body)
	t.Logf("%.2f times its size", float64(cost)/maxPayload)
	if w.status != 413 || cost > 2*maxPayload+fixedCost {
		t.Errorf("%d, %d bytes cost %d", w.status, maxPayload, cost)
	}
}

// A function's body costs its size once more than the payload that it came in.
func TestMemoryOfLambdaBodies(t *testing.T) {
	const size = 6_000_000
	for name, text := range map[string]string{"plain": strings.Repeat("a", size), "escaped": strings.Repeat(`aaaaaaa\n`, size/9)} {
		payload := []byte(`{"body":"` + text + `"}`)
		l := returning("")
		l.answer.Payload = payload
		cost, w := allocated(t, fixture{methods: []snapshot.Method{lambdaMethod("/a", "ANY")}, lambda: l}, "")
		t.Logf("%s: %.2f times the payload's size", name, float64(cost)/float64(len(payload)))
		if w.status != 200 || cost > uint64(len(payload))+fixedCost {
			t.Errorf("%s: %d, %d bytes cost %d beside the payload", name, w.status, w.bytes, cost)
		}
	}
}
