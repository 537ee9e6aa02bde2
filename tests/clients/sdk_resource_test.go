package clients

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// newMethod makes the resource <pets> with a GET method, in a new API.
func (s *session) newMethod() {
	s.Helper()
	s.newAPI()
	call(s, s.api.CreateResource, &gw.CreateResourceInput{RestApiId: s.ref("api"), ParentId: s.ref("root"), PathPart: aws.String("pets")},
		`{"id":"<pets=id6>","parentId":"<root>","path":"/pets","pathPart":"pets"}`)
	call(s, s.api.PutMethod, &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, AuthorizationType: aws.String("NONE")},
		`{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET"}`)
}

// newMock makes the same method answer 200 through a MOCK integration.
func (s *session) newMock() {
	s.Helper()
	s.newMethod()
	call(s, s.api.PutMethodResponse, &gw.PutMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: aws.String("200")},
		`{"statusCode":"200"}`)
	call(s, s.api.PutIntegration, &gw.PutIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, Type: types.IntegrationTypeMock,
		RequestTemplates: map[string]string{"application/json": `{"statusCode":200}`}},
		`{"type":"MOCK","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"<pets>","cacheKeyParameters":[],
		"requestTemplates":{"application/json":"{\"statusCode\":200}"}}`)
	call(s, s.api.PutIntegrationResponse, &gw.PutIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: aws.String("200"),
		ResponseTemplates: map[string]string{"application/json": `{"ok":true}`}}, `{"statusCode":"200","responseTemplates":{"application/json":"{\"ok\":true}"}}`)
}

var get = aws.String("GET")

// Control-plane recorded, 3; control-plane operations, 2.1.
func resources(s *session) {
	s.newAPI()
	create := func(parent, part, want string) {
		s.Helper()
		call(s, s.api.CreateResource, &gw.CreateResourceInput{RestApiId: s.ref("api"), ParentId: s.ref(parent), PathPart: aws.String(part)}, want)
	}
	create("root", "pets", `{"id":"<pets=id6>","parentId":"<root>","path":"/pets","pathPart":"pets"}`)
	create("pets", "{id}", `{"id":"<one=id6>","parentId":"<pets>","path":"/pets/{id}","pathPart":"{id}"}`)
	create("root", "{proxy+}", `{"id":"<proxy=id6>","parentId":"<root>","path":"/{proxy+}","pathPart":"{proxy+}"}`)
	call(s, s.api.GetResource, &gw.GetResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("root")}, `{"id":"<root>","path":"/"}`)
	call(s, s.api.PutMethod, &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, AuthorizationType: aws.String("NONE")},
		`{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"GET"}`)
	call(s, s.api.GetResource, &gw.GetResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets")},
		`{"id":"<pets>","parentId":"<root>","path":"/pets","pathPart":"pets","resourceMethods":{"GET":{}}}`)
	call(s, s.api.GetResources, &gw.GetResourcesInput{RestApiId: s.ref("api"), Embed: []string{"methods"}}, `{"item":[{"id":"<root>","path":"/"},
		{"id":"<pets>","parentId":"<root>","path":"/pets","pathPart":"pets","resourceMethods":{"GET":{"httpMethod":"GET","authorizationType":"NONE","apiKeyRequired":false}}},
		{"id":"<one>","parentId":"<pets>","path":"/pets/{id}","pathPart":"{id}"},{"id":"<proxy>","parentId":"<root>","path":"/{proxy+}","pathPart":"{proxy+}"},"~"]}`)
	call(s, s.api.UpdateResource, &gw.UpdateResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), PatchOperations: s.patch("replace /pathPart animals")},
		`{"id":"<pets>","parentId":"<root>","path":"/animals","pathPart":"animals","resourceMethods":{"GET":{}}}`)
	call(s, s.api.GetResource, &gw.GetResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("one")},
		`{"id":"<one>","parentId":"<pets>","path":"/animals/{id}","pathPart":"{id}"}`)

	refusedCreate := func(parent, part, code, message string) {
		s.Helper()
		refused(s, s.api.CreateResource, &gw.CreateResourceInput{RestApiId: s.ref("api"), ParentId: s.ref(parent), PathPart: aws.String(part)}, code, message)
	}
	refusedCreate("root", "animals", "ConflictException", "Another resource with the same parent already has this name: animals")
	refusedCreate("root", "{other}", "BadRequestException", "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed")
	refusedCreate("proxy", "below", "BadRequestException", "Cannot create a child of a resource with a greedy path variable: {proxy+}")
	refused(s, s.api.UpdateResource, &gw.UpdateResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), PatchOperations: s.patch("replace /parentId <one>")},
		"BadRequestException", "Resources cannot be cyclical.")
	refused(s, s.api.UpdateResource, &gw.UpdateResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("root"), PatchOperations: s.patch("replace /parentId <one>")},
		"BadRequestException", "Root resource cannot update its parentId.")
	call(s, s.api.DeleteResource, &gw.DeleteResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets")}, ``)
	refused(s, s.api.GetResource, &gw.GetResourceInput{RestApiId: s.ref("api"), ResourceId: s.ref("one")}, "NotFoundException", "Invalid Resource identifier specified")
}

