package httpapi

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

var lambdaAPI = api{
	variables: map[string]string{"path": "from-stage"},
	log:       "lambda $context.requestId $context.path [$context.authorizer.s] [$context.authorizer.n] [$context.authorizer.principalId] [$context.authorizer.error]",
	authorizers: []sdk.CreateAuthorizerInput{
		lambdaAuthorizer("simple", "2.0", true, 0, "{{authorizer}}", "$request.header.Who"),
		lambdaAuthorizer("policy", "2.0", false, 0, "{{authorizer}}", "$request.header.Who"),
		lambdaAuthorizer("old", "1.0", false, 0, "{{authorizer}}", "$request.header.Who"),
		lambdaAuthorizer("open", "2.0", true, 0, "{{authorizer}}"),
		lambdaAuthorizer("kept", "2.0", true, 300, "{{authorizer}}", "$request.header.Who"),
		lambdaAuthorizer("kept policy", "2.0", false, 300, "{{authorizer}}", "$request.header.Who"),
		lambdaAuthorizer("by route", "2.0", true, 300, "{{authorizer}}", "$request.header.Who", "$context.routeKey"),
		lambdaAuthorizer("sources", "1.0", false, 300, "{{authorizer}}", "$request.header.Who", "$request.querystring.q", "$stageVariables.path"),
		lambdaAuthorizer("slow", "2.0", true, 0, "{{slow}}", "$request.header.Who"),
		lambdaAuthorizer("elsewhere", "2.0", true, 0, "{{elsewhere}}", "$request.header.Who"),
	},
}

// says is the output of an authorizer's function.
func says(payload string) output { return output{Payload: payload} }

// allows is a policy with a statement, and with more members of the answer.
func allows(statement string, more ...string) output {
	return says(`{"principalId":"minka","policyDocument":{"Version":"2012-10-17","Statement":[` + statement + `]}` + strings.Join(more, "") + `}`)
}

const (
	invokeARN = "arn:aws:execute-api:us-east-1:123456789012:"
	allowAll  = `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}`
	denyAll   = `{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"*"}`
	yes, no   = `{"isAuthorized":true}`, `{"isAuthorized":false}`
)

