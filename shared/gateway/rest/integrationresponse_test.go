package rest

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func statusBackend(t *testing.T, status int, body string, headers ...string) *testBackend {
	return newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Add(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func TestSelection(t *testing.T) {
	responses := []snapshot.IntegrationResponse{
		{StatusCode: "404", SelectionPattern: `4\d{2}`},
		{StatusCode: "500", SelectionPattern: `5.*`},
		{StatusCode: "501", SelectionPattern: `500`}, // the first match wins
		{StatusCode: "202", SelectionPattern: `20`},  // not the whole value
		{StatusCode: "200"},
	}
	declared := map[string]snapshot.MethodResponse{"404": {}, "500": {}, "501": {}, "202": {}, "200": {}}
	for status, want := range map[int]int{200: 200, 201: 200, 400: 404, 499: 404, 500: 500, 503: 500, 302: 200} {
		m := httpMethod("HTTP", "/a", "GET", statusBackend(t, status, "b").URL)
		m.Integration.Responses, m.Responses = responses, declared
		if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a", ""); got.status != want || got.body != "b" {
			t.Errorf("%d: %d %s, want %d", status, got.status, got.body, want)
		}
	}
}

func TestDefaultResponseAndProxyDiffer(t *testing.T) {
	b := statusBackend(t, 400, "bad")
	for kind, want := range map[string]int{"HTTP": 200, "HTTP_PROXY": 400} {
		got := fixture{methods: []snapshot.Method{httpMethod(kind, "/a", "GET", b.URL)}}.do(t, "GET /a", "")
		if got.status != want || got.body != "bad" {
			t.Errorf("%s: %d %s, want %d", kind, got.status, got.body, want)
		}
	}
}

func TestSelectionFailures(t *testing.T) {
	b := statusBackend(t, 418, "")
	m := httpMethod("HTTP", "/a", "GET", b.URL)
	m.Integration.Responses = []snapshot.IntegrationResponse{{StatusCode: "200", SelectionPattern: "2.."}}
	var rec *Record
	got := fixture{methods: []snapshot.Method{m}, observe: func(r *Record) { rec = r }}.do(t, "GET /a", "")
	if want := "Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 418"; got.status != 500 || rec.Reason != want || rec.ResponseType != APIConfigurationError {
		t.Errorf("%d %q", got.status, rec.Reason)
	}
	m.Integration.Responses = []snapshot.IntegrationResponse{{StatusCode: "418"}}
	got = fixture{methods: []snapshot.Method{m}, observe: func(r *Record) { rec = r }}.do(t, "GET /a", "")
	if want := "Execution failed due to configuration error: Output mapping refers to an invalid method response: 418"; got.status != 500 || rec.Reason != want {
		t.Errorf("%d %q", got.status, rec.Reason)
	}
}

// exchanged are the headers of REST data plane spec, 3.3.
var exchanged = []string{"Connection", "Content-Length", "Date", "Server", "Authorization", "Content-MD5", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate",
	"Trailer", "Upgrade", "User-Agent", "WWW-Authenticate", "Transfer-Encoding", "Content-Encoding", "Via", "Accept", "Age", "Content-Type", "Pragma", "Range", "Referer", "TE", "Warn"}

func TestMappedResponseHeaders(t *testing.T) {
	remapped := exchanged[:14]
	for _, name := range exchanged {
		m := httpMethod("HTTP", "/a", "GET", statusBackend(t, 200, "b", "X-Leak", "1").URL)
		m.Integration.Responses[0].Parameters = []snapshot.Mapping{{Target: "method.response.header." + name, Source: "'mapped'"}}
		m.Responses["200"] = snapshot.MethodResponse{Headers: []string{name}}
		got := fixture{methods: []snapshot.Method{m}}.do(t, "GET /a", "")
		remap := got.get("x-amzn-Remapped-" + name)
		switch {
		case slices.Contains(remapped, name):
			if remap != "mapped" || got.get(name) == "mapped" {
				t.Errorf("%s: %v", name, got.header)
			}
		case name == "Transfer-Encoding":
			if remap != "" || got.get(name) != "" {
				t.Errorf("%s: %v", name, got.header)
			}
		default:
			if got.get(name) != "mapped" || remap != "" {
				t.Errorf("%s: %v", name, got.header)
			}
		}
		if got.get("X-Leak") != "" {
			t.Error("a header that is not mapped reached the client")
		}
	}
}

func TestHTTPProxyResponseHeaders(t *testing.T) {
	got := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", statusBackend(t, 200, "body", "Date", "d", "Server", "s", "Via", "v", "Content-Encoding", "br",
		"x-amzn-RequestId", "theirs", "WWW-Authenticate", "w", "X-Custom", "1", "X-Custom", "2", "Content-Type", "text/plain", "Age", "3", "x-amz-apigw-id", "theirs").URL)}}.do(t, "GET /a", "")
	for name, want := range map[string]string{
		"x-amzn-Remapped-Date": "d", "x-amzn-Remapped-Server": "s", "x-amzn-Remapped-Content-Length": "4", "x-amzn-Remapped-WWW-Authenticate": "w",
		"x-amzn-remapped-x-amzn-requestid": "theirs", "x-amzn-RequestId": testRequestID, "Via": "", "Server": "", "Content-Encoding": "br",
		"X-Custom": "1|2", "Content-Type": "text/plain", "Age": "3", "Content-Length": "4", "X-Amzn-Trace-Id": "",
	} {
		if have := got.get(name); have != want {
			t.Errorf("%s: %q, want %q", name, have, want)
		}
	}
	if got.get("x-amz-apigw-id") == "theirs" {
		t.Error("the backend's x-amz-apigw-id reached the client")
	}
}

