package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	roomName  = "chat"
	stageName = "local"
	// function is what the room's API invokes: any account and region do for the local process.
	function = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:say/invocations"
)

// keys are those of the local process.
var keys = aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}

func controlPlane(address string) *apigatewayv2.Client {
	return apigatewayv2.New(apigatewayv2.Options{
		BaseEndpoint: aws.String("http://" + address), Region: "us-east-1",
		Credentials: credentials.StaticCredentialsProvider{Value: keys},
	})
}

// deploy makes the room: a WebSocket API whose one route hands every message to the function, as
// any client of API Gateway would make it.
func deploy(ctx context.Context, client *apigatewayv2.Client) error {
	api, err := client.CreateApi(ctx, &apigatewayv2.CreateApiInput{
		Name: aws.String(roomName), ProtocolType: types.ProtocolTypeWebsocket, RouteSelectionExpression: aws.String("$request.body.action"),
	})
	if err != nil {
		return err
	}
	integration, err := client.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{
		ApiId: api.ApiId, IntegrationType: types.IntegrationTypeAwsProxy, IntegrationUri: aws.String(function),
	})
	if err != nil {
		return err
	}
	_, err = client.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{
		ApiId: api.ApiId, RouteKey: aws.String("$default"), Target: aws.String("integrations/" + aws.ToString(integration.IntegrationId)),
	})
	if err != nil {
		return err
	}
	deployment, err := client.CreateDeployment(ctx, &apigatewayv2.CreateDeploymentInput{ApiId: api.ApiId})
	if err != nil {
		return err
	}
	_, err = client.CreateStage(ctx, &apigatewayv2.CreateStageInput{ApiId: api.ApiId, StageName: aws.String(stageName), DeploymentId: deployment.DeploymentId})
	return err
}

// room finds the identifier of the room's API.
func room(ctx context.Context, client *apigatewayv2.Client) (string, error) {
	list, err := client.GetApis(ctx, &apigatewayv2.GetApisInput{})
	if err != nil {
		return "", err
	}
	for _, api := range list.Items {
		if aws.ToString(api.Name) == roomName {
			return aws.ToString(api.ApiId), nil
		}
	}
	return "", fmt.Errorf("there is no API named %s", roomName)
}

// path is where the local process serves a stage of an API.
func path(api, stage string) string { return "/_aws/execute-api/" + api + "/" + stage }
