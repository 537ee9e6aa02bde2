package clients

import (
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	gw "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// Control-plane recorded, 18; REST data plane, 15.
func testInvokeMethod(s *session) {
	s.newMock()
	call(s, s.api.TestInvokeMethod, &gw.TestInvokeMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: get, PathWithQueryString: aws.String("/pets?q=1")},
		`{"status":200,"body":"{\"ok\":true}","headers":{"Content-Type":"application/json"},"multiValueHeaders":{"Content-Type":["application/json"]},"latency":"<any>",
		"log":"<re:Execution log for request [^\\n]+\\n.* : Starting execution for request: .* : HTTP Method: GET, Resource Path: /pets\\n.* : Method request path: \\{\\}\\n.* : Method request query string: \\{q=1\\}\\n.* : Method request headers: \\{.*\\}\\n.* : Method request body before transformations: \\n.* : Method response body after transformations: \\{\"ok\":true\\}\\n.* : Method response headers: \\{Content-Type=application/json\\}\\n.* : Successfully completed execution\\n.* : Method completed with status: 200\\n>"}`)
	refused(s, s.api.TestInvokeMethod, &gw.TestInvokeMethodInput{RestApiId: s.ref("api"), ResourceId: s.ref("pets"), HttpMethod: aws.String("POST")},
		"NotFoundException", "Invalid Method identifier specified")
	refused(s, s.api.TestInvokeMethod, &gw.TestInvokeMethodInput{RestApiId: s.ref("api"), ResourceId: aws.String("nosuch"), HttpMethod: get},
		"NotFoundException", "Invalid Resource identifier specified")
}

// The service model: clientStatus is 0 when the authorizer succeeded, and else the status that the
// client would have got. The function is a Lambda endpoint of the test's own.
func testInvokeAuthorizer(s *session) {
	lambda := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`{"principalId":"me","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]}}`))
	}))
	defer lambda.Close()
	s.again("AWS_ENDPOINT_URL_LAMBDA=" + lambda.URL)
	s.newAPI()
	call(s, s.api.CreateAuthorizer, &gw.CreateAuthorizerInput{RestApiId: s.ref("api"), Name: aws.String("token"), Type: types.AuthorizerTypeToken, AuthorizerUri: aws.String(authorizerURI),
		IdentitySource: aws.String("method.request.header.Authorization"), IdentityValidationExpression: aws.String("^secret$")}, `{"id":"<id=id6>","...":0}`)
	call(s, s.api.TestInvokeAuthorizer, &gw.TestInvokeAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("id"), Headers: map[string]string{"Authorization": "secret"}},
		`{"clientStatus":0,"log":"<re:Execution log for request .*>","latency":"<any>","principalId":"me","policy":"<re:.*execute-api:Invoke.*>","...":0}`)
	call(s, s.api.TestInvokeAuthorizer, &gw.TestInvokeAuthorizerInput{RestApiId: s.ref("api"), AuthorizerId: s.ref("id"), Headers: map[string]string{"Authorization": "wrong"}},
		`{"clientStatus":401,"log":"<re:Execution log for request .*>","latency":"<any>"}`)
}
