package httpapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// echo is a backend that tells what it got.
func echo(t testing.TB) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Backend", "yes")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.WriteHeader(http.StatusAccepted)
		_ = json.NewEncoder(w).Encode(map[string]any{"method": r.Method, "uri": r.RequestURI, "host": r.Host, "header": r.Header, "body": string(body)})
	}))
	t.Cleanup(s.Close)
	return s
}

type seen struct {
	Method, URI, Host, Body string
	Header                  http.Header
}

func seenBy(t testing.TB, w *httptest.ResponseRecorder) seen {
	t.Helper()
	var s seen
	if err := json.Unmarshal(w.Body.Bytes(), &s); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return s
}

// HTTP_PROXY (HTTP API spec, 9.1).
func TestHTTPProxy(t *testing.T) {
	backend := echo(t)
	host := strings.TrimPrefix(backend.URL, "http://")
	for _, c := range []struct{ name, route, uri, stage, target, want string }{
		{"fixed", "GET /a", "/fixed?x=1", "", "/a?y=2&y=3", "/fixed?x=1&y=2&y=3"},
		{"variable", "GET /pets/{id}", "/v1/{id}", "", "/pets/a%20b", "/v1/a%20b"},
		{"greedy", "ANY /{proxy+}", "/base/{proxy}", "", "/a/b/c", "/base/a/b/c"},
		{"$default appends the path", "$default", "/base", "", "/a/b?q=%20", "/base/a/b?q=%20"},
		{"a stage is not forwarded", "$default", "", "prod", "/prod/a/b", "/a/b"},
		{"no variables: the path of the URI", "ANY /{proxy+}", "/base", "", "/a/b", "/base"},
		{"stage variable", "GET /a", "/${stageVariables.v}/x", "", "/a", "/beta/x"},
	} {
		w := fixture{routes: []snapshot.Route{proxyRoute(c.route, backend.URL+c.uri)}, stage: c.stage, vars: map[string]string{"v": "beta"}}.do(t, "GET", c.target)
		if s := seenBy(t, w); s.URI != c.want || w.Code != 202 || s.Host != host {
			t.Errorf("%s: %d %s to %s, want %s", c.name, w.Code, s.URI, s.Host, c.want)
		}
	}
	f := fixture{routes: []snapshot.Route{proxyRoute("POST /a", backend.URL)}}
	r := raw(t, "POST /a HTTP/1.1\nHost: "+testDomain+"\nX-A: 1\nX-A: 2\nConnection: close\nContent-Length: 4\n\nbody")
	w := serve(t, f.handler(t), r)
	s := seenBy(t, w)
	want := map[string]string{"X-A": "1|2", "Via": "HTTP/1.1 AmazonAPIGateway", "Forwarded": "for=203.0.113.9;host=" + testDomain + ";proto=https", "Content-Length": "4", "Connection": "", "X-Forwarded-For": ""}
	for name, v := range want {
		if got := strings.Join(s.Header[name], "|"); got != v {
			t.Errorf("%s: %q, want %q", name, got, v)
		}
	}
	if s.Body != "body" || s.Method != "POST" || w.Header().Get("X-Backend") != "yes" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%+v, %v", s, w.Header())
	}
}

// Parameter mapping in both directions (HTTP API spec, 10).
func TestParameterMapping(t *testing.T) {
	backend := echo(t)
	r := proxyRoute("POST /pets/{id}", backend.URL+"/x")
	r.Integration.RequestParameters = []snapshot.Mapping{
		{Target: "append:header.x-b", Source: "$request.header.x-a"}, {Target: "overwrite:header.x-body", Source: "$request.body.a.b"},
		{Target: "overwrite:header.x-none", Source: "$request.header.none"}, {Target: "overwrite:path", Source: "$request.path"},
		{Target: "overwrite:querystring.id", Source: "${request.path.id}-${context.httpMethod}-${request.querystring.none}"}, {Target: "remove:header.x-a", Source: "''"},
	}
	r.Integration.ResponseParameters = map[string][]snapshot.Mapping{"202": {
		{Target: "overwrite:statuscode", Source: "207"}, {Target: "append:header.x-backend", Source: "$response.header.x-backend"},
		{Target: "append:header.x-method", Source: "$response.body.method"}, {Target: "append:header.x-id", Source: "${context.requestId}/${stageVariables.v}"},
	}, "404": {{Target: "overwrite:statuscode", Source: "500"}}}
	f := fixture{routes: []snapshot.Route{r}, vars: map[string]string{"v": "1"}}
	w := serve(t, f.handler(t), raw(t, "POST /pets/7?k=v HTTP/1.1\nHost: h\nX-A: 1\nX-A: 2\nX-B: 0\nContent-Length: 15\n\n{\"a\":{\"b\":\"c\"}}"))
	s := seenBy(t, w)
	if s.URI != "/pets/7?k=v&id=7-POST-" || s.Body != `{"a":{"b":"c"}}` {
		t.Errorf("%s %s", s.URI, s.Body)
	}
	if got := s.Header; !cmp.Equal(got["X-B"], []string{"0", "1,2"}) || got["X-A"] != nil || got["X-None"] != nil || !cmp.Equal(got["X-Body"], []string{"c"}) {
		t.Errorf("%v", got)
	}
	if h := w.Header(); w.Code != 207 || !cmp.Equal(h["X-Backend"], []string{"yes", "yes"}) || h.Get("X-Method") != "POST" || h.Get("X-Id") != testRequestID+"/1" {
		t.Errorf("%d %v", w.Code, h)
	}
	for _, m := range []snapshot.Mapping{{Target: "append:header.Authorization", Source: "x"}, {Target: "overwrite:header.x-amz-a", Source: "x"}, {Target: "set:header.x", Source: "x"}, {Target: "append:path", Source: "x"}, {Target: "append:header.x", Source: "$response.body"}, {Target: "append:header.x", Source: "$request.body..a"}} {
		if _, err := parseParameter(m, false); err == nil {
			t.Errorf("%s from %s is accepted", m.Target, m.Source)
		}
	}
}