// Control-plane recorded, 4 and 1.2.
func methods(s *session) {
	s.newMethod()
	post := aws.String("POST")
	call(s, s.api.PutMethod, &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: post, AuthorizationType: aws.String("AWS_IAM"),
		ApiKeyRequired: true, OperationName: aws.String("addPet"), RequestParameters: map[string]bool{"method.request.header.X": true}, RequestModels: map[string]string{"application/json": "Empty"}},
		`{"apiKeyRequired":true,"authorizationType":"AWS_IAM","httpMethod":"POST","operationName":"addPet","requestParameters":{"method.request.header.X":true},
		"requestModels":{"application/json":"Empty"}}`)
	call(s, s.api.GetMethod, &gw.GetMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: post}, `{"apiKeyRequired":true,"authorizationType":"AWS_IAM",
		"httpMethod":"POST","operationName":"addPet","requestParameters":{"method.request.header.X":true},"requestModels":{"application/json":"Empty"}}`)
	call(s, s.api.UpdateMethod, &gw.UpdateMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: post, PatchOperations: s.patch(
		"replace /authorizationType NONE", "replace /apiKeyRequired false", "replace /operationName createPet", "add /requestParameters/method.request.querystring.q false",
		"remove /requestParameters/method.request.header.X", "remove /requestModels/application~1json")},
		`{"apiKeyRequired":false,"authorizationType":"NONE","httpMethod":"POST","operationName":"createPet","requestParameters":{"method.request.querystring.q":false}}`)
	put := func(method string, change func(*gw.PutMethodInput)) *gw.PutMethodInput {
		in := &gw.PutMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: aws.String(method), AuthorizationType: aws.String("NONE")}
		change(in)
		return in
	}
	refused(s, s.api.PutMethod, put("FETCH", func(*gw.PutMethodInput) {}), "BadRequestException",
		"Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY")
	refused(s, s.api.PutMethod, put("PUT", func(in *gw.PutMethodInput) { in.AuthorizationType = aws.String("CUSTOM") }), "BadRequestException",
		"Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
	refused(s, s.api.PutMethod, put("PUT", func(in *gw.PutMethodInput) { in.RequestModels = map[string]string{"application/json": "Nope"} }), "BadRequestException",
		"Invalid model identifier specified: Nope")
	refused(s, s.api.PutMethod, put("PUT", func(in *gw.PutMethodInput) { in.RequestParameters = map[string]bool{"true": true} }), "BadRequestException",
		"Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: true]")
	refused(s, s.api.PutMethod, put("PUT", func(in *gw.PutMethodInput) { in.RequestValidatorId = aws.String("nosuch") }), "BadRequestException",
		"Invalid Request Validator identifier specified")
	call(s, s.api.DeleteMethod, &gw.DeleteMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: post}, ``)
	refused(s, s.api.GetMethod, &gw.GetMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: post}, "NotFoundException", "Invalid Method identifier specified")
}

