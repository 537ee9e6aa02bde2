package sam

import (
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/postern-gateway/postern/shared/controlplane"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

// chat makes a WebSocket API in the table, whose route "greet" greets, and returns its id. Its stage
// is dev.
func chat(t *testing.T, rows *dynamodb.Store) string {
	t.Helper()
	base := controlplane.New(controlplane.Config{Store: rows, Account: account, Region: region})
	service := v2.New(v2.Config{Store: rows, Account: account, Region: region, REST: base})
	mux, err := wire.NewMux([]wire.Service{apigatewayv2.Service}, service.Endpoints()...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	client := sdk.New(sdk.Options{Region: region, BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	api, err := client.CreateApi(ctx, &sdk.CreateApiInput{Name: aws.String("chat"), ProtocolType: types.ProtocolTypeWebsocket, RouteSelectionExpression: aws.String("$request.body.action")})
	must(err)
	integration, err := client.CreateIntegration(ctx, &sdk.CreateIntegrationInput{
		ApiId: api.ApiId, IntegrationType: types.IntegrationTypeMock, TemplateSelectionExpression: aws.String(`\$default`),
		RequestTemplates: map[string]string{"$default": `{"statusCode":200}`},
	})
	must(err)
	_, err = client.CreateIntegrationResponse(ctx, &sdk.CreateIntegrationResponseInput{
		ApiId: api.ApiId, IntegrationId: integration.IntegrationId, IntegrationResponseKey: aws.String("$default"), TemplateSelectionExpression: aws.String(`\$default`),
		ResponseTemplates: map[string]string{"$default": `hello, connection $context.connectionId`},
	})
	must(err)
	route, err := client.CreateRoute(ctx, &sdk.CreateRouteInput{
		ApiId: api.ApiId, RouteKey: aws.String("greet"), Target: aws.String("integrations/" + *integration.IntegrationId), RouteResponseSelectionExpression: aws.String("$default"),
	})
	must(err)
	_, err = client.CreateRouteResponse(ctx, &sdk.CreateRouteResponseInput{ApiId: api.ApiId, RouteId: route.RouteId, RouteResponseKey: aws.String("$default")})
	must(err)
	deployment, err := client.CreateDeployment(ctx, &sdk.CreateDeploymentInput{ApiId: api.ApiId})
	must(err)
	_, err = client.CreateStage(ctx, &sdk.CreateStageInput{ApiId: api.ApiId, StageName: aws.String("dev"), DeploymentId: deployment.DeploymentId})
	must(err)
	return *api.ApiId
}
