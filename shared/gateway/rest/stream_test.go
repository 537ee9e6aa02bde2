package rest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// streamed makes the answer of a method stream.
func streamed(m snapshot.Method) snapshot.Method {
	m.Integration.ResponseTransferMode = "STREAM"
	return m
}

// rawBackend answers each connection with the given bytes and closes it, or waits until the other
// side has closed it.
func rawBackend(t *testing.T, answer string, hang bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 4096)
				for seen := ""; !strings.Contains(seen, "\r\n\r\n"); {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					seen += string(buf[:n])
				}
				if answer == "reset" {
					_ = c.(*net.TCPConn).SetLinger(0)
					return
				}
				_, _ = io.WriteString(c, answer)
				if hang {
					_, _ = io.Copy(io.Discard, c)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

const networkErrorBody = `{"message": "Network error communicating with endpoint"}`

// What a backend does wrong, and what the client gets: a whole answer of the gateway, or, once an
// answer that streams has begun, no end (REST data plane spec, 3.6 and 4.3; domains and edge spec,
// 12.4).
func TestHostileBackends(t *testing.T) {
	const internal, timeout = `{"message": "Internal server error"}`, `{"message": "Endpoint request timed out"}`
	for _, c := range []struct {
		name, answer string
		hang         bool
		status       int
		body         string
		cut          bool // in the middle, if the answer streams
	}{
		{"resets", "reset", false, 504, networkErrorBody, false},
		{"closes", "", false, 504, networkErrorBody, false},
		{"says nothing", "", true, 504, timeout, false},
		{"is no HTTP", "SSH-2.0-x\r\n\r\n", false, 504, networkErrorBody, false},
		{"breaks off in the header", "HTTP/1.1 200 OK\r\nContent-Ty", false, 504, networkErrorBody, false},
		{"sends a header that is none", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", false, 504, networkErrorBody, false},
		{"sends an invalid header name", "HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n", false, 504, networkErrorBody, false},
		{"sends an invalid header value", "HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n", false, 504, networkErrorBody, false},
		{"sends an endless header", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", false, 504, networkErrorBody, false},
		{"sends two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", false, 504, networkErrorBody, false},
		{"sends a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab", false, 504, networkErrorBody, false},
		{"is too short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", false, 504, networkErrorBody, true},
		{"sends a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\nzz\r\n", false, 504, networkErrorBody, true},
		{"sends no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", false, 504, networkErrorBody, true},
		{"falls silent", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", true, 504, timeout, true},
		{"announces too much", "HTTP/1.1 200 OK\r\nContent-Length: 10485761\r\n\r\n", false, 500, internal, true},
	} {
		m := httpMethod("HTTP_PROXY", "/a", "GET", rawBackend(t, c.answer, c.hang))
		if c.hang {
			m.Integration.TimeoutMillis = 60
		}
		for _, kind := range []string{"HTTP_PROXY", "HTTP"} {
			m.Integration.Type = kind
			if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a", ""); got.status != c.status || got.body != c.body {
				t.Errorf("a backend that %s, %s: %d %s", c.name, kind, got.status, got.body)
			}
		}
		m.Integration.Type = "HTTP_PROXY"
		m = streamed(m)
		m.Integration.StreamIdleMillis = 60
		records := make(chan *Record, 1)
		server := fixture{methods: []snapshot.Method{m}, observe: func(r *Record) { records <- r }}.server(t)
		res, err := server.Client().Get(server.URL + "/a")
		if err != nil {
			t.Errorf("a backend that %s, STREAM: %v", c.name, err)
			continue
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if rec := <-records; c.cut {
			if res.StatusCode != 200 || err == nil || rec.Err == nil {
				t.Errorf("a backend that %s, STREAM: %d %q, %v, recorded %v", c.name, res.StatusCode, body, err, rec.Err)
			}
		} else if res.StatusCode != c.status || string(body) != c.body || err != nil {
			t.Errorf("a backend that %s, STREAM: %d %s, %v", c.name, res.StatusCode, body, err)
		}
	}
}

// An answer of more than 10 MB streams, and is an error otherwise, whether its length was announced
// or not.
func TestLongAnswers(t *testing.T) {
	for _, announced := range []bool{true, false} {
		for _, size := range []int{maxPayload, maxPayload + 1} {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
				if announced {
					w.Header().Set("Content-Length", fmt.Sprint(size))
				}
				part := make([]byte, 1<<16)
				for sent := 0; sent < size; sent += len(part) {
					_, _ = w.Write(part[:min(len(part), size-sent)])
				}
			})
			m := httpMethod("HTTP_PROXY", "/a", "GET", b.URL)
			got := fixture{methods: []snapshot.Method{m}}.do(t, "GET /a", "")
			switch {
			case size > maxPayload && got.status != 500, size <= maxPayload && (got.status != 200 || len(got.body) != size || got.get("Content-Length") != fmt.Sprint(size)):
				t.Errorf("%d bytes, announced %v: %d, %d bytes, length %q", size, announced, got.status, len(got.body), got.get("Content-Length"))
			}
			if got := (fixture{methods: []snapshot.Method{streamed(m)}}).do(t, "GET /a", ""); got.status != 200 || len(got.body) != size {
				t.Errorf("%d bytes, announced %v, STREAM: %d, %d bytes", size, announced, got.status, len(got.body))
			}
		}
	}
}

// A buffered answer has a length, also that of a backend that did not announce one.
func TestBufferedAnswersHaveALength(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "in ")
		_ = http.NewResponseController(w).Flush()
		_, _ = io.WriteString(w, "pieces")
	})
	server := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", b.URL), streamed(httpMethod("HTTP_PROXY", "/s", "GET", b.URL))}}.server(t)
	if got := overTCP(t, server, "GET", "/a"); got.body != "in pieces" || got.get("Content-Length") != "9" {
		t.Errorf("%q, length %q", got.body, got.get("Content-Length"))
	}
	if got := overTCP(t, server, "GET", "/s"); got.body != "in pieces" || got.get("Content-Length") != "" {
		t.Errorf("STREAM: %q, length %q", got.body, got.get("Content-Length"))
	}
}

