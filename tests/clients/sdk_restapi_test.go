package clients

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// newAPI makes the API <api> with the root resource <root> for the life-cycles of what is in it.
func (s *session) newAPI() {
	s.Helper()
	call(s, s.api.CreateRestApi, &gw.CreateRestApiInput{Name: aws.String("pets")}, `{"id":"<api=id10>","rootResourceId":"<root=id10>","...":0}`)
}

// Control-plane recorded, 1.1, 1.3 and 2.
func restAPIs(s *session) {
	call(s, s.api.CreateRestApi, &gw.CreateRestApiInput{Name: aws.String("minimal")}, `{"id":"<api=id10>","name":"minimal","createdDate":"<time>",
		"apiKeySource":"HEADER","disableExecuteApiEndpoint":false,"endpointConfiguration":{"types":["EDGE"],"ipAddressType":"ipv4"},"rootResourceId":"<id10>"}`)
	call(s, s.api.CreateRestApi, &gw.CreateRestApiInput{
		Name: aws.String("full"), Description: aws.String("all of it"), Version: aws.String("v1"),
		BinaryMediaTypes: []string{"image/png", "image/gif"}, MinimumCompressionSize: aws.Int32(0), ApiKeySource: types.ApiKeySourceTypeAuthorizer,
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypePrivate}},
		Tags:                  map[string]string{"team": "a"}, DisableExecuteApiEndpoint: true,
	}, `{"id":"<full=id10>","name":"full","description":"all of it","version":"v1","createdDate":"<time>","binaryMediaTypes":["image/png","image/gif"],
		"minimumCompressionSize":0,"apiKeySource":"AUTHORIZER","disableExecuteApiEndpoint":true,"rootResourceId":"<root=id10>",
		"endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"dualstack"},"tags":{"team":"a"}}`)
	call(s, s.api.GetRestApi, &gw.GetRestApiInput{RestApiId: s.ref("full")}, `{"id":"<full>","name":"full","description":"all of it","version":"v1",
		"createdDate":"<time>","binaryMediaTypes":["image/png","image/gif"],"minimumCompressionSize":0,"apiKeySource":"AUTHORIZER",
		"disableExecuteApiEndpoint":true,"rootResourceId":"<root>","endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"dualstack"},"tags":{"team":"a"}}`)
	call(s, s.api.GetRestApis, &gw.GetRestApisInput{}, `{"item":[{"id":"<api>","name":"minimal","...":0},{"id":"<full>","tags":{"team":"a"},"...":0},"~"]}`)
	if page := call(s, s.api.GetRestApis, &gw.GetRestApisInput{Limit: aws.Int32(1)}, `{"item":["<any>"],"position":"<any>"}`); page.Position != nil {
		next := call(s, s.api.GetRestApis, &gw.GetRestApisInput{Limit: aws.Int32(1), Position: page.Position}, `{"item":["<any>"],"...":0}`)
		if len(next.Items) == 1 && *next.Items[0].Id == *page.Items[0].Id {
			s.Error("GetRestApis: the second page repeats the first")
		}
	}
	call(s, s.api.UpdateRestApi, &gw.UpdateRestApiInput{RestApiId: s.ref("full"), PatchOperations: s.patch(
		"replace /name renamed", "remove /description", "replace /binaryMediaTypes/image~1png text/plain", "replace /minimumCompressionSize 10",
		"replace /apiKeySource HEADER", "replace /disableExecuteApiEndpoint false")}, `{"id":"<full>","name":"renamed","version":"v1","createdDate":"<time>",
		"binaryMediaTypes":["image/gif","text/plain"],"minimumCompressionSize":10,"apiKeySource":"HEADER","disableExecuteApiEndpoint":false,
		"rootResourceId":"<root>","endpointConfiguration":{"types":["PRIVATE"],"ipAddressType":"dualstack"},"tags":{"team":"a"}}`)
	call(s, s.api.UpdateRestApi, &gw.UpdateRestApiInput{RestApiId: s.ref("api"), PatchOperations: s.patch("replace /endpointConfiguration/types/EDGE REGIONAL")},
		`{"id":"<api>","endpointConfiguration":{"types":["REGIONAL"],"ipAddressType":"ipv4"},"tags":{},"...":0}`)
	refused(s, s.api.UpdateRestApi, &gw.UpdateRestApiInput{RestApiId: s.ref("full"), PatchOperations: s.patch("replace /minimumCompressionSize -1")},
		"BadRequestException", "Invalid minimum compression size, must be between 0 and 10485760")
	refused(s, s.api.UpdateRestApi, &gw.UpdateRestApiInput{RestApiId: s.ref("full"), PatchOperations: s.patch("add /binaryMediaTypes image/png")},
		"BadRequestException", "Invalid patch path /binaryMediaTypes")
	refused(s, s.api.UpdateRestApi, &gw.UpdateRestApiInput{RestApiId: s.ref("full"), PatchOperations: s.patch("add /minimumCompressionSize 1")},
		"BadRequestException", "Invalid patch operation specified. Must be one of: [replace]")
	refused(s, s.api.GetRestApi, &gw.GetRestApiInput{RestApiId: aws.String("NOSUCHAPI1")}, "NotFoundException", "Invalid API identifier specified 123456789012:NOSUCHAPI1")
	refused(s, s.api.CreateRestApi, &gw.CreateRestApiInput{Name: aws.String("x"), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{"wrong"}}},
		"ValidationException", "1 validation error detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: "+
			"Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]")
	call(s, s.api.DeleteRestApi, &gw.DeleteRestApiInput{RestApiId: s.ref("full")}, ``)
	refused(s, s.api.GetRestApi, &gw.GetRestApiInput{RestApiId: s.ref("full")}, "NotFoundException", "Invalid API identifier specified 123456789012:<full>")
}

