package httpapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

const shop = "https://shop.example.com"

var corsAPIs = map[string]api{
	"cors": {cors: &types.Cors{AllowOrigins: []string{shop, "https://other.example.com"}, AllowMethods: []string{"GET", "POST"}, AllowHeaders: []string{"x-a", "content-type"},
		ExposeHeaders: []string{"x-b"}, MaxAge: aws.Int32(300), AllowCredentials: aws.Bool(true)},
		routes:      map[string]*sdk.CreateIntegrationInput{"GET /only": backend(), "ANY /any": backend(), "OPTIONS /options": function()},
		authorizers: []sdk.CreateAuthorizerInput{lambdaAuthorizer("simple", "2.0", true, 0, "{{authorizer}}", "$request.header.who")},
		settings:    &types.RouteSettings{}},
	"cors any":    {cors: &types.Cors{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}}, routes: map[string]*sdk.CreateIntegrationInput{"GET /only": backend()}},
	"cors scheme": {cors: &types.Cors{AllowOrigins: []string{"https://*"}, AllowMethods: []string{"GET"}}, routes: map[string]*sdk.CreateIntegrationInput{"GET /only": backend()}},
	"cors default": {cors: &types.Cors{AllowOrigins: []string{shop}, AllowMethods: []string{"GET"}},
		routes: map[string]*sdk.CreateIntegrationInput{"$default": function(), "OPTIONS /greedy/{proxy+}": function()}},
}

