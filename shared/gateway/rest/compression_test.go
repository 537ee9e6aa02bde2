package rest

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// coded returns a text in a coding, by the standard library.
func coded(t testing.TB, coding, text string) string {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, flate.BestCompression)
	default:
		return text
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// plain undoes a coding.
func plain(t testing.TB, coding, text string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(text)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "deflate":
		r, err = zlib.NewReader(r)
	}
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(out)
}

func compressing(least int, methods ...snapshot.Method) fixture {
	return fixture{api: snapshot.API{MinimumCompressionSize: &least, Models: petModels}, methods: methods}
}

// textMethod is a MOCK whose answer has the given body.
func textMethod(body string) snapshot.Method {
	m := mock("/text", "ANY")
	m.Integration.Responses[0].Templates[0].Text = body
	return m
}

// REST data plane spec, 3.6, and RFC 9110, 12.5.3, for weights.
func TestAcceptedCoding(t *testing.T) {
	for accept, want := range map[string]string{
		"": "", "*": "", "gzip": "gzip", "GZIP": "gzip", "deflate": "deflate", "identity": "", "br": "", "br, gzip": "gzip", "gzip, deflate, br": "gzip", "deflate, gzip": "gzip",
		"gzip;q=0": "", "gzip;q=0, deflate": "deflate", "gzip; q=0.5, deflate; q=0.8": "deflate", "gzip;q=1.0": "gzip", "gzip;q=0.001": "gzip", "gzip;q=0.000": "",
		"gzip;q=0.5, identity;q=0.8": "", "gzip, identity": "gzip", "*;q=1, deflate;q=0.1": "deflate", "gzip;q=2": "", "gzip;q=x": "", "gzip;Q=0.3": "gzip", "gzip;q=0.1234": "",
		"gzip;level=1;q=0": "", "x-gzip": "", ",,gzip": "gzip",
	} {
		if got := acceptedCoding([]string{accept}); got != want {
			t.Errorf("%q: %q, want %q", accept, got, want)
		}
	}
	if got := acceptedCoding([]string{"br", "deflate"}); got != "deflate" {
		t.Errorf("two headers: %q", got)
	}
}

func TestResponsesAreCompressed(t *testing.T) {
	long := strings.Repeat("a long text ", 100)
	for _, c := range []struct {
		name   string
		least  int
		body   string
		accept string
		want   string
	}{
		{"gzip", 1000, long, "gzip", "gzip"},
		{"deflate", 1000, long, "deflate", "deflate"},
		{"at the minimum", len(long), long, "gzip", "gzip"},
		{"below the minimum", len(long) + 1, long, "gzip", ""},
		{"minimum 0", 0, "x", "gzip", "gzip"},
		{"nothing to compress", 0, "", "gzip", ""},
		{"nothing named", 0, long, "", ""},
		{"anything", 0, long, "*", ""},
		{"unknown", 0, long, "br", ""},
		{"refused", 0, long, "gzip;q=0", ""},
	} {
		got := compressing(c.least, textMethod(c.body)).do(t, "GET /text", "", "Accept-Encoding", c.accept)
		if got.get("Content-Encoding") != c.want || plain(t, c.want, got.body) != c.body || got.get("Vary") != "" {
			t.Errorf("%s: %v, %d bytes", c.name, got.header, len(got.body))
		}
		if length := got.get("Content-Length"); length == "" || c.want != "" && length == "1200" {
			t.Errorf("%s: Content-Length %s", c.name, length)
		}
	}
	off := fixture{methods: []snapshot.Method{textMethod(long)}}
	if got := off.do(t, "GET /text", "", "Accept-Encoding", "gzip"); got.get("Content-Encoding") != "" || got.body != long {
		t.Errorf("without minimumCompressionSize: %v", got.header)
	}
	if got := compressing(0, textMethod(long)).do(t, "HEAD /text", "", "Accept-Encoding", "gzip"); got.get("Content-Encoding") != "" {
		t.Errorf("HEAD: %v", got.header)
	}
}

// What a backend has encoded itself is left alone, and so is a part of a body.
func TestProxiedResponsesAreCompressed(t *testing.T) {
	long := strings.Repeat("a long text ", 10000)
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/encoded":
			w.Header().Set("Content-Encoding", "br")
		case "/part":
			w.Header().Set("Content-Range", "bytes 0-5/6")
			w.WriteHeader(206)
		}
		_, _ = io.WriteString(w, long)
	})
	f := compressing(100, httpMethod("HTTP_PROXY", "/{x}", "GET", b.URL+"/{x}", "integration.request.path.x", "method.request.path.x"),
		httpMethod("HTTP", "/http/{x}", "GET", b.URL+"/{x}", "integration.request.path.x", "method.request.path.x"))
	for request, want := range map[string]string{"GET /plain": "gzip", "GET /http/plain": "gzip", "GET /encoded": "br", "GET /http/encoded": "", "GET /part": ""} {
		got := f.do(t, request, "", "Accept-Encoding", "gzip")
		if got.get("Content-Encoding") != want {
			t.Errorf("%s: %v", request, got.header)
		}
		if want == "gzip" && plain(t, want, got.body) != long || want != "gzip" && got.body != long {
			t.Errorf("%s: %d bytes", request, len(got.body))
		}
	}
	lambda := compressing(100, lambdaMethod("/l", "GET"))
	lambda.lambda = returning(`{"body":"` + long + `"}`)
	if got := lambda.do(t, "GET /l", "", "Accept-Encoding", "deflate"); got.get("Content-Encoding") != "deflate" || plain(t, "deflate", got.body) != long {
		t.Errorf("Lambda: %v", got.header)
	}
	lambda.lambda = returning(`{"headers":{"content-encoding":"gzip"},"body":"` + long + `"}`)
	if got := lambda.do(t, "GET /l", "", "Accept-Encoding", "deflate"); got.get("Content-Encoding") != "gzip" || got.body != long {
		t.Errorf("Lambda that encodes: %v", got.header)
	}
}

