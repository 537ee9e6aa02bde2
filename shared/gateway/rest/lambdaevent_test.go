package rest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// event serves a request and returns what the function got.
func event(t *testing.T, f fixture, request, body string, headers ...string) (map[string]any, string) {
	t.Helper()
	l := returning(`{}`)
	f.lambda = l
	if f.methods == nil {
		f.methods = []snapshot.Method{lambdaMethod("/{proxy+}", "ANY"), lambdaMethod("/", "ANY"), lambdaMethod("/u/{a}/{b}", "ANY")}
	}
	if got := f.do(t, request, body, headers...); got.status != 200 {
		t.Fatalf("%s: %d %s", request, got.status, got.body)
	}
	var e map[string]any
	if err := json.Unmarshal(l.last.Payload, &e); err != nil {
		t.Fatalf("the event is no JSON: %v\n%s", err, l.last.Payload)
	}
	return e, string(l.last.Payload)
}

func TestEventMembers(t *testing.T) {
	e, raw := event(t, fixture{}, "GET /", "")
	want := []string{"body", "headers", "httpMethod", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters", "path", "pathParameters",
		"queryStringParameters", "requestContext", "resource", "stageVariables"}
	if got := slices.Sorted(maps.Keys(e)); !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	for _, null := range []string{"queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "body"} {
		if e[null] != nil {
			t.Errorf("%s is %v, want null", null, e[null])
		}
	}
	if e["isBase64Encoded"] != false || e["httpMethod"] != "GET" || e["resource"] != "/" || e["path"] != "/" {
		t.Errorf("%s", raw)
	}
	if !strings.HasPrefix(raw, `{"resource":"/","path":"/","httpMethod":"GET","headers":{`) {
		t.Errorf("the order of members changed: %s", raw)
	}

	rc := e["requestContext"].(map[string]any)
	identity := rc["identity"].(map[string]any)
	delete(rc, "identity")
	extended := rc["extendedRequestId"].(string)
	if len(extended) != 16 || !strings.HasSuffix(extended, "=") {
		t.Errorf("extendedRequestId %q", extended)
	}
	delete(rc, "extendedRequestId")
	if diff := cmp.Diff(map[string]any{
		"accountId": "123456789012", "apiId": "a1b2c3d4e5", "deploymentId": "dep123", "domainName": testDomain, "domainPrefix": "a1b2c3d4e5",
		"httpMethod": "GET", "path": "/prod/", "protocol": "HTTP/1.1", "requestId": testRequestID, "requestTime": "04/Mar/2020:19:15:17 +0000",
		"requestTimeEpoch": float64(1583349317250), "resourceId": "res987", "resourcePath": "/", "stage": "prod",
	}, rc); diff != "" {
		t.Errorf("requestContext (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{
		"accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil, "cognitoIdentityId": nil,
		"cognitoIdentityPoolId": nil, "principalOrgId": nil, "sourceIp": "203.0.113.9", "user": nil, "userAgent": nil, "userArn": nil,
	}, identity); diff != "" {
		t.Errorf("identity (-want +got):\n%s", diff)
	}
}

func TestEventPaths(t *testing.T) {
	for _, c := range []struct{ request, path, contextPath, proxy string }{
		{"GET /abc", "/abc", "/prod/abc", "abc"},
		{"GET /abc/", "/abc/", "/prod/abc/", "abc"},
		{"GET /abc//x", "/abc//x", "/prod/abc//x", "abc//x"},
		{"GET //abc", "/abc", "/prod//abc", "abc"},
	} {
		e, _ := event(t, fixture{}, c.request, "")
		if e["path"] != c.path || e["requestContext"].(map[string]any)["path"] != c.contextPath {
			t.Errorf("%s: path %v, requestContext.path %v", c.request, e["path"], e["requestContext"].(map[string]any)["path"])
		}
		if diff := cmp.Diff(map[string]any{"proxy": c.proxy}, e["pathParameters"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.request, diff)
		}
	}
	e, _ := event(t, fixture{}, "GET /u/a%2Bb@x/a+b@x", "")
	if diff := cmp.Diff(map[string]any{"a": "a%2Bb@x", "b": "a+b@x"}, e["pathParameters"]); diff != "" || e["path"] != "/u/a%2Bb@x/a+b@x" || e["resource"] != "/u/{a}/{b}" {
		t.Errorf("%v, %v (-want +got):\n%s", e["path"], e["resource"], diff)
	}
}

