package rest

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// REST data plane spec, 2.2.
func TestConditionKeys(t *testing.T) {
	public := &edge.Info{Source: edge.SourceFunctionURL, SourceIP: "203.0.113.9"}
	private := &edge.Info{Source: edge.SourceRESTAPI, SourceIP: "10.0.0.7", VPCID: "vpc-1", VPCEndpointID: "vpce-1"}
	const absent = "(absent)"
	for _, c := range []struct {
		name    string
		info    *edge.Info
		headers []string
		want    map[string]string
	}{
		{"public", public, []string{"User-Agent", "curl/8", "Referer", "https://example.com/"}, map[string]string{
			"aws:currenttime": "2020-03-04T19:15:17Z", "aws:epochtime": "1583349317", "aws:referer": "https://example.com/", "aws:useragent": "curl/8",
			"aws:securetransport": "true", "aws:sourceip": "203.0.113.9", "aws:vpcsourceip": absent, "aws:sourcevpc": absent, "aws:sourcevpce": absent,
			"aws:sourcearn": absent, "aws:principalarn": absent, "aws:username": absent,
		}},
		{"no headers", public, nil, map[string]string{"aws:referer": absent, "aws:useragent": absent}},
		{"empty headers", public, []string{"User-Agent", "", "Referer", ""}, map[string]string{"aws:referer": "", "aws:useragent": ""}},
		{"private", private, nil, map[string]string{
			"aws:sourceip": absent, "aws:vpcsourceip": "10.0.0.7", "aws:sourcevpc": "vpc-1", "aws:sourcevpce": "vpce-1", "aws:securetransport": "true",
		}},
		{"balancer over TLS", &edge.Info{Source: edge.SourceALB, SourceIP: "203.0.113.9"}, []string{"X-Forwarded-Proto", "https"}, map[string]string{"aws:securetransport": "true"}},
		{"balancer without TLS", &edge.Info{Source: edge.SourceALB, SourceIP: "203.0.113.9"}, []string{"X-Forwarded-Proto", "http"}, map[string]string{"aws:securetransport": "false"}},
		{"balancer that does not tell", &edge.Info{Source: edge.SourceALB, SourceIP: "203.0.113.9"}, nil, map[string]string{"aws:securetransport": "false"}},
		{"a client's own claim", public, []string{"X-Forwarded-Proto", "http", "X-Forwarded-For", "10.0.0.1"}, map[string]string{"aws:securetransport": "true", "aws:sourceip": "203.0.113.9"}},
		{"net/http", nil, nil, map[string]string{"aws:sourceip": "192.0.2.1", "aws:securetransport": "true"}},
	} {
		r := httptest.NewRequest("GET", "http://"+testDomain+"/pets", nil)
		r.RemoteAddr, r.TLS = "192.0.2.1:4711", &tls.ConnectionState{}
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		if c.info != nil {
			r = r.WithContext(edge.NewContext(t.Context(), c.info))
		}
		f := fixture{methods: []snapshot.Method{mock("/pets", "GET")}}
		inv := &Invocation{Stage: f.stage(t), Target: target("/pets"), Request: r, pipeline: f.pipeline(t)}
		if err := inv.arrive(); err != nil {
			t.Fatal(err)
		}
		if err := inv.matchResource(); err != nil {
			t.Fatal(err)
		}
		request := inv.policyRequest(policy.Principal{}, nil)
		for key, want := range c.want {
			// The document asks for the key as policies write it, whatever its case.
			operator, value := `StringEquals`, `"`+want+`"`
			if want == absent {
				operator, value = `Null`, `"true"`
			}
			p, err := policy.Parse(`{"Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"`+testARN+`/GET/pets","Condition":{"`+operator+`":{"`+key+`":`+value+`}}}}`, policy.IdentityPolicy)
			if err != nil {
				t.Fatal(err)
			}
			if d := p.Evaluate(&request); d.Effect != policy.Allow {
				v, ok := request.Context(key)
				t.Errorf("%s: %s is %v, %v, want %s", c.name, key, v, ok, want)
			}
		}
	}
}

// The keys of the caller come from whoever knows it, and cannot replace those of the request.
func TestConditionKeysOfTheCaller(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/pets", "GET")}}
	inv := prepared(t, f, t.Context(), "/pets")
	r := inv.policyRequest(policy.Principal{ARN: "arn:aws:iam::123456789012:user/bob"}, policy.Keys(map[string]policy.Value{
		"aws:username": policy.One("bob"), "aws:SourceIp": policy.One("10.0.0.1"),
	}))
	p, err := policy.Parse(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:username":"bob","aws:SourceIp":"203.0.113.9"}}}}`, policy.IdentityPolicy)
	if err != nil {
		t.Fatal(err)
	}
	if d := p.Evaluate(&r); d.Effect != policy.Allow {
		t.Error(d.Reason())
	}
}

func TestPartitions(t *testing.T) {
	doc := &snapshot.Stage{APIID: "abc", Name: "prod", AccountID: "123456789012"}
	for region, want := range map[string]string{
		"eu-west-1":      "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/",
		"cn-north-1":     "arn:aws-cn:execute-api:cn-north-1:123456789012:abc/prod/",
		"us-gov-west-1":  "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc/prod/",
		"ap-southeast-2": "arn:aws:execute-api:ap-southeast-2:123456789012:abc/prod/",
	} {
		if got := invokeARN(region, doc); got != want {
			t.Errorf("%s: %s", region, got)
		}
	}
}
