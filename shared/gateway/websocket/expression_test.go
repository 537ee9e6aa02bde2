package websocket

import "testing"

// The examples of WebSocket API spec, 2.
func TestExpressions(t *testing.T) {
	const message = `{"service":"chat","action":"join","data":{"room":"room1234"},"n":1.0,"list":[1,"b"],"empty":null}`
	for _, test := range []struct {
		text, body, want string
		ok               bool
	}{
		{"$request.body.action", message, "join", true},
		{"${request.body.action}", message, "join", true},
		{"${request.body.service}/${request.body.action}", message, "chat/join", true},
		{"${request.body.action}-${request.body.invalidPath}", message, "join-", true},
		{"$request.body.service-$request.body.action", message, "chat-join", true},
		{"action", message, "action", true},
		{`\$default`, message, "$default", true},
		{`a\$b$request.body.action`, message, "a$bjoin", true},
		{"$request.body.data.room", message, "room1234", true},
		{"$request.body.n", message, "1.0", true},
		{"$request.body.list", message, "[1, b]", true},
		{"$request.body.list[1]", message, "b", true},
		{"$request.body.data", message, "{room=room1234}", true},
		{"$request.body.empty", message, "", true},
		{"$request.body.action.x", message, "", true},
		{"$request.body.action", "text", "", false},
		{"$request.body.action", "", "", false},
		{"$request.body", "text", "text", true},
		{"$integration.response.statuscode", message, "", true},
	} {
		e, err := CompileExpression(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if got, ok := e.evaluate(&document{text: []byte(test.body)}, nil); got != test.want || ok != test.ok {
			t.Errorf("%s of %s is %q, %t, want %q, %t", test.text, test.body, got, ok, test.want, test.ok)
		}
	}
	for _, text := range []string{"$", "a$", "${", "${request.body.x", "${request.body.a[?(}"} {
		if _, err := CompileExpression(text); err == nil {
			t.Errorf("%s compiles", text)
		}
	}
}

func FuzzExpression(f *testing.F) {
	f.Add("${request.body.a}/$request.body.b", `{"a":1}`)
	f.Add(`\$x$request.body.a[0]`, `[]`)
	f.Fuzz(func(t *testing.T, text, body string) {
		e, err := CompileExpression(text)
		if err != nil {
			return
		}
		first, ok := e.evaluate(&document{text: []byte(body)}, nil)
		if again, okAgain := e.evaluate(&document{text: []byte(body)}, nil); first != again || ok != okAgain {
			t.Errorf("%q, then %q", first, again)
		}
	})
}

// Names of members in paths are found with and without decoding, and alike.
func TestMemberWalk(t *testing.T) {
	for _, body := range []string{`{"a":{"b":"x"}}`, `{"a":{"b":"x","b":"y"}}`, `{"a":"x"}`, `{"a":[{"b":1}]}`, `[]`, `{"a":{"b":true}}`, `{"a":{"b":12.50}}`, `{"a":{"b":null}}`} {
		e, err := CompileExpression("$request.body.a.b")
		if err != nil {
			t.Fatal(err)
		}
		fast, ok := e.evaluate(&document{text: []byte(body)}, nil)
		e.parts[0].members = nil
		slow, okSlow := e.evaluate(&document{text: []byte(body)}, nil)
		if fast != slow || ok != okSlow {
			t.Errorf("%s: %q and %q", body, fast, slow)
		}
	}
}
