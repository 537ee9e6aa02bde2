package httpapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// refusesIntegration wants the control plane to refuse an integration.
func refusesIntegration(in *sdk.CreateIntegrationInput) check {
	return refuses("StatusCode: 400", func(ctx context.Context, c *sdk.Client, api string) error {
		changed := *in
		changed.ApiId = &api
		if uri := changed.IntegrationUri; uri != nil && *uri == "{{backend}}/b" {
			changed.IntegrationUri = aws.String("http://example.com/b")
		}
		_, err := c.CreateIntegration(ctx, &changed)
		return err
	})
}

func section09() []fact {
	return append(section09proxy(), section09other()...)
}

func section09proxy() []fact {
	f := func(name, do string, in *sdk.CreateIntegrationInput, s *seen, head ...string) fact {
		return fact{name: name, section: "9.1", do: do, in: in, head: head, want: ok, seen: s}
	}
	keyed := func(key string, f fact) fact { f.key = key; return f }
	in := func(api string, f fact) fact { f.api = api; return f }
	answers := func(name string, a answer, w want) fact {
		return fact{name: name, section: "9.1", in: backend(), backend: a, want: w}
	}
	posted := f("body and query pass through", "POST <>?a=%20b&c", backend(), &seen{Method: "POST", Target: "/b?a=%20b&c", Body: "hello"}, "Content-Type: text/css")
	posted.body = "hello"
	return []fact{
		f("the method ANY is the client's", "PATCH <>", backend(), &seen{Method: "PATCH"}),
		f("a fixed method", "POST <>", backend(by("PUT")), &seen{Method: "PUT"}),
		f("the address is used as it is", "GET <>", backend(), &seen{Target: "/b"}),
		keyed("GET <>/{id}", f("a variable in the address", "GET <>/7", backend(to("{{backend}}/pets/{id}")), &seen{Target: "/pets/7"})),
		keyed("GET <>/{id}", f("a variable is encoded again", "GET <>/a%20b", backend(to("{{backend}}/pets/{id}")), &seen{Target: "/pets/a%20b"})),
		keyed("GET <>/{proxy+}", f("a greedy variable in the address", "GET <>/a/b", backend(to("{{backend}}/r/{proxy}")), &seen{Target: "/r/a/b"})),
		keyed("GET <>/{id}", f("a variable in the query of the address", "GET <>/7?x=1", backend(to("{{backend}}/r?id={id}")), &seen{Target: "/r?id=7&x=1"})),
		keyed("GET <>/{proxy+}", f("a greedy route without a variable in the address", "GET <>/a/b", backend(), &seen{Target: "/b"})),
		in("variables", f("a stage variable in the address", "GET <>", backend(to("{{backend}}/${stageVariables.path}?v=${stageVariables.function}")), &seen{Target: "/from-stage?v=conformance"})),
		f("the stage is not forwarded", "GET <>", backend(), &seen{Target: "/b"}),
		posted,
		f("headers pass through", "GET <>", backend(), got("X-A", "1", "User-Agent", "tests/1", "Cookie", "a=1"), "X-A: 1", "User-Agent: tests/1", "Cookie: a=1"),
		f("hop-by-hop headers do not", "GET <>", backend(), got("Keep-Alive", harness.Absent, "TE", harness.Absent, "Proxy-Authorization", harness.Absent),
			"TE: trailers", "Keep-Alive: timeout=5", "Proxy-Authorization: Basic eDp5"),
		f("the host is the backend's", "GET <>", backend(), got("Host", "{{host}}")),
		f("via", "GET <>", backend(), got("Via", "HTTP/1.1 AmazonAPIGateway")),
		f("forwarded", "GET <>", backend(), got("Forwarded", harness.Match(`(by=[^;]+;)?for=127\.0\.0\.1;host={{domain}};proto=https`))),
		f("x-amzn-trace-id", "GET <>", backend(), got("X-Amzn-Trace-Id", harness.Contains("Root=1-"))),
		f("no x-forwarded headers", "GET <>", backend(), got("X-Forwarded-Port", harness.Absent, "X-Forwarded-Proto", harness.Absent, "X-Forwarded-For", harness.Absent)),
		f("x-forwarded headers of the client pass through", "GET <>", backend(), got("X-Forwarded-For", "192.0.2.7"), "X-Forwarded-For: 192.0.2.7"),
		f("authorization passes through", "GET <>", backend(), got("Authorization", "Basic eDp5"), "Authorization: Basic eDp5"),
		answers("a status passes through", answer{Status: 418, Body: "short and stout"}, want{Status: 418, Body: "short and stout"}),
		answers("a server error passes through", answer{Status: 502, Body: "mine"}, want{Status: 502, Body: "mine"}),
		answers("headers of an answer pass through", answer{Header: []string{"X-A: 1", "Content-Type: text/css"}}, header("X-A", "1", "Content-Type", "text/css")),
		answers("several lines of an answer pass through", answer{Header: []string{"Set-Cookie: a=1", "Set-Cookie: b=2"}}, header("Set-Cookie", "a=1,b=2")),
		answers("a redirect passes through", answer{Status: 302, Header: []string{"Location: /elsewhere"}}, want{Status: 302, Header: obj{"Location": "/elsewhere"}}),
		answers("no content", answer{Status: 204}, want{Status: 204, Body: ""}),
		answers("bytes pass through", answer{Body: "\x00\xff"}, body("\x00\xff")),
		{name: "an answer to HEAD", section: "9.1", do: "HEAD <>", in: backend(), backend: answer{Header: []string{"X-A: 1"}}, want: want{Status: 200, Header: obj{"X-A": "1"}, Body: ""}},
	}
}

