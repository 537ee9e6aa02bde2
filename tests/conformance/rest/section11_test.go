package rest

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// grants is what a Lambda authorizer returns: statements and other members.
func grants(statements string, more ...string) output {
	return output{Payload: `{"principalId":"minka","policyDocument":{"Version":"2012-10-17","Statement":[` + statements + `]}` + strings.Join(more, "") + `}`}
}

const (
	allowsAll = `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}`
	deniesAll = `{"Action":"execute-api:Invoke","Effect":"Deny","Resource":"*"}`
	ofOthers  = `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/elsewhere"}`
)

var (
	unauthorized   = refused(401, "UnauthorizedException", "Unauthorized")
	brokenAuth     = want{Status: 500, Header: obj{"x-amzn-ErrorType": "AuthorizerConfigurationException"}, Body: harness.JSON(`{"message":null}`)}
	notAuthorized  = want{Status: 403, Header: obj{"x-amzn-ErrorType": "AccessDeniedException"}, Body: harness.JSON(`{"Message":"User is not authorized to access this resource"}`)}
	deniedByLambda = want{Status: 403, Header: obj{"x-amzn-ErrorType": "AccessDeniedException"}, Body: harness.Match(`\{"Message":"User is not authorized to access this resource with an explicit deny(?: in an identity-based policy)?"\}`)}
	tokenHead      = []string{"Authorization: Bearer abc"}
)

// asks is a method with an authorizer that returns something.
func asks(name, section, scheme string, returns output, w want) guarded {
	g := guarded{fact: fact{name: name, section: section, in: says("in"), op: needs(scheme), head: tokenHead, want: w}, authorizer: returns, asked: harness.Once}
	return g
}

// unasked is a request that the authorizer never gets.
func unasked(name, scheme, do string, head ...string) guarded {
	return guarded{fact: fact{name: name, section: "11.2", in: says("in"), op: needs(scheme), do: do, head: head, want: unauthorized}, authorizer: grants(allowsAll), asked: harness.Never}
}

func admitted(name, scheme, do string, head ...string) guarded {
	return guarded{fact: fact{name: name, section: "11.2", in: says("in"), op: needs(scheme), do: do, head: head, want: body("in")}, authorizer: grants(allowsAll), asked: harness.Once}
}

// policyOf is a case of an authorizer's statement.
func policyOf(name, statement string, w want) guarded {
	g := asks(name, "11.3", "token", grants(statement), w)
	g.tag = "unconfirmed"
	return g
}

// then is a request of the same case.
func then(w want, returns output, asked harness.Asked, head ...string) guarded {
	return guarded{fact: fact{want: w, head: head}, authorizer: returns, asked: asked}
}