func section14() []fact {
	from := func(origin string, more ...string) []string { return append([]string{"Origin: " + origin}, more...) }
	preflight := func(name, api, do, origin, method string, w want) fact {
		return fact{name: name, section: "14", api: api, do: do, head: from(origin, "Access-Control-Request-Method: "+method), want: w}
	}
	noCall := func(f fact) fact { f.noCall = true; return f }
	plain := func(name, api string, w want, head ...string) fact {
		return fact{name: name, section: "14", api: api, do: "GET /only", head: head, want: w}
	}
	tag := func(tag string, f fact) fact { f.tag = tag; return f }
	const prefix = "Access-Control-"
	every := obj{prefix + "Allow-Origin": shop, prefix + "Allow-Credentials": "true", prefix + "Expose-Headers": "x-b"}
	none := obj{prefix + "Allow-Origin": harness.Absent, prefix + "Allow-Methods": harness.Absent, prefix + "Allow-Headers": harness.Absent, prefix + "Allow-Credentials": harness.Absent,
		prefix + "Expose-Headers": harness.Absent, prefix + "Max-Age": harness.Absent}
	of := func(status int, h obj) want { return want{Status: status, Header: h} }
	refused := func(name, text string, cors *types.Cors) fact {
		return fact{name: name, section: "14", api: "cors", do: "GET /only", want: ok, act: refuses(text, func(ctx context.Context, c *sdk.Client, api string) error {
			_, err := c.UpdateApi(ctx, &sdk.UpdateApiInput{ApiId: &api, CorsConfiguration: cors})
			return err
		})}
	}
	own := plain("an integration's own headers are discarded", "cors", of(200, obj{prefix + "Allow-Origin": shop, prefix + "Allow-Methods": harness.AnyOf{harness.Absent, "GET,POST"}, prefix + "Made-Up": harness.Absent}), from(shop)...)
	own.backend = answer{Header: []string{prefix + "Allow-Origin: *", prefix + "Allow-Methods: DELETE", prefix + "Made-Up: x"}}
	quiet := plain("an integration's own headers are discarded without an origin", "cors", of(200, none))
	quiet.backend = own.backend
	free := fact{name: "without a configuration the integration's headers pass", section: "14", in: backend(), head: from(shop), backend: own.backend, want: of(200, obj{prefix + "Allow-Origin": "*", prefix + "Allow-Methods": "DELETE"})}
	return []fact{
		noCall(preflight("a preflight", "cors", "OPTIONS /only", shop, "GET", want{Status: 204, Header: obj{prefix + "Allow-Origin": shop, prefix + "Allow-Methods": "GET,POST", prefix + "Allow-Headers": "x-a,content-type",
			prefix + "Max-Age": "300", prefix + "Allow-Credentials": "true"}, Body: ""})),
		noCall(preflight("a preflight has an identifier", "cors", "OPTIONS /only", shop, "GET", of(204, obj{"Apigw-Requestid": requestID}))),
		noCall(preflight("a preflight where there is no route", "cors", "OPTIONS /nothing", shop, "GET", of(204, obj{prefix + "Allow-Origin": shop}))),
		noCall(tag("reported", preflight("a preflight of another origin", "cors", "OPTIONS /only", "https://bad.example.com", "GET", of(204, none)))),
		noCall(tag("reported", preflight("a preflight of another method", "cors", "OPTIONS /only", shop, "DELETE", of(204, none)))),
		noCall(fact{name: "OPTIONS without an origin is no preflight", section: "14", api: "cors", do: "OPTIONS /only", head: []string{prefix + "Request-Method: GET"}, want: notFound}),
		noCall(fact{name: "OPTIONS without a method asked for is no preflight", section: "14", api: "cors", do: "OPTIONS /only", head: from(shop), want: notFound}),
		preflight("a route for OPTIONS captures the preflight", "cors", "OPTIONS /options", shop, "GET", of(200, every)),
		preflight("a route for ANY captures the preflight", "cors", "OPTIONS /any", shop, "GET", of(200, every)),
		preflight("the default route captures the preflight", "cors default", "OPTIONS /anything", shop, "GET", of(200, obj{prefix + "Allow-Origin": shop})),
		preflight("a greedy route for OPTIONS beats the default route", "cors default", "OPTIONS /greedy/a", shop, "GET", of(200, obj{prefix + "Allow-Origin": shop})),
		{name: "a function sees a captured preflight", section: "14", api: "cors", do: "OPTIONS /options", head: from(shop, prefix+"Request-Method: GET"), want: ok, event: obj{"requestContext/http/method": "OPTIONS"}},
		{name: "the authorizer of a captured preflight runs", section: "14", api: "cors", key: "ANY <>", do: "OPTIONS <>", in: backend(), auth: "simple", head: from(shop, prefix+"Request-Method: GET"),
			want: with(unauthorized, prefix+"Allow-Origin", shop), noCall: true},
		{name: "an authorizer does not guard an automatic preflight", section: "14", api: "cors", key: "GET <>", do: "OPTIONS <>", in: backend(), auth: "simple", head: from(shop, prefix+"Request-Method: GET"), want: of(204, obj{prefix + "Allow-Origin": shop}), asked: harness.Never},
		plain("an answer to an origin", "cors", of(200, every), from(shop)...),
		plain("the other listed origin", "cors", of(200, obj{prefix + "Allow-Origin": "https://other.example.com"}), from("https://other.example.com")...),
		plain("an answer to another origin", "cors", of(200, none), from("https://bad.example.com")...),
		plain("an answer to no origin", "cors", of(200, none)),
		tag("reported", plain("any origin is answered by an asterisk", "cors any", of(200, obj{prefix + "Allow-Origin": "*"}), from(shop)...)),
		preflight("asterisks", "cors any", "OPTIONS /only", shop, "DELETE", of(204, obj{prefix + "Allow-Origin": "*", prefix + "Allow-Methods": "*", prefix + "Allow-Headers": "*"})),
		plain("a scheme with an asterisk", "cors scheme", of(200, obj{prefix + "Allow-Origin": shop}), from(shop)...),
		plain("a scheme with an asterisk and another scheme", "cors scheme", of(200, none), from("http://shop.example.com")...),
		own,
		quiet,
		tag("reported", fact{name: "an error of the gateway has the headers", section: "14", api: "cors", do: "GET /nothing", head: from(shop), want: with(notFound, prefix+"Allow-Origin", shop)}),
		free,
		{name: "without a configuration OPTIONS is a method like any other", section: "14", do: "OPTIONS /reachable", head: from(shop, prefix+"Request-Method: GET"), want: notFound},
		{name: "without a configuration nothing is added", section: "14", in: backend(), head: from(shop), want: of(200, none)},
		refused("the method ANY", "Method ANY is not supported", &types.Cors{AllowMethods: []string{"ANY"}}),
		refused("credentials of any origin", "allow-credentials is not supported if 'allow-origin' is *", &types.Cors{AllowOrigins: []string{"*"}, AllowCredentials: aws.Bool(true)}),
		refused("a wildcard for subdomains", "BadRequestException", &types.Cors{AllowOrigins: []string{"https://*.example.com"}}),
		refused("an age beyond a day", "StatusCode: 400", &types.Cors{AllowOrigins: []string{"*"}, MaxAge: aws.Int32(86401)}),
	}
}