type links struct{ address string }

func (l links) Address(_ context.Context, b integration.PrivateBackend) (string, error) {
	if b.ConnectionID != "link1" || !strings.HasPrefix(b.Target, "arn:aws:elasticloadbalancing:") {
		return "", io.ErrUnexpectedEOF
	}
	return l.address, nil
}

// Private integrations keep the stage in the path (HTTP API spec, 9.4).
func TestPrivateIntegration(t *testing.T) {
	backend := echo(t)
	r := proxyRoute("ANY /{proxy+}", "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/1/2")
	r.Integration.ConnectionType, r.Integration.ConnectionID = "VPC_LINK", "link1"
	f := fixture{routes: []snapshot.Route{r}, stage: "test", configure: func(c *Config) { c.VPCLinks = links{strings.TrimPrefix(backend.URL, "http://")} }}
	if s := seenBy(t, f.do(t, "GET", "/test/route?a=1")); s.URI != "/test/route?a=1" || s.Host != testDomain {
		t.Errorf("%+v", s)
	}
	f.routes[0].Integration.RequestParameters = []snapshot.Mapping{{Target: "overwrite:path", Source: "$request.path"}}
	if s := seenBy(t, f.do(t, "GET", "/test/route")); s.URI != "/route" {
		t.Errorf("%+v", s)
	}
	f.configure = nil
	if w := f.do(t, "GET", "/test/route"); w.Code != 500 {
		t.Errorf("without links: %d", w.Code)
	}
}

// services keeps the request and answers like a service.
type services struct {
	request *http.Request
	body    string
	call    integration.ServiceCall
}

func (s *services) Do(r *http.Request, c integration.ServiceCall) (*http.Response, error) {
	s.request, s.call, s.body = r, c, string(c.Payload)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader("<ok/>")), ContentLength: 5}, nil
}

