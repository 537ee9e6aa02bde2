package eventsource_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/eventsource"
)

// set changes one member of an event, named by its path.
func set(event object, value any, path ...string) object {
	o := event
	for _, name := range path[:len(path)-1] {
		o = o[name].(object)
	}
	o[path[len(path)-1]] = value
	return event
}

func TestFunctionURLCaller(t *testing.T) {
	event := set(get("/", "").functionURL(false), object{"iam": object{
		"accessKey": "ASIAEXAMPLE", "accountId": "123456789012", "callerId": "AROAEXAMPLE:session", "cognitoIdentity": nil,
		"principalOrgId": "o-example", "userArn": "arn:aws:sts::123456789012:assumed-role/app/session", "userId": "AROAEXAMPLE:session",
	}}, "requestContext", "authorizer")
	want := &edge.Info{
		Source: edge.SourceFunctionURL, RequestID: "request-1", ReceivedAt: time.UnixMilli(1584039838000),
		SourceIP: sourceIP, Protocol: "HTTP/1.1",
		Caller: &edge.Caller{
			AccessKey: "ASIAEXAMPLE", AccountID: "123456789012", CallerID: "AROAEXAMPLE:session", UserID: "AROAEXAMPLE:session",
			UserARN: "arn:aws:sts::123456789012:assumed-role/app/session", PrincipalOrgID: "o-example",
		},
	}
	if diff := cmp.Diff(want, deliver(t, event).info); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	set(event, "arn:aws:iam::123456789012:user/dev", "requestContext", "authorizer", "iam", "userArn")
	event["requestContext"].(object)["domainName"] = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	if info := deliver(t, event).info; info.Source != edge.SourceHTTPAPI || info.Caller == nil || info.Caller.UserARN != "arn:aws:iam::123456789012:user/dev" {
		t.Errorf("HTTP API: %+v", info)
	}
}

