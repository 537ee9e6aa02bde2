package rest

import (
	"crypto/tls"
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/mapping/vtl"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// finished is a request of which everything is known.
func finished(t *testing.T) *Invocation {
	t.Helper()
	m := lambdaMethod("/pets/{id}", "GET")
	m.AuthorizationType, m.AuthorizerID = "CUSTOM", "z1"
	s := fixture{api: snapshot.API{EndpointType: "REGIONAL"}, methods: []snapshot.Method{m}}.stage(t)
	doc := s.Document()
	doc.Canary = &snapshot.Canary{DeploymentID: "dep456"}
	r := httptest.NewRequest("GET", "http://"+testDomain+"/pets/7", nil)
	r.Header.Set("User-Agent", "curl/8")
	r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256}
	r = r.WithContext(edge.NewContext(r.Context(), &edge.Info{
		SourceIP: "203.0.113.9", VPCID: "vpc-0a1b2c3d", VPCEndpointID: "vpce-0a1b2c3d",
		ClientCert: &edge.ClientCert{PEM: "-----BEGIN", SubjectDN: "CN=client", IssuerDN: "CN=ca", SerialNumber: "a1:b2", NotBefore: "May 28 12:30:02 2019 GMT", NotAfter: "Aug  5 09:36:04 2021 GMT"},
	}))
	inv := &Invocation{
		Stage: NewStage(s.Snapshot(), doc, "us-east-1"), Request: r, pipeline: fixture{}.pipeline(t), writer: httptest.NewRecorder(),
		Target: Target{Path: "/pets/7", ContextPath: "/prod/pets/7", DomainName: testDomain, BasePath: "v1"},
	}
	if err := inv.arrive(); err != nil {
		t.Fatal(err)
	}
	if err := inv.matchResource(); err != nil {
		t.Fatal(err)
	}
	inv.Arrival.ExtendedRequestID, inv.Arrival.TraceID = "abcdefghijklmno=", "Root=1-5e5ff2e5-000000000000000000000000"
	inv.Authorization = Authorization{
		Caller: &edge.Caller{
			AccessKey: "AKIAEXAMPLE", AccountID: "210987654321", CallerID: "AIDAEXAMPLE", UserID: "AIDAUSER", UserARN: "arn:aws:iam::210987654321:user/dev", PrincipalOrgID: "o-example",
			CognitoIdentityID: "us-east-1:id", CognitoIdentityPoolID: "us-east-1:pool", CognitoAuthenticationType: "authenticated", CognitoAuthenticationProvider: "provider",
		},
		PrincipalID: "user|1", Context: map[string]string{"tier": "gold", "count": "1"}, Claims: map[string]string{"sub": "s1", "custom:role": "admin"},
		Called: true, Latency: 12 * time.Millisecond, Status: 200, RequestID: "fn-auth", Statement: "statement 1 allows",
	}
	inv.Metering = Metering{APIKey: "0123456789abcdef0123", APIKeyID: "k1"}
	inv.Integration = Integration{Status: 404, ServiceStatus: 200, FunctionRequestID: "fn-req", Latency: 34 * time.Millisecond, TimeToAllHeaders: 5 * time.Millisecond, TimeToFirstContent: 6 * time.Millisecond}
	for name, value := range map[string]vtl.Value{"X-A": "b", "X-List": &vtl.List{Items: []vtl.Value{"1", "2"}}} {
		v, _ := inv.override().request.GetString("header")
		v.(*vtl.Map).Put(name, value)
	}
	inv.override().response.Put("status", int32(418))
	inv.Delivery = Delivery{Status: 404, Bytes: 17, Latency: 56 * time.Millisecond}
	inv.phase = &phases[len(phases)-1]
	return inv
}