// First-class integrations with AWS services (HTTP API spec, 9.3).
func TestServices(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/r"
	queue := "https://sqs.us-east-1.amazonaws.com/123456789012/q"
	for _, c := range []struct {
		subtype    string
		parameters map[string]string
		to, target string
		body       string // JSON, or a form
	}{
		{"EventBridge-PutEvents", map[string]string{"Detail": "$request.body", "DetailType": "t", "Source": "$request.header.x-s", "Resources": `["a","b"]`, "Time": "2020-03-04T19:15:17Z"},
			"https://events.us-east-1.amazonaws.com/", "AWSEvents.PutEvents", `{"Entries":[{"Detail":"{\"a\":\"b\"}","DetailType":"t","Source":"src","Resources":["a","b"],"Time":1583349317}]}`},
		{"SQS-SendMessage", map[string]string{"QueueUrl": queue, "MessageBody": "$request.body.a", "Region": "eu-west-1", "MessageAttributes": `{"n":{"DataType":"String","StringValue":"v"}}`},
			"https://sqs.eu-west-1.amazonaws.com/123456789012/q", "", "Action=SendMessage&Version=2012-11-05&QueueUrl=" + url.QueryEscape(queue) + "&MessageBody=b&MessageAttribute.1.Name=n&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v"},
		{"SQS-ReceiveMessage", map[string]string{"QueueUrl": queue, "AttributeNames": "All", "MaxNumberOfMessages": "2"},
			queue, "", "Action=ReceiveMessage&Version=2012-11-05&QueueUrl=" + url.QueryEscape(queue) + "&AttributeName.1=All&MaxNumberOfMessages=2"},
		{"SQS-DeleteMessage", map[string]string{"QueueUrl": queue, "ReceiptHandle": "h"}, queue, "", "Action=DeleteMessage&Version=2012-11-05&QueueUrl=" + url.QueryEscape(queue) + "&ReceiptHandle=h"},
		{"SQS-PurgeQueue", map[string]string{"QueueUrl": queue}, queue, "", "Action=PurgeQueue&Version=2012-11-05&QueueUrl=" + url.QueryEscape(queue)},
		{"AppConfig-GetConfiguration", map[string]string{"Application": "a b", "Environment": "e", "Configuration": "c", "ClientId": "i"},
			"https://appconfig.us-east-1.amazonaws.com/applications/a%20b/environments/e/configurations/c?client_id=i", "", ""},
		{"Kinesis-PutRecord", map[string]string{"StreamName": "s", "Data": "hi", "PartitionKey": "k"}, "https://kinesis.us-east-1.amazonaws.com/", "Kinesis_20131202.PutRecord", `{"StreamName":"s","Data":"aGk=","PartitionKey":"k"}`},
		{"StepFunctions-StartExecution", map[string]string{"StateMachineArn": "arn", "Input": "$request.body"}, "https://states.us-east-1.amazonaws.com/", "AWSStepFunctions.StartExecution", `{"stateMachineArn":"arn","input":"{\"a\":\"b\"}"}`},
		{"StepFunctions-StartSyncExecution", map[string]string{"StateMachineArn": "arn", "TraceHeader": "t"}, "https://sync-states.us-east-1.amazonaws.com/", "AWSStepFunctions.StartSyncExecution", `{"stateMachineArn":"arn","traceHeader":"t"}`},
		{"StepFunctions-StopExecution", map[string]string{"ExecutionArn": "arn", "Cause": "c", "Error": "e"}, "https://states.us-east-1.amazonaws.com/", "AWSStepFunctions.StopExecution", `{"executionArn":"arn","cause":"c","error":"e"}`},
	} {
		client := &services{}
		route := snapshot.Route{Key: "POST /x", AuthorizationType: "NONE", Integration: snapshot.RouteIntegration{Type: "AWS_PROXY", Subtype: c.subtype, Credentials: role, PayloadFormatVersion: "1.0", TimeoutMillis: 1000}}
		for name, source := range c.parameters {
			route.Integration.RequestParameters = append(route.Integration.RequestParameters, snapshot.Mapping{Target: name, Source: source})
		}
		f := fixture{routes: []snapshot.Route{route}, configure: func(p *Config) { p.Services = client }}
		w := serve(t, f.handler(t), raw(t, "POST /x HTTP/1.1\nHost: h\nX-S: src\nContent-Length: 9\n\n{\"a\":\"b\"}"))
		if w.Code != 200 || w.Body.String() != "<ok/>" || w.Header().Get("Content-Type") != "text/xml" {
			t.Errorf("%s: %d %s %v", c.subtype, w.Code, w.Body, w.Header())
			continue
		}
		if got := client.request.URL.String(); got != c.to || client.request.Header.Get("X-Amz-Target") != c.target || client.call.Role != role {
			t.Errorf("%s: %s %s as %s", c.subtype, got, client.request.Header.Get("X-Amz-Target"), client.call.Role)
		}
		if client.request.Header.Get("X-S") != "" {
			t.Errorf("%s: the client's headers went along", c.subtype)
		}
		same := client.body == c.body
		if strings.HasPrefix(c.body, "{") {
			same = cmp.Equal(decode(t, []byte(c.body)), decode(t, []byte(client.body)))
		} else if c.body != "" {
			want, _ := url.ParseQuery(c.body)
			got, _ := url.ParseQuery(client.body)
			same = cmp.Equal(want, got)
		}
		if !same {
			t.Errorf("%s: %s, want %s", c.subtype, client.body, c.body)
		}
	}
	missing := snapshot.Route{Key: "GET /x", Integration: snapshot.RouteIntegration{Type: "AWS_PROXY", Subtype: "SQS-PurgeQueue", RequestParameters: []snapshot.Mapping{{Target: "QueueUrl", Source: "$request.querystring.q"}}}}
	if w := (fixture{routes: []snapshot.Route{missing}, configure: func(p *Config) { p.Services = &services{} }}).do(t, "GET", "/x"); w.Code != 400 {
		t.Errorf("a required value is missing: %d", w.Code)
	}
}