// Bytes stay bytes, whatever binaryMediaTypes and Accept say (domains and edge spec, 12.1).
func TestStreamsAreNotConverted(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = io.WriteString(w, "\x89PNG")
	})
	m := httpMethod("HTTP_PROXY", "/a", "GET", b.URL)
	f := fixture{api: snapshot.API{BinaryMediaTypes: []string{"image/png"}}, methods: []snapshot.Method{m}}
	if got := f.do(t, "GET /a", ""); got.body != "iVBORw==" {
		t.Errorf("BUFFERED: %q", got.body)
	}
	f.methods[0] = streamed(m)
	if got := f.do(t, "GET /a", ""); got.body != "\x89PNG" {
		t.Errorf("STREAM: %q", got.body)
	}
}

func TestHeadOfLongAnswers(t *testing.T) {
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "20971520") }))
	defer b.Close()
	m := httpMethod("HTTP_PROXY", "/a", "HEAD", b.URL)
	for _, m := range []snapshot.Method{m, streamed(m)} {
		server := fixture{methods: []snapshot.Method{m}}.server(t)
		if got := overTCP(t, server, "HEAD", "/a"); got.status != 200 || got.get("Content-Length") != "20971520" {
			t.Errorf("%d, length %q", got.status, got.get("Content-Length"))
		}
	}
}

// Definitions that only a snapshot written by something else can hold.
func TestTransferModesThatDoNotFit(t *testing.T) {
	for name, m := range map[string]snapshot.Method{
		"HTTP":                 streamed(httpMethod("HTTP", "/a", "GET", "http://127.0.0.1:1")),
		"MOCK":                 streamed(mock("/a", "GET")),
		"the other operation":  streamed(lambdaMethod("/a", "GET")),
		"operation of streams": lambdaStreamMethod("/a", "BUFFERED"),
		"an unknown mode":      lambdaStreamMethod("/a", "stream"),
	} {
		l := returning(`{}`)
		if got := (fixture{methods: []snapshot.Method{m}, lambda: l, stream: &fakeStreamer{}}).do(t, "GET /a", ""); got.status != 500 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

// Domains and edge spec, 12.5: the clock goes on by 7 ms each time it is looked at.
func TestStreamVariables(t *testing.T) {
	const format = "$context.integration.responseTransferMode $context.integration.timeToAllHeaders $context.integration.timeToFirstContent $context.integration.latency $context.integrationLatency\n"
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	proxy := httpMethod("HTTP_PROXY", "/a", "GET", b.URL)
	for _, c := range []struct {
		name, want string
		f          fixture
	}{
		{"HTTP_PROXY", "STREAMED 7 14 21 21\n", fixture{methods: []snapshot.Method{streamed(proxy)}}},
		{"AWS_PROXY", "STREAMED 14 21 28 28\n", streaming(nil, "{}"+delimiter+"hello").fixture()},
		{"without payload", "STREAMED 14 - 21 21\n", streaming(nil, "{}"+delimiter).fixture()},
		{"BUFFERED", "BUFFERED - - 14 14\n", fixture{methods: []snapshot.Method{proxy}}},
	} {
		if got := logged(t, c.f, format, "GET /a", nil); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// tested runs a test invocation of a method.
func (f fixture) tested(t *testing.T) snapshot.TestResult {
	t.Helper()
	data, err := snapshot.Build(snapshot.API{ID: "a1b2c3d4e5"}, f.methods)
	if err != nil {
		t.Fatal(err)
	}
	result, err := f.pipeline(t).Test(t.Context(), snapshot.Test{Snapshot: data, HTTPMethod: "GET", Path: "/a"}, "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Domains and edge spec, 12.4: a test shows what has come after 35 s, or 1 MB, and no log.
func TestTestsOfStreams(t *testing.T) {
	for name, c := range map[string]struct {
		l      *fakeStreamer
		status int
		bytes  int
		took   time.Duration
	}{
		"ends":                    {streaming(nil, `{"statusCode":201}`+delimiter+"hello"), 201, 5, 0},
		"is long":                 {&fakeStreamer{body: func() io.Reader { return io.MultiReader(strings.NewReader("{}"+delimiter), endless{}) }}, 200, 1 << 20, 0},
		"does not end":            {streaming(errHang, "{}"+delimiter+"hello"), 200, 5, 35 * time.Second},
		"does not begin":          {streaming(errHang), 0, 0, 35 * time.Second},
		"fails before it answers": {streaming(nil, "nothing"), 500, len(`{"message": "Internal server error"}`), 0},
		"fails while it answers":  {streaming(io.ErrUnexpectedEOF, "{}"+delimiter+"hello"), 200, 5, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := c.l.fixture()
			f.methods[0].Integration.TimeoutMillis = 900_000
			start := time.Now()
			got := f.tested(t)
			if took := time.Since(start); got.Status != c.status || len(got.Body) != c.bytes || got.Log != "" || took != c.took {
				t.Errorf("a stream that %s: %d, %d bytes after %s, log %q", name, got.Status, len(got.Body), took, got.Log)
			}
		})
	}
}