// queue is the URL of a queue.
const queue = "https://sqs.us-east-1.amazonaws.com/123456789012/orders"

func section09other() []fact {
	f := func(section, name, do string, in *sdk.CreateIntegrationInput, s *seen) fact {
		return fact{name: name, section: section, do: do, in: in, want: ok, seen: s, body: `{"text":"a b","n":7}`, head: []string{"Content-Type: application/json"}}
	}
	keyed := func(key string, f fact) fact { f.key = key; return f }
	in := func(api string, f fact) fact { f.api = api; return f }
	sends := func(name string, action *sdk.CreateIntegrationInput, target string, body any) fact {
		return f("9.3", name, "POST <>?q=v", action, &seen{Method: "POST", Header: obj{"X-Amz-Target": target}, Body: body})
	}
	form := func(name string, action *sdk.CreateIntegrationInput, parts ...string) fact {
		one := f("9.3", name, "POST <>?q=v", action, &seen{Method: "POST", Target: "/123456789012/orders"})
		one.seen.Check = func(r *harness.Received) string {
			for _, part := range parts {
				if p := harness.Problem("the form", "&"+r.Body+"&", true, harness.Contains("&"+part+"&")); p != "" {
					return p
				}
			}
			return ""
		}
		return one
	}
	refused := func(section, name string, in *sdk.CreateIntegrationInput) fact {
		return fact{name: name, section: section, do: "GET /reachable", want: ok, act: refusesIntegration(in)}
	}
	send := func(more ...string) *sdk.CreateIntegrationInput {
		return action("SQS-SendMessage", append([]string{"QueueUrl", queue, "MessageBody", "$request.body"}, more...)...)
	}
	uri := "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + harness.FunctionARN + "/invocations"
	start := "arn:aws:states:us-east-1:123456789012:stateMachine:orders"
	return []fact{
		{name: "the ARN of a function", section: "9.2", in: function(), want: ok, event: obj{"version": "2.0"}},
		{name: "the URI of an invocation", section: "9.2", in: function(to(uri)), want: ok, event: obj{"version": "2.0"}},
		{name: "a stage variable names the function", section: "9.2", api: "variables", in: function(to("arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.function}")), want: ok, event: obj{"version": "2.0"}},
		{name: "the payload format chooses the event", section: "9.2", in: function1(), fn: reply, want: ok, event: obj{"version": "1.0"}},
		refused("9", "a function without a payload format", &sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(harness.FunctionARN)}),
		refused("9", "format 2.0 for an HTTP backend", backend(func(in *sdk.CreateIntegrationInput) { in.PayloadFormatVersion = aws.String("2.0") })),
		refused("9", "a time-out below 50 ms", backend(within(49))),
		refused("9", "a time-out above 30 s", backend(within(30001))),
		refused("9", "the type MOCK", &sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeMock, PayloadFormatVersion: aws.String("1.0")}),
		refused("9", "the type HTTP", &sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeHttp, IntegrationMethod: aws.String("GET"), IntegrationUri: aws.String("http://example.com/"), PayloadFormatVersion: aws.String("1.0")}),
		form("SQS-SendMessage", send(), "Action=SendMessage", "MessageBody=%7B%22text%22%3A%22a+b%22%2C%22n%22%3A7%7D"),
		form("SQS-SendMessage with options", send("DelaySeconds", "5", "MessageGroupId", "$request.querystring.q"), "DelaySeconds=5", "MessageGroupId=v"),
		form("SQS-SendMessage of a part", action("SQS-SendMessage", "QueueUrl", queue, "MessageBody", "$request.body.text"), "MessageBody=a+b"),
		form("SQS-ReceiveMessage", action("SQS-ReceiveMessage", "QueueUrl", queue, "MaxNumberOfMessages", "2"), "Action=ReceiveMessage", "MaxNumberOfMessages=2"),
		form("SQS-DeleteMessage", action("SQS-DeleteMessage", "QueueUrl", queue, "ReceiptHandle", "$request.querystring.q"), "Action=DeleteMessage", "ReceiptHandle=v"),
		form("SQS-PurgeQueue", action("SQS-PurgeQueue", "QueueUrl", queue), "Action=PurgeQueue"),
		sends("EventBridge-PutEvents", action("EventBridge-PutEvents", "Detail", "$request.body", "DetailType", "order", "Source", "shop", "EventBusName", "bus"), "AWSEvents.PutEvents",
			harness.JSON(`{"Entries":[{"Detail":"{\"text\":\"a b\",\"n\":7}","DetailType":"order","Source":"shop","EventBusName":"bus"}]}`)),
		sends("Kinesis-PutRecord", action("Kinesis-PutRecord", "StreamName", "orders", "Data", "$request.body.text", "PartitionKey", "$request.querystring.q"), "Kinesis_20131202.PutRecord",
			harness.JSON(`{"StreamName":"orders","Data":"YSBi","PartitionKey":"v"}`)),
		sends("StepFunctions-StartExecution", action("StepFunctions-StartExecution", "StateMachineArn", start, "Input", "$request.body", "Name", "first"), "AWSStepFunctions.StartExecution",
			harness.JSON(`{"stateMachineArn":"`+start+`","input":"{\"text\":\"a b\",\"n\":7}","name":"first"}`)),
		sends("StepFunctions-StartSyncExecution", action("StepFunctions-StartSyncExecution", "StateMachineArn", start), "AWSStepFunctions.StartSyncExecution", harness.JSON(`{"stateMachineArn":"`+start+`"}`)),
		sends("StepFunctions-StopExecution", action("StepFunctions-StopExecution", "ExecutionArn", "arn:x", "Cause", "$request.body.text", "Error", "E"), "AWSStepFunctions.StopExecution",
			harness.JSON(`{"executionArn":"arn:x","cause":"a b","error":"E"}`)),
		f("9.3", "AppConfig-GetConfiguration", "POST <>", action("AppConfig-GetConfiguration", "Application", "a", "Environment", "e", "Configuration", "c", "ClientId", "i"),
			&seen{Method: "GET", Target: "/applications/a/environments/e/configurations/c?client_id=i"}),
		{name: "the client's headers are not forwarded", section: "9.3", do: "POST <>?q=v", body: "x", in: send(), head: []string{"X-A: 1", "Cookie: a=1"}, want: ok, seen: got("X-A", harness.Absent, "Cookie", harness.Absent)},
		{name: "the call is signed by the role", section: "9.3", do: "POST <>", body: "x", in: send(), want: ok, seen: got("Authorization", harness.Match(`AWS4-HMAC-SHA256 Credential=ASIAROLE/\d+/us-east-1/sqs/aws4_request, .*`))},
		{name: "another region", section: "9.3", do: "POST <>", body: "x", in: send("Region", "eu-west-1"), want: ok, seen: got("Authorization", harness.Contains("/eu-west-1/sqs/aws4_request"))},
		{name: "the service's answer is passed to the client", section: "9.3", tag: "reported", do: "POST <>", body: "x", in: send(), backend: answer{Header: []string{"Content-Type: text/xml"}, Body: "<SendMessageResponse/>"},
			want: want{Status: 200, Header: obj{"Content-Type": "text/xml"}, Body: "<SendMessageResponse/>"}},
		{name: "a failure of the service is passed to the client", section: "9.3", tag: "unconfirmed", do: "POST <>", body: "x", in: send(), backend: answer{Status: 403, Body: "<ErrorResponse/>"}, want: want{Status: 403, Body: "<ErrorResponse/>"}},
		{name: "a missing required value", section: "9.3", tag: "unconfirmed", do: "POST <>", in: send(), want: want{Status: 400}, noCall: true},
		refused("9.3", "an action without its role", &sdk.CreateIntegrationInput{IntegrationType: types.IntegrationTypeAwsProxy, IntegrationSubtype: aws.String("SQS-PurgeQueue"), PayloadFormatVersion: aws.String("1.0"), RequestParameters: pairs([]string{"QueueUrl", queue})}),
		refused("9.3", "an action without a required parameter", action("SQS-SendMessage", "QueueUrl", queue)),
		refused("9.3", "an action with another parameter", action("SQS-PurgeQueue", "QueueUrl", queue, "Colour", "red")),
		refused("9.3", "an action that is none", action("SQS-Shout", "QueueUrl", queue)),
		f("9.4", "the stage is kept in the path", "POST <>", private(), &seen{Method: "POST", Target: "/prod<>"}),
		f("9.4", "the query is kept", "POST <>?a=1", private(), &seen{Target: "/prod<>?a=1"}),
		f("9.4", "overwriting the path takes the stage away", "POST <>", private(mapped("overwrite:path", "$request.path")), &seen{Target: "<>"}),
		keyed("POST <>/{proxy+}", f("9.4", "a greedy route", "POST <>/a/b", private(), &seen{Target: "/prod<>/a/b"})),
		in("variables", f("9.4", "a body passes through", "POST <>", private(), &seen{Body: `{"text":"a b","n":7}`})),
		refused("9.4", "an address that is no ARN", private(to("http://example.com/"))),
	}
}