const swagger = `{"swagger":"2.0","info":{"title":"imported","version":"7"},"basePath":"/base","paths":{"/test":{"get":{"operationId":"getTest",
	"produces":["application/json"],"responses":{"200":{"description":"OK","headers":{"X-Count":{"type":"integer"}},"schema":{"$ref":"#/definitions/Pet"}}},
	"x-amazon-apigateway-integration":{"type":"mock","passthroughBehavior":"when_no_templates","requestTemplates":{"application/json":"{\"statusCode\":200}"},
	"responses":{"default":{"statusCode":"200"}}}}}},"definitions":{"Pet":{"type":"object","description":"a pet","properties":{"name":{"type":"string"}}}}}`

// Control-plane recorded, 14; control-plane operations, 2.4.
func imports(s *session) {
	call(s, s.api.ImportRestApi, &gw.ImportRestApiInput{Body: []byte(swagger), Parameters: map[string]string{"basepath": "prepend"}},
		`{"id":"<api=id10>","name":"imported","version":"7","createdDate":"<time>","apiKeySource":"HEADER","disableExecuteApiEndpoint":false,
		"endpointConfiguration":{"types":["EDGE"],"ipAddressType":"ipv4"},"rootResourceId":"<root=id10>"}`)
	call(s, s.api.GetResources, &gw.GetResourcesInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<root>","path":"/"},
		{"id":"<id6>","parentId":"<root>","pathPart":"base","path":"/base"},
		{"id":"<test=id6>","parentId":"<id6>","pathPart":"test","path":"/base/test","resourceMethods":{"GET":{}}},"~"]}`)
	call(s, s.api.GetMethod, &gw.GetMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("test"), HttpMethod: aws.String("GET")},
		`{"httpMethod":"GET","authorizationType":"NONE","apiKeyRequired":false,"operationName":"getTest",
		"methodResponses":{"200":{"statusCode":"200","responseModels":{"application/json":"Pet"},"responseParameters":{"method.response.header.X-Count":false}}},
		"methodIntegration":{"type":"MOCK","passthroughBehavior":"WHEN_NO_TEMPLATES","timeoutInMillis":29000,"cacheNamespace":"<test>","cacheKeyParameters":[],
			"requestTemplates":{"application/json":"{\"statusCode\":200}"},"integrationResponses":{"200":{"statusCode":"200"}}}}`)
	call(s, s.api.CreateDeployment, &gw.CreateDeploymentInput{RestApiId: s.ref("api"), StageName: aws.String("prod")}, `{"id":"<id6>","createdDate":"<time>"}`)
	out := call(s, s.api.GetExport, &gw.GetExportInput{RestApiId: s.ref("api"), StageName: aws.String("prod"), ExportType: aws.String("oas30"),
		Accepts: aws.String("application/json"), Parameters: map[string]string{"extensions": "integrations"}},
		`{"openapi":"<re:3\\.0\\..>","info":{"title":"imported","version":"7","...":0},"paths":{"/base/test":{"get":{"operationId":"getTest",
		"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Pet"}}},"...":0}},"x-amazon-apigateway-integration":{"type":"mock","...":0},"...":0}}},
		"components":{"schemas":{"Pet":{"type":"object","properties":{"name":{"type":"string"}},"...":0}},"...":0},"...":0}`)
	// Both headers are seen so in AWS's answers, although the model promises the accepted type.
	if got := aws.ToString(out.ContentType); got != "application/octet-stream" {
		s.Errorf("GetExport: Content-Type %q, want application/octet-stream", got)
	}
	if got := aws.ToString(out.ContentDisposition); !strings.HasPrefix(got, `attachment; filename="oas30_`) {
		s.Errorf("GetExport: Content-Disposition %q, want attachment; filename=\"oas30_...", got)
	}
	call(s, s.api.PutRestApi, &gw.PutRestApiInput{RestApiId: s.ref("api"), Mode: types.PutModeOverwrite, Body: []byte(swagger)},
		`{"id":"<api>","tags":{},"rootResourceId":"<root>","name":"imported","version":"7","createdDate":"<time>","apiKeySource":"HEADER",
		"disableExecuteApiEndpoint":false,"endpointConfiguration":{"types":["EDGE"],"ipAddressType":"ipv4"}}`)
	call(s, s.api.GetResources, &gw.GetResourcesInput{RestApiId: s.ref("api")}, `{"item":[{"id":"<root>","path":"/"},
		{"id":"<id6>","parentId":"<root>","pathPart":"test","path":"/test","resourceMethods":{"GET":{}}},"~"]}`)
	refused(s, s.api.ImportRestApi, &gw.ImportRestApiInput{Body: []byte("{")}, "BadRequestException", "Invalid OpenAPI input.")
	refused(s, s.api.PutRestApi, &gw.PutRestApiInput{RestApiId: aws.String("unknown123"), Body: []byte("{")}, "BadRequestException", "Invalid OpenAPI input.")
}
