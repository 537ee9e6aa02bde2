package websocket

import (
	"context"
	nethttp "net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Facts about handshakes (WebSocket API spec, 1, 7 and 11).
func testHandshakes(t *testing.T, s *suite) {
	for _, f := range []struct {
		section, name, api string
		d                  dial
		status             int
		message            string
	}{
		{"1", "no $connect route", "onnothing", dial{}, 101, ""},
		{"1", "$connect without integration", "onempty", dial{}, 101, ""},
		{"1", "status 200", "onok", dial{}, 101, ""},
		{"1", "status 201", "oncreated", dial{}, 101, ""},
		{"1", "status 301", "onmoved", dial{}, 301, "Moved Permanently"},
		{"1", "status 400", "onbad", dial{}, 400, "Bad Request"},
		{"1", "status 401", "ondenied", dial{}, 401, "Unauthorized"},
		{"1", "status 404", "onmissing", dial{}, 404, "Not Found"},
		{"1", "status 501", "onnotimpl", dial{}, 501, "Internal server error"},
		{"1", "malformed answer", "ongarbage", dial{}, 502, "Internal server error"},
		{"1", "null", "onnull", dial{}, 502, "Internal server error"},
		{"1", "malformed status", "onbadstatus", dial{}, 502, "Internal server error"},
		{"1", "function error", "onthrows", dial{}, 502, "Internal server error"},
		{"1", "no permission", "onforbidden", dial{}, 500, "Internal server error"},
		{"1", "timeout", "onsleepy", dial{}, 504, "Internal server error"},
		{"1", "MOCK 200", "onmock200", dial{}, 101, ""},
		{"1", "MOCK 403", "onmock403", dial{}, 403, "Forbidden"},
		{"1", "HTTP_PROXY 200", "onhttp", dial{}, 101, ""},
		{"1", "HTTP_PROXY 503", "onhttpfails", dial{}, 503, "Internal server error"},
		{"1", "a path after the stage", "onok", dial{path: "/dev/x"}, 403, "Forbidden"},
		{"1", "a slash after the stage", "onok", dial{path: "/dev/"}, 101, ""},
		{"1", "a query", "onok", dial{path: "/dev?a=b"}, 101, ""},
		{"1", "the path form", "onok", dial{host: "127.0.0.1", path: "/_aws/execute-api/<onok>/dev"}, 101, ""},
		{"1", "a long URL", "onok", dial{path: "/dev?q=" + long(4100)}, 414, "Request URI too long"},
		{"11", "stage throttle 0", "throttled", dial{}, 429, "Too Many Requests"},
		{"7", "API key missing", "keyed", dial{}, 403, "Forbidden"},
		{"7", "API key unknown", "keyed", dial{headers: [][2]string{{"x-api-key", "nope"}}}, 403, "Forbidden"},
		{"7", "unsigned IAM request", "iam", dial{}, 403, "Missing Authentication Token"},
		{"7", "identity source missing", "authauthorize", dial{}, 401, "Unauthorized"},
		{"7", "identity source empty", "authauthorize", dial{path: "/dev?token="}, 401, "Unauthorized"},
		{"7", "authorizer allows", "authauthorize", dial{path: "/dev?token=t"}, 101, ""},
		{"7", "authorizer denies", "authdeny", dial{path: "/dev?token=t"}, 403, "Forbidden"},
		{"7", "authorizer allows something else", "authother", dial{path: "/dev?token=t"}, 403, "Forbidden"},
		{"7", "authorizer answers garbage", "authscalar", dial{path: "/dev?token=t"}, 500, "Internal server error"},
		{"7", "authorizer throws", "auththrows", dial{path: "/dev?token=t"}, 500, "Internal server error"},
		{"7", "authorizer throws Unauthorized", "authunauthorized", dial{path: "/dev?token=t"}, 401, "Unauthorized"},
		{"13", "execute-api endpoint disabled", "closed", dial{}, 403, ""},
	} {
		t.Run(f.section+" "+f.name, func(t *testing.T) {
			c, r := s.try(t, f.api, f.d)
			if r.Status != f.status || f.message != "" && !frameForm(f.message).MatchString(r.Body) {
				t.Errorf("got %d %s, want %d %s", r.Status, r.Body, f.status, f.message)
			}
			if f.status == 101 && !strings.HasPrefix(f.api, "auth") {
				if got := c.ask("x"); got != "hi" {
					t.Errorf("the connection answers %s", got)
				}
			}
		})
	}
	for _, path := range []string{"/nostage", "/"} {
		t.Run("1 unknown stage "+path, func(t *testing.T) {
			if _, r := s.try(t, "onok", dial{path: path}); r.Status != 403 {
				t.Errorf("got %d %s", r.Status, r.Body)
			}
		})
	}
	t.Run("1 plain request", func(t *testing.T) {
		if status, header, _ := s.call(t, "GET", "/dev", nil, nil, ""); status != 426 || header.Get("Upgrade") != "websocket" {
			t.Errorf("got %d %v", status, header)
		}
	})
	t.Run("1 headers of the 101", func(t *testing.T) {
		_, r := s.try(t, "oncreated", dial{subprotocols: []string{"chat"}, compression: "deflate"})
		for name := range r.Headers {
			switch name {
			case "upgrade", "connection", "sec-websocket-accept", "date":
			default:
				t.Errorf("there is a header %s", name)
			}
		}
		if r.Protocol != "" {
			t.Errorf("the subprotocol %s was chosen by nobody", r.Protocol)
		}
	})
	for _, api := range []string{"onprotocol", "onhttpprotocol"} {
		t.Run("1 subprotocol of a proxy "+api, func(t *testing.T) {
			if _, r := s.try(t, api, dial{subprotocols: []string{"soap", "chat"}}); r.Protocol != "chat" {
				t.Errorf("got %+v", r)
			}
		})
	}
	t.Run("1 subprotocol by response parameter", func(t *testing.T) {
		if _, r := s.try(t, "onmapped", dial{subprotocols: []string{"soap"}}); r.Protocol != "soap" {
			t.Errorf("got %+v", r)
		}
	})
	t.Run("4 mappings of $connect", func(t *testing.T) {
		s.try(t, "onmapped", dial{path: "/dev?token=m1", headers: [][2]string{{"Auth", "secret"}}, subprotocols: []string{"soap"}})
		got := s.newest(t, "connect/mapped", func(c call) bool { return c.query == "token=m1" })
		if !idForm.MatchString(got.header.Get("connectionId")) || got.header.Get("X-Auth") != "secret" || got.header.Get("Fixed") != "value" || got.header.Get("Color") != "red" {
			t.Errorf("got %v", got.header)
		}
	})
	t.Run("7 IAM in the query", func(t *testing.T) {
		r, err := nethttp.NewRequestWithContext(context.Background(), "GET", "http://"+s.host("iam")+":"+s.data[strings.LastIndexByte(s.data, ':')+1:]+"/dev?X-Amz-Expires=300", nil)
		if err != nil {
			t.Fatal(err)
		}
		const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		url, _, err := v4.NewSigner().PresignHTTP(context.Background(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, r, empty, "execute-api", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		c := s.dial(t, "iam", dial{path: url[strings.Index(url, "/dev"):]})
		if got := c.ask("x"); got != "hi" {
			t.Errorf("got %s", got)
		}
		bad := strings.Replace(url[strings.Index(url, "/dev"):], "X-Amz-Signature=", "X-Amz-Signature=0", 1)
		if _, r := s.try(t, "iam", dial{path: bad}); r.Status != 403 {
			t.Errorf("a wrong signature got %d", r.Status)
		}
	})
	t.Run("7 the authorizer's event", func(t *testing.T) {
		s.dial(t, "authauthorize", dial{path: "/dev?token=seen"})
		got := s.newest(t, "authorize", has(`"token":"seen"`))
		for path, want := range map[string]any{
			"type": "REQUEST", "methodArn": "arn:aws:execute-api:us-east-1:123456789012:" + s.ids["authauthorize"] + "/dev/$connect",
			"requestContext/eventType": "CONNECT", "requestContext/routeKey": "$connect", "headers/Upgrade": "websocket", "headers/content-length": "0",
			"queryStringParameters/token": "seen", "multiValueQueryStringParameters/token": "seen",
		} {
			if v := member(t, got.body, path); v != want {
				if list, ok := v.([]any); !ok || len(list) != 1 || list[0] != want {
					t.Errorf("%s is %v, want %v", path, v, want)
				}
			}
		}
		for _, path := range []string{"path", "httpMethod", "resource", "pathParameters"} {
			if v := member(t, got.body, path); v != nil {
				t.Errorf("%s is %v, want none", path, v)
			}
		}
		if id, _ := member(t, got.body, "requestContext/connectionId").(string); !idForm.MatchString(id) {
			t.Errorf("connectionId is %q", id)
		}
	})
	t.Run("7 the context lasts", func(t *testing.T) {
		c := s.dial(t, "authauthorize", dial{path: "/dev?token=t"})
		if got := c.ask(`{"action":"ctx"}`); got != "user 1 true" {
			t.Errorf("$context.authorizer is %s", got)
		}
		event := c.ask(`{"action":"x"}`)
		for path, want := range map[string]any{"principalId": "user", "number": "1", "flag": "true", "text": "t"} {
			if v := member(t, event, "requestContext/authorizer/"+path); v != want {
				t.Errorf("%s is %v, want %v", path, v, want)
			}
		}
	})
}