func TestRESTCaller(t *testing.T) {
	event := get("/", "").rest()
	identity := event["requestContext"].(object)["identity"].(object)
	for name, value := range map[string]string{
		"accessKey": "AKIAEXAMPLE", "accountId": "123456789012", "caller": "AIDAEXAMPLE", "user": "AIDAEXAMPLE",
		"userArn": "arn:aws:iam::123456789012:user/dev", "principalOrgId": "o-example",
	} {
		identity[name] = value
	}
	want := &edge.Caller{
		AccessKey: "AKIAEXAMPLE", AccountID: "123456789012", CallerID: "AIDAEXAMPLE", UserID: "AIDAEXAMPLE",
		UserARN: "arn:aws:iam::123456789012:user/dev", PrincipalOrgID: "o-example",
	}
	if diff := cmp.Diff(want, deliver(t, event).info.Caller); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Private APIs tell where in which VPC a request came from (REST data plane spec, 5.1).
func TestRESTVPC(t *testing.T) {
	event := get("/", "").rest()
	if info := deliver(t, event).info; info.VPCID != "" || info.VPCEndpointID != "" {
		t.Errorf("a public API: %+v", info)
	}
	identity := event["requestContext"].(object)["identity"].(object)
	identity["vpcId"], identity["vpceId"] = "vpc-0a1b2c3d", "vpce-0a1b2c3d"
	if info := deliver(t, event).info; info.VPCID != "vpc-0a1b2c3d" || info.VPCEndpointID != "vpce-0a1b2c3d" {
		t.Errorf("a private API: %+v", info)
	}
}

func TestStageOfAPIGatewayEvents(t *testing.T) {
	c := get("/pets", "")
	for name, event := range map[string]object{"prod": c.rest(), "$default": c.httpV1("$default"), "test": c.httpV2("test")} {
		want := &edge.Info{
			Source: edge.SourceHTTPAPI, RequestID: "request-1", ReceivedAt: time.UnixMilli(1584039838000),
			SourceIP: sourceIP, Protocol: "HTTP/1.1",
			APIID: "a1b2c3d4e5", Stage: name, StageVariables: map[string]string{"color": "blue"},
		}
		if name == "prod" {
			want.Source = edge.SourceRESTAPI
		}
		g := deliver(t, event)
		if diff := cmp.Diff(want, g.info); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if g.RequestURI != "/pets" {
			t.Errorf("%s: %q", name, g.RequestURI)
		}
	}
}

func TestStagePrefixOfHTTPAPIs(t *testing.T) {
	tests := []struct{ rawPath, stage, want string }{
		{"/prod/pets", "prod", "/pets"},
		{"/prod", "prod", "/"},
		{"/prod/", "prod", "/"},
		{"/prod//pets", "prod", "//pets"},
		{"/production", "prod", "/production"},
		{"/pets", "prod", "/pets"},
		{"/$default/pets", "$default", "/$default/pets"},
	}
	for _, test := range tests {
		event := set(get("/", "").httpV2(test.stage), test.rawPath, "rawPath")
		if got := deliver(t, event).RequestURI; got != test.want {
			t.Errorf("%s at stage %s: %q, want %q", test.rawPath, test.stage, got, test.want)
		}
	}
}

// REST data plane spec, 1.2: path has the base path of a custom domain, the rest has not.
func TestBasePathOfRESTAPIs(t *testing.T) {
	tests := map[string]struct {
		domain, path, resource string
		parameters             object
		want                   string
	}{
		"greedy":                      {"api.example.com", "/v1/pets/7", "/{proxy+}", object{"proxy": "pets/7"}, "/pets/7"},
		"trailing slash":              {"api.example.com", "/v1/pets/", "/{proxy+}", object{"proxy": "pets"}, "/pets/"},
		"two levels":                  {"api.example.com", "/a/b/pets", "/pets", nil, "/pets"},
		"parameters":                  {"api.example.com", "/v1/pets/a%2Fb", "/pets/{petId}", object{"petId": "a%2Fb"}, "/pets/a%2Fb"},
		"root":                        {"api.example.com", "/v1", "/", nil, "/"},
		"root with slash":             {"api.example.com", "/v1/", "/", nil, "/"},
		"empty mapping":               {"api.example.com", "/pets", "/pets", nil, "/pets"},
		"name repeated in base path":  {"api.example.com", "/pets/pets", "/pets", nil, "/pets"},
		"parameter missing":           {"api.example.com", "/v1/pets", "/{proxy+}", nil, "/v1/pets"},
		"resource does not fit":       {"api.example.com", "/v1/pets", "/toys", nil, "/v1/pets"},
		"execute-api has none":        {"a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "/v1/pets", "/pets", nil, "/v1/pets"},
		"greedy with slashes between": {"api.example.com", "/v1/abc//x", "/{proxy+}", object{"proxy": "abc//x"}, "/abc//x"},
	}
	for name, test := range tests {
		event := get(test.path, "").rest()
		set(event, test.domain, "requestContext", "domainName")
		event["resource"], event["pathParameters"] = test.resource, nullIfEmpty(test.parameters)
		if got := deliver(t, event).RequestURI; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestRawTargets(t *testing.T) {
	tests := map[string]struct {
		event                   object
		uri, path, rawPath, raw string
	}{
		"escaped slash":            {get("/a%2Fb", "x=1").functionURL(false), "/a%2Fb?x=1", "/a/b", "/a%2Fb", "x=1"},
		"malformed escape":         {get("/100%/%zz%41", "p=%").functionURL(false), "/100%/%zz%41?p=%", "/100%/%zzA", "/100%/%zz%41", "p=%"},
		"malformed escape in REST": {get("/%zz", "").rest(), "/%zz", "/%zz", "/%zz", ""},
		"order and duplicates":     {get("/", "b=1&a=2&b=3&&c").functionURL(false), "/?b=1&a=2&b=3&&c", "/", "", "b=1&a=2&b=3&&c"},
		"question mark in a path":  {set(get("/", "").rest(), "/a?b", "path"), "/a%3Fb", "/a?b", "", ""},
		"white space in a path":    {set(get("/", "").functionURL(false), "/a b\r\n", "rawPath"), "/a%20b%0D%0A", "/a b\r\n", "", ""},
		"no path":                  {set(get("/", "").functionURL(false), "", "rawPath"), "/", "/", "", ""},
		"ALB query stays encoded":  {get("/", "q=a%26b%3Dc+d%zz&q=2").alb(true), "/?q=a%26b%3Dc+d%zz&q=2", "/", "", "q=a%26b%3Dc+d%zz&q=2"},
		"ALB query by hand":        {set(get("/", "").alb(false), object{"q": "a b&c"}, "queryStringParameters"), "/?q=a%20b%26c", "/", "", "q=a%20b%26c"},
		"REST query is encoded":    {get("/", "q=a%26b%3Dc+d%25").rest(), "/?q=a%26b%3Dc%20d%25", "/", "", "q=a%26b%3Dc%20d%25"},
		"HTTP API path is decoded": {set(get("/", "").httpV2("$default"), "/100%/a b/%2F", "rawPath"), "/100%25/a%20b/%252F", "/100%/a b/%2F", "", ""},
	}
	for name, test := range tests {
		g := deliver(t, test.event)
		if g.RequestURI != test.uri || g.URL.Path != test.path || g.URL.RawQuery != test.raw {
			t.Errorf("%s: %q, %q, %q", name, g.RequestURI, g.URL.Path, g.URL.RawQuery)
		}
		if g.URL.RawPath != test.rawPath {
			t.Errorf("%s: raw path %q, want %q", name, g.URL.RawPath, test.rawPath)
		}
	}
}

func TestALBSourceIP(t *testing.T) {
	tests := map[string]struct {
		forwarded []string
		want      string
	}{
		"one hop":            {[]string{"203.0.113.7"}, "203.0.113.7"},
		"last of several":    {[]string{"10.0.0.1, 203.0.113.7"}, "203.0.113.7"},
		"last of lines":      {[]string{"10.0.0.1", "10.0.0.2,203.0.113.7"}, "203.0.113.7"},
		"port":               {[]string{"203.0.113.7:41234"}, "203.0.113.7"},
		"IPv6":               {[]string{"2001:db8::7"}, "2001:db8::7"},
		"IPv6 and port":      {[]string{"[2001:db8::7]:41234"}, "2001:db8::7"},
		"IPv6 in brackets":   {[]string{"[2001:db8::7]"}, "2001:db8::7"},
		"removed by the ALB": {nil, ""},
	}
	for name, test := range tests {
		event := get("/", "").alb(true)
		headers := event["multiValueHeaders"].(map[string][]string)
		delete(headers, "x-forwarded-for")
		if test.forwarded != nil {
			headers["x-forwarded-for"] = test.forwarded
		}
		if got := deliver(t, event).info.SourceIP; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestRequestHeaders(t *testing.T) {
	c := clientRequest{method: "POST", path: "/", body: []byte("hello"), header: [][2]string{
		{"Host", "api.example.com"}, {"Content-Type", "text/plain"}, {"Content-Length", "999"}, {"Transfer-Encoding", "chunked"},
	}}
	for source, event := range map[string]object{"function URL": c.functionURL(false), "ALB": c.alb(true)} {
		g := deliver(t, event)
		want := http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"5"}}
		g.Header.Del("X-Forwarded-For")
		if diff := cmp.Diff(want, g.Header); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
		if g.ContentLength != 5 || g.Host != "api.example.com" || g.Proto != "HTTP/1.1" || g.ProtoMinor != 1 {
			t.Errorf("%s: %+v", source, g.Request)
		}
	}
	// Without a Host header, the domain of the event stands in.
	event := set(get("/", "").functionURL(false), object{}, "headers")
	if got := deliver(t, event).Host; got != "abcdefgh.lambda-url.us-east-1.on.aws" {
		t.Errorf("host %q", got)
	}
	// Names that only the single-value map has are kept.
	event = set(get("/", "").rest(), object{"X-Only": "1", "Host": "ignored"}, "headers")
	if g := deliver(t, event); g.Header.Get("X-Only") != "1" || g.Host != "api.example.com" {
		t.Errorf("header %v, host %q", g.Header, g.Host)
	}
}

// API Gateway keeps the client's letter case, so one header may come under several names.
func TestHeaderNamesInSeveralCases(t *testing.T) {
	event := get("/", "").rest()
	event["multiValueHeaders"] = object{"x-tag": []string{"3"}, "X-Tag": []string{"1", "2"}, "Host": []string{"api.example.com"}}
	event["headers"] = object{"x-tag": "3", "X-Tag": "2", "Host": "api.example.com"}
	for range 20 {
		if diff := cmp.Diff([]string{"1", "2", "3"}, deliver(t, event).Header["X-Tag"]); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
	event["multiValueHeaders"] = nil
	for range 20 {
		if diff := cmp.Diff([]string{"2", "3"}, deliver(t, event).Header["X-Tag"]); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func TestNetHTTP(t *testing.T) {
	var info *edge.Info
	handler := eventsource.NetHTTP(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { info = edge.FromContext(r.Context()) }))
	for remote, want := range map[string]string{
		"203.0.113.7:4711":      "203.0.113.7",
		"[2001:db8::7]:4711":    "2001:db8::7",
		"[fe80::1%eth0]:4711":   "fe80::1",
		"@":                     "@", // a Unix socket
		"198.51.100.1:80":       "198.51.100.1",
		"[::ffff:192.0.2.1]:80": "::ffff:192.0.2.1",
	} {
		before := time.Now()
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", "10.0.0.1")
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if info.Source != edge.SourceNetHTTP || info.SourceIP != want || info.Protocol != "HTTP/1.1" || info.ReceivedAt.Before(before) {
			t.Errorf("%s: %+v", remote, info)
		}
	}
}
