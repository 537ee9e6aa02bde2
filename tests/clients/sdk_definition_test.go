package clients

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Control-plane recorded, 7; control-plane operations, 2.1.
func models(s *session) {
	s.newAPI()
	schema := aws.String(`{"type":"object","properties":{"name":{"type":"string"}}}`)
	call(s, s.api.CreateModel, &gw.CreateModelInput{RestApiId: s.ref("api"), Name: aws.String("Pet"), ContentType: aws.String("application/json"), Schema: schema, Description: aws.String("a pet")},
		`{"id":"<model=id6>","name":"Pet","description":"a pet","contentType":"application/json","schema":"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}"}`)
	call(s, s.api.GetModel, &gw.GetModelInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet")},
		`{"id":"<model>","name":"Pet","description":"a pet","contentType":"application/json","schema":"{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}"}`)
	call(s, s.api.GetModels, &gw.GetModelsInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<model>","name":"Pet","...":0},
		{"id":"<any>","name":"Empty","description":"This is a default empty schema model","contentType":"application/json","schema":"<any>"},
		{"id":"<any>","name":"Error","description":"This is a default error schema model","contentType":"application/json","schema":"<any>"},"~"]}`)
	call(s, s.api.GetModelTemplate, &gw.GetModelTemplateInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet")},
		`{"value":"<re:#set\\(\\$inputRoot = \\$input\\.path\\('\\$'\\)\\)\\s.*\"name\".*>"}`)
	call(s, s.api.UpdateModel, &gw.UpdateModelInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet"), PatchOperations: s.patch("replace /description any pet", `replace /schema {"type":"object"}`)},
		`{"id":"<model>","name":"Pet","description":"any pet","contentType":"application/json","schema":"{\"type\":\"object\"}"}`)
	refused(s, s.api.CreateModel, &gw.CreateModelInput{RestApiId: s.ref("api"), Name: aws.String("Pet"), ContentType: aws.String("application/json"), Schema: schema},
		"ConflictException", "Model name already exists for this REST API")
	refused(s, s.api.CreateModel, &gw.CreateModelInput{RestApiId: s.ref("api"), Name: aws.String("None"), ContentType: aws.String("application/xml")},
		"BadRequestException", "Model schema must have at least 1 property or array items defined")
	call(s, s.api.CreateResource, &gw.CreateResourceInput{RestApiId: s.ref("api"), ParentId: s.ref("root"), PathPart: aws.String("pets")}, `{"id":"<pets=id6>","...":0}`)
	method := &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, AuthorizationType: aws.String("NONE"),
		RequestModels: map[string]string{"application/json": "Pet"}}
	call(s, s.api.PutMethod, method, `{"httpMethod":"GET","authorizationType":"NONE","apiKeyRequired":false,"requestModels":{"application/json":"Pet"}}`)
	refused(s, s.api.DeleteModel, &gw.DeleteModelInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet")},
		"ConflictException", "Cannot delete model 'Pet', is referenced in method request: /pets/GET")
	call(s, s.api.DeleteMethod, &gw.DeleteMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get}, ``)
	call(s, s.api.DeleteModel, &gw.DeleteModelInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet")}, ``)
	refused(s, s.api.GetModel, &gw.GetModelInput{RestApiId: s.ref("api"), ModelName: aws.String("Pet")}, "NotFoundException", "Invalid model name specified: Pet")
}

// Control-plane recorded, 8 and 1.6.
func requestValidators(s *session) {
	s.newAPI()
	call(s, s.api.CreateRequestValidator, &gw.CreateRequestValidatorInput{RestApiId: s.ref("api"), Name: aws.String("body"), ValidateRequestBody: true},
		`{"id":"<id=id6>","name":"body","validateRequestBody":true,"validateRequestParameters":false}`)
	call(s, s.api.GetRequestValidator, &gw.GetRequestValidatorInput{RestApiId: s.ref("api"), RequestValidatorId: s.ref("id")},
		`{"id":"<id>","name":"body","validateRequestBody":true,"validateRequestParameters":false}`)
	update := func(patch string) *gw.UpdateRequestValidatorInput {
		return &gw.UpdateRequestValidatorInput{RestApiId: s.ref("api"), RequestValidatorId: s.ref("id"), PatchOperations: s.patch(patch)}
	}
	call(s, s.api.UpdateRequestValidator, update("replace /validateRequestParameters true"), `{"id":"<id>","name":"body","validateRequestBody":true,"validateRequestParameters":true}`)
	call(s, s.api.GetRequestValidators, &gw.GetRequestValidatorsInput{RestApiId: s.ref("api")},
		`{"item":[{"id":"<id>","name":"body","validateRequestBody":true,"validateRequestParameters":true}]}`)
	refused(s, s.api.UpdateRequestValidator, update("add /validateRequestBody true"), "BadRequestException",
		"Invalid patch path  '/validateRequestBody' specified for op 'add'. Please choose supported operations")
	refused(s, s.api.UpdateRequestValidator, update("replace /x true"), "BadRequestException",
		"Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name, /validateRequestParameters, /validateRequestBody]")
	refused(s, s.api.UpdateRequestValidator, update("replace /name"), "BadRequestException", "Request Validator name cannot be blank")
	call(s, s.api.DeleteRequestValidator, &gw.DeleteRequestValidatorInput{RestApiId: s.ref("api"), RequestValidatorId: s.ref("id")}, ``)
	refused(s, s.api.DeleteRequestValidator, &gw.DeleteRequestValidatorInput{RestApiId: s.ref("api"), RequestValidatorId: s.ref("id")},
		"NotFoundException", "Invalid Request Validator identifier specified")
	refused(s, s.api.CreateRequestValidator, &gw.CreateRequestValidatorInput{RestApiId: aws.String("unknown123"), Name: aws.String("x")},
		"BadRequestException", "Invalid REST API identifier specified")
}

const authorizerURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:auth/invocations"

// Control-plane recorded, 9; control-plane operations, 1 and 2.3.
func authorizers(s *session) {
	s.newAPI()
	call(s, s.api.CreateAuthorizer, &gw.CreateAuthorizerInput{RestApiId: s.ref("api"), Name: aws.String("token"), Type: types.AuthorizerTypeToken, AuthorizerUri: aws.String(authorizerURI),
		IdentitySource: aws.String("method.request.header.Authorization"), AuthorizerResultTtlInSeconds: aws.Int32(60)},
		`{"id":"<id=id6>","name":"token","type":"TOKEN","authorizerUri":"`+authorizerURI+`","identitySource":"method.request.header.Authorization",
		"authorizerResultTtlInSeconds":60,"...":0}`)
	call(s, s.api.GetAuthorizer, &gw.GetAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("id")},
		`{"id":"<id>","name":"token","type":"TOKEN","authorizerUri":"`+authorizerURI+`","identitySource":"method.request.header.Authorization","authorizerResultTtlInSeconds":60,"...":0}`)
	call(s, s.api.CreateAuthorizer, &gw.CreateAuthorizerInput{RestApiId: s.ref("api"), Name: aws.String("pool"), Type: types.AuthorizerTypeCognitoUserPools,
		ProviderARNs: []string{"arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"}, IdentitySource: aws.String("method.request.header.Authorization")},
		`{"id":"<pool=id6>","name":"pool","type":"COGNITO_USER_POOLS","providerARNs":["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"],"...":0}`)
	call(s, s.api.GetAuthorizers, &gw.GetAuthorizersInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<id>","...":0},{"id":"<pool>","...":0},"~"]}`)
	call(s, s.api.UpdateAuthorizer, &gw.UpdateAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("id"), PatchOperations: s.patch(
		"replace /name renamed", "replace /authorizerResultTtlInSeconds 0", "replace /identitySource method.request.header.X", "replace /identityValidationExpression ^x")},
		`{"id":"<id>","name":"renamed","type":"TOKEN","authorizerUri":"`+authorizerURI+`","identitySource":"method.request.header.X","identityValidationExpression":"^x",
		"authorizerResultTtlInSeconds":0,"...":0}`)
	call(s, s.api.PutMethod, &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("root"), HttpMethod: get, AuthorizationType: aws.String("CUSTOM"), AuthorizerId: s.ref("id")},
		`{"httpMethod":"GET","authorizationType":"CUSTOM","authorizerId":"<id>","apiKeyRequired":false}`)
	call(s, s.api.DeleteAuthorizer, &gw.DeleteAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("pool")}, ``)
	refused(s, s.api.GetAuthorizer, &gw.GetAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("pool")}, "NotFoundException", "Invalid Authorizer identifier specified")
}

