package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const lambdaStreamURI = "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/response-streaming-invocations"

// delimiter ends the metadata (domains and edge spec, 12.2).
const delimiter = "\x00\x00\x00\x00\x00\x00\x00\x00"

func lambdaStreamMethod(path, mode string) snapshot.Method {
	m := lambdaMethod(path, "ANY")
	m.Integration.URI, m.Integration.ResponseTransferMode = lambdaStreamURI, mode
	return m
}

// fakeStreamer answers every invocation with what a reader gives.
type fakeStreamer struct {
	body func() io.Reader
	err  error

	mu     sync.Mutex
	last   integration.LambdaRequest
	closed int
}

func (l *fakeStreamer) InvokeStream(ctx context.Context, r integration.LambdaRequest) (*integration.LambdaStream, error) {
	l.mu.Lock()
	l.last = r
	l.mu.Unlock()
	if l.err != nil {
		return nil, l.err
	}
	return &integration.LambdaStream{StatusCode: 200, RequestID: "fn-req", Body: &fakeStream{l.body(), ctx, l}}, nil
}

// fakeStream ends with its context when its reader hangs.
type fakeStream struct {
	io.Reader
	ctx context.Context
	l   *fakeStreamer
}

func (s *fakeStream) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err == errHang {
		<-s.ctx.Done()
		err = context.Cause(s.ctx)
	}
	return n, err
}

func (s *fakeStream) Close() error {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	s.l.closed++
	return nil
}

var errHang = errors.New("hang")

// streaming is a function that writes parts and then fails with err, if there is one.
func streaming(err error, parts ...string) *fakeStreamer {
	return &fakeStreamer{body: func() io.Reader {
		var readers []io.Reader
		for _, p := range parts {
			readers = append(readers, strings.NewReader(p))
		}
		if err != nil {
			readers = append(readers, iotest.ErrReader(err))
		}
		return io.MultiReader(readers...)
	}}
}

func (l *fakeStreamer) fixture() fixture {
	return fixture{methods: []snapshot.Method{lambdaStreamMethod("/a", "STREAM")}, stream: l}
}

// Domains and edge spec, 12.2: what a function may write, and what the client sees of it.
func TestLambdaStreams(t *testing.T) {
	for _, c := range []struct {
		name, metadata, payload string
		status                  int
		header                  http.Header // must be there; nil must not
	}{
		{"nothing said", `{}`, "hello", 200, http.Header{"Content-Type": {"application/json"}, "Content-Length": nil}},
		{"space", " \n{ } \n", "hello", 200, nil},
		{"status", `{"statusCode":201}`, "hello", 201, nil},
		{"status as text", `{"statusCode":"404"}`, "hello", 404, nil},
		{"headers", `{"headers":{"Content-Type":"text/plain","X-A":1,"X-B":true}}`, "hello", 200, http.Header{"Content-Type": {"text/plain"}, "X-A": {"1"}, "X-B": {"true"}}},
		{"multi-value headers win", `{"headers":{"x-a":"1","x-b":"2"},"multiValueHeaders":{"X-A":["3","4"]}}`, "hello", 200, http.Header{"X-A": {"3", "4"}, "X-B": {"2"}}},
		{"cookies", `{"cookies":["a=1; Path=/","b=2"]}`, "hello", 200, http.Header{"Set-Cookie": {"a=1; Path=/", "b=2"}}},
		{"cookies beside headers", `{"headers":{"set-cookie":"c=3"},"cookies":["a=1"]}`, "hello", 200, http.Header{"Set-Cookie": {"c=3", "a=1"}}},
		{"length", `{"headers":{"content-length":"5"}}`, "hello", 200, http.Header{"Content-Length": {"5"}}},
		{"chunked", `{"headers":{"Transfer-Encoding":"chunked"}}`, "hello", 200, http.Header{"Content-Length": nil}},
		{"remapped", `{"headers":{"Date":"x","Server":"y","Via":"z"}}`, "hello", 200, http.Header{"X-Amzn-Remapped-Date": {"x"}, "X-Amzn-Remapped-Server": {"y"}, "Via": nil}},
		{"null members", `{"statusCode":null,"headers":null,"multiValueHeaders":null,"cookies":null}`, "hello", 200, nil},
		{"no payload", `{"statusCode":204}`, "", 204, nil},
		{"a payload of NUL bytes", `{}`, "\x00\x00\x00x", 200, nil},
		{"bytes", `{"headers":{"Content-Type":"image/png"}}`, "\x89PNG\x00", 200, nil},
	} {
		for cut := range 3 {
			all := c.metadata + delimiter + c.payload
			l := streaming(nil, all)
			switch cut {
			case 1: // in the middle of the delimiter
				l = streaming(nil, all[:len(c.metadata)+3], all[len(c.metadata)+3:])
			case 2:
				l.body = func() io.Reader { return iotest.OneByteReader(strings.NewReader(all)) }
			}
			server := l.fixture().server(t)
			got := overTCP(t, server, "GET", "/a")
			if got.status != c.status || got.body != c.payload {
				t.Errorf("%s, cut %d: %d %q", c.name, cut, got.status, got.body)
			}
			for name, want := range c.header {
				if values := got.header.Values(name); !slices.Equal(values, want) {
					t.Errorf("%s, cut %d: %s is %q, want %q", c.name, cut, name, values, want)
				}
			}
			if l.closed == 0 {
				t.Errorf("%s: the answer was not closed", c.name)
			}
		}
	}
}