func section12() []fact {
	who := []string{"Who: me"}
	f := func(name, auth string, o output, w want) fact {
		return fact{name: name, section: "12", auth: auth, in: function(), head: who, authorizer: o, want: w, noCall: w.Status != 200}
	}
	asks := func(name, auth, do string, o output, event obj) fact {
		one := f(name, auth, o, ok)
		one.do, one.askedWith = do, event
		return one
	}
	keyed := func(key string, f fact) fact { f.key = key; return f }
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	sees := func(name, auth string, o output, event obj) fact {
		one := f(name, auth, o, ok)
		one.event = event
		return one
	}
	old := func(f fact) fact { f.in, f.fn = function1(), reply; return f }
	headed := func(f fact, head ...string) fact { f.head = head; return f }
	never := func(f fact) fact { f.asked, f.noCall = harness.Never, f.want.Status != 200; return f }
	once := func(f fact) fact { f.asked = harness.Once; return f }
	after := func(f fact, before ...fact) fact { f.before = before; return f }
	logs := func(line string, f fact) fact { f.log = []string{line}; return f }
	const types = `,"context":{"s":"text","n":1.5,"b":true,"l":["a",1],"m":{"k":"v"}}`
	context20 := `{"isAuthorized":true` + types + `}`
	out := []fact{
		f("a simple yes", "simple", says(yes), ok),
		f("a simple no", "simple", says(no), forbidden),
		f("a policy that allows", "policy", allows(allowAll), ok),
		f("a policy that denies", "policy", allows(denyAll), forbidden),
		f("a policy that does not allow", "policy", allows(`{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:*:*:x/*"}`), forbidden),
		f("a policy that allows and denies", "policy", allows(allowAll+","+denyAll), forbidden),
		f("a policy of format 1.0 that allows", "old", allows(allowAll), ok),
		f("a policy of format 1.0 that denies", "old", allows(denyAll), forbidden),
		f("a policy for a simple authorizer", "simple", allows(allowAll), internal),
		f("a simple yes for a policy", "policy", says(yes), internal),
		f("a simple yes for format 1.0", "old", says(yes), internal),
		tag("unconfirmed", f("a yes that is no boolean", "simple", says(`{"isAuthorized":"true"}`), internal)),
		f("an answer that is no object", "simple", says(`true`), internal),
		f("an answer that is no JSON", "simple", says(`yes`), internal),
		f("a function that fails", "simple", output{Error: "oops"}, internal),
		tag("unconfirmed", f("a function that fails with Unauthorized", "simple", output{Error: "Unauthorized"}, internal)),
		f("a function that does not end in time", "slow", says(yes), internal),
		{name: "a function that cannot be invoked", section: "12", auth: "elsewhere", in: function(), head: who, backend: answer{Status: 403, Body: "{}"}, want: internal},
		never(headed(f("no identity source", "simple", says(yes), unauthorized))),
		never(headed(f("an empty identity source", "simple", says(yes), unauthorized), "Who: ")),
		never(headed(f("one of several sources is missing", "sources", says(yes), unauthorized), who...)),
		once(headed(f("no identity source configured", "open", says(yes), ok))),
		headed(logs("12-no-source-and-no-error-in-the-log [-] [-] [-] [-]", f("no source and no error in the log", "simple", says(yes), unauthorized))),
		{name: "no challenge", section: "12", auth: "simple", in: function(), want: with(unauthorized, "Www-Authenticate", harness.Absent), asked: harness.Never},

		asks("members of the event of format 2.0", "simple", "GET <>", says(yes), obj{"": harness.Keys{"version", "type", "routeArn", "identitySource", "routeKey", "rawPath", "rawQueryString", "headers", "requestContext", "stageVariables"}}),
		keyed("POST <>/{id}", asks("all members of the event of format 2.0", "simple", "POST <>/7?q=1", says(yes), obj{"version": "2.0", "type": "REQUEST", "identitySource": list{"me"}, "routeKey": "POST <>/{id}",
			"rawPath": "/prod<>/7", "rawQueryString": "q=1", "queryStringParameters": obj{"q": "1"}, "pathParameters": obj{"id": "7"}, "stageVariables": obj{"path": "from-stage"}, "body": harness.Absent, "headers/who": "me"})),
		headed(asks("cookies of the event", "simple", "GET <>", says(yes), obj{"cookies": list{"a=1"}, "headers/cookie": harness.Absent}), "Who: me", "Cookie: a=1"),
		asks("the context of the event", "simple", "GET <>", says(yes), obj{"requestContext": harness.Keys{"accountId", "apiId", "domainName", "domainPrefix", "http", "requestId", "routeKey", "stage", "time", "timeEpoch"}}),
		keyed("GET <>/{id}", asks("the ARN of a route", "simple", "GET <>/7", says(yes), obj{"routeArn": invokeARN + "{{api}}/prod/GET<>/7"})),
		headed(asks("no identity source in the event", "open", "GET <>", says(yes), obj{"identitySource": harness.Null})),
		asks("members of the event of format 1.0", "old", "GET <>", allows(allowAll), obj{"": harness.Keys{"version", "type", "methodArn", "identitySource", "authorizationToken", "resource", "path", "httpMethod", "headers",
			"queryStringParameters", "pathParameters", "stageVariables", "requestContext"}}),
		keyed("POST <>/{id}", asks("all members of the event of format 1.0", "old", "POST <>/7?q=1", allows(allowAll), obj{"version": "1.0", "type": "REQUEST", "methodArn": invokeARN + "{{api}}/prod/POST<>/7", "identitySource": "me", "authorizationToken": "me",
			"resource": "<>/{id}", "path": "/prod<>/7", "httpMethod": "POST", "headers/Who": "me", "queryStringParameters": obj{"q": "1"}, "pathParameters": obj{"id": "7"}, "stageVariables": obj{"path": "from-stage"}})),
		asks("the context of the event of format 1.0", "old", "GET <>", allows(allowAll), obj{"requestContext": harness.Keys{"path", "accountId", "resourceId", "stage", "requestId", "identity", "resourcePath", "httpMethod", "apiId"}}),
		asks("sources are joined in format 1.0", "sources", "GET <>?q=2", allows(allowAll), obj{"identitySource": "me,2,from-stage", "authorizationToken": "me,2,from-stage"}),

		sees("the context keeps its types", "simple", says(context20), obj{"requestContext/authorizer/lambda": obj{"s": "text", "n": 1.5, "b": true, "l": list{"a", 1}, "m": obj{"k": "v"}}}),
		tag("reported", sees("no context", "simple", says(yes), obj{"requestContext/authorizer": harness.Keys{"lambda"}, "requestContext/authorizer/lambda": harness.Null})),
		sees("the context of a policy", "policy", allows(allowAll, types), obj{"requestContext/authorizer/lambda/s": "text"}),
		old(sees("the context is flat in format 1.0", "simple", says(context20), obj{"requestContext/authorizer/s": "text", "requestContext/authorizer/b": true})),
		old(sees("the principal in format 1.0", "old", allows(allowAll, types), obj{"requestContext/authorizer/principalId": "minka", "requestContext/authorizer/n": 1.5})),
		{name: "the context in a mapping", section: "12", auth: "simple", in: backend(mapped("append:header.X-S", "$context.authorizer.s")), head: who, authorizer: says(context20), want: ok, seen: got("X-S", "text")},
		logs("12-the-context-in-the-log [text] [1.5] [minka] [-]", f("the context in the log", "policy", allows(allowAll, types), ok)),

		after(never(headed(f("an answer is kept", "kept", says(no), ok), "Who: k1")), fact{head: []string{"Who: k1"}, authorizer: says(yes), asked: harness.Once, want: ok}),
		after(once(headed(f("another identity is asked about", "kept", says(no), forbidden), "Who: k3")), fact{head: []string{"Who: k2"}, authorizer: says(yes), asked: harness.Once, want: ok}),
		tag("reported", after(never(headed(f("a no is kept", "kept", says(yes), forbidden), "Who: k4")), fact{head: []string{"Who: k4"}, authorizer: says(no), asked: harness.Once, want: forbidden})),
		after(never(headed(f("an answer is kept for all routes", "kept", says(no), ok), "Who: k5")), fact{do: "GET /12-an-answer-is-kept", head: []string{"Who: k5"}, authorizer: says(yes), asked: harness.Once, want: ok}),
		after(never(headed(f("a kept policy is evaluated again", "kept policy", allows(denyAll), ok), "Who: k6")),
			fact{head: []string{"Who: k6"}, authorizer: allows(`{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"` + invokeARN + `*/prod/GET/12-a-kept-policy-is-evaluated-again"}`), asked: harness.Once, want: ok},
			fact{do: "GET /12-another-route-of-the-kept-policy", head: []string{"Who: k6"}, authorizer: allows(allowAll), asked: harness.Never, want: forbidden}),
		f("another route of the kept policy", "kept policy", allows(allowAll), ok),
		after(once(headed(f("the route can be part of the key", "by route", says(no), forbidden), "Who: k7")), fact{do: "GET /12-a-route-of-its-own-key", head: []string{"Who: k7"}, authorizer: says(yes), asked: harness.Once, want: ok}),
		f("a route of its own key", "by route", says(yes), ok),
		after(once(headed(f("nothing is kept for no time", "simple", says(no), forbidden), "Who: k8")), fact{head: []string{"Who: k8"}, authorizer: says(yes), asked: harness.Once, want: ok}),
		after(once(headed(f("a failure is not kept", "kept", says(yes), ok), "Who: k9")), fact{head: []string{"Who: k9"}, authorizer: output{Error: "oops"}, asked: harness.Once, want: internal}),
		{name: "resetting the cache", section: "12", auth: "kept", in: function(), head: []string{"Who: k10"}, authorizer: says(no), want: forbidden, eventually: true,
			before: []fact{{head: []string{"Who: k10"}, authorizer: says(yes), asked: harness.Once, want: ok}},
			act: func(ctx context.Context, control, api string) error {
				_, err := client(control).ResetAuthorizersCache(ctx, &sdk.ResetAuthorizersCacheInput{ApiId: &api, StageName: aws.String(harness.Stage)})
				return err
			}},
	}
	for name, in := range map[string]sdk.CreateAuthorizerInput{
		"a time to live beyond an hour":        lambdaAuthorizer("new", "2.0", true, 3601, "{{authorizer}}", "$request.header.Who"),
		"a time to live without sources":       lambdaAuthorizer("new", "2.0", true, 1, "{{authorizer}}"),
		"simple responses of format 1.0":       lambdaAuthorizer("new", "1.0", true, 0, "{{authorizer}}", "$request.header.Who"),
		"a source that is none":                lambdaAuthorizer("new", "2.0", true, 0, "{{authorizer}}", "$request.body.who"),
		"a format that is none":                lambdaAuthorizer("new", "3.0", true, 0, "{{authorizer}}", "$request.header.Who"),
		"a source in the manner of REST APIs":  lambdaAuthorizer("new", "2.0", true, 0, "{{authorizer}}", "method.request.header.Who"),
		"an address that is not of a function": lambdaAuthorizer("new", "2.0", true, 0, "http://example.com/", "$request.header.Who"),
		"two authorizers of one name":          lambdaAuthorizer("simple", "2.0", true, 0, "{{authorizer}}", "$request.header.Who"),
	} {
		out = append(out, fact{name: name, section: "12", api: "authorizers", do: "GET /reachable", want: ok, act: refuses("StatusCode: 400", func(ctx context.Context, c *sdk.Client, api string) error {
			changed := in
			if *changed.AuthorizerUri == "{{authorizer}}" {
				changed.AuthorizerUri = aws.String("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + harness.FunctionARN + "/invocations")
			}
			changed.ApiId = &api
			_, err := c.CreateAuthorizer(ctx, &changed)
			return err
		})})
	}
	return out
}
