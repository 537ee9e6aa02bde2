package httpapi

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

func section19() []fact {
	refused := func(name, text string, call func(ctx context.Context, c *sdk.Client, api string) error) fact {
		return fact{name: name, section: "19", do: "GET /reachable", want: ok, act: refuses(text, call)}
	}
	names := func(n int) []string {
		var list []string
		for i := range n {
			list = append(list, strings.Repeat("s", i+1))
		}
		return list
	}
	return []fact{
		refused("51 audiences", "BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
			in := jwtAuthorizer("many", "https://issuer.example.com", "$request.header.Authorization", names(51)...)
			in.ApiId = &api
			_, err := c.CreateAuthorizer(ctx, &in)
			return err
		}),
		refused("11 scopes", "BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
			in := jwtAuthorizer("scopes", "https://issuer.example.com", "$request.header.Authorization", "client")
			in.ApiId = &api
			made, err := c.CreateAuthorizer(ctx, &in)
			if err != nil {
				return nil
			}
			_, err = c.CreateRoute(ctx, &sdk.CreateRouteInput{ApiId: &api, RouteKey: aws.String("GET /scopes"), AuthorizationType: types.AuthorizationTypeJwt, AuthorizerId: made.AuthorizerId, AuthorizationScopes: names(11)})
			if _, gone := c.DeleteAuthorizer(ctx, &sdk.DeleteAuthorizerInput{ApiId: &api, AuthorizerId: made.AuthorizerId}); gone != nil {
				return gone
			}
			return err
		}),
		refused("11 authorizers", "LimitExceededException", func(ctx context.Context, c *sdk.Client, _ string) error {
			return fillUp(ctx, c, func(api string, i int) error {
				in := jwtAuthorizer(strings.Repeat("a", i+1), "https://issuer.example.com", "$request.header.Authorization", "client")
				in.ApiId = &api
				_, err := c.CreateAuthorizer(ctx, &in)
				return err
			})
		}),
		refused("11 stages", "LimitExceededException", func(ctx context.Context, c *sdk.Client, _ string) error {
			return fillUp(ctx, c, func(api string, i int) error {
				_, err := c.CreateStage(ctx, &sdk.CreateStageInput{ApiId: &api, StageName: aws.String(strings.Repeat("a", i+1))})
				return err
			})
		}),
	}
}

// fillUp makes eleven of a kind in an API of its own, of which the last must be refused.
func fillUp(ctx context.Context, c *sdk.Client, create func(api string, i int) error) error {
	made, err := c.CreateApi(ctx, &sdk.CreateApiInput{Name: aws.String("full"), ProtocolType: types.ProtocolTypeHttp})
	if err != nil {
		return nil
	}
	for i := range 10 {
		if err := create(*made.ApiId, i); err != nil {
			return nil // too early
		}
	}
	return create(*made.ApiId, 10)
}
