package websocket

import (
	"testing"
)

type present struct{}

// check compares members of an event. nil is a member that is not there.
func check(t *testing.T, event string, want map[string]any) {
	t.Helper()
	for path, w := range want {
		v := member(t, event, path)
		switch w := w.(type) {
		case present:
			if v == nil {
				t.Errorf("%s is missing", path)
			}
		default:
			if v != w {
				t.Errorf("%s is %v, want %v", path, v, w)
			}
		}
	}
}

// Facts about the events of Lambda proxies (WebSocket API spec, 3) and the ends of connections (10).
func testEvents(t *testing.T, s *suite) {
	c := s.dial(t, "events", dial{path: "/dev?token=ev&n=1&n=2", userAgent: "tester/1", headers: [][2]string{{"X-Multi", "a"}, {"X-Multi", "b"}, {"cookie", "c=d"}}})
	connect := s.newest(t, "ok", has(`"token":"ev"`)).body
	message := c.ask(`{"action":"other","data":1}`)
	again := c.ask(`no json`)
	id, _ := member(t, message, "requestContext/connectionId").(string)
	c.close(4001, "bye")
	disconnect := s.newest(t, "bye", has(id)).body

	for name, want := range map[string]map[string]any{
		"query":           {"queryStringParameters/token": "ev", "queryStringParameters/n": "2", "multiValueQueryStringParameters/n": present{}},
		"headers":         {"headers/Sec-WebSocket-Key": present{}, "headers/Sec-WebSocket-Version": "13", "headers/X-Multi": "b", "headers/Cookie": "c=d", "headers/X-Forwarded-For": "127.0.0.1", "headers/X-Forwarded-Port": "443", "headers/X-Forwarded-Proto": "https", "headers/X-Amzn-Trace-Id": present{}, "headers/Host": present{}},
		"hop headers":     {"headers/Connection": nil, "headers/Upgrade": nil},
		"no REST members": {"resource": nil, "path": nil, "httpMethod": nil, "pathParameters": nil, "body": nil},
		"stage variables": {"stageVariables/color": "red"},
		"encoding":        {"isBase64Encoded": false},
		"type":            {"requestContext/eventType": "CONNECT", "requestContext/routeKey": "$connect", "requestContext/messageDirection": "IN", "requestContext/messageId": nil},
		"place":           {"requestContext/stage": "dev", "requestContext/apiId": s.ids["events"], "requestContext/domainName": s.host("events")},
		"identity":        {"requestContext/identity/sourceIp": "127.0.0.1", "requestContext/identity/userAgent": "tester/1", "requestContext/identity/accountId": nil, "requestContext/authorizer": nil},
		"times":           {"requestContext/connectedAt": present{}, "requestContext/requestTimeEpoch": present{}, "requestContext/requestTime": present{}},
		"connection":      {"requestContext/connectionId": id},
	} {
		t.Run("3 CONNECT "+name, func(t *testing.T) { check(t, connect, want) })
	}
	for name, want := range map[string]map[string]any{
		"no headers": {"headers": nil, "multiValueHeaders": nil, "queryStringParameters": nil, "multiValueQueryStringParameters": nil},
		"body":       {"body": `{"action":"other","data":1}`, "isBase64Encoded": false},
		"type":       {"requestContext/eventType": "MESSAGE", "requestContext/routeKey": "other", "requestContext/messageId": present{}, "requestContext/messageDirection": "IN"},
		"place":      {"requestContext/stage": "dev", "requestContext/apiId": s.ids["events"], "requestContext/domainName": s.host("events")},
		"repeats":    {"requestContext/connectedAt": member(t, connect, "requestContext/connectedAt"), "requestContext/connectionId": id, "requestContext/identity/sourceIp": "127.0.0.1", "requestContext/identity/userAgent": "tester/1"},
		"variables":  {"stageVariables/color": "red"},
	} {
		t.Run("3 MESSAGE "+name, func(t *testing.T) { check(t, message, want) })
	}
	t.Run("3 MESSAGE of $default", func(t *testing.T) {
		check(t, again, map[string]any{"requestContext/routeKey": "$default", "body": "no json"})
	})
	t.Run("3 ids", func(t *testing.T) {
		for _, event := range []string{connect, message, again, disconnect} {
			request, _ := member(t, event, "requestContext/requestId").(string)
			if extended := member(t, event, "requestContext/extendedRequestId"); !idForm.MatchString(request) || extended != request {
				t.Errorf("requestId %q, extendedRequestId %v", request, extended)
			}
		}
		if member(t, message, "requestContext/requestId") == member(t, again, "requestContext/requestId") || member(t, message, "requestContext/messageId") == member(t, again, "requestContext/messageId") {
			t.Error("two messages have the same ids")
		}
	})
	for name, want := range map[string]map[string]any{
		"headers": {"headers/x-api-key": "", "headers/X-Forwarded-For": "", "headers/x-restapi": "", "headers/Host": present{}},
		"type":    {"requestContext/eventType": "DISCONNECT", "requestContext/routeKey": "$disconnect", "requestContext/messageId": nil},
		"closing": {"requestContext/disconnectStatusCode": float64(4001), "requestContext/disconnectReason": "bye"},
		"repeats": {"requestContext/connectionId": id, "requestContext/connectedAt": member(t, connect, "requestContext/connectedAt"), "requestContext/identity/sourceIp": "127.0.0.1"},
	} {
		t.Run("3 DISCONNECT "+name, func(t *testing.T) { check(t, disconnect, want) })
	}

	for _, f := range []struct {
		name   string
		end    func(c *conn, id string)
		code   int
		reason any
	}{
		{"1000 of the client", func(c *conn, _ string) { c.close(1000, "") }, 1000, ""},
		{"1001 of the client", func(c *conn, _ string) { c.close(1001, "") }, 1001, ""},
		{"text of the client", func(c *conn, _ string) { c.close(3001, "own words") }, 3001, "own words"},
		{"no code", func(c *conn, _ string) { c.c.do(c.t, map[string]any{"op": "close", "name": c.name}) }, 1005, "Client-side close frame status not set"},
		{"lost", func(c *conn, _ string) { c.c.do(c.t, map[string]any{"op": "close", "name": c.name, "abort": true}) }, 1006, present{}},
		{"binary", func(c *conn, _ string) { c.c.do(c.t, map[string]any{"op": "send", "name": c.name, "binary": "x"}) }, 1003, present{}},
		{"oversize", func(c *conn, _ string) { c.send(long(33 << 10)) }, 1009, present{}},
		{"DELETE", func(c *conn, id string) {
			if status, _, _ := s.signed(c.t, "DELETE", "/_aws/execute-api/<events>/dev/@connections/"+id, nil); status != 204 {
				c.t.Errorf("DELETE answers %d", status)
			}
		}, 1000, "Connection Closed Normally"},
	} {
		t.Run("10 disconnect "+f.name, func(t *testing.T) {
			c := s.open(t, "events")
			id, _ := member(t, c.ask("{}"), "requestContext/connectionId").(string)
			f.end(c, id)
			event := s.newest(t, "bye", has(id)).body
			check(t, event, map[string]any{"requestContext/disconnectStatusCode": float64(f.code), "requestContext/disconnectReason": f.reason})
		})
	}
	for _, f := range []struct {
		name, send string
		binary     bool
		code       int
	}{
		{"a frame over 32 KB", long(32<<10 + 1), false, 1009},
		{"binary", "x", true, 1003},
	} {
		t.Run("10 the client sees the close of "+f.name, func(t *testing.T) {
			c := s.open(t, "events")
			key := "text"
			if f.binary {
				key = "binary"
			}
			s.do(t, map[string]any{"op": "send", "name": c.name, key: f.send})
			if r := c.recv(); !r.Closed || r.Code != f.code {
				t.Errorf("got %+v", r)
			}
		})
	}
	t.Run("10 a frame of 32 KB", func(t *testing.T) {
		c := s.open(t, "messages")
		if got := c.ask(long(32 << 10)); got != long(32<<10) {
			t.Errorf("got %d bytes", len(got))
		}
	})
	t.Run("10 a message of 128 KB in frames", func(t *testing.T) {
		c := s.open(t, "messages")
		part := long(32 << 10)
		s.do(t, map[string]any{"op": "send", "name": c.name, "fragments": []string{part, part, part, part}})
		if got := c.text(); len(got) != 128<<10 {
			t.Errorf("got %d bytes", len(got))
		}
	})
	t.Run("10 ping", func(t *testing.T) {
		c := s.open(t, "events")
		if r := s.do(t, map[string]any{"op": "ping", "name": c.name, "text": "p"}); !r.Pong {
			t.Error("no pong")
		}
	})
}
