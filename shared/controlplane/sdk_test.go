package controlplane_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// TestEveryOperationThroughTheSDK calls each operation once through an unmodified client and checks
// that the client understands the answer.
func TestEveryOperationThroughTheSDK(t *testing.T) {
	h := newHarness(t)
	c := apigateway.New(apigateway.Options{
		BaseEndpoint: &h.server.URL,
		Region:       "us-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	ctx := t.Context()
	seen := map[string]bool{}
	s := &sdk{t: t, ctx: ctx, seen: seen, tester: h.tester}

	api := call(s, "CreateRestApi", c.CreateRestApi, &apigateway.CreateRestApiInput{Name: aws.String("pets")})
	id := api.Id
	if got := call(s, "GetRestApi", c.GetRestApi, &apigateway.GetRestApiInput{RestApiId: id}); aws.ToString(got.Name) != "pets" || got.CreatedDate.Unix() != now {
		t.Errorf("GetRestApi: %+v", got)
	}
	if got := call(s, "UpdateRestApi", c.UpdateRestApi, &apigateway.UpdateRestApiInput{RestApiId: id, PatchOperations: replace("/description", "d")}); aws.ToString(got.Description) != "d" {
		t.Errorf("UpdateRestApi: %+v", got)
	}
	if got := call(s, "GetRestApis", c.GetRestApis, &apigateway.GetRestApisInput{}); len(got.Items) != 1 {
		t.Errorf("GetRestApis: %+v", got)
	}

	res := call(s, "CreateResource", c.CreateResource, &apigateway.CreateResourceInput{RestApiId: id, ParentId: api.RootResourceId, PathPart: aws.String("pets")})
	if got := call(s, "UpdateResource", c.UpdateResource, &apigateway.UpdateResourceInput{RestApiId: id, ResourceId: res.Id, PatchOperations: replace("/pathPart", "animals")}); aws.ToString(got.Path) != "/animals" {
		t.Errorf("UpdateResource: %+v", got)
	}
	validator := call(s, "CreateRequestValidator", c.CreateRequestValidator, &apigateway.CreateRequestValidatorInput{RestApiId: id, Name: aws.String("v")})
	call(s, "GetRequestValidator", c.GetRequestValidator, &apigateway.GetRequestValidatorInput{RestApiId: id, RequestValidatorId: validator.Id})
	if got := call(s, "UpdateRequestValidator", c.UpdateRequestValidator, &apigateway.UpdateRequestValidatorInput{RestApiId: id, RequestValidatorId: validator.Id, PatchOperations: replace("/validateRequestParameters", "true")}); !got.ValidateRequestParameters {
		t.Errorf("UpdateRequestValidator: %+v", got)
	}
	if got := call(s, "GetRequestValidators", c.GetRequestValidators, &apigateway.GetRequestValidatorsInput{RestApiId: id}); len(got.Items) != 1 {
		t.Errorf("GetRequestValidators: %+v", got)
	}
	call(s, "CreateModel", c.CreateModel, &apigateway.CreateModelInput{RestApiId: id, Name: aws.String("Pet"), ContentType: aws.String("application/json"), Schema: aws.String(`{"type":"object"}`)})
	call(s, "GetModel", c.GetModel, &apigateway.GetModelInput{RestApiId: id, ModelName: aws.String("Pet")})
	call(s, "UpdateModel", c.UpdateModel, &apigateway.UpdateModelInput{RestApiId: id, ModelName: aws.String("Pet"), PatchOperations: replace("/description", "d")})
	if got := call(s, "GetModels", c.GetModels, &apigateway.GetModelsInput{RestApiId: id}); len(got.Items) != 3 {
		t.Errorf("GetModels: %+v", got)
	}

	get := aws.String("GET")
	call(s, "PutMethod", c.PutMethod, &apigateway.PutMethodInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, AuthorizationType: aws.String("NONE"), RequestParameters: map[string]bool{"method.request.querystring.q": true}, RequestValidatorId: validator.Id})
	if got := call(s, "UpdateMethod", c.UpdateMethod, &apigateway.UpdateMethodInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, PatchOperations: replace("/operationName", "list")}); aws.ToString(got.OperationName) != "list" {
		t.Errorf("UpdateMethod: %+v", got)
	}
	ok := aws.String("200")
	call(s, "PutMethodResponse", c.PutMethodResponse, &apigateway.PutMethodResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok})
	call(s, "UpdateMethodResponse", c.UpdateMethodResponse, &apigateway.UpdateMethodResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok, PatchOperations: []types.PatchOperation{{Op: types.OpAdd, Path: aws.String("/responseParameters/method.response.header.X"), Value: aws.String("true")}}})
	if got := call(s, "GetMethodResponse", c.GetMethodResponse, &apigateway.GetMethodResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok}); !got.ResponseParameters["method.response.header.X"] {
		t.Errorf("GetMethodResponse: %+v", got)
	}
	call(s, "PutIntegration", c.PutIntegration, &apigateway.PutIntegrationInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, Type: types.IntegrationTypeHttpProxy, IntegrationHttpMethod: get, Uri: aws.String("https://example.com")})
	call(s, "UpdateIntegration", c.UpdateIntegration, &apigateway.UpdateIntegrationInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, PatchOperations: replace("/timeoutInMillis", "500")})
	if got := call(s, "GetIntegration", c.GetIntegration, &apigateway.GetIntegrationInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get}); got.TimeoutInMillis != 500 || got.ConnectionType != types.ConnectionTypeInternet {
		t.Errorf("GetIntegration: %+v", got)
	}
	call(s, "PutIntegrationResponse", c.PutIntegrationResponse, &apigateway.PutIntegrationResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok})
	call(s, "UpdateIntegrationResponse", c.UpdateIntegrationResponse, &apigateway.UpdateIntegrationResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok, PatchOperations: replace("/selectionPattern", "2..")})
	if got := call(s, "GetIntegrationResponse", c.GetIntegrationResponse, &apigateway.GetIntegrationResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok}); aws.ToString(got.SelectionPattern) != "2.." {
		t.Errorf("GetIntegrationResponse: %+v", got)
	}
	if got := call(s, "GetMethod", c.GetMethod, &apigateway.GetMethodInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get}); got.MethodIntegration == nil || len(got.MethodResponses) != 1 {
		t.Errorf("GetMethod: %+v", got)
	}
	if got := call(s, "GetResource", c.GetResource, &apigateway.GetResourceInput{RestApiId: id, ResourceId: res.Id, Embed: []string{"methods"}}); aws.ToString(got.ResourceMethods["GET"].OperationName) != "list" {
		t.Errorf("GetResource: %+v", got)
	}
	if got := call(s, "GetResources", c.GetResources, &apigateway.GetResourcesInput{RestApiId: id}); len(got.Items) != 2 {
		t.Errorf("GetResources: %+v", got)
	}

	throttled := types.GatewayResponseTypeThrottled
	call(s, "PutGatewayResponse", c.PutGatewayResponse, &apigateway.PutGatewayResponseInput{RestApiId: id, ResponseType: throttled, StatusCode: aws.String("503")})
	call(s, "UpdateGatewayResponse", c.UpdateGatewayResponse, &apigateway.UpdateGatewayResponseInput{RestApiId: id, ResponseType: throttled, PatchOperations: replace("/statusCode", "420")})
	if got := call(s, "GetGatewayResponse", c.GetGatewayResponse, &apigateway.GetGatewayResponseInput{RestApiId: id, ResponseType: throttled}); aws.ToString(got.StatusCode) != "420" {
		t.Errorf("GetGatewayResponse: %+v", got)
	}
	if got := call(s, "GetGatewayResponses", c.GetGatewayResponses, &apigateway.GetGatewayResponsesInput{RestApiId: id}); len(got.Items) != 21 {
		t.Errorf("GetGatewayResponses: %d items", len(got.Items))
	}

	d := call(s, "CreateDeployment", c.CreateDeployment, &apigateway.CreateDeploymentInput{RestApiId: id, StageName: aws.String("prod")})
	call(s, "UpdateDeployment", c.UpdateDeployment, &apigateway.UpdateDeploymentInput{RestApiId: id, DeploymentId: d.Id, PatchOperations: replace("/description", "d")})
	if got := call(s, "GetDeployment", c.GetDeployment, &apigateway.GetDeploymentInput{RestApiId: id, DeploymentId: d.Id, Embed: []string{"apisummary"}}); aws.ToString(got.ApiSummary["/animals"]["GET"].AuthorizationType) != "NONE" {
		t.Errorf("GetDeployment: %+v", got)
	}
	if got := call(s, "GetDeployments", c.GetDeployments, &apigateway.GetDeploymentsInput{RestApiId: id}); len(got.Items) != 1 {
		t.Errorf("GetDeployments: %+v", got)
	}
	dev := aws.String("dev")
	call(s, "CreateStage", c.CreateStage, &apigateway.CreateStageInput{RestApiId: id, StageName: dev, DeploymentId: d.Id})
	call(s, "UpdateStage", c.UpdateStage, &apigateway.UpdateStageInput{RestApiId: id, StageName: dev, PatchOperations: replace("/variables/a", "b")})
	if got := call(s, "GetStage", c.GetStage, &apigateway.GetStageInput{RestApiId: id, StageName: dev}); got.Variables["a"] != "b" {
		t.Errorf("GetStage: %+v", got)
	}
	if got := call(s, "GetStages", c.GetStages, &apigateway.GetStagesInput{RestApiId: id}); len(got.Item) != 2 {
		t.Errorf("GetStages: %+v", got)
	}

	callTests(t, s, c, id, res.Id)
	callAuthorizers(t, s, c, id)
	callDocumentation(t, s, c, id)
	callOfStage(t, s, c, id, dev)
	callUsagePlans(t, s, c, id, dev)
	callExport(t, s, c, id, dev)
	callDomains(t, s, c, id)
	callAccount(t, s, c, id)

	imported := call(s, "ImportRestApi", c.ImportRestApi, &apigateway.ImportRestApiInput{Body: []byte(simple("/a")), Parameters: map[string]string{"basepath": "ignore"}})
	call(s, "PutRestApi", c.PutRestApi, &apigateway.PutRestApiInput{RestApiId: imported.Id, Mode: types.PutModeOverwrite, Body: []byte(simple("/b"))})

	call(s, "DeleteIntegrationResponse", c.DeleteIntegrationResponse, &apigateway.DeleteIntegrationResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok})
	call(s, "DeleteIntegration", c.DeleteIntegration, &apigateway.DeleteIntegrationInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get})
	call(s, "DeleteMethodResponse", c.DeleteMethodResponse, &apigateway.DeleteMethodResponseInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get, StatusCode: ok})
	call(s, "DeleteMethod", c.DeleteMethod, &apigateway.DeleteMethodInput{RestApiId: id, ResourceId: res.Id, HttpMethod: get})
	call(s, "DeleteModel", c.DeleteModel, &apigateway.DeleteModelInput{RestApiId: id, ModelName: aws.String("Pet")})
	call(s, "DeleteRequestValidator", c.DeleteRequestValidator, &apigateway.DeleteRequestValidatorInput{RestApiId: id, RequestValidatorId: validator.Id})
	call(s, "DeleteGatewayResponse", c.DeleteGatewayResponse, &apigateway.DeleteGatewayResponseInput{RestApiId: id, ResponseType: throttled})
	call(s, "DeleteResource", c.DeleteResource, &apigateway.DeleteResourceInput{RestApiId: id, ResourceId: res.Id})
	call(s, "DeleteStage", c.DeleteStage, &apigateway.DeleteStageInput{RestApiId: id, StageName: dev})
	call(s, "DeleteStage", c.DeleteStage, &apigateway.DeleteStageInput{RestApiId: id, StageName: aws.String("prod")})
	call(s, "DeleteDeployment", c.DeleteDeployment, &apigateway.DeleteDeploymentInput{RestApiId: id, DeploymentId: d.Id})
	call(s, "DeleteRestApi", c.DeleteRestApi, &apigateway.DeleteRestApiInput{RestApiId: id})

	_, err := c.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: id})
	var missing *types.NotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("GetRestApi of a deleted API: %v, want a NotFoundException", err)
	}
	for _, e := range h.service.Endpoints() {
		if !seen[e.Operation()] {
			t.Errorf("%s is not called", e.Operation())
		}
	}
}

type sdk struct {
	tester *fakeTester
	t      *testing.T
	ctx    context.Context
	seen   map[string]bool
}

func call[I, O any](s *sdk, operation string, fn func(context.Context, *I, ...func(*apigateway.Options)) (*O, error), in *I) *O {
	s.t.Helper()
	s.seen[operation] = true
	out, err := fn(s.ctx, in)
	if err != nil {
		s.t.Fatalf("%s: %v", operation, err)
	}
	return out
}

func replace(path, value string) []types.PatchOperation {
	return []types.PatchOperation{{Op: types.OpReplace, Path: &path, Value: &value}}
}
