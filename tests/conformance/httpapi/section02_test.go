package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// all makes routes of the function for keys.
func all(keys ...string) map[string]*sdk.CreateIntegrationInput {
	m := map[string]*sdk.CreateIntegrationInput{}
	for _, key := range keys {
		m[key] = function()
	}
	return m
}

// refuses wants a call of the control plane to fail with a text.
func refuses(text string, call func(ctx context.Context, c *sdk.Client, api string) error) check {
	return func(ctx context.Context, control, api string) error {
		err := call(ctx, client(control), api)
		if err == nil || !strings.Contains(err.Error(), text) {
			return fmt.Errorf("the control plane says %v, want %q", err, text)
		}
		return nil
	}
}

func refusesKey(key string) check {
	return refuses("BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
		_, err := c.CreateRoute(ctx, &sdk.CreateRouteInput{ApiId: &api, RouteKey: &key})
		return err
	})
}

func section02() []fact {
	takes := func(name, do, key string, more obj) fact {
		event := obj{"routeKey": key}
		for k, v := range more {
			event[k] = v
		}
		return fact{name: name, section: "2", do: do, want: ok, event: event}
	}
	none := func(name, do string) fact {
		return fact{name: name, section: "2", do: do, want: notFound, noCall: true}
	}
	in := func(api string, f fact) fact { f.api = api; return f }
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	control := func(name string, act check) fact {
		return fact{name: name, section: "2", do: "GET /x", want: ok, act: act}
	}
	id := func(v string) obj { return obj{"pathParameters": obj{"id": v}} }
	greedy := func(v string) obj { return obj{"pathParameters": obj{"proxy": v}} }
	return []fact{
		takes("the root", "GET /", "GET /", nil),
		takes("a literal path", "GET /x", "GET /x", nil),
		takes("a variable takes a segment", "GET /pets/7", "GET /pets/{id}", id("7")),
		takes("a static segment beats a variable", "GET /pets/dog/1", "GET /pets/dog/1", nil),
		takes("a variable beside a static segment", "GET /pets/dog/2", "GET /pets/dog/{id}", id("2")),
		takes("a full match beats a greedy one", "GET /pets/9", "GET /pets/{id}", nil),
		takes("a greedy variable takes the rest", "GET /pets/a/b/c", "ANY /pets/{proxy+}", greedy("a/b/c")),
		takes("the longest literal prefix of greedy routes wins", "GET /g/h/i", "GET /g/h/{proxy+}", greedy("i")),
		takes("a shorter prefix where the longer does not match", "GET /g/i/h", "ANY /g/{proxy+}", greedy("i/h")),
		takes("a greedy route of another method", "POST /g/h/i", "ANY /g/{proxy+}", greedy("h/i")),
		takes("a method beats ANY", "GET /pets", "GET /pets", nil),
		takes("ANY covers other methods", "PUT /pets", "ANY /pets", obj{"requestContext/http/method": "PUT"}),
		takes("ANY covers PATCH", "PATCH /pets", "ANY /pets", nil),
		takes("ANY covers DELETE", "DELETE /pets", "ANY /pets", nil),
		takes("ANY covers HEAD", "HEAD /pets", "ANY /pets", nil),
		takes("ANY covers OPTIONS", "OPTIONS /pets", "ANY /pets", nil),
		tag("unconfirmed", takes("the specific path comes before the method", "GET /s/fixed", "ANY /s/fixed", nil)),
		takes("a method mismatch falls through to a greedy route", "POST /pets/dog/1", "ANY /pets/{proxy+}", greedy("dog/1")),
		none("a method mismatch is not 405", "POST /x"),
		none("a path without a route", "GET /nothing"),
		none("more segments than a route has", "GET /x/y"),
		{name: "HEAD is not answered by GET", section: "2", tag: "unconfirmed", do: "HEAD /x", want: want{Status: 404, Body: ""}, noCall: true},
		none("a trailing slash is significant", "GET /x/"),
		none("another case of letters", "GET /X"),
		takes("a greedy variable takes an empty rest after a slash", "GET /g/", "ANY /g/{proxy+}", nil),
		none("a greedy variable does not take its own prefix", "GET /g"),
		tag("unconfirmed", in("greedy", none("a greedy variable does not take the root", "GET /"))),
		in("greedy", takes("a greedy variable takes everything else", "GET /a/b", "GET /{proxy+}", greedy("a/b"))),
		takes("paths are decoded before they are matched", "GET /pe%74s", "GET /pets", nil),
		takes("an encoded slash splits a segment", "GET /pets%2F7", "GET /pets/{id}", id("7")),
		takes("an encoded slash within a variable", "GET /pets/a%2Fb", "ANY /pets/{proxy+}", greedy("a/b")),
		takes("a decoded question mark ends the path", "GET /pets/a%3Fb", "GET /pets/{id}", obj{"pathParameters": obj{"id": "a"}, "rawPath": "/prod/pets/a"}),
		takes("a variable is decoded", "GET /pets/a%20b", "GET /pets/{id}", id("a b")),
		takes("a variable is decoded as UTF-8", "GET /pets/%C3%BC", "GET /pets/{id}", id("ü")),
		in("default", takes("the default route takes what is left", "DELETE /any/thing", "$default", obj{"pathParameters": harness.Absent})),
		in("default", takes("a method mismatch falls through to the default route", "POST /x", "$default", nil)),
		in("default", takes("a route comes before the default route", "GET /x", "GET /x", nil)),
		in("default", takes("a greedy route comes before the default route", "GET /g/x", "GET /g/{proxy+}", nil)),
		in("default", takes("the default route takes the root", "GET /", "$default", nil)),
		{name: "the default route forwards the entire path", section: "2", api: "default http", do: "GET /any/thing?q=1", want: ok, seen: &seen{Target: "/b/any/thing?q=1"}},
		control("a key with a slash at its end", refusesKey("GET /x/")),
		control("a key with an unknown method", refusesKey("FETCH /new")),
		control("a key without a path", refusesKey("GET")),
		control("a key whose path has no slash", refusesKey("GET new")),
		control("a greedy variable before the end", refusesKey("GET /{a+}/b")),
		control("a variable that is part of a segment", refusesKey("GET /a{b}")),
		control("a key that exists", refuses("ConflictException", func(ctx context.Context, c *sdk.Client, api string) error {
			_, err := c.CreateRoute(ctx, &sdk.CreateRouteInput{ApiId: &api, RouteKey: aws.String("GET /x")})
			return err
		})),
		control("the route selection expression is fixed", refuses("BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
			_, err := c.UpdateApi(ctx, &sdk.UpdateApiInput{ApiId: &api, RouteSelectionExpression: aws.String("$request.body.action")})
			return err
		})),
	}
}

var routing = all("GET /", "GET /x", "GET /pets", "ANY /pets", "GET /pets/{id}", "GET /pets/dog/1", "GET /pets/dog/{id}", "ANY /pets/{proxy+}",
	"ANY /g/{proxy+}", "GET /g/h/{proxy+}", "ANY /s/fixed", "GET /s/{v}")
