package rest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestHTTPSendsItsOwnHeadersOnly(t *testing.T) {
	b := newBackend(t, nil)
	f := fixture{methods: []snapshot.Method{httpMethod("HTTP", "/a", "ANY", b.URL)}}
	f.do(t, "GET /a?q=1", "", "X-Custom", "1", "Cookie", "c", "Accept", "text/html", "User-Agent", "curl", "Content-Type", "text/plain")
	want := []string{"Accept", "User-Agent", "X-Amzn-Apigateway-Api-Id", "X-Amzn-Trace-Id"}
	if got := slices.Sorted(maps.Keys(b.last.Header)); !slices.Equal(got, want) {
		t.Errorf("a bodiless GET sends %v, want %v", got, want)
	}
	h := b.last.Header
	if h.Get("Accept") != "application/json" || h.Get("User-Agent") != "AmazonAPIGateway_a1b2c3d4e5" || h.Get("X-Amzn-Apigateway-Api-Id") != "a1b2c3d4e5" || !strings.HasPrefix(h.Get("X-Amzn-Trace-Id"), "Root=1-") {
		t.Errorf("%v", h)
	}
	if b.last.URL.RawQuery != "" {
		t.Errorf("the client's query went on: %s", b.last.URL.RawQuery)
	}
	f.do(t, "POST /a", "x", "Content-Type", "text/plain")
	if got := b.last.Header.Get("Content-Type"); got != "text/plain" {
		t.Errorf("Content-Type %q", got)
	}
	f.do(t, "POST /a", "")
	if got := b.last.Header.Get("Content-Length"); got != "0" {
		t.Errorf("an empty POST has Content-Length %q", got)
	}
}

func TestHTTPProxySendsTheClientsHeaders(t *testing.T) {
	b := newBackend(t, nil)
	f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "ANY", b.URL)}}
	f.do(t, "POST /a", "x", "X-Custom", "1", "X-Custom", "2", "Cookie", "c", "Accept", "text/html", "User-Agent", "curl", "Content-Type", "text/plain",
		"Content-Encoding", "gzip", "Via", "1.1 x", "Upgrade", "h2c", "X-Forwarded-For", "198.51.100.1", "Authorization", "Bearer t")
	h := b.last.Header
	for name, want := range map[string]string{"Cookie": "c", "Accept": "text/html", "User-Agent": "curl", "Content-Type": "text/plain", "Authorization": "Bearer t",
		"Content-Encoding": "", "Via": "", "Upgrade": "", "X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
		"X-Amzn-Apigateway-Api-Id": "a1b2c3d4e5"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := h.Values("X-Custom"); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("X-Custom: %v", got)
	}
	if want := strings.TrimPrefix(b.URL, "http://"); b.last.Host != want {
		t.Errorf("Host %q, want %q", b.last.Host, want)
	}
	f.do(t, "GET /a", "")
	if b.last.Header.Get("Accept") != "application/json" || b.last.Header.Get("User-Agent") != "AmazonAPIGateway_a1b2c3d4e5" {
		t.Errorf("defaults: %v", b.last.Header)
	}
}