// Control-plane recorded, 5 and 1.6.
func methodResponses(s *session) {
	s.newMethod()
	ok := aws.String("200")
	call(s, s.api.PutMethodResponse, &gw.PutMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok,
		ResponseModels: map[string]string{}, ResponseParameters: map[string]bool{}}, `{"statusCode":"200","responseModels":{},"responseParameters":{}}`)
	call(s, s.api.UpdateMethodResponse, &gw.UpdateMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok,
		PatchOperations: s.patch("add /responseParameters/method.response.header.X true", "add /responseModels/application~1json Error")},
		`{"statusCode":"200","responseModels":{"application/json":"Error"},"responseParameters":{"method.response.header.X":true}}`)
	call(s, s.api.GetMethodResponse, &gw.GetMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok},
		`{"statusCode":"200","responseModels":{"application/json":"Error"},"responseParameters":{"method.response.header.X":true}}`)
	for path, message := range map[string]string{
		"/responseParameters/method.response.header.Y": "Invalid parameter name specified",
		"/responseModels/text~1plain":                  "Content-Type specified was not found",
	} {
		refused(s, s.api.UpdateMethodResponse, &gw.UpdateMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok,
			PatchOperations: s.patch("remove " + path)}, "NotFoundException", message)
	}
	refused(s, s.api.UpdateMethodResponse, &gw.UpdateMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok,
		PatchOperations: s.patch("add /wrong/method.response.header.x true")}, "BadRequestException", "Invalid patch path /wrong/method.response.header.x")
	refused(s, s.api.UpdateMethodResponse, &gw.UpdateMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: aws.String("Y"),
		PatchOperations: s.patch("X /x")}, "ValidationException", "2 validation errors detected: Value 'X' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy "+
		"constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'Y' at 'statusCode' failed to satisfy constraint: "+
		"Member must satisfy regular expression pattern: [1-5]\\d\\d")
	call(s, s.api.DeleteMethodResponse, &gw.DeleteMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok}, ``)
	refused(s, s.api.UpdateMethodResponse, &gw.UpdateMethodResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: ok,
		PatchOperations: s.patch("add /responseParameters/method.response.header.X true")}, "NotFoundException", "Invalid Response status code specified")
}

