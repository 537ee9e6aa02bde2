package awsservices

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

// testAPI collects methods and serves them.
type testAPI struct {
	t         *testing.T
	resources []*apigateway.Resource
}

func ptr[T any](v T) *T { return &v }

// method adds POST at a path with an AWS integration. parameters are target, source pairs.
func (a *testAPI) method(path, uri, template string, parameters ...string) *apigateway.Integration {
	i := &apigateway.Integration{
		Type: ptr("AWS"), HttpMethod: ptr("POST"), Uri: ptr("arn:aws:apigateway:us-east-1:" + uri), PassthroughBehavior: ptr("WHEN_NO_MATCH"),
		RequestParameters: map[string]string{},
		IntegrationResponses: map[string]apigateway.IntegrationResponse{
			"200": {StatusCode: ptr("200")},
			"400": {StatusCode: ptr("400"), SelectionPattern: ptr(`4\d{2}`)},
			"500": {StatusCode: ptr("500"), SelectionPattern: ptr(`5\d{2}`)},
		},
	}
	for n := 0; n < len(parameters); n += 2 {
		i.RequestParameters["integration.request."+parameters[n]] = parameters[n+1]
	}
	if template != "" {
		i.RequestTemplates = map[string]string{"application/json": template}
	}
	a.resources = append(a.resources, &apigateway.Resource{Id: ptr("r" + strings.ReplaceAll(path, "/", "")), Path: ptr(path), ResourceMethods: map[string]apigateway.Method{"POST": {
		HttpMethod: ptr("POST"), AuthorizationType: ptr("NONE"), MethodIntegration: i,
		MethodResponses: map[string]apigateway.MethodResponse{"200": {}, "400": {}, "500": {}},
	}}})
	return i
}

// serve compiles the API, as a deployment does, and serves it with services at an endpoint.
func (a *testAPI) serve(endpoint string) *httptest.Server {
	a.t.Helper()
	data, err := compile.Compile(compile.Definition{API: &apigateway.RestApi{Id: ptr("a1b2c3d4e5"), Name: ptr("services")}, Resources: a.resources}, "dep123")
	if err != nil {
		a.t.Fatal(err)
	}
	opened, err := snapshot.Open(data)
	if err != nil {
		a.t.Fatal(err)
	}
	stage := rest.NewStage(opened, snapshot.Stage{APIID: "a1b2c3d4e5", Name: "prod", DeploymentID: "dep123", AccountID: "123456789012", Variables: map[string]string{"queue": "orders"}}, "us-east-1")
	services := integration.NewServiceAPI(integration.ServiceAPIConfig{
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return own, nil }),
		Region:      "us-east-1",
		Getenv: func(name string) string {
			if name == "AWS_ENDPOINT_URL" {
				return endpoint
			}
			return ""
		},
	})
	pipeline := rest.New(rest.Config{Services: services, Observe: func(r *rest.Record) {
		if r.Reason != "" {
			a.t.Logf("%s: %s", r.Path, r.Reason)
		}
	}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		pipeline.Serve(w, r, stage, rest.Target{Path: path, EventPath: path, ContextPath: "/prod" + path, DomainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"})
	}))
	a.t.Cleanup(server.Close)
	return server
}

// post sends JSON to the gateway and returns status and body.
func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}
