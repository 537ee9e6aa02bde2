package clients

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

const (
	v2Function   = "arn:aws:lambda:us-east-1:123456789012:function:f"
	v2Invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + v2Function + "/invocations"
)

// http creates an HTTP API with an integration: <api> and <integration>.
func (s *v2session) http() {
	s.Helper()
	v2call(s, s.api.CreateApi, &v2.CreateApiInput{Name: aws.String("pets"), ProtocolType: types.ProtocolTypeHttp}, `{"apiId":"<api=id10>","...":0}`)
	v2call(s, s.api.CreateIntegration, &v2.CreateIntegrationInput{ApiId: s.ref("api"), IntegrationType: types.IntegrationTypeHttpProxy,
		IntegrationMethod: aws.String("GET"), IntegrationUri: aws.String("https://example.com")}, `{"integrationId":"<integration=id7>","...":0}`)
}

// webSocket creates a WebSocket API: <api>.
func (s *v2session) webSocket() {
	s.Helper()
	v2call(s, s.api.CreateApi, &v2.CreateApiInput{Name: aws.String("chat"), ProtocolType: types.ProtocolTypeWebsocket,
		RouteSelectionExpression: aws.String("$request.body.action")}, `{"apiId":"<api=id10>","apiEndpoint":"<re:wss://[a-z0-9]{10}\\.execute-api\\.us-east-1\\.amazonaws\\.com>","...":0}`)
}

func v2APIs(s *v2session) {
	const defaults = `"apiId":"<api>","apiEndpoint":"https://<api>.execute-api.us-east-1.amazonaws.com","apiKeySelectionExpression":"$request.header.x-api-key",
		"createdDate":"<time>","disableExecuteApiEndpoint":false,"ipAddressType":"ipv4","protocolType":"HTTP","routeSelectionExpression":"$request.method $request.path"`
	v2call(s, s.api.CreateApi, &v2.CreateApiInput{Name: aws.String("pets"), ProtocolType: types.ProtocolTypeHttp, Tags: map[string]string{"k": "v"},
		CorsConfiguration: &types.Cors{AllowOrigins: []string{"*"}}}, `{"apiId":"<api=id10>","name":"pets","tags":{"k":"v"},"corsConfiguration":{"allowOrigins":["*"]},"...":0}`)
	v2call(s, s.api.UpdateApi, &v2.UpdateApiInput{ApiId: s.ref("api"), Description: aws.String("d")},
		`{`+defaults+`,"name":"pets","description":"d","tags":{"k":"v"},"corsConfiguration":{"allowOrigins":["*"]}}`)
	v2call(s, s.api.DeleteCorsConfiguration, &v2.DeleteCorsConfigurationInput{ApiId: s.ref("api")}, ``)
	v2call(s, s.api.GetApi, &v2.GetApiInput{ApiId: s.ref("api")}, `{`+defaults+`,"name":"pets","description":"d","tags":{"k":"v"}}`)
	v2call(s, s.api.GetApis, &v2.GetApisInput{}, `{"items":[{`+defaults+`,"name":"pets","description":"d","tags":{"k":"v"}}]}`)
	v2call(s, s.api.DeleteApi, &v2.DeleteApiInput{ApiId: s.ref("api")}, ``)
	v2refused(s, s.api.GetApi, &v2.GetApiInput{ApiId: s.ref("api")}, "NotFoundException", "Invalid API identifier specified 123456789012:<api>")
}