// REST data plane spec, 3.2 and 3.6.
func TestRequestsAreDecoded(t *testing.T) {
	b := newBackend(t, nil)
	const cat = `{"name":"Tom","kind":"cat"}`
	validatedProxy := httpMethod("HTTP_PROXY", "/pet", "POST", b.URL)
	validatedProxy.RequestModels = map[string]string{"application/json": "Pet"}
	f := compressing(0, validatedProxy, httpMethod("HTTP_PROXY", "/any", "POST", b.URL))
	for _, c := range []struct {
		coding, body string
		status       int
	}{
		{"gzip", coded(t, "gzip", cat), 200},
		{"GZip", coded(t, "gzip", cat), 200},
		{"deflate", coded(t, "deflate", cat), 200},
		{"deflate", coded(t, "raw", cat), 200},
		{"identity", cat, 200},
		{"gzip", coded(t, "gzip", cat[:12]) + coded(t, "gzip", cat[12:]), 200}, // in two members
		{"br", cat, 415},
		{"gzip, gzip", cat, 415},
		{"gzip", cat, 415},
		{"gzip", coded(t, "gzip", cat)[:20], 415},
		{"gzip", coded(t, "gzip", cat) + "x", 415},
		{"gzip", strings.Replace(coded(t, "gzip", cat), "\x1f", "\x1e", 1), 415},
		{"deflate", "\x78\x9c\xff\xff", 415},
		{"deflate", "x", 415},
	} {
		for _, path := range []string{"/pet", "/any"} {
			b.body, b.last = "", nil
			got := f.do(t, "POST "+path, c.body, "Content-Encoding", c.coding, "Content-Type", "application/json")
			if got.status != c.status {
				t.Errorf("%s %s %q: %d %s", path, c.coding, c.body, got.status, got.body)
			}
			switch {
			case c.status == 415:
				if got.body != `{"message": "Unsupported Media Type"}` || b.last != nil {
					t.Errorf("%s %s %q: %s; the backend got %q", path, c.coding, c.body, got.body, b.body)
				}
			case b.body != cat || b.last.Header.Get("Content-Encoding") != "" || b.last.ContentLength != int64(len(cat)):
				t.Errorf("%s %s: the backend got %q, %v", path, c.coding, b.body, b.last.Header)
			}
		}
	}

	// Without minimumCompressionSize, codings are nobody's business here.
	off := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/any", "POST", b.URL)}}
	if got := off.do(t, "POST /any", "not gzip", "Content-Encoding", "gzip"); got.status != 200 || b.body != "not gzip" {
		t.Errorf("compression off: %d, the backend got %q", got.status, b.body)
	}
	// A request without a body has no coding.
	if got := compressing(0, mock("/a", "GET")).do(t, "GET /a", "", "Content-Encoding", "br"); got.status != 200 {
		t.Errorf("no body: %d", got.status)
	}
}

// A small body that decodes to a huge one is refused at its limit, and does not fill the memory.
func TestCompressionBomb(t *testing.T) {
	var inner bytes.Buffer
	w := gzip.NewWriter(&inner)
	zeros := make([]byte, 1<<20)
	for range 128 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	handler := compressing(0, mock("/a", "POST"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := handler.do(t, "POST /a", inner.String(), "Content-Encoding", "gzip", "Content-Type", "text/plain")
	runtime.ReadMemStats(&after)
	if got.status != 413 || got.body != "HTTP content length exceeded 10485760 bytes." {
		t.Errorf("%d %s", got.status, got.body)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("%d MB were allocated for 128 MB of zeros", grown>>20)
	}
	if got := handler.do(t, "POST /a", coded(t, "gzip", string(make([]byte, maxPayload))), "Content-Encoding", "gzip", "Content-Type", "text/plain"); got.status == 413 {
		t.Errorf("at the limit: %d", got.status)
	}
}

// FuzzRequestDecoding reads bodies of any bytes in any coding: what the standard library can decode
// gives the same text, and all else is refused.
func FuzzRequestDecoding(f *testing.F) {
	for _, coding := range []string{"gzip", "deflate", "raw"} {
		f.Add(coding == "gzip", []byte(coded(f, coding, "some text, some text")))
	}
	f.Add(true, []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"))
	f.Add(false, []byte("\x78\x9c"))
	f.Fuzz(func(t *testing.T, isGzip bool, body []byte) {
		coding := codingDeflate
		if isGzip {
			coding = codingGzip
		}
		raw := &requestBody{exchange.Body{Source: io.NopCloser(bytes.NewReader(body)), Length: int64(len(body))}}
		decoded := &requestBody{exchange.Body{Source: &contentDecoder{raw: raw, coding: coding}, Length: -1}}
		got, err := decoded.all()
		if !isGzip {
			return // which of the two forms was meant is a guess
		}
		var want []byte
		r, wantErr := gzip.NewReader(bytes.NewReader(body))
		if wantErr == nil {
			want, wantErr = io.ReadAll(io.LimitReader(r, maxPayload+1))
		}
		if len(want) > maxPayload {
			return
		}
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q, %v", body, got, err, want, wantErr)
		}
	})
}