// Before the answer has begun, whatever goes wrong is an ordinary gateway response (domains and
// edge spec, 12.4; REST data plane spec, 4.5).
func TestLambdaStreamFailuresBefore(t *testing.T) {
	const internal, timeout = `{"message": "Internal server error"}`, `{"message": "Endpoint request timed out"}`
	crashed := &integration.LambdaStreamError{Code: "Unhandled", Details: `{"errorType":"x","errorMessage":"it broke"}`}
	for _, c := range []struct {
		name   string
		l      *fakeStreamer
		status int
		body   string
		reason string
	}{
		{"a buffered answer", streaming(nil, `{"statusCode":200,"body":"x"}`), 500, internal, "Malformed"},
		{"nothing", streaming(nil), 500, internal, "Malformed"},
		{"seven bytes", streaming(nil, `{}`+delimiter[:7]), 500, internal, "Malformed"},
		{"an unknown member", streaming(nil, `{"body":"x"}`+delimiter), 500, internal, "Malformed"},
		{"metadata that is no object", streaming(nil, `[]`+delimiter), 500, internal, "Malformed"},
		{"no metadata", streaming(nil, delimiter+"x"), 500, internal, "Malformed"},
		{"a status that is none", streaming(nil, `{"statusCode":"x"}`+delimiter), 500, internal, "Malformed"},
		{"a status of no response", streaming(nil, `{"statusCode":101}`+delimiter), 500, internal, "Malformed"},
		{"an invalid header name", streaming(nil, `{"headers":{"a b":"1"}}`+delimiter), 500, internal, "Malformed"},
		{"a header that is an object", streaming(nil, `{"headers":{"a":{}}}`+delimiter), 500, internal, "Malformed"},
		{"cookies that are no list", streaming(nil, `{"cookies":"a=1"}`+delimiter), 500, internal, "Malformed"},
		{"a length that is none", streaming(nil, `{"headers":{"Content-Length":"x"}}`+delimiter), 500, internal, "Malformed"},
		{"a delimiter that is too late", streaming(nil, `{}`+strings.Repeat(" ", 16384-9)+delimiter), 500, internal, "Malformed"},
		{"an endless beginning", &fakeStreamer{body: func() io.Reader { return endless{} }}, 500, internal, "Malformed"},
		{"a crash at once", streaming(crashed), 502, internal, "it broke. Lambda request id: fn-req"},
		{"a crash in the metadata", streaming(crashed, `{"stat`), 502, internal, "it broke"},
		{"a broken connection", streaming(io.ErrUnexpectedEOF, `{"stat`), 500, internal, "could not be reached"},
		{"silence", streaming(errHang), 504, timeout, "in time"},
		{"silence in the metadata", streaming(errHang, `{}`), 504, timeout, "in time"},
		{"no such function", &fakeStreamer{err: &integration.FunctionNotFoundError{Function: "pets"}}, 500, internal, "not found"},
		{"a throttle", &fakeStreamer{err: &integration.LambdaServiceError{StatusCode: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded."}}, 500, internal, "Rate Exceeded."},
	} {
		var rec *Record
		f := c.l.fixture()
		f.observe = func(r *Record) { rec = r }
		f.methods[0].Integration.TimeoutMillis = 60
		got := f.do(t, "GET /a", "")
		if got.status != c.status || got.body != c.body || !strings.Contains(rec.Reason, c.reason) {
			t.Errorf("%s: %d %s, %q", c.name, got.status, got.body, rec.Reason)
		}
		if c.l.err == nil && c.l.closed == 0 {
			t.Errorf("%s: the answer was not closed", c.name)
		}
	}
	// The longest beginning that fits.
	if got := streaming(nil, `{}`+strings.Repeat(" ", 16384-10)+delimiter+"x").fixture().do(t, "GET /a", ""); got.status != 200 || got.body != "x" {
		t.Errorf("metadata of 16 KB: %d %s", got.status, got.body)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// After it, the connection is cut: the client must not take half an answer for a whole one.
func TestLambdaStreamFailuresAfter(t *testing.T) {
	for name, c := range map[string]struct {
		l    *fakeStreamer
		want string
	}{
		"a crash":             {streaming(&integration.LambdaStreamError{Code: "Unhandled", Details: "{}"}, `{}`+delimiter+"part"), "Unhandled"},
		"a broken connection": {streaming(io.ErrUnexpectedEOF, `{}`+delimiter+"part"), "unexpected EOF"},
		"silence":             {streaming(errHang, `{}`+delimiter+"part"), "paused for too long"},
		"less than announced": {streaming(nil, `{"headers":{"Content-Length":"10"}}`+delimiter+"part"), "length that it announced"},
		"more than announced": {streaming(nil, `{"headers":{"Content-Length":"2"}}`+delimiter+"part"), "Content-Length"},
	} {
		records := make(chan *Record, 1)
		f := c.l.fixture()
		f.methods[0].Integration.StreamIdleMillis = 60
		f.observe = func(r *Record) { records <- r }
		server := f.server(t)
		res, err := server.Client().Get(server.URL + "/a")
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		rec := <-records
		if err == nil && name != "more than announced" { // the client has what was announced
			t.Errorf("%s: the client saw a complete answer", name)
		}
		if rec.Err == nil || !strings.Contains(rec.Err.Error(), c.want) {
			t.Errorf("%s: recorded %v", name, rec.Err)
		}
	}
}

// The function gets the event of a buffered proxy integration.
func TestLambdaStreamEvent(t *testing.T) {
	l, buffered := streaming(nil, "{}"+delimiter), returning(`{}`)
	l.fixture().do(t, "POST /a?q=1", "body")
	fixture{methods: []snapshot.Method{lambdaMethod("/a", "ANY")}, lambda: buffered}.do(t, "POST /a?q=1", "body")
	id := func(b []byte) string {
		before, rest, _ := strings.Cut(string(b), `"extendedRequestId":"`)
		return before + rest[strings.Index(rest, `"`):]
	}
	trace := func(s string) string {
		parts := strings.Split(s, "Root=1-")
		for i := range parts[1:] {
			parts[i+1] = parts[i+1][strings.IndexByte(parts[i+1], '"'):]
		}
		return strings.Join(parts, "Root=1-")
	}
	if got, want := trace(id(l.last.Payload)), trace(id(buffered.last.Payload)); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if l.last.InvocationType != "RequestResponse" {
		t.Errorf("%+v", l.last)
	}
}

// Many streams at once, each waiting for the others: none is served after another.
func TestLambdaStreamsAtOnce(t *testing.T) {
	const streams = 8
	var begun sync.WaitGroup
	begun.Add(streams)
	l := &fakeStreamer{}
	l.body = func() io.Reader {
		r, w := io.Pipe()
		go func() {
			_, _ = io.WriteString(w, "{}"+delimiter+"first ")
			begun.Wait()
			_, _ = io.WriteString(w, "last")
			_ = w.Close()
		}()
		return r
	}
	server := l.fixture().server(t)
	var wg sync.WaitGroup
	for range streams {
		wg.Go(func() {
			res, err := http.Get(server.URL + "/a")
			if err != nil {
				t.Error(err)
				begun.Done()
				return
			}
			defer func() { _ = res.Body.Close() }()
			first := make([]byte, 6)
			if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "first " {
				t.Errorf("%q, %v", first, err)
			}
			begun.Done()
			if rest, err := io.ReadAll(res.Body); err != nil || string(rest) != "last" {
				t.Errorf("%q, %v", rest, err)
			}
		})
	}
	wg.Wait()
}

func FuzzReadPrelude(f *testing.F) {
	f.Add([]byte(`{"statusCode":200}`+delimiter+"x"), uint8(3))
	f.Add([]byte(`{}`), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, piece uint8) {
		r := io.Reader(strings.NewReader(string(data)))
		if piece > 0 {
			r = &pieces{data: data, size: int(piece)}
		}
		document, rest, err := exchange.ReadPrelude(r)
		at := strings.Index(string(data), delimiter)
		if fits := at >= 0 && at+len(delimiter) <= exchange.MaxPrelude; fits != (err == nil) {
			t.Fatalf("delimiter at %d of %d: %v", at, len(data), err)
		}
		if err != nil {
			return
		}
		after, _ := io.ReadAll(r)
		if got, want := string(document)+delimiter+string(rest)+string(after), string(data); got != want || len(document) != at {
			t.Fatalf("%q became %q", want, got)
		}
		_, _ = decodePrelude(document)
	})
}

// pieces gives its data a few bytes at a time.
type pieces struct {
	data []byte
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.data[:min(p.size, len(p.data))])
	p.data = p.data[n:]
	return n, nil
}