// Control-plane operations, 1, 2.1 and 2.3.
func gatewayResponses(s *session) {
	s.newAPI()
	call(s, s.api.PutGatewayResponse, &gw.PutGatewayResponseInput{RestApiId: s.ref("api"), ResponseType: types.GatewayResponseTypeAccessDenied, StatusCode: aws.String("418"),
		ResponseParameters: map[string]string{"gatewayresponse.header.X": "'x'"}, ResponseTemplates: map[string]string{"application/json": "{}"}},
		`{"responseType":"ACCESS_DENIED","statusCode":"418","responseParameters":{"gatewayresponse.header.X":"'x'"},"responseTemplates":{"application/json":"{}"},"defaultResponse":false}`)
	call(s, s.api.UpdateGatewayResponse, &gw.UpdateGatewayResponseInput{RestApiId: s.ref("api"), ResponseType: types.GatewayResponseTypeAccessDenied, PatchOperations: s.patch(
		"replace /statusCode 403", "add /responseParameters/gatewayresponse.header.Y 'y'", "remove /responseParameters/gatewayresponse.header.X",
		"replace /responseTemplates/application~1json {\"no\":1}")},
		`{"responseType":"ACCESS_DENIED","statusCode":"403","responseParameters":{"gatewayresponse.header.Y":"'y'"},"responseTemplates":{"application/json":"{\"no\":1}"},"defaultResponse":false}`)
	call(s, s.api.GetGatewayResponse, &gw.GetGatewayResponseInput{RestApiId: s.ref("api"), ResponseType: types.GatewayResponseTypeAccessDenied},
		`{"responseType":"ACCESS_DENIED","statusCode":"403","responseParameters":{"gatewayresponse.header.Y":"'y'"},"responseTemplates":{"application/json":"{\"no\":1}"},"defaultResponse":false}`)
	call(s, s.api.GetGatewayResponses, &gw.GetGatewayResponsesInput{RestApiId: s.ref("api")},
		`{"item":[{"responseType":"ACCESS_DENIED","statusCode":"403","defaultResponse":false,"...":0},"..."],"...":0}`)
	call(s, s.api.DeleteGatewayResponse, &gw.DeleteGatewayResponseInput{RestApiId: s.ref("api"), ResponseType: types.GatewayResponseTypeAccessDenied}, ``)
	refused(s, s.api.DeleteGatewayResponse, &gw.DeleteGatewayResponseInput{RestApiId: s.ref("api"), ResponseType: types.GatewayResponseTypeAccessDenied},
		"NotFoundException", "Gateway response type not defined on api")
}

