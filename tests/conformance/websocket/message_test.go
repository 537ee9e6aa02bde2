package websocket

import (
	"regexp"
	"strings"
	"testing"
)

// Facts about messages: what is sent, and what comes back (WebSocket API spec, 2, 4, 5, 6, 8).
func testMessages(t *testing.T, s *suite) {
	internal := frameForm("Internal server error")
	exact := func(text string) *regexp.Regexp { return regexp.MustCompile("^" + regexp.QuoteMeta(text) + "$") }
	for _, f := range []struct {
		section, name, api, send string
		want                     *regexp.Regexp
	}{
		{"2", "two variables", "selected", `{"service":"chat","action":"join","data":{"room":"room1234"}}`, exact("route chat/join")},
		{"2", "a missing path is empty", "selected", `{"service":"chat"}`, exact("route chat/")},
		{"2", "two missing paths", "selected", `{}`, exact("route /")},
		{"2", "bare variable", "bare", `{"action":"join"}`, exact("route join")},
		{"2", "numbers are text", "bare", `{"action":5}`, exact("route 5")},
		{"2", "the text of numbers stays", "bare", `{"action":1.50}`, exact("route 1.50")},
		{"2", "booleans are text", "bare", `{"action":true}`, exact("route true")},
		{"2", "case matters", "bare", `{"action":"Join"}`, exact("route Join")},
		{"2", "no key equals the result", "bare", `{"action":"JOIN"}`, exact("default")},
		{"2", "null", "bare", `{"action":null}`, exact("default")},
		{"2", "lists print as in Java", "bare", `{"action":["a","b"]}`, exact("route [a, b]")},
		{"2", "objects print as in Java", "bare", `{"action":{"x":1}}`, exact("route {x=1}")},
		{"2", "escapes are decoded", "bare", `{"action":"j\u006fin"}`, exact("route join")},
		{"2", "not JSON", "bare", `join`, exact("default")},
		{"2", "JSON cut short", "bare", `{"action":"join"`, exact("default")},
		{"2", "a JSON list", "bare", `["join"]`, exact("default")},
		{"2", "empty message", "bare", ``, exact("default")},
		{"2", "$connect is never a message's route", "events", `{"action":"$connect"}`, regexp.MustCompile(`"routeKey":"\$default"`)},
		{"2", "$disconnect is never a message's route", "events", `{"action":"$disconnect"}`, regexp.MustCompile(`"routeKey":"\$default"`)},
		{"2", "$default by name", "bare", `{"action":"$default"}`, exact("default")},
		{"2", "paths into lists", "nested", `{"a":{"b":["w","x"]}}`, exact("route x")},
		{"2", "static expression", "static", `{"action":"join"}`, exact("route fixed")},
		{"2", "static expression needs JSON no more than it looks", "static", `no json`, exact("route fixed")},
		{"2", "escaped dollar", "dollar", `{"action":"x"}`, exact("default")},
		{"2", "text between variables", "mixed", `{"action":"join"}`, exact("route join-")},
		{"2", "no route and no $default", "nodefault", `{"action":"x"}`, frameForm("Forbidden")},
		{"2", "no JSON and no $default", "nodefault", `x`, frameForm("Forbidden")},
		{"5", "the connection stays open after Forbidden", "nodefault", `{"action":"known"}`, exact("yes")},
		{"5", "a reply's body is the frame", "messages", `{"action":"reply"}`, exact("pong")},
		{"5", "status 500 delivers the body", "messages", `{"action":"reply500"}`, exact("pong")},
		{"5", "the body as it was sent", "messages", "plain \u20ac \"text\"\n", exact("plain \u20ac \"text\"\n")},
		{"8", "a function that throws", "messages", `{"action":"throws"}`, internal},
		{"8", "a function that dies in the middle", "messages", `{"action":"dies"}`, internal},
		{"5", "errors on one-way routes", "messages", `{"action":"onewaythrows"}`, internal},
		{"8", "a malformed answer", "messages", `{"action":"garbage"}`, internal},
		{"8", "no permission to invoke", "messages", `{"action":"forbidden"}`, internal},
		{"8", "timeout", "messages", `{"action":"sleepy"}`, internal},
		{"8", "backend that is down", "messages", `{"action":"down"}`, internal},
		{"4", "MOCK with $context", "messages", `{"action":"mock"}`, regexp.MustCompile(`^\{"you":"[A-Za-z0-9_-]{15}="\}$`)},
		{"4", "MOCK without status", "messages", `{"action":"badmock"}`, internal},
		{"4", "samples' template key", "messages", `{"action":"usualkey"}`, exact("usual")},
		{"8", "template on JSON", "messages", `{"action":"readsjson","a":1}`, exact("ok")},
		{"4", "custom Lambda passes the message and the payload", "messages", `{"action":"lambda"}`, exact(`{"name":"Ada"}`)},
		{"4", "Lambda errors select by errorMessage", "messages", `{"action":"lambdathrows"}`, exact("failed: it broke")},
		{"4", "HTTP_PROXY", "messages", `{"action":"httpproxy","x":1}`, exact(`{"got":"{\"action\":\"httpproxy\",\"x\":1}"}`)},
		{"4", "HTTP without templates", "messages", `{"action":"http"}`, exact(`{"got":"{\"action\":\"http\"}"}`)},
		{"4", "request template", "messages", `{"action":"templated","data":"d"}`, regexp.MustCompile(`^\{"got":"\{\\"c\\":\\"[A-Za-z0-9_-]{15}=\\",\\"m\\":\\"d\\",\\"b\\":\\"ZA==\\",\\"v\\":\\"red\\"\}"\}$`)},
		{"4", "template selection", "messages", `{"action":"chosen","kind":"b"}`, exact(`{"got":"template b"}`)},
		{"4", "template selection falls back", "messages", `{"action":"chosen","kind":"z"}`, exact(`{"got":"template default"}`)},
		{"4", "NEVER", "messages", `{"action":"never"}`, frameForm("Unsupported Media Type")},
		{"4", "WHEN_NO_TEMPLATES with templates", "messages", `{"action":"whennone"}`, frameForm("Unsupported Media Type")},
		{"4", "WHEN_NO_TEMPLATES with a match", "messages", `{"action":"whennone","kind":"a"}`, exact(`{"got":"template a"}`)},
		{"4", "WHEN_NO_MATCH", "messages", `{"action":"nomatch"}`, exact(`{"got":"{\"action\":\"nomatch\"}"}`)},
		{"4", "CONVERT_TO_BINARY of no base64", "messages", `{"action":"binary"}`, internal},
		{"4", "CONVERT_TO_TEXT", "messages", `{"action":"totext"}`, exact("eyJnb3QiOiJ7XCJhY3Rpb25cIjpcInRvdGV4dFwifSJ9")},
		{"4", "responses by status and templates by header", "messages", `{"action":"bystatus"}`, exact("missing: missing")},
		{"4", "mappings into path, query and header", "messages", `{"action":"path","data":{"room":"a b"}}`, regexp.MustCompile("got")},
		{"4", "HTTP_PROXY delivers the body whatever the status", "messages", `{"action":"httpfails"}`, exact("down")},
		{"12", "$context", "messages", `{"action":"context"}`, regexp.MustCompile(s.fill(`^MESSAGE context <messages> dev [A-Za-z0-9_-]{15}= [A-Za-z0-9_-]{15}= [0-9]{13} <messages>\.execute-api\.localhost 127\.0\.0\.1$`))},
		{"6", "a model that fits", "models", `{"kind":"pet","name":"Rex"}`, exact("fits")},
		{"6", "a model that does not fit", "models", `{"kind":"pet"}`, regexp.MustCompile(`^\{"message" : "Bad request body", "connectionId": "[A-Za-z0-9_-]{15}=", "messageId": "[A-Za-z0-9_-]{15}="\}$`)},
		{"6", "$default model", "models", `{"kind":"other"}`, exact("fits")},
		{"6", "no entry and no $default", "models", `{"action":"strict","kind":"other"}`, regexp.MustCompile(`^\{"message" : "Bad request body"`)},
		{"6", "no JSON", "models", `text`, regexp.MustCompile(`^\{"message" : "Bad request body"`)},
		{"6", "proxies are checked too", "models", `{"action":"lambda"}`, regexp.MustCompile(`^\{"message" : "Bad request body"`)},
	} {
		t.Run(f.section+" "+f.name, func(t *testing.T) {
			c := s.open(t, f.api)
			if got := c.ask(f.send); !f.want.MatchString(got) {
				t.Errorf("sent %s\ngot  %.500s\nwant %s", f.send, got, f.want)
			}
		})
	}

	// What has no answer is followed by something that has one.
	for _, f := range []struct{ section, name, send string }{
		{"5", "one-way routes drop the reply", `{"action":"oneway"}`},
		{"5", "an empty body makes no frame", `{"action":"nobody"}`},
		{"5", "an empty template makes no frame", `{"action":"emptymock"}`},
		{"5", "a route without integration", `{"action":"nothing"}`},
		{"5", "one-way HTTP drops the reply", `{"action":"onewayhttp"}`},
		{"4", "status 301 leaves the connection open", `{"action":"moved"}`},
		{"4", "status 401 leaves the connection open", `{"action":"denied"}`},
		{"4", "status 501 leaves the connection open", `{"action":"notimpl"}`},
	} {
		t.Run(f.section+" "+f.name, func(t *testing.T) {
			c := s.open(t, "messages")
			c.send(f.send)
			if got := c.ask(`{"action":"mock"}`); !strings.HasPrefix(got, `{"you"`) {
				t.Errorf("got %s", got)
			}
		})
	}

	t.Run("8 template on a message that is no JSON", func(t *testing.T) {
		c := s.open(t, "static")
		_ = c // routes by expression need JSON; the static one does not look
		d := s.open(t, "jsonless")
		if got := d.ask("hello"); !regexp.MustCompile(`^\{"message": "Could not parse request body into json: Unrecognized token 'hello'`).MatchString(got) {
			t.Errorf("got %s", got)
		}
	})
	t.Run("6 the integration is skipped", func(t *testing.T) {
		c := s.open(t, "models")
		c.ask(`{"action":"lambda"}`)
		if n := s.count("checked"); n != 0 {
			t.Errorf("the function was called %d times", n)
		}
	})
	t.Run("4 what a mapping sends", func(t *testing.T) {
		c := s.open(t, "messages")
		c.ask(`{"action":"path","data":{"room":"r1"}}`)
		got := s.newest(t, "in/r1/x", has("r1"))
		if !regexp.MustCompile(`^who=[A-Za-z0-9_-]{15}%3D$`).MatchString(got.query) || got.header.Get("Route") != "path" || got.method != "POST" {
			t.Errorf("got %s %s %v", got.method, got.query, got.header)
		}
	})
	t.Run("4 CONVERT_TO_BINARY decodes", func(t *testing.T) {
		c := s.open(t, "binaries")
		c.ask("aGVsbG8=")
		if got := s.newest(t, "in/bytes", func(call) bool { return true }); got.body != "hello" {
			t.Errorf("the backend got %q", got.body)
		}
	})
	t.Run("2 replies may overtake each other", func(t *testing.T) {
		c := s.open(t, "messages")
		c.send(`{"action":"slow"}`)
		if got := c.ask(`{"action":"reply"}`); got != "pong" {
			t.Errorf("got %s", got)
		}
		close(s.hold)
		if got := c.text(); got != "late" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("11 messages over the limit", func(t *testing.T) {
		c := s.open(t, "slowly")
		c.ask("1")
		c.ask("2")
		if got := c.ask("3"); !frameForm("Too Many Requests").MatchString(got) {
			t.Errorf("got %s", got)
		}
	})
}
