package eventsource_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// wild allows malformed escapes and bytes that are not UTF-8; front doors that decode
// cannot carry those, so their requests are drawn without.
func drawRequest(t *rapid.T, wild bool) clientRequest {
	pieces := []string{"a", "Pets", "7", "%2F", "%2f", "%20", "%3F", "%25", "%E2%82%AC", "+", "@", ":", ",", "=", "~", "!", "(", "é"}
	if wild {
		pieces = append(pieces, "%", "%zz", "%4", "%FF", "%00")
	}
	text := func(label string, pieces []string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 5).Draw(t, label), "")
	}
	c := clientRequest{method: rapid.SampledFrom([]string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}).Draw(t, "method")}
	for range rapid.IntRange(1, 4).Draw(t, "segments") {
		c.path += "/" + text("segment", pieces)
	}
	if strings.HasPrefix(c.path, "//") {
		c.path = "/x" + c.path // leading slashes collapse at API Gateway
	}
	// The query has the same escapes; "=" and "+" have a meaning there and are drawn apart.
	values := slices.DeleteFunc(slices.Clone(pieces), func(p string) bool { return p == "=" || p == "+" || p == "%00" })
	var pairs []string
	for range rapid.IntRange(0, 5).Draw(t, "parameters") {
		name := rapid.SampledFrom([]string{"type", "q", "a%5B%5D", "%C3%A9", "x.y"}).Draw(t, "name")
		pairs = append(pairs, name+"="+text("value", append(values, "%2B", "%26", "%3D", "+")))
	}
	c.query = strings.Join(pairs, "&")

	c.header = [][2]string{{"Host", "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"}}
	names := []string{"Accept", "X-Multi", "If-None-Match", "Date", "X-Json", "Accept-Language"}
	for range rapid.IntRange(0, 6).Draw(t, "headers") {
		value := rapid.OneOf(
			rapid.SampledFrom([]string{"Tue, 15 Nov 1994 08:12:31 GMT", `{"a":1,"b":[2,3]}`, "a, b;q=0.5,c", `"x,y", W/"z"`, ""}),
			rapid.StringMatching(`[!-~]([ -~]{0,20}[!-~])?`),
		).Draw(t, "value")
		c.header = append(c.header, [2]string{rapid.SampledFrom(names).Draw(t, "header"), value})
	}
	c.cookies = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}=[A-Za-z0-9,%!]{0,8}`), 0, 4).Draw(t, "cookies")
	c.body = rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "body")
	contentType := rapid.SampledFrom([]string{"", "application/json", "text/plain; charset=utf-8", "image/png", "application/octet-stream"}).Draw(t, "type")
	if contentType != "" {
		c.header = append(c.header, [2]string{"Content-Type", contentType})
	}
	return c
}

// header is the original header as net/http delivers it, Host promoted.
func (c clientRequest) netHeader() http.Header {
	h := http.Header(c.lines(http.CanonicalHeaderKey))
	h.Del("Host")
	if len(c.cookies) > 0 {
		h.Set("Cookie", strings.Join(c.cookies, "; "))
	}
	return h
}

// joinedHeader is all that payload 2.0 can carry: repeated lines as one list.
func joinedHeader(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		out[name] = []string{strings.Join(values, ",")}
	}
	return out
}

func lastHeader(h http.Header) http.Header {
	out := http.Header{}
	for name, values := range h {
		out[name] = values[len(values)-1:]
	}
	return out
}

// same compares what every event source carries exactly.
func same(t *rapid.T, c clientRequest, g got) {
	if g.Method != c.method {
		t.Errorf("method %q, want %q", g.Method, c.method)
	}
	if g.Host != c.host() {
		t.Errorf("host %q, want %q", g.Host, c.host())
	}
	if string(g.body) != string(c.body) || g.ContentLength != int64(len(c.body)) {
		t.Errorf("body %q of length %d, want %q", g.body, g.ContentLength, c.body)
	}
	if g.info.SourceIP != sourceIP || g.RemoteAddr != sourceIP+":0" {
		t.Errorf("source %q, remote address %q", g.info.SourceIP, g.RemoteAddr)
	}
	wantURI := g.RequestURI
	path, query, _ := strings.Cut(wantURI, "?")
	if g.URL.RawQuery != query || g.URL.RawPath != "" && g.URL.RawPath != path {
		t.Errorf("URL %#v does not agree with the request URI %q", g.URL, wantURI)
	}
}

func sameHeader(t *rapid.T, got, want http.Header) {
	got = got.Clone()
	got.Del("X-Forwarded-For") // added by the front door
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func requestURI(c clientRequest) string {
	if c.query == "" {
		return c.path
	}
	return c.path + "?" + c.query
}

// A function URL's event loses which repeated headers were separate lines, and nothing else.
func TestFunctionURLCarriesRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawRequest(rt, true)
		g := deliver(t, c.functionURL(rapid.Bool().Draw(rt, "cookie twice")))
		same(rt, c, g)
		if g.RequestURI != requestURI(c) {
			rt.Errorf("request URI %q, want %q", g.RequestURI, requestURI(c))
		}
		sameHeader(rt, g.Header, joinedHeader(c.netHeader()))
	})
}

// An HTTP API's 2.0 event also loses how the path was escaped.
func TestHTTPV2CarriesRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawRequest(rt, false)
		g := deliver(t, c.httpV2(rapid.SampledFrom([]string{"$default", "prod"}).Draw(rt, "stage")))
		same(rt, c, g)
		decoded, err := url.PathUnescape(c.path)
		if err != nil {
			rt.Fatal(err)
		}
		if g.URL.Path != decoded || g.URL.RawQuery != c.query {
			rt.Errorf("URL %q ? %q, want %q ? %q", g.URL.Path, g.URL.RawQuery, decoded, c.query)
		}
		sameHeader(rt, g.Header, joinedHeader(c.netHeader()))
	})
}

// Payload 1.0 keeps the path as sent and every header line. Of the query it keeps the decoded
// values of each name in order; the order of different names is lost.
func TestPayloadV1CarriesRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawRequest(rt, false)
		// The path may hold malformed escapes: it is not decoded.
		c.path += rapid.SampledFrom([]string{"", "/%zz", "/100%"}).Draw(rt, "malformed")
		event := rapid.SampledFrom([]object{c.rest(), c.httpV1("$default"), c.httpV1("prod")}).Draw(rt, "event")
		g := deliver(t, event)
		same(rt, c, g)
		path, _, _ := strings.Cut(g.RequestURI, "?")
		if path != c.path {
			rt.Errorf("path %q, want %q", path, c.path)
		}
		want, _ := url.ParseQuery(c.query)
		query, err := url.ParseQuery(g.URL.RawQuery)
		if diff := cmp.Diff(want, query); err != nil || diff != "" {
			rt.Errorf("query %q: %v (-want +got):\n%s", g.URL.RawQuery, err, diff)
		}
		sameHeader(rt, g.Header, c.netHeader())
	})
}

// An ALB with multi-value headers keeps path and parameters in their escaped form and every
// header line; the order of parameters with different names is lost.
func TestALBMultiValueCarriesRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawRequest(rt, true)
		g := deliver(t, c.alb(true))
		same(rt, c, g)
		path, _, _ := strings.Cut(g.RequestURI, "?")
		if path != c.path {
			rt.Errorf("path %q, want %q", path, c.path)
		}
		if diff := cmp.Diff(encodedQuery(c.query), encodedQuery(g.URL.RawQuery)); diff != "" {
			rt.Errorf("query (-want +got):\n%s", diff)
		}
		sameHeader(rt, g.Header, c.netHeader())
	})
}

// Without multi-value headers, an ALB keeps only the last of repeated headers and parameters.
func TestALBSingleValueCarriesRequest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := drawRequest(rt, true)
		g := deliver(t, c.alb(false))
		same(rt, c, g)
		want := lastOfEach(encodedQuery(c.query))
		if diff := cmp.Diff(want, lastOfEach(encodedQuery(g.URL.RawQuery))); diff != "" {
			rt.Errorf("query (-want +got):\n%s", diff)
		}
		sameHeader(rt, g.Header, lastHeader(c.netHeader()))
	})
}