func TestMappedHeaders(t *testing.T) {
	b := newBackend(t, nil)
	for _, kind := range []string{"HTTP", "HTTP_PROXY"} {
		for _, name := range []string{"Accept", "Age", "Authorization", "Content-Encoding", "Content-MD5", "Content-Type", "Date", "Host", "Max-Forwards",
			"Pragma", "Range", "Referer", "Server", "Trailer", "Upgrade", "User-Agent", "Warn", "WWW-Authenticate", "X-Mine"} {
			f := fixture{methods: []snapshot.Method{httpMethod(kind, "/a", "POST", b.URL, "integration.request.header."+name, "'mapped'")}}
			got := f.do(t, "POST /a", "x", "Accept", "client", "User-Agent", "client")
			have := b.last.Header.Get(name)
			switch name {
			case "Host":
				have = b.last.Host
			case "Trailer":
				// The test's own server takes the field out of the header.
				if _, ok := b.last.Trailer["Mapped"]; ok {
					have = "mapped"
				}
			}
			if got.status != 200 || have != "mapped" {
				t.Errorf("%s: %s mapped: %d, the backend got %q", kind, name, got.status, have)
			}
		}
		for _, name := range []string{"Expect", "Proxy-Authenticate", "TE", "Via"} {
			f := fixture{methods: []snapshot.Method{httpMethod(kind, "/a", "POST", b.URL, "integration.request.header."+name, "'mapped'")}}
			if got := f.do(t, "POST /a", ""); got.status != 200 || b.last.Header.Get(name) != "" {
				t.Errorf("%s: %s mapped: %d, the backend got %q", kind, name, got.status, b.last.Header.Get(name))
			}
		}
	}
	for kind, names := range map[string][]string{
		"HTTP": {"Content-Length", "Transfer-Encoding"}, "HTTP_PROXY": {"Content-Length", "Transfer-Encoding"}, "MOCK": {"Content-Length", "Transfer-Encoding"},
		"AWS_PROXY": {"Content-Length", "Transfer-Encoding", "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"},
	} {
		for _, name := range names {
			m := httpMethod(kind, "/a", "POST", b.URL, "integration.request.header."+name, "'1'")
			if kind == "AWS_PROXY" {
				m.Integration.URI, m.Integration.HTTPMethod = lambdaURI, "POST"
			}
			got := fixture{methods: []snapshot.Method{m}, lambda: returning(`{}`)}.do(t, "POST /a", "")
			if got.status != 500 || got.body != `{"message": "Internal server error"}` {
				t.Errorf("%s: %s mapped: %d %s", kind, name, got.status, got.body)
			}
		}
	}
}

func TestRequestParameterSources(t *testing.T) {
	b := newBackend(t, nil)
	const body = `{"user":{"name":"Rex","age":3.10},"tags":["x"]}`
	for _, c := range []struct {
		source, want string
	}{
		{"'static'", "static"},
		{"method.request.path.id", "a%2Fb"},
		{"method.request.querystring.q", "2 3"},
		{"method.request.querystring.Q", ""},
		{"method.request.header.X-Tenant", "t2"},
		{"method.request.multivalueheader.X-Tenant", "t1,t2"},
		{"method.request.body.user.name", "Rex"},
		{"method.request.body.user.age", "3.10"},
		{"method.request.body.user", `{"name":"Rex","age":3.10}`},
		{"method.request.body.tags[0]", "x"},
		{"method.request.body.none", ""},
		{"method.request.body", body},
		{"stageVariables.env", "blue"},
		{"stageVariables.none", ""},
		{"context.apiId", "a1b2c3d4e5"},
		{"context.identity.sourceIp", "203.0.113.9"},
		{"context.requestId", testRequestID},
		{"context.none", ""},
		{"method.request.querystring.crlf", "a  X-Evil: 1"},
	} {
		f := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/p/{id}", "POST", b.URL, "integration.request.header.X-Target", c.source)}, vars: map[string]string{"env": "blue"}}
		got := f.do(t, "POST /p/a%2Fb?q=1&q=2+3&crlf=a%0D%0AX-Evil:+1", body, "X-Tenant", "t1", "X-Tenant", "t2")
		if have := b.last.Header.Get("X-Target"); got.status != 200 || have != c.want {
			t.Errorf("%s: %d, %q, want %q", c.source, got.status, have, c.want)
		}
		if _, present := b.last.Header["X-Target"]; c.want == "" && present {
			t.Errorf("%s: an absent source is sent", c.source)
		}
		if b.body != body {
			t.Errorf("%s: the body became %q", c.source, b.body)
		}
	}
}