func v2Routes(s *v2session) {
	s.http()
	v2call(s, s.api.CreateRoute, &v2.CreateRouteInput{ApiId: s.ref("api"), RouteKey: aws.String("GET /pets"), Target: s.text("integrations/<integration>"),
		RequestParameters: map[string]types.ParameterConstraints{"route.request.header.X-A": {Required: aws.Bool(true)}}},
		`{"routeId":"<route=id7>","routeKey":"GET /pets","target":"integrations/<integration>","authorizationType":"NONE","apiKeyRequired":false,"apiGatewayManaged":false,
		"requestParameters":{"route.request.header.X-A":{"required":true}}}`)
	v2call(s, s.api.DeleteRouteRequestParameter, &v2.DeleteRouteRequestParameterInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RequestParameterKey: aws.String("route.request.header.X-A")}, ``)
	v2call(s, s.api.UpdateRoute, &v2.UpdateRouteInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RouteKey: aws.String("ANY /{proxy+}"), AuthorizationType: types.AuthorizationTypeAwsIam},
		`{"routeId":"<route>","routeKey":"ANY /{proxy+}","authorizationType":"AWS_IAM","...":0}`)
	v2call(s, s.api.GetRoute, &v2.GetRouteInput{ApiId: s.ref("api"), RouteId: s.ref("route")}, `{"routeId":"<route>","routeKey":"ANY /{proxy+}","...":0}`)
	v2call(s, s.api.GetRoutes, &v2.GetRoutesInput{ApiId: s.ref("api")}, `{"items":[{"routeId":"<route>","...":0}]}`)
	v2call(s, s.api.DeleteRoute, &v2.DeleteRouteInput{ApiId: s.ref("api"), RouteId: s.ref("route")}, ``)
	v2refused(s, s.api.GetRoute, &v2.GetRouteInput{ApiId: s.ref("api"), RouteId: s.ref("route")}, "NotFoundException", "")
}

func v2RouteResponses(s *v2session) {
	s.webSocket()
	v2call(s, s.api.CreateRoute, &v2.CreateRouteInput{ApiId: s.ref("api"), RouteKey: aws.String("join")}, `{"routeId":"<route=id7>","...":0}`)
	v2call(s, s.api.CreateRouteResponse, &v2.CreateRouteResponseInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RouteResponseKey: aws.String("$default")},
		`{"routeResponseId":"<response=id7>","routeResponseKey":"$default"}`)
	v2call(s, s.api.UpdateRouteResponse, &v2.UpdateRouteResponseInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RouteResponseId: s.ref("response"),
		ResponseParameters: map[string]types.ParameterConstraints{"route.response.header.a": {Required: aws.Bool(false)}}},
		`{"routeResponseId":"<response>","routeResponseKey":"$default","responseParameters":{"route.response.header.a":{"required":false}}}`)
	v2call(s, s.api.GetRouteResponse, &v2.GetRouteResponseInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RouteResponseId: s.ref("response")}, `{"routeResponseId":"<response>","...":0}`)
	v2call(s, s.api.GetRouteResponses, &v2.GetRouteResponsesInput{ApiId: s.ref("api"), RouteId: s.ref("route")}, `{"items":[{"routeResponseId":"<response>","...":0}]}`)
	v2call(s, s.api.DeleteRouteResponse, &v2.DeleteRouteResponseInput{ApiId: s.ref("api"), RouteId: s.ref("route"), RouteResponseId: s.ref("response")}, ``)
}

