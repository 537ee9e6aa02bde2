package controlplane

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/postern-gateway/postern/shared/controlplane/compile"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

var errNoTester = wire.NotImplemented("Test invocations need a data plane beside the control plane, and this process has none")

// Tester is the data plane as test invocations need it.
type Tester interface {
	Test(ctx context.Context, t snapshot.Test) (snapshot.TestResult, error)
	TestAuthorizer(ctx context.Context, t snapshot.AuthorizerTest) (snapshot.AuthorizerResult, error)
}

func (s *Service) testInvocations() kind {
	return kind{endpoints: []wire.Endpoint{
		wire.Bind(&apigateway.TestInvokeMethodOperation, s.TestInvokeMethod),
		wire.Bind(&apigateway.TestInvokeAuthorizerOperation, s.TestInvokeAuthorizer),
	}}
}

// TestInvokeMethod runs a method of the definition as it stands, deployed or not, through the
// phases of the data plane, and answers with the execution log (recorded answers, 18).
func (s *Service) TestInvokeMethod(ctx context.Context, in *apigateway.TestInvokeMethodRequest) (*apigateway.TestInvokeMethodResponse, error) {
	if s.cfg.Tester == nil {
		return nil, errNoTester
	}
	if id := value(in.ClientCertificateId); id != "" {
		if _, err := certificateTable.get(ctx, s, id); err != nil {
			return nil, err
		}
	}
	test, err := viewing(ctx, s, *in.RestApiId, errNoResource, func(v *view) (*snapshot.Test, error) {
		return v.test(in)
	})
	if err != nil {
		return nil, err
	}
	test.Stage.ClientCertificateID = value(in.ClientCertificateId)
	result, err := s.cfg.Tester.Test(ctx, *test)
	if err != nil {
		return nil, err
	}
	out := &apigateway.TestInvokeMethodResponse{
		Status:            ptr(int32(result.Status)),
		Body:              ptr(string(result.Body)),
		Headers:           map[string]string{},
		MultiValueHeaders: result.Header,
		Log:               &result.Log,
		Latency:           ptr(result.Latency.Milliseconds()),
	}
	for name, values := range result.Header {
		out.Headers[name] = values[len(values)-1]
	}
	return out, nil
}

// test compiles the one method that is to run. Access control takes no part in a test, so that a
// private API without resource policy can be tried as well.
func (v *view) test(in *apigateway.TestInvokeMethodRequest) (*snapshot.Test, error) {
	resource, method, err := v.method(*in.ResourceId, *in.HttpMethod)
	if err != nil {
		return nil, err
	}
	def, err := v.compileInput()
	if err != nil {
		return nil, err
	}
	open := *method
	open.AuthorizationType, open.AuthorizerId, open.ApiKeyRequired = ptr("NONE"), nil, ptr(false)
	alone := *resource
	alone.ResourceMethods = map[string]apigateway.Method{*method.HttpMethod: open}
	def.Resources = []*apigateway.Resource{&alone}
	api := *def.API
	api.Policy = nil
	if api.EndpointConfiguration != nil && slices.Contains(api.EndpointConfiguration.Types, apigateway.EndpointTypePrivate) {
		api.EndpointConfiguration = nil
	}
	def.API = &api
	data, err := compile.Compile(def, "test-invoke")
	if err != nil {
		return nil, err
	}
	test := &snapshot.Test{
		Snapshot:   data,
		Stage:      snapshot.Stage{APIID: v.id, DeploymentID: "test-invoke", AccountID: v.s.cfg.Account, Variables: in.StageVariables},
		HTTPMethod: *method.HttpMethod,
		Path:       value(in.PathWithQueryString),
		Header:     testHeaders(in.Headers, in.MultiValueHeaders),
		Body:       []byte(value(in.Body)),
	}
	if test.HTTPMethod == "ANY" {
		test.HTTPMethod = http.MethodGet
	}
	if test.Path == "" {
		test.Path = *resource.Path
	}
	test.Path = rooted(test.Path)
	return test, nil
}

// testHeaders joins the two maps of headers that a test can have; the multi-value one counts.
func testHeaders(single map[string]string, multi map[string][]string) http.Header {
	h := http.Header{}
	for name, v := range single {
		h[name] = []string{v}
	}
	maps.Copy(h, multi)
	return h
}

func rooted(path string) string {
	if strings.HasPrefix(path, "/") {
		return path
	}
	return "/" + path
}
