package mapping

import (
	"errors"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		in   string
		kind Kind
		name string
	}{
		{"'*'", Static, "*"},
		{"''", Static, ""},
		{"method.request.path.id", RequestPath, "id"},
		{"method.request.querystring.q-1", RequestQuery, "q-1"},
		{"method.request.multivaluequerystring.q", RequestMultiQuery, "q"},
		{"method.request.header.X-Tenant", RequestHeader, "X-Tenant"},
		{"method.request.multivalueheader.Accept", RequestMultiHeader, "Accept"},
		{"method.request.body", RequestBody, ""},
		{"method.request.body.user.names[0]", RequestBody, "user.names[0]"},
		{"integration.response.header.ETag", ResponseHeader, "ETag"},
		{"integration.response.multivalueheader.Set-Cookie", ResponseMultiHeader, "Set-Cookie"},
		{"integration.response.body.error.code", ResponseBody, "error.code"},
		{"stageVariables.host_1", StageVariable, "host_1"},
		{"context.identity.sourceIp", Context, "identity.sourceIp"},
		{"context.authorizer.claims['custom:role']", Context, "authorizer.claims['custom:role']"},
		{"integration.request.path.id", TargetPath, "id"},
		{"integration.request.querystring.q", TargetQuery, "q"},
		{"integration.request.header.X", TargetHeader, "X"},
		{"method.response.header.X", TargetResponseHeader, "X"},
		{"gatewayresponse.header.Access-Control-Allow-Origin", TargetGatewayHeader, "Access-Control-Allow-Origin"},
	} {
		e, err := Parse(c.in)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.in, err)
			continue
		}
		if e.Kind != c.kind || e.Name != c.name {
			t.Errorf("Parse(%q) = kind %d, name %q; want %d, %q", c.in, e.Kind, e.Name, c.kind, c.name)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{
		"", "'", "true", "x", "method.request.header.", "method.request.header.a b", "method.request.cookie.x",
		"method.request.bodyx", "method.request.body.", "method.request.path.ä", "stageVariables.a-b", "context.", "context..x",
		"context.a['", "integration.request.body", "method.response.body",
		// No definite path.
	} {
		_, err := Parse(in)
		var e *Error
		if !errors.As(err, &e) || e.Expression != in {
			t.Errorf("Parse(%q) gave %v, want an *Error with the expression", in, err)
		}
	}
	_, err := Parse("true")
	if got, want := err.Error(), "Invalid mapping expression specified: true"; got != want {
		t.Errorf("error text %q, want %q", got, want)
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		name           string
		parse          func(string, string) (Pair, error)
		target, source string
		wrong          string // the expression at fault; empty if none
	}{
		{"request", ParseRequest, "integration.request.header.A", "method.request.body.a", ""},
		{"request", ParseRequest, "method.response.header.A", "'x'", "method.response.header.A"},
		{"request", ParseRequest, "integration.request.header.A", "integration.response.header.B", "integration.response.header.B"},
		{"request", ParseRequest, "integration.request.header.A", "integration.request.header.B", "integration.request.header.B"},
		{"response", ParseResponse, "method.response.header.A", "integration.response.body", ""},
		{"response", ParseResponse, "method.response.header.A", "method.request.header.B", "method.request.header.B"},
		{"response", ParseResponse, "integration.request.header.A", "'x'", "integration.request.header.A"},
		{"gateway", ParseGateway, "gatewayresponse.header.A", "method.request.path.p", ""},
		{"gateway", ParseGateway, "gatewayresponse.header.A", "method.request.body", "method.request.body"},
		{"gateway", ParseGateway, "gatewayresponse.header.A", "'*'", ""},
	} {
		_, err := c.parse(c.target, c.source)
		var e *Error
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %s <- %s: %v", c.name, c.target, c.source, err)
		case c.wrong != "" && (!errors.As(err, &e) || e.Expression != c.wrong):
			t.Errorf("%s: %s <- %s: %v, want an error about %s", c.name, c.target, c.source, err, c.wrong)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"'a'", "method.request.body.a[0]['b']", "context.x", "stageVariables.y", "method.request.header.A"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := Parse(s)
		if err != nil {
			var me *Error
			if !errors.As(err, &me) {
				t.Fatalf("Parse(%q) gave %T", s, err)
			}
			return
		}
		if e.Path != nil {
			_, _ = e.Path.Find([]byte(`{"a":[{"b":1}],"":{"x":null}}`))
		}
		if e.Kind == 0 {
			t.Fatalf("Parse(%q) gave no kind", s)
		}
	})
}