func v2Integrations(s *v2session) {
	s.http()
	v2call(s, s.api.UpdateIntegration, &v2.UpdateIntegrationInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration"), RequestParameters: map[string]string{"append:header.a": "$request.header.b"}},
		`{"integrationId":"<integration>","integrationType":"HTTP_PROXY","integrationMethod":"GET","integrationUri":"https://example.com","connectionType":"INTERNET","payloadFormatVersion":"1.0",
		"timeoutInMillis":30000,"requestParameters":{"append:header.a":"$request.header.b"}}`)
	v2call(s, s.api.GetIntegration, &v2.GetIntegrationInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration")}, `{"integrationId":"<integration>","...":0}`)
	v2call(s, s.api.GetIntegrations, &v2.GetIntegrationsInput{ApiId: s.ref("api")}, `{"items":[{"integrationId":"<integration>","...":0}]}`)
	v2call(s, s.api.DeleteIntegration, &v2.DeleteIntegrationInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration")}, ``)
}

func v2IntegrationResponses(s *v2session) {
	s.webSocket()
	v2call(s, s.api.CreateIntegration, &v2.CreateIntegrationInput{ApiId: s.ref("api"), IntegrationType: types.IntegrationTypeMock},
		`{"integrationId":"<integration=id7>","integrationType":"MOCK","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"integrationResponseSelectionExpression":"${integration.response.statuscode}","...":0}`)
	v2call(s, s.api.CreateIntegrationResponse, &v2.CreateIntegrationResponseInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration"), IntegrationResponseKey: aws.String("/2\\d\\d/")},
		`{"integrationResponseId":"<response=id7>","integrationResponseKey":"/2\\d\\d/"}`)
	v2call(s, s.api.UpdateIntegrationResponse, &v2.UpdateIntegrationResponseInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration"), IntegrationResponseId: s.ref("response"), ResponseTemplates: map[string]string{"$default": "ok"}},
		`{"integrationResponseId":"<response>","integrationResponseKey":"/2\\d\\d/","responseTemplates":{"$default":"ok"}}`)
	v2call(s, s.api.GetIntegrationResponse, &v2.GetIntegrationResponseInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration"), IntegrationResponseId: s.ref("response")}, `{"integrationResponseId":"<response>","...":0}`)
	v2call(s, s.api.GetIntegrationResponses, &v2.GetIntegrationResponsesInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration")}, `{"items":[{"integrationResponseId":"<response>","...":0}]}`)
	v2call(s, s.api.DeleteIntegrationResponse, &v2.DeleteIntegrationResponseInput{ApiId: s.ref("api"), IntegrationId: s.ref("integration"), IntegrationResponseId: s.ref("response")}, ``)
}

func v2Authorizers(s *v2session) {
	s.http()
	v2call(s, s.api.CreateAuthorizer, &v2.CreateAuthorizerInput{ApiId: s.ref("api"), Name: aws.String("a"), AuthorizerType: types.AuthorizerTypeJwt, IdentitySource: []string{"$request.header.Authorization"},
		JwtConfiguration: &types.JWTConfiguration{Issuer: aws.String("https://issuer.example"), Audience: []string{"x"}}},
		`{"authorizerId":"<authorizer=id6>","authorizerType":"JWT","name":"a","identitySource":["$request.header.Authorization"],"jwtConfiguration":{"issuer":"https://issuer.example","audience":["x"]}}`)
	v2call(s, s.api.UpdateAuthorizer, &v2.UpdateAuthorizerInput{ApiId: s.ref("api"), AuthorizerId: s.ref("authorizer"), Name: aws.String("b")}, `{"authorizerId":"<authorizer>","name":"b","...":0}`)
	v2call(s, s.api.GetAuthorizer, &v2.GetAuthorizerInput{ApiId: s.ref("api"), AuthorizerId: s.ref("authorizer")}, `{"authorizerId":"<authorizer>","name":"b","...":0}`)
	v2call(s, s.api.GetAuthorizers, &v2.GetAuthorizersInput{ApiId: s.ref("api")}, `{"items":[{"authorizerId":"<authorizer>","...":0}]}`)
	v2call(s, s.api.DeleteAuthorizer, &v2.DeleteAuthorizerInput{ApiId: s.ref("api"), AuthorizerId: s.ref("authorizer")}, ``)
}

func v2Models(s *v2session) {
	s.webSocket()
	v2call(s, s.api.CreateModel, &v2.CreateModelInput{ApiId: s.ref("api"), Name: aws.String("Pet"), Schema: aws.String(`{"type":"integer"}`)},
		`{"modelId":"<model=id6>","name":"Pet","contentType":"application/json","schema":"{\"type\":\"integer\"}"}`)
	v2call(s, s.api.UpdateModel, &v2.UpdateModelInput{ApiId: s.ref("api"), ModelId: s.ref("model"), Description: aws.String("d")}, `{"modelId":"<model>","description":"d","...":0}`)
	v2call(s, s.api.GetModel, &v2.GetModelInput{ApiId: s.ref("api"), ModelId: s.ref("model")}, `{"modelId":"<model>","...":0}`)
	v2call(s, s.api.GetModels, &v2.GetModelsInput{ApiId: s.ref("api")}, `{"items":[{"modelId":"<model>","...":0}]}`)
	v2call(s, s.api.GetModelTemplate, &v2.GetModelTemplateInput{ApiId: s.ref("api"), ModelId: s.ref("model")}, `{"value":"#set($inputRoot = $input.path('$'))\n42"}`)
	v2call(s, s.api.DeleteModel, &v2.DeleteModelInput{ApiId: s.ref("api"), ModelId: s.ref("model")}, ``)
}