// Control-plane recorded, 6; control-plane operations, 2.1.
func integrations(s *session) {
	s.newMethod()
	put := func(kind types.IntegrationType, uri string) *gw.PutIntegrationInput {
		return &gw.PutIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, Type: kind, IntegrationHttpMethod: aws.String("POST"), Uri: aws.String(uri)}
	}
	call(s, s.api.PutIntegration, &gw.PutIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, Type: types.IntegrationTypeMock},
		`{"type":"MOCK","passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"<pets>","cacheKeyParameters":[]}`)
	const lambda = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations"
	call(s, s.api.PutIntegration, put(types.IntegrationTypeAwsProxy, lambda), `{"type":"AWS_PROXY","httpMethod":"POST","uri":"`+lambda+`",
		"passthroughBehavior":"WHEN_NO_MATCH","timeoutInMillis":29000,"cacheNamespace":"<pets>","cacheKeyParameters":[]}`)
	full := put(types.IntegrationTypeHttp, "https://example.com/pets")
	full.RequestParameters = map[string]string{"integration.request.header.X": "'x'"}
	full.RequestTemplates = map[string]string{"application/json": "{}"}
	full.PassthroughBehavior, full.TimeoutInMillis = aws.String("NEVER"), aws.Int32(3000)
	call(s, s.api.PutIntegration, full, `{"type":"HTTP","httpMethod":"POST","uri":"https://example.com/pets","connectionType":"INTERNET",
		"requestParameters":{"integration.request.header.X":"'x'"},"requestTemplates":{"application/json":"{}"},"passthroughBehavior":"NEVER","timeoutInMillis":3000,
		"cacheNamespace":"<pets>","cacheKeyParameters":[]}`)
	call(s, s.api.UpdateIntegration, &gw.UpdateIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, PatchOperations: s.patch(
		"replace /uri https://example.com/cats", "replace /httpMethod GET", "replace /passthroughBehavior WHEN_NO_TEMPLATES", "replace /timeoutInMillis 5000",
		"remove /requestTemplates/application~1json", "add /requestParameters/integration.request.querystring.q 'y'", "remove /requestParameters/integration.request.header.X")},
		`{"type":"HTTP","httpMethod":"GET","uri":"https://example.com/cats","connectionType":"INTERNET","requestParameters":{"integration.request.querystring.q":"'y'"},
		"passthroughBehavior":"WHEN_NO_TEMPLATES","timeoutInMillis":5000,"cacheNamespace":"<pets>","cacheKeyParameters":[]}`)
	call(s, s.api.GetIntegration, &gw.GetIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get},
		`{"type":"HTTP","httpMethod":"GET","uri":"https://example.com/cats","connectionType":"INTERNET","requestParameters":{"integration.request.querystring.q":"'y'"},
		"passthroughBehavior":"WHEN_NO_TEMPLATES","timeoutInMillis":5000,"cacheNamespace":"<pets>","cacheKeyParameters":[]}`)
	missing := put(types.IntegrationTypeMock, "")
	missing.HttpMethod = aws.String("PATCH")
	refused(s, s.api.PutIntegration, missing, "NotFoundException", "Invalid Method identifier specified")
	refused(s, s.api.PutIntegration, put(types.IntegrationTypeHttp, "no url"), "BadRequestException", "Invalid HTTP endpoint specified for URI")
	refused(s, s.api.PutIntegration, put(types.IntegrationTypeAws, "arn:aws:apigateway:us-east-1:sqs"), "BadRequestException", "AWS ARN for integration must contain path or action")
	refused(s, s.api.PutIntegration, put(types.IntegrationTypeAwsProxy, "arn:aws:apigateway:us-east-1:sqs:path/123456789012/q"), "BadRequestException",
		"Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	call(s, s.api.DeleteIntegration, &gw.DeleteIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get}, ``)
	refused(s, s.api.GetIntegration, &gw.GetIntegrationInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get}, "NotFoundException", "Invalid Integration identifier specified")
}

// Control-plane recorded, 6 and 1.2.
func integrationResponses(s *session) {
	s.newMock()
	notFound := aws.String("404")
	call(s, s.api.PutIntegrationResponse, &gw.PutIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound,
		SelectionPattern: aws.String(""), ContentHandling: types.ContentHandlingStrategyConvertToText}, `{"statusCode":"404","selectionPattern":"","contentHandling":"CONVERT_TO_TEXT"}`)
	call(s, s.api.UpdateIntegrationResponse, &gw.UpdateIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound,
		PatchOperations: s.patch("replace /selectionPattern 4\\d\\d", "add /responseTemplates/application~1json {}")},
		`{"statusCode":"404","selectionPattern":"4\\d\\d","contentHandling":"CONVERT_TO_TEXT","responseTemplates":{"application/json":"{}"}}`)
	call(s, s.api.GetIntegrationResponse, &gw.GetIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound},
		`{"statusCode":"404","selectionPattern":"4\\d\\d","contentHandling":"CONVERT_TO_TEXT","responseTemplates":{"application/json":"{}"}}`)
	refused(s, s.api.PutIntegrationResponse, &gw.PutIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound,
		ResponseTemplates: map[string]string{"123": ""}}, "BadRequestException", "Validation Result: warnings : [], errors : [Invalid content type specified: 123]")
	call(s, s.api.DeleteIntegrationResponse, &gw.DeleteIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound}, ``)
	refused(s, s.api.GetIntegrationResponse, &gw.GetIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, StatusCode: notFound},
		"NotFoundException", "Invalid Response status code specified")
	refused(s, s.api.DeleteIntegrationResponse, &gw.DeleteIntegrationResponseInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: aws.String("POST"), StatusCode: notFound},
		"NotFoundException", "Invalid Integration identifier specified")
}
