package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

// addRoute adds a route of the function to an API.
func addRoute(key string) check {
	return func(ctx context.Context, control, api string) error {
		c := client(control)
		in := function()
		in.ApiId = &api
		made, err := c.CreateIntegration(ctx, in)
		if err != nil {
			return err
		}
		_, err = c.CreateRoute(ctx, &sdk.CreateRouteInput{ApiId: &api, RouteKey: &key, Target: aws.String("integrations/" + *made.IntegrationId)})
		return err
	}
}

func updateStage(change func(*sdk.UpdateStageInput)) check {
	return func(ctx context.Context, control, api string) error {
		in := &sdk.UpdateStageInput{ApiId: &api, StageName: aws.String(harness.Stage)}
		change(in)
		_, err := client(control).UpdateStage(ctx, in)
		return err
	}
}

func refusesStage(change func(*sdk.CreateStageInput)) check {
	return refuses("BadRequestException", func(ctx context.Context, c *sdk.Client, api string) error {
		in := &sdk.CreateStageInput{ApiId: &api, StageName: aws.String("new")}
		change(in)
		_, err := c.CreateStage(ctx, in)
		return err
	})
}

func section15() []fact {
	quick := func(ctx context.Context, control, _ string) error {
		c := client(control)
		made, err := c.CreateApi(ctx, &sdk.CreateApiInput{Name: aws.String("quick"), ProtocolType: types.ProtocolTypeHttp, Target: aws.String(harness.FunctionARN)})
		if err != nil {
			return err
		}
		stage, err := c.GetStage(ctx, &sdk.GetStageInput{ApiId: made.ApiId, StageName: aws.String("$default")})
		if err != nil || !aws.ToBool(stage.AutoDeploy) {
			return fmt.Errorf("the stage of a quick API: %v, %w", stage, err)
		}
		routes, err := c.GetRoutes(ctx, &sdk.GetRoutesInput{ApiId: made.ApiId})
		if err != nil || len(routes.Items) != 1 || *routes.Items[0].RouteKey != "$default" {
			return fmt.Errorf("the routes of a quick API: %v, %w", routes, err)
		}
		return nil
	}
	refused := func(name string, change func(*sdk.CreateStageInput)) fact {
		return fact{name: name, section: "15", do: "GET /reachable", want: ok, act: refusesStage(change)}
	}
	return []fact{
		{name: "a change is not live before it is deployed", section: "15", api: "changing by hand", do: "GET /undeployed", act: addRoute("GET /undeployed"), want: notFound},
		{name: "a deployment makes changes live", section: "15", api: "changing by hand", do: "GET /undeployed", want: ok, eventually: true, event: obj{"routeKey": "GET /undeployed"},
			act: func(ctx context.Context, control, api string) error {
				_, err := client(control).CreateDeployment(ctx, &sdk.CreateDeploymentInput{ApiId: &api, StageName: aws.String(harness.Stage)})
				return err
			}},
		{name: "a change deploys itself", section: "15", api: "changing", do: "GET /added", act: addRoute("GET /added"), want: ok, eventually: true, event: obj{"routeKey": "GET /added"}},
		{name: "stage variables apply without a deployment", section: "15", api: "changing by hand", do: "GET /which", want: ok, eventually: true, event: obj{"stageVariables": obj{"path": "later"}},
			act: updateStage(func(in *sdk.UpdateStageInput) { in.StageVariables = map[string]string{"path": "later"} })},
		{name: "throttling applies without a deployment", section: "15", api: "changing settings", do: "GET /which", want: tooMany, eventually: true,
			before: []fact{{do: "GET /which", want: ok}},
			act: updateStage(func(in *sdk.UpdateStageInput) {
				in.DefaultRouteSettings = &types.RouteSettings{ThrottlingRateLimit: aws.Float64(0), ThrottlingBurstLimit: aws.Int32(0)}
			})},
		{name: "a quick API", section: "15", do: "GET /reachable", want: ok, act: quick},
		{name: "a stage variable in a mapping", section: "15", api: "variables", in: backend(mapped("append:header.X-V", "$stageVariables.function")), want: ok, seen: got("X-V", "conformance")},
		refused("a variable with a bad name", func(in *sdk.CreateStageInput) { in.StageVariables = map[string]string{"a-b": "x"} }),
		refused("a variable with a bad value", func(in *sdk.CreateStageInput) { in.StageVariables = map[string]string{"a": "x{y}"} }),
		refused("a variable with a long name", func(in *sdk.CreateStageInput) { in.StageVariables = map[string]string{strings.Repeat("a", 65): "x"} }),
		refused("a variable with a long value", func(in *sdk.CreateStageInput) { in.StageVariables = map[string]string{"a": strings.Repeat("x", 513)} }),
		refused("a stage with a bad name", func(in *sdk.CreateStageInput) { in.StageName = aws.String("a.b") }),
		refused("a stage with a long name", func(in *sdk.CreateStageInput) { in.StageName = aws.String(strings.Repeat("a", 129)) }),
		refused("a deployment of a stage that deploys itself", func(in *sdk.CreateStageInput) { in.AutoDeploy, in.DeploymentId = aws.Bool(true), aws.String("none") }),
	}
}
