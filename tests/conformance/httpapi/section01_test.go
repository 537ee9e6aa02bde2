package httpapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

const domain = "api.example.com"

// mapDomain maps the domain to the stages of an API.
func mapDomain(ctx context.Context, c *sdk.Client, id string) error {
	if _, err := c.CreateDomainName(ctx, &sdk.CreateDomainNameInput{DomainName: aws.String(domain), DomainNameConfigurations: []types.DomainNameConfiguration{{
		CertificateArn: aws.String("arn:aws:acm:us-east-1:123456789012:certificate/0f0f0f0f-0000-0000-0000-000000000000"), EndpointType: types.EndpointTypeRegional, SecurityPolicy: types.SecurityPolicyTls12}}}); err != nil {
		return err
	}
	for key, stage := range map[string]string{"named": harness.Stage, "named/deep": "deep", "root": "$default"} {
		if _, err := c.CreateApiMapping(ctx, &sdk.CreateApiMappingInput{DomainName: aws.String(domain), ApiId: &id, ApiMappingKey: &key, Stage: &stage}); err != nil {
			return err
		}
	}
	return nil
}

func section01() []fact {
	mapped := func(name, do string, w want, event obj) fact {
		return fact{name: name, section: "1", api: "mapped", do: "raw " + do, host: domain, want: w, event: event,
			localOnly: "the host of a function URL is not the client's to choose"}
	}
	return []fact{
		{name: "the default stage is served at the root", section: "1", api: "roots", do: "raw GET /which", want: ok,
			event: obj{"requestContext/stage": "$default", "rawPath": "/which", "requestContext/http/path": "/which"}},
		{name: "no path shows the name of the default stage in format 1.0", section: "1", api: "roots", do: "raw GET /which1", want: internal,
			event: obj{"requestContext/stage": "$default", "path": "/which1", "requestContext/path": "/which1"}},
		{name: "a named stage is the first segment", section: "1", api: "roots", do: "GET /which", want: ok, event: obj{"requestContext/stage": harness.Stage}},
		{name: "the segment of the stage is removed before routes are matched", section: "1", api: "roots", do: "GET /which", want: ok, event: obj{"routeKey": "GET /which"}},
		{name: "the paths of format 2.0 include a named stage", section: "1", api: "roots", do: "GET /which", want: ok,
			event: obj{"rawPath": "/prod/which", "requestContext/http/path": "/prod/which"}},
		{name: "the paths of format 1.0 include a named stage", section: "1", api: "roots", do: "GET /which1", want: internal,
			event: obj{"path": "/prod/which1", "requestContext/path": "/prod/which1"}},
		{name: "a name with all kinds of characters", section: "1", api: "roots", do: "raw GET /a-B_9/which", want: ok, event: obj{"requestContext/stage": "a-B_9"}},
		{name: "a named stage shadows a route of the default stage", section: "1", api: "roots", do: "raw GET /prod/inner", want: notFound, noCall: true},
		{name: "what is no stage's name goes to the default stage", section: "1", api: "roots", do: "raw GET /other/inner", want: ok,
			event: obj{"requestContext/stage": "$default", "rawPath": "/other/inner"}},
		{name: "a stage's name alone is its root", section: "1", api: "roots", do: "raw GET /prod", want: ok, event: obj{"routeKey": "GET /"}},
		{name: "no default stage", section: "1", do: "raw GET /which", want: notFound, noCall: true},
		{name: "no default stage for the root", section: "1", do: "raw GET /", want: notFound},
		{name: "the name of a stage in another case", section: "1", do: "raw GET /PROD<>", in: function(), key: "GET <>", want: notFound, noCall: true},
		{name: "domain name and prefix", section: "1", in: function(), want: ok, event: obj{"requestContext/domainName": "{{domain}}", "requestContext/domainPrefix": "{{label}}"}},
		{name: "the protocol", section: "1", in: function(), want: ok, event: obj{"requestContext/http/protocol": "HTTP/1.1"}},
		{name: "a disabled execute-api endpoint", section: "1", tag: "unconfirmed", api: "disabled", in: function(), want: notFound, noCall: true},
		mapped("a mapping fixes the stage", "GET /named/which", ok, obj{"requestContext/stage": harness.Stage, "routeKey": "GET /which"}),
		mapped("the longest key of a mapping wins", "GET /named/deep/which", ok, obj{"requestContext/stage": "deep", "routeKey": "GET /which"}),
		mapped("a mapping of the default stage", "GET /root/which", ok, obj{"requestContext/stage": "$default", "rawPath": "/which"}),
		mapped("the stage is in the place of the mapping's key", "GET /named/which", ok, obj{"rawPath": "/prod/which"}),
		mapped("a mapping takes no segment for a stage", "GET /root/prod/which", notFound, nil),
		mapped("no mapping matches", "GET /nowhere/which", notFound, nil),
		mapped("a key ends with a segment", "GET /namedly/which", notFound, nil),
		mapped("the custom domain is the domain name", "GET /named/which", ok, obj{"requestContext/domainName": domain, "requestContext/domainPrefix": "api"}),
	}
}
