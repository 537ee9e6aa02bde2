package controlplane_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// fakeTester stands in for the data plane: it keeps what it was asked and answers the same.
type fakeTester struct {
	method     snapshot.Test
	authorizer snapshot.AuthorizerTest
}

func (f *fakeTester) Test(_ context.Context, t snapshot.Test) (snapshot.TestResult, error) {
	f.method = t
	return snapshot.TestResult{Status: 201, Header: map[string][]string{"A": {"1", "2"}}, Body: []byte("body"), Latency: 7 * time.Millisecond, Log: "log"}, nil
}

func (f *fakeTester) TestAuthorizer(_ context.Context, t snapshot.AuthorizerTest) (snapshot.AuthorizerResult, error) {
	f.authorizer = t
	if t.Authorizer.Type == "COGNITO_USER_POOLS" {
		return snapshot.AuthorizerResult{Claims: map[string]string{"sub": "me"}, Log: "log"}, nil
	}
	return snapshot.AuthorizerResult{PrincipalID: "me", Policy: "{}", Latency: 3 * time.Millisecond, Log: "log"}, nil
}

// callTests is the part of TestEveryOperationThroughTheSDK about test invocations.
func callTests(t *testing.T, s *sdk, c *apigateway.Client, id, resource *string) {
	t.Helper()
	got := call(s, "TestInvokeMethod", c.TestInvokeMethod, &apigateway.TestInvokeMethodInput{
		RestApiId: id, ResourceId: resource, HttpMethod: aws.String("GET"), PathWithQueryString: aws.String("/animals?q=1"),
		Headers: map[string]string{"a": "1", "b": "2"}, MultiValueHeaders: map[string][]string{"b": {"3", "4"}},
		Body: aws.String("in"), StageVariables: map[string]string{"v": "w"},
	})
	if got.Status != 201 || aws.ToString(got.Body) != "body" || got.Latency != 7 || aws.ToString(got.Log) != "log" ||
		got.Headers["A"] != "2" || cmp.Diff(got.MultiValueHeaders, map[string][]string{"A": {"1", "2"}}) != "" {
		t.Errorf("TestInvokeMethod: %+v", got)
	}
	asked := s.tester.method
	if asked.HTTPMethod != "GET" || asked.Path != "/animals?q=1" || string(asked.Body) != "in" || asked.Stage.Variables["v"] != "w" ||
		cmp.Diff(map[string][]string(asked.Header), map[string][]string{"a": {"1"}, "b": {"3", "4"}}) != "" {
		t.Errorf("the data plane was asked %+v", asked)
	}
	if alone, err := snapshot.Open(asked.Snapshot); err != nil || alone.Len() != 1 {
		t.Errorf("the snapshot of the test: %v", err)
	}

	a := call(s, "CreateAuthorizer", c.CreateAuthorizer, &apigateway.CreateAuthorizerInput{RestApiId: id, Name: aws.String("tested"), Type: "TOKEN",
		AuthorizerUri: aws.String(functionURI), IdentitySource: aws.String("method.request.header.A"), IdentityValidationExpression: aws.String("x.*")})
	tested := call(s, "TestInvokeAuthorizer", c.TestInvokeAuthorizer, &apigateway.TestInvokeAuthorizerInput{RestApiId: id, AuthorizerId: a.Id, Headers: map[string]string{"A": "xyz"}})
	if tested.ClientStatus != 0 || aws.ToString(tested.PrincipalId) != "me" || aws.ToString(tested.Policy) != "{}" || tested.Latency != 3 {
		t.Errorf("TestInvokeAuthorizer: %+v", tested)
	}
	want := snapshot.Authorizer{ID: *a.Id, Type: "TOKEN", URI: functionURI, IdentitySource: "method.request.header.A", ValidationExpression: "x.*"}
	if diff := cmp.Diff(want, s.tester.authorizer.Authorizer); diff != "" {
		t.Errorf("the data plane was asked about another authorizer (-want +got):\n%s", diff)
	}
	call(s, "DeleteAuthorizer", c.DeleteAuthorizer, &apigateway.DeleteAuthorizerInput{RestApiId: id, AuthorizerId: a.Id})

	pool := call(s, "CreateAuthorizer", c.CreateAuthorizer, &apigateway.CreateAuthorizerInput{RestApiId: id, Name: aws.String("tested"), Type: "COGNITO_USER_POOLS",
		ProviderARNs: []string{poolARN}, IdentitySource: aws.String("method.request.header.A")})
	tested = call(s, "TestInvokeAuthorizer", c.TestInvokeAuthorizer, &apigateway.TestInvokeAuthorizerInput{RestApiId: id, AuthorizerId: pool.Id, Headers: map[string]string{"A": "xyz"}})
	if tested.ClientStatus != 0 || tested.PrincipalId != nil || tested.Policy != nil || tested.Claims["sub"] != "me" {
		t.Errorf("TestInvokeAuthorizer with a user pool: %+v", tested)
	}
	if got := s.tester.authorizer.Authorizer.ProviderARNs; !slices.Equal(got, []string{poolARN}) {
		t.Errorf("the data plane was asked about the pools %q", got)
	}
	call(s, "DeleteAuthorizer", c.DeleteAuthorizer, &apigateway.DeleteAuthorizerInput{RestApiId: id, AuthorizerId: pool.Id})
}

// A test may show a client certificate, which must exist.
func TestTestInvokeWithClientCertificate(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	at := "/restapis/{api}/resources/" + h.root + "/methods/GET"
	h.notFound("Invalid Client Certificate identifier specified", "POST", at, `{"clientCertificateId":"nobody"}`)
	certificate := h.ok(201, "POST", "/clientcertificates", `{}`)["clientCertificateId"].(string)
	h.ok(200, "POST", at, `{"clientCertificateId":"`+certificate+`"}`)
	if got := h.tester.method.Stage.ClientCertificateID; got != certificate {
		t.Errorf("the data plane was asked with %q", got)
	}
}
