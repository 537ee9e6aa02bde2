package rest

import (
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestPassthrough(t *testing.T) {
	b := newBackend(t, nil)
	json := []snapshot.Template{{ContentType: "application/json", Text: `{"t":1}`}}
	for _, c := range []struct {
		name        string
		behavior    string
		templates   []snapshot.Template
		contentType string
		want        string // what reaches the backend; "415"
	}{
		{"matches", "WHEN_NO_MATCH", json, "application/json", `{"t":1}`},
		{"parameters do not count", "NEVER", json, "application/JSON; charset=utf-8", `{"t":1}`},
		{"no content type is JSON", "WHEN_NO_TEMPLATES", json, "", `{"t":1}`},
		{"none match", "WHEN_NO_MATCH", json, "text/plain", "raw"},
		{"none match", "", json, "text/plain", "raw"},
		{"none match", "WHEN_NO_TEMPLATES", json, "text/plain", "415"},
		{"none match", "NEVER", json, "text/plain", "415"},
		{"no templates", "WHEN_NO_MATCH", nil, "text/plain", "raw"},
		{"no templates", "WHEN_NO_TEMPLATES", nil, "text/plain", "raw"},
		{"no templates", "NEVER", nil, "text/plain", "415"},
		{"fallback", "NEVER", []snapshot.Template{{ContentType: "$default", Text: "d"}}, "text/plain", "d"},
	} {
		m := httpMethod("HTTP", "/a", "POST", b.URL)
		m.Integration.PassthroughBehavior, m.Integration.RequestTemplates = c.behavior, c.templates
		b.body = "nothing came"
		headers := []string{"Content-Type", c.contentType}
		if c.contentType == "" {
			headers = nil
		}
		got := fixture{methods: []snapshot.Method{m}}.do(t, "POST /a", "raw", headers...)
		if c.want == "415" {
			if got.status != 415 || got.body != `{"message": "Unsupported Media Type"}` || got.get("x-amzn-ErrorType") != "BadRequestException" {
				t.Errorf("%s, %s: %d %s", c.name, c.behavior, got.status, got.body)
			}
		} else if got.status != 200 || b.body != c.want {
			t.Errorf("%s, %s: %d, the backend got %q, want %q", c.name, c.behavior, got.status, b.body, c.want)
		}
	}
}

func TestPayloadBetweenTextAndBytes(t *testing.T) {
	b := newBackend(t, nil)
	for _, c := range []struct {
		name, contentType, handling, body, want string
		template                                bool
	}{
		{"text", "text/plain", "", "hello", "hello", false},
		{"text to text", "text/plain", "CONVERT_TO_TEXT", "hello", "hello", false},
		{"text to bytes", "text/plain", "CONVERT_TO_BINARY", "aGVsbG8=", "hello", false},
		{"text to bytes, not base64", "text/plain", "CONVERT_TO_BINARY", "hello!", "500", false},
		{"bytes", "image/png", "", "\x89PNG", "\x89PNG", false},
		{"bytes to text", "image/png", "CONVERT_TO_TEXT", "\x89PNG", "iVBORw==", false},
		{"bytes to bytes", "image/png", "CONVERT_TO_BINARY", "\x89PNG", "\x89PNG", false},
		{"a template cannot read bytes", "image/png", "", "\x89PNG", "500", true},
		{"a template reads encoded bytes", "image/png", "CONVERT_TO_TEXT", "\x89PNG", "t", true},
	} {
		m := httpMethod("HTTP", "/a", "POST", b.URL)
		m.Integration.ContentHandling = c.handling
		if c.template {
			m.Integration.RequestTemplates = []snapshot.Template{{ContentType: c.contentType, Text: "t"}}
		}
		b.body = "nothing came"
		got := fixture{api: snapshot.API{BinaryMediaTypes: []string{"image/*"}}, methods: []snapshot.Method{m}}.do(t, "POST /a", c.body, "Content-Type", c.contentType)
		if c.want == "500" {
			if got.status != 500 || b.body != "nothing came" {
				t.Errorf("%s: %d, the backend got %q", c.name, got.status, b.body)
			}
		} else if got.status != 200 || b.body != c.want {
			t.Errorf("%s: %d, the backend got %q, want %q", c.name, got.status, b.body, c.want)
		}
	}
}

func TestMockStatus(t *testing.T) {
	for _, c := range []struct {
		template, body string
		status         int
	}{
		{`{"statusCode": 200}`, "", 200},
		{`{statusCode: 404}`, "", 404},
		{`{"statusCode": 404, }`, "", 404},
		{`{"statusCode": "200"}`, "", 500},
		{`{"statusCode": 200`, "", 500},
		{"", `{"statusCode": 404}`, 404}, // passed through
		{"", ``, 500},
		{"", `{"x": 1}`, 500},
	} {
		m := mock("/a", "POST")
		m.Integration.Responses = []snapshot.IntegrationResponse{{StatusCode: "200", SelectionPattern: "2.."}, {StatusCode: "404", SelectionPattern: "404"}}
		m.Responses = map[string]snapshot.MethodResponse{"200": {}, "404": {}}
		m.Integration.RequestTemplates[0].Text = c.template
		if c.template == "" {
			m.Integration.RequestTemplates = nil
		}
		got := fixture{methods: []snapshot.Method{m}}.do(t, "POST /a", c.body)
		if got.status != c.status {
			t.Errorf("template %q, body %q: %d, want %d", c.template, c.body, got.status, c.status)
		}
		if got.status == 500 && got.body != `{"message": "Internal server error"}` {
			t.Errorf("template %q, body %q: %s", c.template, c.body, got.body)
		}
		if got.status != 500 && got.body != "" {
			t.Errorf("no response template gave the body %q", got.body)
		}
	}
}

// With */* every payload is bytes, which no template reads: the known trap of preflights.
func TestMockUnderEveryBinaryType(t *testing.T) {
	for handling, want := range map[string]int{"": 500, "CONVERT_TO_TEXT": 200} {
		m := mock("/a", "OPTIONS")
		m.Integration.ContentHandling = handling
		got := fixture{api: snapshot.API{BinaryMediaTypes: []string{"*/*"}}, methods: []snapshot.Method{m}}.do(t, "OPTIONS /a", "")
		if got.status != want {
			t.Errorf("content handling %q: %d, want %d", handling, got.status, want)
		}
	}
}

func TestBinaryTypes(t *testing.T) {
	for _, c := range []struct {
		entries []string
		header  string
		want    bool
	}{
		{nil, "image/png", false},
		{[]string{"image/png"}, "image/png", true},
		{[]string{"image/png"}, "IMAGE/PNG; q=1, text/html", true},
		{[]string{"image/png"}, "text/html, image/png", false},
		{[]string{"image/png"}, "image/*", false},
		{[]string{"image/png"}, "*/*", false},
		{[]string{"*/*"}, "*/*", true},
		{[]string{"*/*"}, "text/plain", true},
		{[]string{"*/*"}, "", true},
		{[]string{"application/*"}, "application/pdf", true},
		{[]string{"application/*"}, "application/*", true},
		{[]string{"application/*"}, "applications/x", false},
		{[]string{"*/png"}, "image/png", false},
	} {
		if got := binaryTypes(c.entries).match(c.header); got != c.want {
			t.Errorf("%v on %q = %t", c.entries, c.header, got)
		}
	}
}
