package compile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func ptr[T any](v T) *T { return &v }

const lambdaURI = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets:${stageVariables.alias}/invocations"

// compiled opens the snapshot of a definition and returns its methods in order.
func compiled(t *testing.T, def compile.Definition) (snapshot.API, []snapshot.Method) {
	t.Helper()
	data, err := compile.Compile(def, "dep001")
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	var methods []snapshot.Method
	for i := range s.Len() {
		m, err := s.Method(i)
		if err != nil {
			t.Fatal(err)
		}
		methods = append(methods, *m)
	}
	return s.API, methods
}

func TestCompile(t *testing.T) {
	def := compile.Definition{
		API: &apigateway.RestApi{Id: ptr("a"), Name: ptr("pets"), BinaryMediaTypes: []string{"image/png"}, DisableExecuteApiEndpoint: ptr(true)},
		Resources: []*apigateway.Resource{{
			Id: ptr("r1"), Path: ptr("/pets/{id}"),
			ResourceMethods: map[string]apigateway.Method{
				"POST": {
					HttpMethod: ptr("POST"), AuthorizationType: ptr("NONE"),
					MethodIntegration: &apigateway.Integration{
						Type: ptr("AWS_PROXY"), HttpMethod: ptr("POST"), Uri: ptr(lambdaURI), TimeoutInMillis: ptr[int32](1000),
						PassthroughBehavior: ptr("WHEN_NO_MATCH"),
						RequestParameters:   map[string]string{"integration.request.header.Z": "'z'"},
						// Ignored with this type, whatever they hold.
						RequestTemplates:     map[string]string{"application/json": "$input.body"},
						IntegrationResponses: map[string]apigateway.IntegrationResponse{"200": {ResponseTemplates: map[string]string{"a/b": "#if"}}},
					},
				},
				"GET": {
					HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), OperationName: ptr("getPet"), RequestValidatorId: ptr("v"),
					RequestParameters: map[string]bool{"method.request.path.id": true, "method.request.header.X": true, "method.request.header.Y": false, "method.request.multivaluequerystring.q": true},
					MethodResponses: map[string]apigateway.MethodResponse{
						"200": {ResponseParameters: map[string]bool{"method.response.header.B": true, "method.response.header.A": false}},
					},
					MethodIntegration: &apigateway.Integration{
						Type: ptr("HTTP"), HttpMethod: ptr("GET"), Uri: ptr("https://example.com/{id}"), TimeoutInMillis: ptr[int32](29000),
						PassthroughBehavior: ptr("NEVER"), ContentHandling: ptr("CONVERT_TO_TEXT"), TlsConfig: &apigateway.TlsConfig{InsecureSkipVerification: ptr(true)},
						RequestParameters: map[string]string{"integration.request.path.id": "method.request.path.id", "integration.request.header.Z": "'z'"},
						RequestTemplates:  map[string]string{"application/json": `{"fixed": true}`},
						IntegrationResponses: map[string]apigateway.IntegrationResponse{
							"404": {StatusCode: ptr("404"), SelectionPattern: ptr(`4\d\d`), ContentHandling: ptr("CONVERT_TO_BINARY")},
							"200": {StatusCode: ptr("200"), ResponseParameters: map[string]string{"method.response.header.A": "integration.response.header.A"}, ResponseTemplates: map[string]string{"text/plain": "hello"}},
						},
					},
				},
			},
		}},
		Validators:       []*apigateway.RequestValidator{{Id: ptr("v"), ValidateRequestBody: ptr(true), ValidateRequestParameters: ptr(true)}},
		GatewayResponses: []*apigateway.GatewayResponse{{ResponseType: ptr("THROTTLED"), StatusCode: ptr("503"), ResponseParameters: map[string]string{"gatewayresponse.header.X": "'y'"}, ResponseTemplates: map[string]string{"text/plain": "$context.error.message"}}},
	}
	api, methods := compiled(t, def)
	wantAPI := snapshot.API{
		ID: "a", Name: "pets", DeploymentID: "dep001", BinaryMediaTypes: []string{"image/png"}, DisableExecuteAPIEndpoint: true,
		GatewayResponses: map[string]snapshot.GatewayResponse{"THROTTLED": {
			StatusCode: 503,
			Parameters: []snapshot.Mapping{{Target: "gatewayresponse.header.X", Source: "'y'"}},
			Templates:  []snapshot.Template{{ContentType: "text/plain", Text: "$context.error.message"}},
		}},
	}
	if diff := cmp.Diff(wantAPI, api); diff != "" {
		t.Errorf("API (-want +got):\n%s", diff)
	}
	wantMethods := []snapshot.Method{{
		ResourceID: "r1", ResourcePath: "/pets/{id}", HTTPMethod: "GET", OperationName: "getPet", AuthorizationType: "NONE",
		RequiredParameters: []string{"method.request.header.X", "method.request.path.id", "method.request.querystring.q"},
		Responses:          map[string]snapshot.MethodResponse{"200": {Headers: []string{"A", "B"}}},
		Integration: snapshot.Integration{
			Type: "HTTP", HTTPMethod: "GET", URI: "https://example.com/{id}", TimeoutMillis: 29000, PassthroughBehavior: "NEVER", ContentHandling: "CONVERT_TO_TEXT", InsecureSkipVerification: true,
			RequestParameters: []snapshot.Mapping{{Target: "integration.request.header.Z", Source: "'z'"}, {Target: "integration.request.path.id", Source: "method.request.path.id"}},
			RequestTemplates:  []snapshot.Template{{ContentType: "application/json", Text: `{"fixed": true}`}},
			Responses: []snapshot.IntegrationResponse{
				{StatusCode: "200", Parameters: []snapshot.Mapping{{Target: "method.response.header.A", Source: "integration.response.header.A"}}, Templates: []snapshot.Template{{ContentType: "text/plain", Text: "hello"}}},
				{StatusCode: "404", SelectionPattern: `4\d\d`, ContentHandling: "CONVERT_TO_BINARY"},
			},
		},
	}, {
		ResourceID: "r1", ResourcePath: "/pets/{id}", HTTPMethod: "POST", AuthorizationType: "NONE",
		Integration: snapshot.Integration{Type: "AWS_PROXY", HTTPMethod: "POST", URI: lambdaURI, TimeoutMillis: 1000, PassthroughBehavior: "WHEN_NO_MATCH", RequestParameters: []snapshot.Mapping{{Target: "integration.request.header.Z", Source: "'z'"}}},
	}}
	if diff := cmp.Diff(wantMethods, methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
}