func TestEventQueryAndHeaders(t *testing.T) {
	e, _ := event(t, fixture{vars: map[string]string{"b": "2", "a": "1"}}, "GET /x?t=1+00:00&p=%2B&p=2;e", "", "X-Multi", "1", "X-Multi", "2", "User-Agent", "curl/8", "Connection", "close", "Via", "v")
	if diff := cmp.Diff(map[string]any{"t": "1 00:00", "p": "2", "e": ""}, e["queryStringParameters"]); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"t": []any{"1 00:00"}, "p": []any{"+", "2"}, "e": []any{""}}, e["multiValueQueryStringParameters"]); diff != "" {
		t.Errorf("multi-value query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"a": "1", "b": "2"}, e["stageVariables"]); diff != "" {
		t.Errorf("stage variables (-want +got):\n%s", diff)
	}
	single, multi := e["headers"].(map[string]any), e["multiValueHeaders"].(map[string]any)
	if single["X-Multi"] != "2" || !cmp.Equal(multi["X-Multi"], []any{"1", "2"}) || single["Host"] != testDomain || single["Via"] != "v" {
		t.Errorf("%v %v", single, multi)
	}
	if _, seen := single["Connection"]; seen {
		t.Error("Connection is in the event")
	}
	if e["requestContext"].(map[string]any)["identity"].(map[string]any)["userAgent"] != "curl/8" {
		t.Error("no user agent")
	}
}

func TestEventBody(t *testing.T) {
	images := fixture{api: snapshot.API{BinaryMediaTypes: []string{"image/*"}}}
	for _, c := range []struct {
		f                       fixture
		contentType, body, want string
		base64                  bool
	}{
		{fixture{}, "application/json", `{"a":"ü"}`, `{"a":"ü"}`, false},
		{fixture{}, "image/png", "\x89P", "\ufffdP", false},
		{images, "image/png", "\x89PNG", "iVBORw==", true},
		{images, "text/plain", "x", "x", false},
	} {
		e, _ := event(t, c.f, "POST /x", c.body, "Content-Type", c.contentType)
		if e["body"] != c.want || e["isBase64Encoded"] != c.base64 {
			t.Errorf("%s: body %q, isBase64Encoded %v", c.contentType, e["body"], e["isBase64Encoded"])
		}
	}
}

func TestLambdaRequest(t *testing.T) {
	l := returning(`{}`)
	f := fixture{methods: []snapshot.Method{lambdaMethod("/a", "ANY")}, lambda: l}
	f.do(t, "GET /a", "")
	if l.last.FunctionARN != "arn:aws:lambda:us-east-1:123456789012:function:pets" || l.last.InvocationType != "RequestResponse" {
		t.Errorf("%+v", l.last)
	}
	f.methods[0].Integration.HTTPMethod = "GET"
	got := f.do(t, "GET /a", "")
	if got.status != 500 || got.body != `{"message": "Internal server error"}` {
		t.Errorf("an integration method other than POST: %d %s", got.status, got.body)
	}
	f.methods[0].Integration.HTTPMethod = "POST"
	got = f.do(t, "POST /a", strings.Repeat("x", 6291556))
	if got.status != 413 || got.body != `{"message":"Request Too Long"}` || got.get("x-amzn-ErrorType") != "RequestEntityTooLargeException" {
		t.Errorf("a long event: %d %s %v", got.status, got.body, got.header)
	}
}