func section11() []guarded {
	arn := "arn:aws:execute-api:us-east-1:123456789012:*/prod/GET/11-3-"
	all := []guarded{
		{fact: fact{name: "the event of TOKEN", section: "11.1", in: says("in"), op: needs("token"), head: tokenHead, want: body("in")}, authorizer: grants(allowsAll),
			asks: obj{"": harness.JSON(`{"type":"TOKEN","authorizationToken":"Bearer abc","methodArn":"arn:aws:execute-api:us-east-1:123456789012:{{api}}/prod/GET/11-1-the-event-of-token"}`)}},
		{fact: fact{name: "the method ARN has the real path", section: "11.1", in: says("in"), op: needs("token"), under: "/{id}", do: "GET {}/7", head: tokenHead, want: body("in")}, authorizer: grants(allowsAll),
			asks: obj{"methodArn": "arn:aws:execute-api:us-east-1:123456789012:{{api}}/prod/GET/11-1-the-method-arn-has-the-real-path/7"}},
		{fact: fact{name: "the event of REQUEST", section: "11.1", in: says("in"), op: needs("request"), under: "/{id}", do: "POST {}/7?a=1&a=2&b=3", head: []string{"X-One: 1", "Content-Type: application/json"}, body: `{"not":"seen"}`, want: body("in")}, authorizer: grants(allowsAll),
			asks: obj{"": harness.Keys{"type", "methodArn", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext"}, "type": "REQUEST", "methodArn": "arn:aws:execute-api:us-east-1:123456789012:{{api}}/prod/POST/11-1-the-event-of-request/7",
				"resource": "/11-1-the-event-of-request/{id}", "path": "/11-1-the-event-of-request/7", "httpMethod": "POST",
				"queryStringParameters": obj{"a": "2", "b": "3"}, "multiValueQueryStringParameters": obj{"a": list{"1", "2"}, "b": list{"3"}},
				"pathParameters": obj{"id": "7"}, "stageVariables": obj{"path": "from-stage", "function": "conformance", "chars": "aZ9 -._~:/?#&=,"},
				"body": harness.Absent, "isBase64Encoded": harness.Absent,
				"requestContext/stage": "prod", "requestContext/apiId": "{{api}}", "requestContext/accountId": "123456789012", "requestContext/httpMethod": "POST",
				"requestContext/resourcePath": "/11-1-the-event-of-request/{id}", "requestContext/path": "/prod/11-1-the-event-of-request/7", "requestContext/identity/sourceIp": "127.0.0.1", "requestContext/requestId": harness.Present}},
		{fact: fact{name: "empty maps of REQUEST", section: "11.1", in: says("in"), op: needs("request"), want: body("in")}, authorizer: grants(allowsAll),
			asks: obj{"queryStringParameters": obj{}, "multiValueQueryStringParameters": obj{}, "pathParameters": obj{}}},
		{fact: fact{name: "headers of REQUEST", section: "11.1", in: says("in"), op: needs("request"), head: []string{"X-One: 1", "X-One: 2"}, want: body("in"), localOnly: "a function URL joins values and changes the case of names"}, authorizer: grants(allowsAll),
			asks: obj{"headers/X-One": "2", "multiValueHeaders/X-One": list{"1", "2"}}},
		{fact: fact{name: "path parameters count for the length", section: "11.1", in: says("in"), op: needs("token"), under: "/{id}", do: "GET {}/" + strings.Repeat("a", 1600), head: tokenHead,
			want: want{Status: 414, Body: harness.Contains("Request URI too long")}}, authorizer: grants(allowsAll), asked: harness.Never},

		unasked("no token", "token", "GET {}"),
		unasked("an empty token", "token", "GET {}", "Authorization: "),
		unasked("a token that does not match", "pattern", "GET {}", "Authorization: 123"),
		unasked("a token that matches in part", "pattern", "GET {}", "Authorization: abc1"),
		admitted("a token that matches", "pattern", "GET {}", "Authorization: abc"),
		unasked("no token in the header that is named", "named", "GET {}", tokenHead...),
		admitted("a token in the header that is named", "named", "GET {}", "X-Token: abc"),
		admitted("all sources", "sources", "GET {}?q=1", "Who: all"),
		unasked("no header among the sources", "sources", "GET {}?q=1"),
		unasked("no parameter among the sources", "sources", "GET {}", "Who: w"),
		unasked("an empty header among the sources", "sources", "GET {}?q=1", "Who: "),
		unasked("an empty parameter among the sources", "sources", "GET {}?q=", "Who: w"),
		unasked("no such stage variable", "unset", "GET {}"),
		admitted("no sources and no time to live", "request", "GET {}"),
		unasked("a source without time to live", "demanding", "GET {}"),
		admitted("a source that is there without time to live", "demanding", "GET {}", "Who: w"),

		asks("an allow", "11.3", "token", grants(allowsAll), body("in")),
		asks("an explicit deny", "11.3", "token", grants(deniesAll), deniedByLambda),
		asks("nothing matches", "11.3", "token", grants(ofOthers), notAuthorized),
		asks("a deny beats an allow", "11.3", "token", grants(allowsAll+","+deniesAll), deniedByLambda),
		asks("it fails with Unauthorized", "11.3", "token", output{Error: "Unauthorized"}, unauthorized),
		asks("it fails with another message", "11.3", "token", output{Error: "Unauthorized!"}, brokenAuth),
		asks("it fails with unauthorized in lower case", "11.3", "token", output{Error: "unauthorized"}, brokenAuth),
		asks("it exits", "11.3", "token", output{Exit: true}, brokenAuth),
		{fact: fact{name: "it takes too long", section: "11.3", in: says("in"), op: needs("slow"), head: tokenHead, want: brokenAuth}},
		{fact: fact{name: "no permission to call it", section: "11.3", in: says("in"), op: needs("elsewhere"), head: tokenHead, want: brokenAuth,
			backend: answer{Status: 403, Header: []string{"X-Amzn-ErrorType: AccessDeniedException", "Content-Type: application/json"}, Body: `{"Message":"no"}`}}},
		{fact: fact{name: "it is throttled", section: "11.3", in: says("in"), op: needs("elsewhere"), head: tokenHead, want: brokenAuth,
			backend: answer{Status: 429, Header: []string{"X-Amzn-ErrorType: TooManyRequestsException", "Content-Type: application/json"}, Body: `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`}}},
		asks("no principal", "11.3", "token", output{Payload: `{"policyDocument":{"Version":"2012-10-17","Statement":[` + allowsAll + `]}}`}, brokenAuth),
		asks("no policy", "11.3", "token", output{Payload: `{"principalId":"minka"}`}, brokenAuth),
		asks("a bad policy", "11.3", "token", output{Payload: `{"principalId":"minka","policyDocument":"allow"}`}, brokenAuth),
		asks("a bad effect", "11.3", "token", grants(`{"Action":"execute-api:Invoke","Effect":"Maybe","Resource":"*"}`), brokenAuth),
		asks("no resource in the policy", "11.3", "token", grants(`{"Action":"execute-api:Invoke","Effect":"Allow"}`), brokenAuth),
		asks("an object in the context", "11.3", "token", grants(allowsAll, `,"context":{"a":{}}`), brokenAuth),
		asks("an array in the context", "11.3", "token", grants(allowsAll, `,"context":{"a":[1]}`), brokenAuth),
		asks("null", "11.3", "token", output{Payload: "null"}, brokenAuth),
		asks("a string", "11.3", "token", output{Payload: `"Allow"`}, brokenAuth),

		policyOf("any action of the service", `{"Action":"execute-api:*","Effect":"Allow","Resource":"*"}`, body("in")),
		policyOf("any action", `{"Action":"*","Effect":"Allow","Resource":"*"}`, body("in")),
		policyOf("a list of actions", `{"Action":["s3:GetObject","execute-api:Invoke"],"Effect":"Allow","Resource":"*"}`, body("in")),
		policyOf("another action", `{"Action":"execute-api:InvalidateCache","Effect":"Allow","Resource":"*"}`, notAuthorized),
		policyOf("actions have no case", `{"Action":"EXECUTE-API:invoke","Effect":"Allow","Resource":"*"}`, body("in")),
		policyOf("a list of resources", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":["arn:aws:s3:::x","`+arn+`a-list-of-resources"]}`, body("in")),
		policyOf("a star spans slashes", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:*-star-spans-slashes"}`, body("in")),
		policyOf("a question mark is one character", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"`+arn+`a?question?mark-is-one-character"}`, body("in")),
		policyOf("a question mark is not two characters", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"`+arn+`a-question-mark-is-not-two-character?s"}`, notAuthorized),
		policyOf("the rest by NotResource", `{"Action":"execute-api:Invoke","Effect":"Allow","NotResource":"arn:aws:execute-api:*/elsewhere"}`, body("in")),
		policyOf("all but this by NotResource", `{"Action":"execute-api:Invoke","Effect":"Allow","NotResource":"`+arn+`all-but-this-by-notresource"}`, notAuthorized),
		policyOf("the rest by NotAction", `{"NotAction":"s3:*","Effect":"Allow","Resource":"*"}`, body("in")),
		policyOf("all but this by NotAction", `{"NotAction":"execute-api:*","Effect":"Allow","Resource":"*"}`, notAuthorized),
		policyOf("a condition that holds", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}}`, body("in")),
		policyOf("a condition that does not hold", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, notAuthorized),
		policyOf("another method", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/prod/POST/*"}`, notAuthorized),
		policyOf("another stage", `{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"arn:aws:execute-api:us-east-1:123456789012:*/test/GET/*"}`, notAuthorized),

		{fact: fact{name: "the context is strings", section: "11.3", op: needs("token"), head: tokenHead,
			in:   mock(answers(renders("$context.authorizer.principalId $context.authorizer.s $context.authorizer.n $context.authorizer.b $context.authorizer.k_1"))),
			want: body("minka text 1 true under")}, authorizer: grants(allowsAll, `,"context":{"s":"text","n":1,"b":true,"k_1":"under"}`)},
		{fact: fact{name: "the context in the event", section: "11.3", in: lambdaProxy(), op: needs("token"), head: tokenHead, fn: output{Payload: `{"statusCode":200}`}, want: ok,
			event: obj{"requestContext/authorizer": harness.Keys{"principalId", "integrationLatency", "n", "b", "s"}, "requestContext/authorizer/principalId": "minka", "requestContext/authorizer/n": "1", "requestContext/authorizer/b": "true", "requestContext/authorizer/s": "text"}},
			authorizer: grants(allowsAll, `,"context":{"s":"text","n":1,"b":true}`)},
		{fact: fact{name: "the context in a mapping", section: "11.3", in: httpCustom(maps("header.X-N", "context.authorizer.n")), op: needs("token"), do: "GET {}", head: tokenHead, want: ok, seen: got("X-N", "1")},
			authorizer: grants(allowsAll, `,"context":{"n":1}`)},

		{fact: fact{name: "an answer is kept", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-1"}, want: body("in")}, authorizer: grants(deniesAll), asked: harness.Never,
			before: []guarded{then(body("in"), grants(allowsAll), harness.Once, "Authorization: kept-1")}},
		{fact: fact{name: "a deny is kept", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-2"}, want: deniedByLambda}, authorizer: grants(allowsAll), asked: harness.Never,
			before: []guarded{then(deniedByLambda, grants(deniesAll), harness.Once, "Authorization: kept-2")}},
		{fact: fact{name: "an answer is kept for its token", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-4"}, want: deniedByLambda}, authorizer: grants(deniesAll), asked: harness.Once,
			before: []guarded{then(body("in"), grants(allowsAll), harness.Once, "Authorization: kept-3")}},
		{fact: fact{name: "the kept context", section: "11.3", in: says("$context.authorizer.k"), op: needs("kept"), head: []string{"Authorization: kept-5"}, want: body("v")}, authorizer: grants(deniesAll), asked: harness.Never,
			before: []guarded{then(body("v"), grants(allowsAll, `,"context":{"k":"v"}`), harness.Once, "Authorization: kept-5")}},
		{fact: fact{name: "the kept policy is asked again", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-6"}, want: body("in")}, authorizer: grants(deniesAll), asked: harness.Never,
			before: []guarded{
				then(body("in"), grants(`{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"`+arn+`the-kept-policy-is-asked-again"}`), harness.Once, "Authorization: kept-6"),
				{fact: fact{do: "GET /other", head: []string{"Authorization: kept-6"}, want: notAuthorized}, authorizer: grants(allowsAll), asked: harness.Never},
			}},
		{fact: fact{name: "an answer without time to live", section: "11.3", in: says("in"), op: needs("token"), head: tokenHead, want: deniedByLambda}, authorizer: grants(deniesAll), asked: harness.Once,
			before: []guarded{then(body("in"), grants(allowsAll), harness.Once, tokenHead...)}},
		{fact: fact{name: "Unauthorized is not kept", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-7"}, want: body("in")}, authorizer: grants(allowsAll), asked: harness.Once,
			before: []guarded{then(unauthorized, output{Error: "Unauthorized"}, harness.Once, "Authorization: kept-7")}},
		{fact: fact{name: "a failure is not kept", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-8"}, want: body("in")}, authorizer: grants(allowsAll), asked: harness.Once,
			before: []guarded{then(brokenAuth, output{Error: "oops"}, harness.Once, "Authorization: kept-8")}},
		{fact: fact{name: "all sources are the key", section: "11.3", in: says("in"), op: needs("sources"), do: "GET {}?q=2", head: []string{"Who: a"}, want: deniedByLambda}, authorizer: grants(deniesAll), asked: harness.Once,
			before: []guarded{
				{fact: fact{do: "GET {}?q=1", head: []string{"Who: a"}, want: body("in")}, authorizer: grants(allowsAll), asked: harness.Once},
				{fact: fact{do: "GET {}?q=1&other=2", head: []string{"Who: a"}, want: body("in")}, authorizer: grants(deniesAll), asked: harness.Never},
				{fact: fact{do: "GET {}?q=1", head: []string{"Who: b"}, want: deniedByLambda}, authorizer: grants(deniesAll), asked: harness.Once},
			}},
		{fact: fact{name: "the answers are flushed", section: "11.3", in: says("in"), op: needs("kept"), head: []string{"Authorization: kept-9"}, want: deniedByLambda}, authorizer: grants(deniesAll), eventually: true,
			before: []guarded{then(body("in"), grants(allowsAll), harness.Once, "Authorization: kept-9")},
			act: func(ctx context.Context, c *apigateway.Client, api string) error {
				_, err := c.FlushStageAuthorizersCache(ctx, &apigateway.FlushStageAuthorizersCacheInput{RestApiId: &api, StageName: aws.String(harness.Stage)})
				return err
			}},
	}
	return append(all, section11pools()...)
}