func TestResponseParameterSources(t *testing.T) {
	for _, c := range []struct{ source, body, want string }{
		{"integration.response.header.X-B", "", "2"},
		{"integration.response.header.x-b", "", "2"},
		{"integration.response.multivalueheader.X-B", "", "1,2"},
		{"integration.response.header.None", "", ""},
		{"integration.response.body", "text", "text"},
		{"integration.response.body.e.code", `{"e":{"code":7.0}}`, "7.0"},
		{"integration.response.body.none", `{}`, ""},
		{"integration.response.body.x", `{broken`, "500"},
		{"stageVariables.env", "", "blue"},
		{"context.stage", "", "prod"},
		{"context.resourcePath", "", "/a"},
		{"'*'", "", "*"},
	} {
		m := httpMethod("HTTP", "/a", "GET", statusBackend(t, 200, c.body, "X-B", "1", "X-B", "2").URL)
		m.Integration.Responses[0].Parameters = []snapshot.Mapping{{Target: "method.response.header.X-Target", Source: c.source}, {Target: "method.response.header.Undeclared", Source: "'x'"}}
		m.Responses["200"] = snapshot.MethodResponse{Headers: []string{"X-Target"}}
		got := fixture{methods: []snapshot.Method{m}, vars: map[string]string{"env": "blue"}}.do(t, "GET /a", "")
		if c.want == "500" {
			if got.status != 500 {
				t.Errorf("%s of %q: %d", c.source, c.body, got.status)
			}
			continue
		}
		if got.status != 200 || got.get("X-Target") != c.want || got.body != c.body || got.get("Undeclared") != "" {
			t.Errorf("%s: %d %v %q, want %q", c.source, got.status, got.header, got.body, c.want)
		}
	}
}

func TestResponseTemplates(t *testing.T) {
	b := statusBackend(t, 200, "raw")
	html, json := snapshot.Template{ContentType: "text/html", Text: "html"}, snapshot.Template{ContentType: "application/json", Text: "json"}
	for _, c := range []struct {
		templates    []snapshot.Template
		accept, want string
	}{
		{nil, "", "raw"},
		{[]snapshot.Template{html, json}, "", "json"},
		{[]snapshot.Template{html, json}, "text/html;q=1", "html"},
		{[]snapshot.Template{html, json}, "image/png", "json"},
		{[]snapshot.Template{html}, "image/png", "html"},
		{[]snapshot.Template{{ContentType: "application/json"}}, "", "raw"},
	} {
		m := httpMethod("HTTP", "/a", "GET", b.URL)
		m.Integration.Responses[0].Templates = c.templates
		var headers []string
		if c.accept != "" {
			headers = []string{"Accept", c.accept}
		}
		if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a", "", headers...); got.status != 200 || got.body != c.want {
			t.Errorf("%v, Accept %q: %d %q, want %q", c.templates, c.accept, got.status, got.body, c.want)
		}
	}
}

func TestResponsePayloadBetweenTextAndBytes(t *testing.T) {
	const text, png = "text/plain", "image/png"
	for _, c := range []struct{ payload, accept, handling, body, want string }{
		{text, text, "", "hello", "hello"},
		{text, text, "CONVERT_TO_TEXT", "hello", "hello"},
		{text, text, "CONVERT_TO_BINARY", "aGVsbG8=", "hello"},
		{text, text, "CONVERT_TO_BINARY", "hello!", "500"},
		{text, png, "", "aGVsbG8=", "hello"},
		{text, png, "", "hello!", "500"},
		{text, png, "CONVERT_TO_TEXT", "hello", "hello"},
		{text, png, "CONVERT_TO_BINARY", "aGVsbG8=", "hello"},
		{png, text, "", "\x89PNG", "iVBORw=="},
		{png, text, "CONVERT_TO_TEXT", "\x89PNG", "iVBORw=="},
		{png, text, "CONVERT_TO_BINARY", "\x89PNG", "\x89PNG"},
		{png, png, "", "\x89PNG", "\x89PNG"},
		{png, png, "CONVERT_TO_TEXT", "\x89PNG", "iVBORw=="},
		{png, png, "CONVERT_TO_BINARY", "\x89PNG", "\x89PNG"},
		{png, png + ", " + text, "", "\x89PNG", "\x89PNG"},
		{png, text + ", " + png, "", "\x89PNG", "iVBORw=="},
	} {
		m := httpMethod("HTTP", "/a", "GET", statusBackend(t, 200, c.body, "Content-Type", c.payload).URL)
		m.Integration.Responses[0].ContentHandling = c.handling
		got := fixture{api: snapshot.API{BinaryMediaTypes: []string{"image/*"}}, methods: []snapshot.Method{m}}.do(t, "GET /a", "", "Accept", c.accept)
		if c.want == "500" {
			if got.status != 500 {
				t.Errorf("%+v: %d", c, got.status)
			}
		} else if got.status != 200 || got.body != c.want {
			t.Errorf("%+v: %d %q", c, got.status, got.body)
		}
	}
}

func TestBufferedResponseIsBounded(t *testing.T) {
	m := httpMethod("HTTP", "/a", "GET", statusBackend(t, 200, strings.Repeat("x", 10485761)).URL)
	for _, handling := range []string{"", "CONVERT_TO_BINARY"} {
		m.Integration.Responses[0].ContentHandling = handling
		if got := (fixture{methods: []snapshot.Method{m}}).do(t, "GET /a", ""); got.status != 500 || got.body != `{"message": "Internal server error"}` {
			t.Errorf("content handling %q: %d, %d bytes", handling, got.status, len(got.body))
		}
	}
}
