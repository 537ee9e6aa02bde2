package rest

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// The additions of REST data plane spec, 5.1, case by case.
func TestEventAdditions(t *testing.T) {
	null := func() map[string]any {
		return map[string]any{
			"accessKey": nil, "accountId": nil, "caller": nil, "cognitoAuthenticationProvider": nil, "cognitoAuthenticationType": nil, "cognitoIdentityId": nil,
			"cognitoIdentityPoolId": nil, "principalOrgId": nil, "sourceIp": "203.0.113.9", "user": nil, "userAgent": nil, "userArn": nil,
		}
	}
	with := func(more map[string]any) map[string]any {
		m := null()
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	for _, c := range []struct {
		name       string
		info       *edge.Info
		do         func(*Invocation)
		identity   map[string]any
		authorizer any
	}{
		{"nothing", nil, func(*Invocation) {}, null(), nil},
		{"API key required", nil, func(inv *Invocation) { inv.Metering = Metering{APIKey: "value", APIKeyID: "id"} }, with(map[string]any{"apiKey": "value", "apiKeyId": "id"}), nil},
		{"AWS_IAM", nil, func(inv *Invocation) {
			inv.Authorization.Caller = &edge.Caller{AccessKey: "AKIA", AccountID: "123456789012", CallerID: "AIDA", UserID: "AIDA", UserARN: "arn:aws:iam::123456789012:user/dev", PrincipalOrgID: "o-1"}
		}, with(map[string]any{"accessKey": "AKIA", "accountId": "123456789012", "caller": "AIDA", "user": "AIDA", "userArn": "arn:aws:iam::123456789012:user/dev", "principalOrgId": "o-1"}), nil},
		{"an identity pool", nil, func(inv *Invocation) {
			inv.Authorization.Caller = &edge.Caller{AccessKey: "ASIA", CognitoIdentityID: "i", CognitoIdentityPoolID: "p", CognitoAuthenticationType: "authenticated", CognitoAuthenticationProvider: "who"}
		}, with(map[string]any{"accessKey": "ASIA", "cognitoIdentityId": "i", "cognitoIdentityPoolId": "p", "cognitoAuthenticationType": "authenticated", "cognitoAuthenticationProvider": "who"}), nil},
		{"CUSTOM", nil, func(inv *Invocation) {
			inv.Resource.method.doc.AuthorizationType = "CUSTOM"
			inv.Authorization = Authorization{Called: true, PrincipalID: "me", Context: map[string]string{"n": "1", "t": "true", "claims": "mine", "principalId": "not me"}, Latency: 25 * time.Millisecond}
		}, null(), map[string]any{"principalId": "me", "integrationLatency": float64(25), "n": "1", "t": "true", "claims": "mine"}},
		{"COGNITO", nil, func(inv *Invocation) {
			inv.Authorization = Authorization{Called: true, Claims: map[string]string{"sub": "s", "email_verified": "true", "exp": "Sun Sep 24 20:32:55 UTC 2017"}, Latency: time.Millisecond}
		}, null(), map[string]any{"claims": map[string]any{"sub": "s", "email_verified": "true", "exp": "Sun Sep 24 20:32:55 UTC 2017"}}},
		{"mTLS domain", &edge.Info{SourceIP: "203.0.113.9", ClientCert: &edge.ClientCert{PEM: "pem", SubjectDN: "s", IssuerDN: "i", SerialNumber: "1", NotBefore: "b", NotAfter: "a"}}, func(*Invocation) {},
			with(map[string]any{"clientCert": map[string]any{"clientCertPem": "pem", "subjectDN": "s", "issuerDN": "i", "serialNumber": "1", "validity": map[string]any{"notBefore": "b", "notAfter": "a"}}}), nil},
		{"private", &edge.Info{SourceIP: "203.0.113.9", VPCID: "vpc-1", VPCEndpointID: "vpce-1"}, func(*Invocation) {}, with(map[string]any{"vpcId": "vpc-1", "vpceId": "vpce-1"}), nil},
	} {
		r := httptest.NewRequest("GET", "http://"+testDomain+"/a", nil)
		r.RemoteAddr = "203.0.113.9:1"
		if c.info != nil {
			r = r.WithContext(edge.NewContext(r.Context(), c.info))
		}
		f := fixture{methods: []snapshot.Method{lambdaMethod("/a", "GET")}}
		inv := &Invocation{Request: r, Stage: f.stage(t), pipeline: f.pipeline(t), Target: target("/a"), writer: httptest.NewRecorder()}
		if err := inv.arrive(); err != nil {
			t.Fatal(err)
		}
		if err := inv.matchResource(); err != nil {
			t.Fatal(err)
		}
		c.do(inv)
		var e struct{ RequestContext map[string]any }
		if err := json.Unmarshal(inv.appendLambdaEvent(nil), &e); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(any(c.identity), e.RequestContext["identity"]); diff != "" {
			t.Errorf("%s: identity (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.authorizer, e.RequestContext["authorizer"]); diff != "" {
			t.Errorf("%s: authorizer (-want +got):\n%s", c.name, diff)
		}
		if _, present := e.RequestContext["authorizer"]; present != (c.authorizer != nil) {
			t.Errorf("%s: authorizer present: %t", c.name, present)
		}
	}
}

// $context in templates shows the same, as a map whose parts print as nothing (REST data plane
// spec, 8.2 and 8.5).
func TestTemplatesSeeWhoCalls(t *testing.T) {
	inv := finished(t)
	claims := inv.Authorization.Claims
	for _, c := range []struct {
		name, template, want string
		claims               map[string]string
	}{
		{"a Lambda authorizer", `$context.authorizer.principalId|$context.authorizer.tier|$context.authorizer.get('count')|<$context.authorizer>`, `user|1|gold|1|<>`, nil},
		{"its keys", `#foreach($k in $context.authorizer.keySet())$k=$context.authorizer.get($k);#end`, `principalId=user|1;integrationLatency=12;count=1;tier=gold;`, nil},
		{"a user pool", `$context.authorizer.claims.sub|$context.authorizer.claims['custom:role']|<$context.authorizer.claims>`, `s1|admin|<>`, claims},
		{"the keys of claims", `#foreach($k in $context.authorizer.claims.keySet())$k #end`, `custom:role sub `, claims},
		{"identity", `$context.identity.userArn|$context.identity.apiKey|$context.identity.apiKeyId|$context.identity.vpceId|<$context.identity>`, `arn:aws:iam::210987654321:user/dev|0123456789abcdef0123|k1|vpce-0a1b2c3d|<>`, nil},
		{"a certificate", `$context.identity.clientCert.subjectDN|$context.identity.clientCert.validity.notAfter|<$context.identity.clientCert>`, `CN=client|Aug  5 09:36:04 2021 GMT|<>`, nil},
		{"what a request has", `$context.containsKey('authorizer')$context.containsKey('isCanaryRequest')$context.identity.containsKey('apiKey')$context.identity.containsKey('clientCert')`, `truetruetruetrue`, nil},
		{"what only access logs have", `<$context.status$context.authorizer.status$context.xrayTraceId$context.integrationLatency>`, `<>`, nil},
	} {
		inv.Authorization.Claims = c.claims
		compiled, err := compileTemplates([]snapshot.Template{{ContentType: applicationJSON, Text: c.template}})
		if err != nil {
			t.Fatal(err)
		}
		tmpl, ok := compiled.forRequest(applicationJSON)
		if !ok {
			t.Fatal("no template")
		}
		got, err := inv.render(tmpl, nil, false)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}