// Every variable of REST APIs: REST data plane spec, 8.5 ("8.5"), and security and operations spec,
// 6.1 and 6.2.
func TestEveryContextVariable(t *testing.T) {
	inv := finished(t)
	for _, c := range []struct{ section, name, want string }{
		{"8.5", "accountId", "123456789012"},
		{"8.5", "apiId", "a1b2c3d4e5"},
		{"8.5", "awsEndpointRequestId", "fn-req"},
		{"8.5", "deploymentId", "dep123"},
		{"8.5", "domainName", testDomain},
		{"8.5", "domainPrefix", "a1b2c3d4e5"},
		{"8.5", "extendedRequestId", "abcdefghijklmno="},
		{"8.5", "httpMethod", "GET"},
		{"8.5", "isCanaryRequest", "false"},
		{"8.5", "path", "/prod/pets/7"},
		{"8.5", "protocol", "HTTP/1.1"},
		{"8.5", "requestId", testRequestID},
		{"8.5", "requestTime", "04/Mar/2020:19:15:17 +0000"},
		{"8.5", "requestTimeEpoch", "1583349317250"},
		{"8.5", "resourceId", "res987"},
		{"8.5", "resourcePath", "/pets/{id}"},
		{"8.5", "stage", "prod"},
		{"8.5", "authorizer.principalId", "user|1"},
		{"8.5", "authorizer.tier", "gold"},
		{"8.5", "authorizer.count", "1"},
		{"8.5", "authorizer.claims.sub", "s1"},
		{"8.5", "authorizer.claims.custom:role", "admin"},
		{"5.1", "identity.accessKey", "AKIAEXAMPLE"},
		{"8.5", "identity.accountId", "210987654321"},
		{"8.5", "identity.apiKey", "0123456789abcdef0123"},
		{"8.5", "identity.apiKeyId", "k1"},
		{"8.5", "identity.caller", "AIDAEXAMPLE"},
		{"8.5", "identity.cognitoAuthenticationProvider", "provider"},
		{"8.5", "identity.cognitoAuthenticationType", "authenticated"},
		{"8.5", "identity.cognitoIdentityId", "us-east-1:id"},
		{"8.5", "identity.cognitoIdentityPoolId", "us-east-1:pool"},
		{"8.5", "identity.principalOrgId", "o-example"},
		{"8.5", "identity.sourceIp", "203.0.113.9"},
		{"8.5", "identity.user", "AIDAUSER"},
		{"8.5", "identity.userAgent", "curl/8"},
		{"8.5", "identity.userArn", "arn:aws:iam::210987654321:user/dev"},
		{"8.5", "identity.vpcId", "vpc-0a1b2c3d"},
		{"8.5", "identity.vpceId", "vpce-0a1b2c3d"},
		{"8.5", "identity.clientCert.clientCertPem", "-----BEGIN"},
		{"8.5", "identity.clientCert.subjectDN", "CN=client"},
		{"8.5", "identity.clientCert.issuerDN", "CN=ca"},
		{"8.5", "identity.clientCert.serialNumber", "a1:b2"},
		{"8.5", "identity.clientCert.validity.notBefore", "May 28 12:30:02 2019 GMT"},
		{"8.5", "identity.clientCert.validity.notAfter", "Aug  5 09:36:04 2021 GMT"},
		{"8.5", "requestOverride.header.X-A", "b"},
		{"7", "requestOverride.header.X-List", "1,2"},
		{"8.5", "responseOverride.status", "418"},
		{"6.1", "customDomain.basePathMatched", "v1"},
		{"6.1", "endpointType", "REGIONAL"},
		{"6.1", "tlsVersion", "TLSv1.3"},
		{"6.1", "cipherSuite", "TLS_AES_128_GCM_SHA256"},
		{"6.1", "status", "404"},
		{"6.1", "responseLength", "17"},
		{"6.1", "responseLatency", "56"},
		{"6.1", "xrayTraceId", "Root=1-5e5ff2e5-000000000000000000000000"},
		{"6.2", "authorizer.integrationLatency", "12"},
		{"6.2", "authorizer.integrationStatus", "200"},
		{"6.2", "authorizer.latency", "12"},
		{"6.2", "authorizer.requestId", "fn-auth"},
		{"6.2", "authorizer.status", "200"},
		{"6.2", "authorize.status", "200"},
		{"6.2", "authorize.latency", "0"},
		{"6.2", "integration.latency", "34"},
		{"6.2", "integrationLatency", "34"},
		{"6.2", "integration.status", "404"},
		{"6.2", "integration.integrationStatus", "200"},
		{"6.2", "integrationStatus", "200"},
		{"6.2", "integration.requestId", "fn-req"},
		{"6.2", "integration.responseTransferMode", "BUFFERED"},
		{"6.2", "integration.timeToAllHeaders", "5"},
		{"6.2", "integration.timeToFirstContent", "6"},
	} {
		if got, ok := inv.ContextVariable(c.name); !ok || got != c.want {
			t.Errorf("section %s: $context.%s = %q, %t; want %q", c.section, c.name, got, ok, c.want)
		}
	}
	for _, name := range []string{
		// Without a web ACL, a routing rule, an error or a signature to check there is nothing to tell.
		"waf.error", "waf.latency", "waf.status", "wafResponseCode", "webaclArn", "customDomain.routingRuleIdMatched",
		"error.message", "error.messageString", "error.responseType", "error.validationErrorString", "integration.error", "integrationErrorMessage",
		"authenticate.error", "authenticate.latency", "authenticate.status", "authorize.error", "authorizer.error",
		"authorizer", "authorizer.claims", "authorizer.none", "authorizer.claims.none", "identity", "identity.clientCert", "identity.none", "requestOverride", "requestOverride.header", "requestOverride.path.x",
		"responseOverride.header.X", "integration", "integration.none", "", ".", "none.none",
	} {
		if got, ok := inv.ContextVariable(name); ok {
			t.Errorf("$context.%s = %q, want none", name, got)
		}
	}
}

