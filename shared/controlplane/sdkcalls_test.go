package controlplane_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// callAuthorizers is the part of TestEveryOperationThroughTheSDK about authorizers.
func callAuthorizers(t *testing.T, s *sdk, c *apigateway.Client, id *string) {
	t.Helper()
	a := call(s, "CreateAuthorizer", c.CreateAuthorizer, &apigateway.CreateAuthorizerInput{RestApiId: id, Name: aws.String("a"), Type: types.AuthorizerTypeToken, AuthorizerUri: aws.String(functionURI), IdentitySource: aws.String("method.request.header.A")})
	if got := call(s, "UpdateAuthorizer", c.UpdateAuthorizer, &apigateway.UpdateAuthorizerInput{RestApiId: id, AuthorizerId: a.Id, PatchOperations: replace("/authorizerResultTtlInSeconds", "60")}); aws.ToInt32(got.AuthorizerResultTtlInSeconds) != 60 {
		t.Errorf("UpdateAuthorizer: %+v", got)
	}
	if got := call(s, "GetAuthorizer", c.GetAuthorizer, &apigateway.GetAuthorizerInput{RestApiId: id, AuthorizerId: a.Id}); got.Type != types.AuthorizerTypeToken {
		t.Errorf("GetAuthorizer: %+v", got)
	}
	if got := call(s, "GetAuthorizers", c.GetAuthorizers, &apigateway.GetAuthorizersInput{RestApiId: id}); len(got.Items) != 1 {
		t.Errorf("GetAuthorizers: %+v", got)
	}
	call(s, "DeleteAuthorizer", c.DeleteAuthorizer, &apigateway.DeleteAuthorizerInput{RestApiId: id, AuthorizerId: a.Id})
}

// callDocumentation is the part about documentation.
func callDocumentation(t *testing.T, s *sdk, c *apigateway.Client, id *string) {
	t.Helper()
	p := call(s, "CreateDocumentationPart", c.CreateDocumentationPart, &apigateway.CreateDocumentationPartInput{RestApiId: id, Location: &types.DocumentationPartLocation{Type: types.DocumentationPartTypeApi}, Properties: aws.String("{}")})
	call(s, "UpdateDocumentationPart", c.UpdateDocumentationPart, &apigateway.UpdateDocumentationPartInput{RestApiId: id, DocumentationPartId: p.Id, PatchOperations: replace("/properties", `{"a":1}`)})
	if got := call(s, "GetDocumentationPart", c.GetDocumentationPart, &apigateway.GetDocumentationPartInput{RestApiId: id, DocumentationPartId: p.Id}); aws.ToString(got.Properties) != `{"a":1}` {
		t.Errorf("GetDocumentationPart: %+v", got)
	}
	if got := call(s, "ImportDocumentationParts", c.ImportDocumentationParts, &apigateway.ImportDocumentationPartsInput{RestApiId: id, Mode: types.PutModeMerge, Body: []byte(documented(`{"location":{"type":"RESOURCE"},"properties":{}}`))}); len(got.Ids) != 1 {
		t.Errorf("ImportDocumentationParts: %+v", got)
	}
	if got := call(s, "GetDocumentationParts", c.GetDocumentationParts, &apigateway.GetDocumentationPartsInput{RestApiId: id}); len(got.Items) != 2 {
		t.Errorf("GetDocumentationParts: %+v", got)
	}
	version := aws.String("1")
	call(s, "CreateDocumentationVersion", c.CreateDocumentationVersion, &apigateway.CreateDocumentationVersionInput{RestApiId: id, DocumentationVersion: version})
	call(s, "UpdateDocumentationVersion", c.UpdateDocumentationVersion, &apigateway.UpdateDocumentationVersionInput{RestApiId: id, DocumentationVersion: version, PatchOperations: replace("/description", "d")})
	if got := call(s, "GetDocumentationVersion", c.GetDocumentationVersion, &apigateway.GetDocumentationVersionInput{RestApiId: id, DocumentationVersion: version}); aws.ToString(got.Description) != "d" {
		t.Errorf("GetDocumentationVersion: %+v", got)
	}
	if got := call(s, "GetDocumentationVersions", c.GetDocumentationVersions, &apigateway.GetDocumentationVersionsInput{RestApiId: id}); len(got.Items) != 1 || got.Items[0].CreatedDate.Unix() != now {
		t.Errorf("GetDocumentationVersions: %+v", got)
	}
	call(s, "DeleteDocumentationVersion", c.DeleteDocumentationVersion, &apigateway.DeleteDocumentationVersionInput{RestApiId: id, DocumentationVersion: version})
	call(s, "DeleteDocumentationPart", c.DeleteDocumentationPart, &apigateway.DeleteDocumentationPartInput{RestApiId: id, DocumentationPartId: p.Id})
}

// callOfStage is the part about what can be had of a model and a deployed stage.
func callOfStage(t *testing.T, s *sdk, c *apigateway.Client, id, stage *string) {
	t.Helper()
	if got := call(s, "GetModelTemplate", c.GetModelTemplate, &apigateway.GetModelTemplateInput{RestApiId: id, ModelName: aws.String("Empty")}); aws.ToString(got.Value) != "#set($inputRoot = $input.path('$'))\n{ }" {
		t.Errorf("GetModelTemplate: %+v", got)
	}
	call(s, "FlushStageCache", c.FlushStageCache, &apigateway.FlushStageCacheInput{RestApiId: id, StageName: stage})
	call(s, "FlushStageAuthorizersCache", c.FlushStageAuthorizersCache, &apigateway.FlushStageAuthorizersCacheInput{RestApiId: id, StageName: stage})
	if got := call(s, "GetSdkTypes", c.GetSdkTypes, &apigateway.GetSdkTypesInput{}); len(got.Items) != 6 {
		t.Errorf("GetSdkTypes: %+v", got)
	}
	if got := call(s, "GetSdkType", c.GetSdkType, &apigateway.GetSdkTypeInput{Id: aws.String("java")}); len(got.ConfigurationProperties) != 6 {
		t.Errorf("GetSdkType: %+v", got)
	}
	got := call(s, "GetSdk", c.GetSdk, &apigateway.GetSdkInput{RestApiId: id, StageName: stage, SdkType: aws.String("javascript")})
	if len(got.Body) == 0 || aws.ToString(got.ContentType) != "application/octet-stream" {
		t.Errorf("GetSdk: %d bytes of %s", len(got.Body), aws.ToString(got.ContentType))
	}
}