// Control-plane recorded, 10; control-plane operations, 2.11.
func documentationParts(s *session) {
	s.newAPI()
	call(s, s.api.CreateDocumentationPart, &gw.CreateDocumentationPartInput{RestApiId: s.ref("api"), Properties: aws.String(`{"description":"the API"}`),
		Location: &types.DocumentationPartLocation{Type: types.DocumentationPartTypeApi}}, `{"id":"<part=id6>","location":{"type":"API"},"properties":"{\"description\":\"the API\"}"}`)
	call(s, s.api.CreateDocumentationPart, &gw.CreateDocumentationPartInput{RestApiId: s.ref("api"), Properties: aws.String(`{"summary":"list"}`),
		Location: &types.DocumentationPartLocation{Type: types.DocumentationPartTypeMethod, Path: aws.String("/pets"), Method: get}},
		`{"id":"<method=id6>","location":{"type":"METHOD","path":"/pets","method":"GET"},"properties":"{\"summary\":\"list\"}"}`)
	call(s, s.api.GetDocumentationPart, &gw.GetDocumentationPartInput{RestApiId: s.ref("api"), DocumentationPartId: s.ref("part")},
		`{"id":"<part>","location":{"type":"API"},"properties":"{\"description\":\"the API\"}"}`)
	call(s, s.api.GetDocumentationParts, &gw.GetDocumentationPartsInput{RestApiId: s.ref("api"), Type: types.DocumentationPartTypeMethod},
		`{"item":[{"id":"<method>","location":{"type":"METHOD","path":"/pets","method":"GET"},"properties":"{\"summary\":\"list\"}"}]}`)
	call(s, s.api.UpdateDocumentationPart, &gw.UpdateDocumentationPartInput{RestApiId: s.ref("api"), DocumentationPartId: s.ref("part"),
		PatchOperations: s.patch(`replace /properties {"description":"new"}`)}, `{"id":"<part>","location":{"type":"API"},"properties":"{\"description\":\"new\"}"}`)
	call(s, s.api.ImportDocumentationParts, &gw.ImportDocumentationPartsInput{RestApiId: s.ref("api"), Mode: types.PutModeOverwrite, Body: []byte(`{"openapi":"3.0.1",
		"info":{"title":"x","version":"1"},"paths":{},"x-amazon-apigateway-documentation":{"version":"1","documentationParts":[
		{"location":{"type":"API"},"properties":{"description":"imported"}},{"location":{"type":"METHOD","method":"GET"},"properties":{"summary":"s"}}]}}`)},
		`{"ids":["<first=id6>","<second=id6>"]}`)
	call(s, s.api.GetDocumentationParts, &gw.GetDocumentationPartsInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<first>","location":{"type":"API"},"properties":"{\"description\":\"imported\"}"},
		{"id":"<second>","location":{"type":"METHOD","path":"/","method":"GET"},"properties":"{\"summary\":\"s\"}"}]}`)
	call(s, s.api.DeleteDocumentationPart, &gw.DeleteDocumentationPartInput{RestApiId: s.ref("api"), DocumentationPartId: s.ref("first")}, ``)
	refused(s, s.api.GetDocumentationPart, &gw.GetDocumentationPartInput{RestApiId: s.ref("api"), DocumentationPartId: s.ref("first")},
		"NotFoundException", "Invalid Documentation part identifier specified")
	refused(s, s.api.CreateDocumentationPart, &gw.CreateDocumentationPartInput{RestApiId: s.ref("api"), Properties: aws.String("{}"), Location: &types.DocumentationPartLocation{Type: "X"}},
		"ValidationException", "1 validation error detected: Value 'X' at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must satisfy enum value set: "+
			"[RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]")
}

// Control-plane operations, 1 and 2.11.
func documentationVersions(s *session) {
	s.newMock()
	v1 := aws.String("v1")
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: aws.String("prod")}, `{"id":"<id6>","createdDate":"<time>"}`)
	call(s, s.api.CreateDocumentationVersion, &gw.CreateDocumentationVersionInput{RestApiId: s.ref("api"), DocumentationVersion: v1, StageName: aws.String("prod"), Description: aws.String("first")},
		`{"version":"v1","createdDate":"<time>","description":"first"}`)
	call(s, s.api.GetStage, &gw.GetStageInput{RestApiId: s.ref("api"), StageName: aws.String("prod")}, `{"documentationVersion":"v1","...":0}`)
	call(s, s.api.GetDocumentationVersion, &gw.GetDocumentationVersionInput{RestApiId: s.ref("api"), DocumentationVersion: v1}, `{"version":"v1","createdDate":"<time>","description":"first"}`)
	call(s, s.api.UpdateDocumentationVersion, &gw.UpdateDocumentationVersionInput{RestApiId: s.ref("api"), DocumentationVersion: v1, PatchOperations: s.patch("replace /description changed")},
		`{"version":"v1","createdDate":"<time>","description":"changed"}`)
	call(s, s.api.CreateDocumentationVersion, &gw.CreateDocumentationVersionInput{RestApiId: s.ref("api"), DocumentationVersion: aws.String("v2")}, `{"version":"v2","createdDate":"<time>"}`)
	call(s, s.api.GetDocumentationVersions, &gw.GetDocumentationVersionsInput{RestApiId: s.ref("api")},
		`{"item":[{"version":"v1","createdDate":"<time>","description":"changed"},{"version":"v2","createdDate":"<time>"},"~"]}`)
	call(s, s.api.DeleteDocumentationVersion, &gw.DeleteDocumentationVersionInput{RestApiId: s.ref("api"), DocumentationVersion: aws.String("v2")}, ``)
	call(s, s.api.GetDocumentationVersions, &gw.GetDocumentationVersionsInput{RestApiId: s.ref("api")}, `{"item":[{"version":"v1","createdDate":"<time>","description":"changed"}]}`)
}
