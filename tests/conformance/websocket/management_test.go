package websocket

import (
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Facts about @connections (WebSocket API spec, 9).
func testManagement(t *testing.T, s *suite) {
	c := s.open(t, "messages")
	id := c.id()
	escaped := strings.ReplaceAll(id, "=", "%3D")
	const unknown = "AAAAAAAAAAAAAAA="
	good := &aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}
	for _, f := range []struct {
		name, method, path, body string
		keys                     *aws.Credentials
		status                   int
		kind, text               string
		arrives                  string
	}{
		{"POST", "POST", "/dev/@connections/" + escaped, "to you", good, 200, "", "", "to you"},
		{"POST with the id as it is", "POST", "/dev/@connections/" + id, "plain id", good, 200, "", "", "plain id"},
		{"POST with %40", "POST", "/dev/%40connections/" + escaped, "escaped at", good, 200, "", "", "escaped at"},
		{"POST by the path form", "POST", "/_aws/execute-api/<messages>/dev/@connections/" + escaped, "path form", good, 200, "", "", "path form"},
		{"POST of 128 KB", "POST", "/dev/@connections/" + escaped, long(128 << 10), good, 200, "", "", long(128 << 10)},
		{"POST over 128 KB", "POST", "/dev/@connections/" + escaped, long(128<<10 + 1), good, 413, "PayloadTooLargeException", `{"message":"Message too long"}`, ""},
		{"POST to nobody", "POST", "/dev/@connections/" + unknown, "x", good, 410, "GoneException", "", ""},
		{"GET of nobody", "GET", "/dev/@connections/" + unknown, "", good, 410, "GoneException", "", ""},
		{"DELETE of nobody", "DELETE", "/dev/@connections/" + unknown, "", good, 410, "GoneException", "", ""},
		{"malformed id", "POST", "/dev/@connections/short", "x", good, 400, "BadRequestException", `{"message":"Invalid connectionId: short"}`, ""},
		{"unsigned", "POST", "/dev/@connections/" + escaped, "x", nil, 403, "MissingAuthenticationTokenException", `{"message":"Missing Authentication Token"}`, ""},
		{"wrong secret", "POST", "/dev/@connections/" + escaped, "x", &aws.Credentials{AccessKeyID: "test", SecretAccessKey: "wrong"}, 403, "InvalidSignatureException", "*", ""},
		{"unknown key", "POST", "/dev/@connections/" + escaped, "x", &aws.Credentials{AccessKeyID: "nobody", SecretAccessKey: "x"}, 403, "UnrecognizedClientException", "*", ""},
		{"wrong stage", "POST", "/other/@connections/" + escaped, "x", good, 403, "ForbiddenException", "*", ""},
		{"other method", "PUT", "/dev/@connections/" + escaped, "x", good, 403, "ForbiddenException", `{"message":"Forbidden"}`, ""},
	} {
		t.Run("9 "+f.name, func(t *testing.T) {
			status, header, text := s.call(t, f.method, f.path, []byte(f.body), f.keys, "execute-api")
			if status != f.status || f.text != "*" && text != f.text {
				t.Errorf("got %d %s", status, text)
			}
			if kind, _, _ := strings.Cut(header.Get("X-Amzn-Errortype"), ":"); f.kind != "" && kind != f.kind {
				t.Errorf("x-amzn-ErrorType is %q", kind)
			}
			if f.arrives == "" {
				return
			}
			if got := c.text(); got != f.arrives {
				t.Errorf("%.100s arrived", got)
			}
		})
	}
	t.Run("9 signed for another service", func(t *testing.T) {
		if status, _, _ := s.call(t, "POST", "/dev/@connections/"+escaped, nil, good, "lambda"); status != 403 {
			t.Errorf("got %d", status)
		}
	})
	t.Run("9 another API's connection is gone", func(t *testing.T) {
		if status, _, _ := s.signed(t, "POST", "/_aws/execute-api/<events>/dev/@connections/"+escaped, nil); status != 410 {
			t.Errorf("got %d", status)
		}
	})
	t.Run("9 GET", func(t *testing.T) {
		status, _, text := s.signed(t, "GET", "/dev/@connections/"+escaped, nil)
		form := regexp.MustCompile(`^\{"connectedAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","identity":\{"sourceIp":"127\.0\.0\.1","userAgent":"[^"]*"\},"lastActiveAt":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}$`)
		if status != 200 || !form.MatchString(text) {
			t.Errorf("got %d %s", status, text)
		}
	})
	t.Run("9 broadcast", func(t *testing.T) {
		status, _, text := s.signed(t, "POST", "/dev/@connections", []byte("to all"))
		if delivered, _ := member(t, text, "delivered").(float64); status != 200 || delivered < 1 || member(t, text, "failed") != float64(0) {
			t.Errorf("got %d %s", status, text)
		}
		if got := c.text(); got != "to all" {
			t.Errorf("%s arrived", got)
		}
	})
	t.Run("9 broadcast by tag", func(t *testing.T) {
		a, b := s.open(t, "ontagged"), s.open(t, "ontagged")
		for _, f := range []struct {
			query string
			want  float64
		}{{"?tag=red", 2}, {"?tag=red&tag=blue", 2}, {"?tag=green", 0}} {
			status, _, text := s.signed(t, "POST", "/_aws/execute-api/<ontagged>/dev/@connections"+f.query, []byte(f.query))
			if status != 200 || member(t, text, "delivered") != f.want {
				t.Errorf("%s: got %d %s", f.query, status, text)
			}
			if f.want > 0 && (a.text() != f.query || b.text() != f.query) {
				t.Error("something else arrived")
			}
		}
	})
	t.Run("9 unsigned broadcast", func(t *testing.T) {
		if status, _, _ := s.call(t, "POST", "/dev/@connections", nil, nil, ""); status != 403 {
			t.Errorf("got %d", status)
		}
	})
	t.Run("9 DELETE", func(t *testing.T) {
		if status, _, text := s.signed(t, "DELETE", "/dev/@connections/"+escaped, nil); status != 204 || text != "" {
			t.Errorf("got %d %s", status, text)
		}
		if r := c.recv(); !r.Closed || r.Code != 1000 {
			t.Errorf("the client sees %+v", r)
		}
		if status, _, _ := s.signed(t, "POST", "/dev/@connections/"+escaped, nil); status != 410 {
			t.Errorf("POST after it answers %d", status)
		}
	})
}
