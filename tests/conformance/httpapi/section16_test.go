package httpapi

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func section16() []fact {
	slow := func(name, do string, w want) fact {
		return fact{name: name, section: "16", api: "throttled", do: do, want: w, noCall: w.Status != 200}
	}
	exhausted := slow("a burst that is used up", "GET /one", tooMany)
	exhausted.before = []fact{{do: "GET /one", want: ok}}
	return []fact{
		exhausted,
		slow("the setting of a route comes before that of the stage", "GET /closed", tooMany),
		slow("the setting of the stage", "GET /other", ok),
		slow("another route has its own tokens", "GET /open", ok),
	}
}

var throttledAPI = api{
	routes:   all("GET /one", "GET /closed", "GET /other", "GET /open"),
	settings: &types.RouteSettings{ThrottlingRateLimit: aws.Float64(1000), ThrottlingBurstLimit: aws.Int32(1000)},
	routeSettings: map[string]types.RouteSettings{
		"GET /one":    {ThrottlingRateLimit: aws.Float64(0.001), ThrottlingBurstLimit: aws.Int32(1)},
		"GET /closed": {ThrottlingRateLimit: aws.Float64(0), ThrottlingBurstLimit: aws.Int32(0)},
	},
}
