package httpapi

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// logged are the variables of the access log of the API "logged".
const logged = "accountId apiId authorizer.error authorizer.principalId awsEndpointRequestId2 customDomain.basePathMatched domainName domainPrefix error.message error.messageString error.responseType " +
	"httpMethod identity.accountId identity.caller identity.cognitoIdentityId identity.sourceIp identity.user identity.userAgent identity.userArn integration.error integration.integrationStatus integration.status " +
	"integrationErrorMessage integrationStatus path protocol responseLength routeKey stage status dataProcessed"

func logFormat() string {
	var b strings.Builder
	b.WriteString("log $context.requestId")
	for _, name := range strings.Fields(logged) {
		b.WriteString(" " + name + "=[$context." + name + "]")
	}
	return b.String() + " id=[$context.extendedRequestId] ms=[$context.responseLatency $context.integrationLatency $context.integration.latency $context.requestTimeEpoch]"
}

func section17() []fact {
	f := func(name, line string) fact {
		return fact{name: name, section: "17", api: "logged", do: "POST <>", body: "hello", in: function(), fn: output{Payload: `{"statusCode":202,"body":"four"}`}, want: want{Status: 202}, log: []string{line},
			head: []string{"User-Agent: tests/1"}}
	}
	fails := func(name, line string, fn output) fact {
		one := f(name, line)
		one.fn, one.want = fn, internal
		return one
	}
	missing := func(name, line string) fact {
		return fact{name: name, section: "17", api: "logged", do: "GET /nothing" + strings.ReplaceAll(name, " ", "-"), want: notFound, log: []string{line}}
	}
	refused := func(name, format string) fact {
		return fact{name: name, section: "17", do: "GET /reachable", want: ok, act: refuses("BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
			_, err := c.CreateStage(ctx, &sdk.CreateStageInput{ApiId: &api, StageName: aws.String("new"),
				AccessLogSettings: &types.AccessLogSettings{Format: &format, DestinationArn: aws.String("arn:aws:logs:us-east-1:123456789012:log-group:access")}})
			return err
		})}
	}
	http := f("the status of a backend", "integration.status=[418]")
	http.in, http.backend, http.want = backend(), answer{Status: 418}, want{Status: 418}
	return []fact{
		f("the account", "accountId=[123456789012]"),
		f("the stage and the route", "routeKey=[POST <>] stage=[prod]"),
		f("the method", "httpMethod=[POST]"),
		f("the path", "path=[/prod<>]"),
		f("the protocol", "protocol=[HTTP/1.1]"),
		f("the status", " status=[202]"),
		f("the length of the answer", "responseLength=[4]"),
		f("the data processed", "dataProcessed=[9]"),
		f("the source address", "identity.sourceIp=[127.0.0.1]"),
		f("the user agent", "identity.userAgent=[tests/1]"),
		f("the status of the Lambda service and of the function", "integration.integrationStatus=[200] integration.status=[202]"),
		f("the integration status is that of the service", "integrationStatus=[200]"),
		f("an unset variable is a hyphen", "authorizer.error=[-] authorizer.principalId=[-]"),
		f("no custom domain", "customDomain.basePathMatched=[-]"),
		f("no error", "error.message=[-] error.messageString=[-] error.responseType=[-]"),
		http,
		missing("the message of an error", `error.message=[Not Found] error.messageString=["Not Found"]`),
		missing("no route", "routeKey=[-]"),
		missing("no integration", "integrationStatus=[-]"),
		missing("a refused request is logged", " status=[404]"),
		fails("the message of an integration", "integrationErrorMessage=[the function failed: oops]", output{Error: "oops"}),
		fails("a response that is malformed", "integration.error=[the function's response is malformed", output{Payload: `{"statusCode":0}`}),
		refused("a format without the request", "$context.status"),
		refused("a format of two lines", "$context.requestId\n$context.status"),
		refused("a format that is too long", "$context.requestId"+strings.Repeat("x", 3<<10)),
	}
}