func TestBodySources(t *testing.T) {
	b := newBackend(t, nil)
	for _, c := range []struct {
		source, body, want string // want "400": refused
	}{
		{"method.request.body", "plain text", "plain text"},
		{"method.request.body.x", "plain text", ""},
		{"method.request.body", "", "{}"},
		{"method.request.body.x", "", ""},
		{"method.request.body", `{"broken`, "400"},
		{"method.request.body.x", `['broken']`, "400"},
		{"method.request.body", `"quoted"`, `"quoted"`},
	} {
		f := fixture{methods: []snapshot.Method{httpMethod("HTTP", "/a", "POST", b.URL, "integration.request.header.X-Target", c.source)}}
		got := f.do(t, "POST /a", c.body)
		if c.want == "400" {
			if got.status != 400 || got.body != `{"message": "Invalid JSON in request body"}` || got.get("x-amzn-ErrorType") != "BadRequestException" {
				t.Errorf("%s of %q: %d %s", c.source, c.body, got.status, got.body)
			}
		} else if have := b.last.Header.Get("X-Target"); got.status != 200 || have != c.want {
			t.Errorf("%s of %q: %d, %q, want %q", c.source, c.body, got.status, have, c.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	b := newBackend(t, nil)
	host := strings.TrimPrefix(b.URL, "http://")
	for _, c := range []struct {
		name, kind, uri string
		mappings        []string
		path            string
		query           url.Values
	}{
		{"placeholders come from mappings only", "HTTP_PROXY", b.URL + "/x/{id}", nil, "/x/%7Bid%7D", url.Values{"a": {"2"}, "q": {"x y", "%+"}}},
		{"placeholder", "HTTP_PROXY", b.URL + "/x/{id}", []string{"integration.request.path.id", "method.request.path.id"}, "/x/a%2Fb", url.Values{"a": {"2"}, "q": {"x y", "%+"}}},
		{"stage variables anywhere", "HTTP", "http://${stageVariables.host}/${stageVariables.v}?v=${stageVariables.v}", nil, "/v2", url.Values{"v": {"v2"}}},
		{"query of three origins", "HTTP_PROXY", b.URL + "/?a={p}&b=1", []string{"integration.request.path.p", "method.request.path.id", "integration.request.querystring.b", "'3'"},
			"/", url.Values{"a": {"a/b", "2"}, "b": {"1", "3"}, "q": {"x y", "%+"}}},
		{"HTTP sends only the mapped query", "HTTP", b.URL + "/?b=1", []string{"integration.request.querystring.b", "method.request.querystring.a"}, "/", url.Values{"b": {"1", "2"}}},
		{"repeated parameters", "HTTP", b.URL, []string{"integration.request.querystring.z", "method.request.multivaluequerystring.q"}, "/", url.Values{"z": {"x y", "%+"}}},
		{"last of repeated parameters", "HTTP", b.URL, []string{"integration.request.querystring.z", "method.request.querystring.q"}, "/", url.Values{"z": {"%+"}}},
		{"absent source", "HTTP", b.URL, []string{"integration.request.querystring.z", "method.request.querystring.none"}, "/", url.Values{}},
	} {
		f := fixture{methods: []snapshot.Method{httpMethod(c.kind, "/p/{id}", "GET", c.uri, c.mappings...)}, vars: map[string]string{"host": host, "v": "v2"}}
		got := f.do(t, "GET /p/a%2Fb?a=2;q=x+y&q=%25%2B", "")
		if got.status != 200 {
			t.Errorf("%s: %d %s", c.name, got.status, got.body)
			continue
		}
		if p := b.last.URL.EscapedPath(); p != c.path {
			t.Errorf("%s: path %s, want %s", c.name, p, c.path)
		}
		if diff := cmp.Diff(c.query, b.last.URL.Query()); diff != "" {
			t.Errorf("%s: query (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestIntegrationMethod(t *testing.T) {
	b := newBackend(t, nil)
	for configured, want := range map[string]string{"": "PUT", "ANY": "PUT", "DELETE": "DELETE"} {
		m := httpMethod("HTTP", "/a", "ANY", b.URL)
		m.Integration.HTTPMethod = configured
		fixture{methods: []snapshot.Method{m}}.do(t, "PUT /a", "x")
		if b.last.Method != want {
			t.Errorf("%q sends %s, want %s", configured, b.last.Method, want)
		}
	}
}

func TestHeaderCasingIsKept(t *testing.T) {
	var sent http.Header
	f := fixture{http: clientFunc(func(r *http.Request) (*http.Response, error) {
		sent = r.Header
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}, nil
	}), methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", "http://example.com", "integration.request.header.x-tENANT", "'mapped'")}}
	f.do(t, "GET /a", "", "X-Tenant", "client")
	if _, both := sent["X-Tenant"]; both || exact(sent, "x-tENANT") != "mapped" {
		t.Errorf("%v", sent)
	}
}