// What only access logs show is not there for mappings and templates (REST data plane spec, 8.5).
func TestAccessLogOnlyVariables(t *testing.T) {
	inv := finished(t)
	for _, name := range []string{
		"authorize.status", "authorizer.integrationStatus", "authorizer.latency", "authorizer.requestId", "authorizer.status", "customDomain.basePathMatched", "endpointType",
		"integration.status", "integration.latency", "integrationLatency", "integrationStatus", "responseLatency", "responseLength", "status", "xrayTraceId",
	} {
		if got, ok := inv.dataVariable(name); ok {
			t.Errorf("context.%s = %q outside access logs", name, got)
		}
	}
}

// The variables of refusals, by what refused (security and operations spec, 6.2).
func TestContextVariablesOfRefusals(t *testing.T) {
	denied := &Error{Type: AccessDenied, Reason: "denied"}
	unauthorized := &Error{Type: Unauthorized, Reason: "the authorizer answered Unauthorized"}
	invalid := &Error{Type: BadRequestBody, Reason: "invalid", ValidationErrors: "[object has missing required properties]"}
	for _, c := range []struct {
		name, authorization, phase string
		err                        *Error
		called                     bool
		want                       map[string]string
	}{
		{"a Lambda authorizer's policy", "CUSTOM", "authorization", denied, true, map[string]string{
			"authorizer.status": "200", "authorizer.error": "-", "authorize.status": "403", "authorize.error": "statement 1 denies", "authenticate.status": "-",
			"error.message": "User is not authorized to access this resource", "error.messageString": `"User is not authorized to access this resource"`, "error.responseType": "ACCESS_DENIED"}},
		{"a Lambda authorizer's answer", "CUSTOM", "authorization", unauthorized, true, map[string]string{
			"authorizer.status": "401", "authorizer.error": unauthorized.Reason, "authorize.status": "-", "error.message": "Unauthorized", "error.responseType": "UNAUTHORIZED"}},
		{"a signature", "AWS_IAM", "authorization", &Error{Type: InvalidSignature, Reason: "the signature does not match"}, false, map[string]string{
			"authenticate.status": "403", "authenticate.error": "the signature does not match", "authorize.status": "-", "authorizer.status": "-"}},
		{"a caller's policies", "AWS_IAM", "authorization", denied, false, map[string]string{
			"authenticate.status": "200", "authenticate.error": "-", "authorize.status": "403", "authorize.error": "statement 1 denies"}},
		{"the body", "AWS_IAM", "request validation", invalid, false, map[string]string{
			"authenticate.status": "200", "authorize.status": "200", "authorize.error": "-", "error.validationErrorString": "[object has missing required properties]", "error.message": "Invalid request body"}},
		{"the backend", "NONE", "integration", &Error{Type: IntegrationFailure, Status: 502, Reason: "boom"}, false, map[string]string{
			"authorize.status": "-", "authenticate.status": "-", "authorizer.status": "-", "integration.error": "boom", "integrationErrorMessage": "boom", "error.responseType": "INTEGRATION_FAILURE"}},
		{"the authorizer itself", "COGNITO_USER_POOLS", "authorization", &Error{Type: AuthorizerConfigurationError, Reason: "no keys", Err: errors.New("x")}, true, map[string]string{
			"authorizer.status": "500", "authorizer.error": "no keys", "authorizer.integrationStatus": "-", "error.message": "-", "error.messageString": "null"}},
	} {
		inv := finished(t)
		inv.Resource.method.doc.AuthorizationType = c.authorization
		if !slices.Contains([]string{"CUSTOM", "COGNITO_USER_POOLS"}, c.authorization) {
			inv.Resource.method.doc.AuthorizerID = ""
		}
		caller := inv.Authorization.Caller
		inv.Authorization = Authorization{Called: c.called, Status: 200, Statement: "statement 1 denies"}
		if c.authorization == "AWS_IAM" && c.err.Type != InvalidSignature {
			inv.Authorization.Caller = caller
		}
		inv.phase = &phase{name: c.phase}
		inv.refuse(c.err)
		for name, want := range c.want {
			got, ok := inv.ContextVariable(name)
			if !ok {
				got = "-"
			}
			if got != want {
				t.Errorf("%s: $context.%s = %q, want %q", c.name, name, got, want)
			}
		}
	}
}

// TLS is told by a load balancer in front, and by nobody else (security and operations spec, 6.1).
func TestTLSVariables(t *testing.T) {
	for source, want := range map[edge.Source]string{edge.SourceALB: "TLSv1.2", edge.SourceNetHTTP: "-"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Amzn-Tls-Version", "TLSv1.2")
		r.Header.Set("X-Amzn-Tls-Cipher-Suite", "ECDHE-RSA-AES128-GCM-SHA256")
		inv := &Invocation{Request: r.WithContext(edge.NewContext(r.Context(), &edge.Info{Source: source}))}
		got, ok := inv.tlsVariable("tlsVersion")
		if !ok {
			got = "-"
		}
		if _, suite := inv.tlsVariable("cipherSuite"); got != want || suite != ok {
			t.Errorf("%s: %q, %t", source, got, suite)
		}
	}
}
