package httpapi

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// closedAPI lets no request pass its throttle.
var closedAPI = api{
	cors:        &types.Cors{AllowOrigins: []string{shop}, AllowMethods: []string{"GET"}},
	settings:    &types.RouteSettings{ThrottlingRateLimit: aws.Float64(0), ThrottlingBurstLimit: aws.Int32(0)},
	authorizers: []sdk.CreateAuthorizerInput{lambdaAuthorizer("simple", "2.0", true, 0, "{{authorizer}}", "$request.header.who")},
}

// The order of the specification's model, which is unconfirmed as a whole.
func section03() []fact {
	f := func(name, do string, w want, head ...string) fact {
		return fact{name: name, section: "3", tag: "unconfirmed", key: "GET <>", do: do, in: function(), auth: "simple", head: head, want: w, asked: harness.Never, noCall: true}
	}
	return []fact{
		f("throttling comes before authorization", "GET <>", tooMany),
		f("throttling comes before the authorizer's function", "GET <>", tooMany, "Who: me"),
		f("the route comes before throttling", "GET <>/nothing", notFound),
		f("the automatic preflight comes before throttling", "OPTIONS <>", want{Status: 204, Header: obj{"Access-Control-Allow-Origin": shop}}, "Origin: "+shop, "Access-Control-Request-Method: GET"),
		f("the size of headers comes before the route", "GET <>/nothing", headersTooLarge, "X-Long: "+strings.Repeat("x", 10240)),
		f("headers of CORS are on what throttling refuses", "GET <>", with(tooMany, "Access-Control-Allow-Origin", shop), "Origin: "+shop),
	}
}
