package httpapi

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

func section10() []fact {
	// maps is a fact about what a backend sees of "POST <>/7?q=a&q=b&r=c" with a JSON body.
	maps := func(name string, s *seen, kv ...string) fact {
		return fact{name: name, section: "10", api: "variables", key: "POST <>/{id}", do: "POST <>/7?q=a&q=b&r=c", body: `{"a":{"b":"c"},"n":7,"list":["x","y"]}`,
			head: []string{"Content-Type: application/json", "X-A: 1", "X-B: 2"}, in: backend(mapped(kv...)), want: ok, seen: s}
	}
	answers := func(name string, a answer, w want, kv ...string) fact {
		return fact{name: name, section: "10", api: "variables", in: backend(gives("200", kv...)), backend: a, want: w, head: []string{"X-A: 1"}}
	}
	json := answer{Header: []string{"X-One: 1", "X-Two: 2", "Content-Type: application/json"}, Body: `{"a":{"b":"c"}}`}
	refusesMapping := func(name string, kv ...string) fact {
		return fact{name: name, section: "10", do: "GET /reachable", want: ok, act: refusesIntegration(backend(mapped(kv...)))}
	}
	refusesAnswer := func(name, status string, kv ...string) fact {
		return fact{name: name, section: "10", do: "GET /reachable", want: ok, act: refusesIntegration(backend(gives(status, kv...)))}
	}
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	out := []fact{
		maps("append to a header that is there", got("X-A", "1,new"), "append:header.X-A", "new"),
		maps("append a header", got("X-New", "new"), "append:header.X-New", "new"),
		maps("overwrite a header", got("X-A", "new"), "overwrite:header.X-A", "new"),
		maps("overwrite creates", got("X-New", "new"), "overwrite:header.X-New", "new"),
		maps("remove a header", got("X-A", harness.Absent, "X-B", "2"), "remove:header.X-A", "''"),
		maps("names of headers in any case", got("X-A", "new"), "overwrite:header.x-a", "new"),
		maps("append to the query", &seen{Target: harness.AnyOf{"/b?q=a&q=b&r=c&q=new", "/b?q=a&q=b&q=new&r=c"}}, "append:querystring.q", "new"),
		maps("overwrite in the query", &seen{Target: harness.AnyOf{"/b?r=c&q=new", "/b?q=new&r=c"}}, "overwrite:querystring.q", "new"),
		maps("remove from the query", &seen{Target: "/b?r=c"}, "remove:querystring.q", "''"),
		maps("overwrite the path", &seen{Target: "/new?q=a&q=b&r=c"}, "overwrite:path", "/new"),
		maps("a request header", got("X-New", "1"), "append:header.X-New", "$request.header.x-a"),
		maps("a query parameter, repeats joined", got("X-New", "a,b"), "append:header.X-New", "$request.querystring.q"),
		maps("a query parameter in another case", got("X-New", harness.Absent), "append:header.X-New", "$request.querystring.Q"),
		maps("the body", got("X-New", `{"a":{"b":"c"},"n":7,"list":["x","y"]}`), "append:header.X-New", "$request.body"),
		maps("a part of the body", got("X-New", "c"), "append:header.X-New", "$request.body.a.b"),
		maps("a number of the body", got("X-New", "7"), "append:header.X-New", "$request.body.n"),
		maps("an element of the body", got("X-New", "y"), "append:header.X-New", "$request.body.list[1]"),
		maps("the path without the stage", got("X-New", "<>/7"), "append:header.X-New", "$request.path"),
		maps("a path parameter", got("X-New", "7"), "append:header.X-New", "$request.path.id"),
		maps("a variable of the context", got("X-New", "{{api}}"), "append:header.X-New", "$context.apiId"),
		maps("a stage variable", got("X-New", "from-stage"), "append:header.X-New", "$stageVariables.path"),
		maps("variables within text", got("X-New", "7-1!"), "append:header.X-New", "${request.path.id}-${request.header.x-a}!"),
		maps("all see the original request", got("X-B2", "1", "X-A", harness.Absent), "append:header.X-B2", "$request.header.X-A", "remove:header.X-A", "''"),
		maps("a missing source", got("X-New", harness.Absent), "append:header.X-New", "$request.header.nope"),
		tag("unconfirmed", maps("a missing source within text", got("X-New", "()"), "append:header.X-New", "(${request.header.nope})")),
		maps("the body passes all the same", &seen{Body: `{"a":{"b":"c"},"n":7,"list":["x","y"]}`}, "append:header.X-New", "$request.body.n"),
		{name: "no more than 100 KB of a body is looked into", section: "10", do: "POST <>", body: `{"x":"` + strings.Repeat("x", 100<<10) + `","a":"late"}`, head: []string{"Content-Type: application/json"},
			in: backend(mapped("append:header.X-New", "$request.body.a")), want: ok, seen: got("X-New", harness.Absent)},
		{name: "a mapping of the path under the default route", section: "10", api: "default", key: "GET <>", in: backend(mapped("overwrite:path", "/b/${request.querystring.p}")), do: "GET <>?p=x", want: ok, seen: &seen{Target: "/b/x?p=x"}},
		tag("unconfirmed", fact{name: "a function sees mapped headers", section: "10", in: function(mapped("append:header.X-New", "new")), want: ok, event: obj{"headers/x-new": "new"}}),
		tag("unconfirmed", fact{name: "a function sees a mapped query", section: "10", in: function(mapped("append:querystring.q", "new")), want: ok, event: obj{"queryStringParameters/q": "new"}}),
		answers("append to a header of an answer", json, header("X-One", "1,new"), "append:header.X-One", "new"),
		answers("overwrite a header of an answer", json, header("X-One", "new"), "overwrite:header.X-One", "new"),
		answers("remove a header of an answer", json, header("X-One", harness.Absent, "X-Two", "2"), "remove:header.X-One", "''"),
		answers("overwrite the status", json, want{Status: 203, Body: json.Body}, "overwrite:statuscode", "203"),
		tag("unconfirmed", answers("a header of the answer", json, header("X-New", "1"), "append:header.X-New", "$response.header.x-one")),
		answers("the body of the answer", json, with(body(json.Body), "X-New", json.Body), "append:header.X-New", "$response.body"),
		answers("a part of the body of the answer", json, with(body(json.Body), "X-New", "c"), "append:header.X-New", "$response.body.a.b"),
		answers("a header of the request", json, header("X-New", "1"), "append:header.X-New", "$request.header.X-A"),
		answers("the context of an answer", json, header("X-New", "GET <>"), "append:header.X-New", "$context.routeKey"),
		answers("a stage variable of an answer", json, header("X-New", "from-stage"), "append:header.X-New", "$stageVariables.path"),
		answers("only the exact status", answer{Status: 201}, want{Status: 201, Header: obj{"X-New": harness.Absent}}, "append:header.X-New", "new"),
		{name: "a mapping of an error", section: "10", in: backend(gives("404", "overwrite:statuscode", "410", "append:header.x-why", "gone")), backend: answer{Status: 404, Body: "no"}, want: want{Status: 410, Header: obj{"X-Why": "gone"}, Body: "no"}},
		{name: "answers of functions are mapped", section: "10", in: function(gives("201", "append:header.x-new", "new")), fn: output{Payload: `{"statusCode":201}`}, want: want{Status: 201, Header: obj{"X-New": "new"}}},
		refusesMapping("a recursive descent", "append:header.X-New", "$request.body..a"),
		refusesMapping("a filter", "append:header.X-New", "$request.body.a[?(@.b)]"),
		refusesMapping("an answer's header on the way in", "append:header.X-New", "$response.header.a"),
		refusesMapping("an unknown action", "prepend:header.X-New", "x"),
		refusesMapping("appending to the path", "append:path", "/x"),
		refusesAnswer("a status that is none", "600", "append:header.x", "y"),
		refusesAnswer("a wildcard for the status", "4xx", "append:header.x", "y"),
		refusesAnswer("the query of an answer", "200", "append:querystring.x", "y"),
		{name: "an empty value deletes a mapping", section: "10", api: "changing", do: "GET /mapped", want: ok, seen: got("X-New", harness.Absent), eventually: true,
			act: func(ctx context.Context, control, api string) error {
				c := client(control)
				all, err := c.GetIntegrations(ctx, &sdk.GetIntegrationsInput{ApiId: &api})
				if err != nil {
					return err
				}
				for _, i := range all.Items {
					if i.RequestParameters["append:header.X-New"] == "" {
						continue
					}
					if _, err := c.UpdateIntegration(ctx, &sdk.UpdateIntegrationInput{ApiId: &api, IntegrationId: i.IntegrationId, RequestParameters: pairs([]string{"append:header.X-New", ""})}); err != nil {
						return err
					}
				}
				return nil
			}},
	}
	for _, name := range strings.Fields("Access-Control-Allow-Origin apigw-x Authorization Connection Content-Encoding Content-Length Content-Location Forwarded Keep-Alive Origin Proxy-Authenticate " +
		"Proxy-Authorization TE Trailers Transfer-Encoding Upgrade x-amz-x x-amzn-x X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto Via") {
		out = append(out, refusesMapping("the reserved header "+name, "append:header."+name, "x"))
	}
	return out
}