// one is a definition of one method, GET /x.
func one(change func(*apigateway.RestApi, *apigateway.Method)) compile.Definition {
	api := &apigateway.RestApi{Id: ptr("a"), EndpointConfiguration: &apigateway.EndpointConfiguration{Types: []string{"EDGE"}}}
	m := apigateway.Method{HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"), MethodIntegration: &apigateway.Integration{Type: ptr("MOCK")}}
	change(api, &m)
	return compile.Definition{API: api, Resources: []*apigateway.Resource{{
		Id: ptr("r"), Path: ptr("/x"), ResourceMethods: map[string]apigateway.Method{"GET": m},
	}}}
}

func TestFindings(t *testing.T) {
	cases := []struct {
		name   string
		change func(*apigateway.RestApi, *apigateway.Method)
		want   string
	}{
		{"authorizer", func(_ *apigateway.RestApi, m *apigateway.Method) { m.AuthorizationType = ptr("CUSTOM") }, "/x GET: authorizerId: a method of authorization type CUSTOM needs an authorizer"},
		{"policy", func(a *apigateway.RestApi, _ *apigateway.Method) { a.Policy = ptr("{}") }, "policy: policy document: Statement: Syntax errors in policy. The document has no statements."},
		{"private", func(a *apigateway.RestApi, _ *apigateway.Method) {
			a.EndpointConfiguration.Types = []string{"PRIVATE"}
		}, "policy: Private REST API doesn't have a resource policy attached to it"},
		{"VPC link without id", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("HTTP_PROXY"), Uri: ptr("http://x"), ConnectionType: ptr("VPC_LINK")}
		}, "/x GET: integration: connectionId: it is needed with connectionType VPC_LINK"},
		{"VPC link to Lambda", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS"), Uri: ptr("arn:aws:apigateway:us-east-1:sqs:path/x"), ConnectionType: ptr("VPC_LINK"), ConnectionId: ptr("l1")}
		}, "/x GET: integration: connectionType: VPC_LINK leads to HTTP backends, not to an integration of type AWS"},
		{"integration target without VPC link", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("HTTP_PROXY"), Uri: ptr("http://x"), IntegrationTarget: ptr("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/1")}
		}, "/x GET: integration: integrationTarget: it needs connectionType VPC_LINK"},
		{"integration target that is no load balancer", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("HTTP_PROXY"), Uri: ptr("http://x"), ConnectionType: ptr("VPC_LINK"), ConnectionId: ptr("l1"), IntegrationTarget: ptr("arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1")}
		}, `/x GET: integration: integrationTarget: "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1" is not the ARN of an Application or Network Load Balancer or of its listener`},
		{"credentials that are no role", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS"), Uri: ptr("arn:aws:apigateway:us-east-1:sqs:path/x"), Credentials: ptr("arn:aws:iam::123456789012:user/x")}
		}, `/x GET: integration: credentials: "arn:aws:iam::123456789012:user/x" is neither the ARN of a role nor arn:aws:iam::*:user/*`},
		{"the caller's credentials without a caller", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS"), Uri: ptr("arn:aws:apigateway:us-east-1:sqs:path/x"), Credentials: ptr("arn:aws:iam::*:user/*")}
		}, "/x GET: integration: credentials: arn:aws:iam::*:user/* passes the caller's identity on, which a method without authorization type AWS_IAM does not know"},
		{"service that is no host", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS"), Uri: ptr("arn:aws:apigateway:us-east-1:a/b:path/x")}
		}, `/x GET: integration: uri: Invalid ARN specified in the request: region "us-east-1" and service "a/b" do not make the name of a host`},
		{"proxy to Firehose", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS_PROXY"), Uri: ptr("arn:aws:apigateway:us-east-1:firehose:action/PutRecord")}
		}, "/x GET: integration: uri: AWS_PROXY invokes Lambda functions only; what a proxy integration sends to Firehose is not known, use type AWS with a request template for it"},
		{"no function", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS_PROXY"), Uri: ptr("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/pets/invocations")}
		}, "/x GET: integration: uri: AWS_PROXY invokes Lambda functions only; what a proxy integration sends to Firehose is not known, use type AWS with a request template for it"},
		{"content handling of a proxy", func(a *apigateway.RestApi, m *apigateway.Method) {
			a.BinaryMediaTypes = []string{"*/*"}
			m.MethodIntegration = &apigateway.Integration{Type: ptr("AWS_PROXY"), Uri: ptr(lambdaURI), ContentHandling: ptr("CONVERT_TO_TEXT")}
		}, "/x GET: integration: contentHandling: CONVERT_TO_TEXT is not supported yet"},
		{"status", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration.IntegrationResponses = map[string]apigateway.IntegrationResponse{"100": {}}
		}, "/x GET: integration: integrationResponses.100: statusCode: an answer cannot have a status below 200"},
		{"mapping", func(_ *apigateway.RestApi, m *apigateway.Method) {
			m.MethodIntegration.RequestParameters = map[string]string{"integration.request.header.X": "nothing"}
		}, "/x GET: integration: requestParameters.integration.request.header.X: Invalid mapping expression specified: nothing"},
		{"no methods", func(_ *apigateway.RestApi, m *apigateway.Method) { m.MethodIntegration = nil }, "No integration defined for method"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := compile.Compile(one(c.change), "d")
			var refusal *wire.Error
			if !errors.As(err, &refusal) || refusal.Code != "BadRequestException" || refusal.Message != c.want {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	_, err := compile.Compile(one(func(a *apigateway.RestApi, m *apigateway.Method) {
		m.AuthorizationType, a.Policy = ptr("AWS_OTHER"), ptr("{}")
	}), "d")
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two findings in one answer, got %v", err)
	}
}

// A validator of bodies does nothing on a method without models.
func TestBodyValidatorWithoutModels(t *testing.T) {
	def := one(func(_ *apigateway.RestApi, m *apigateway.Method) { m.RequestValidatorId = ptr("v") })
	def.Validators = []*apigateway.RequestValidator{{Id: ptr("v"), ValidateRequestBody: ptr(true)}}
	if _, err := compile.Compile(def, "d"); err != nil {
		t.Error(err)
	}
}
