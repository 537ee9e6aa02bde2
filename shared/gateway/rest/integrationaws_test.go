package rest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/authorizer/accesskey"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/sigv4"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// fakeServices answers every call alike and keeps the last one.
type fakeServices struct {
	status int
	header http.Header
	body   string
	err    error

	last    *http.Request
	call    integration.ServiceCall
	payload string
}

func (s *fakeServices) Do(r *http.Request, c integration.ServiceCall) (*http.Response, error) {
	payload, _ := io.ReadAll(r.Body)
	s.last, s.call, s.payload = r, c, string(payload)
	if s.err != nil {
		return nil, s.err
	}
	return &http.Response{StatusCode: s.status, Header: s.header, Body: io.NopCloser(strings.NewReader(s.body)), ContentLength: int64(len(s.body))}, nil
}

func (s *fakeServices) fixture(methods ...snapshot.Method) fixture {
	return fixture{methods: methods, vars: map[string]string{"op": "Scan", "role": "reader"}, configure: func(c *Config) { c.Services = s }}
}

// awsMethod is a method with an AWS integration of a service in us-east-1.
func awsMethod(verb, service string, mappings ...string) snapshot.Method {
	m := httpMethod("AWS", "/x/{id}", verb, "arn:aws:apigateway:us-east-1:"+service, mappings...)
	m.Integration.HTTPMethod = verb
	return m
}

func TestServiceRequests(t *testing.T) {
	header := func(pairs ...string) map[string]string {
		h := map[string]string{
			"Accept": "application/json", "User-Agent": "AmazonAPIGateway_a1b2c3d4e5", "X-Amzn-Trace-Id": "*",
			"X-Amz-Source-Arn": "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/POST/x/{id}",
		}
		for i := 0; i < len(pairs); i += 2 {
			h[pairs[i]] = pairs[i+1]
		}
		return h
	}
	template := func(m snapshot.Method, text string) snapshot.Method {
		m.Integration.RequestTemplates = []snapshot.Template{{ContentType: "application/json", Text: text}}
		return m
	}
	for _, c := range []struct {
		name    string
		method  snapshot.Method
		uri     string
		body    string
		headers map[string]string
	}{
		// REST data plane spec, 3.2 and 4.4.
		{"path", awsMethod("POST", "sqs:path/123456789012/{q}", "integration.request.path.q", "method.request.path.id", "integration.request.header.Content-Type", "'application/x-www-form-urlencoded'"),
			"https://sqs.us-east-1.amazonaws.com/123456789012/a%20b", `{"m":1}`, header("Content-Type", "application/x-www-form-urlencoded")},
		{"JSON-RPC action", template(awsMethod("POST", "dynamodb:action/PutItem"), `{"TableName":"t"}`),
			"https://dynamodb.us-east-1.amazonaws.com/?Action=PutItem", `{"TableName":"t"}`, header("X-Amz-Target", "DynamoDB_20120810.PutItem", "Content-Type", "application/x-amz-json-1.0")},
		{"action of a stage variable", awsMethod("POST", "dynamodb:action/${stageVariables.op}"),
			"https://dynamodb.us-east-1.amazonaws.com/?Action=Scan", `{"m":1}`, header("X-Amz-Target", "DynamoDB_20120810.Scan", "Content-Type", "application/x-amz-json-1.0")},
		{"mapped target", awsMethod("POST", "events:action/PutEvents", "integration.request.header.X-Amz-Target", "'AWSEvents.PutEvents'", "integration.request.header.content-type", "'application/x-amz-json-1.1'"),
			"https://events.us-east-1.amazonaws.com/?Action=PutEvents", `{"m":1}`, header("X-Amz-Target", "AWSEvents.PutEvents", "content-type", "application/x-amz-json-1.1")},
		{"query action", awsMethod("POST", "sns:action/Publish&Subject=s", "integration.request.querystring.Message", "method.request.body.m", "integration.request.header.Referer", "'r'"),
			"https://sns.us-east-1.amazonaws.com/?Action=Publish&Subject=s&Message=1&Version=2010-03-31", `{"m":1}`, header("Content-Type", "application/json")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &fakeServices{status: 200, body: `{}`}
			a := s.fixture(c.method).do(t, "POST /x/a%20b?client=1", `{"m":1}`, "X-Client", "1")
			if a.status != 200 {
				t.Fatalf("%d %s", a.status, a.body)
			}
			if got := s.last.URL.String(); got != c.uri || s.payload != c.body || string(s.call.Payload) != c.body {
				t.Errorf("%s %s, want %s %s", got, s.payload, c.uri, c.body)
			}
			for name, value := range c.headers {
				if got := exact(s.last.Header, name); got != value && value != "*" || got == "" {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
			if len(s.last.Header) != len(c.headers) {
				t.Errorf("sent %v", s.last.Header)
			}
		})
	}
}

// A GET carries no operation but that of the query.
func TestServiceGET(t *testing.T) {
	s := &fakeServices{status: 200, body: `{}`}
	s.fixture(awsMethod("GET", "ssm:action/GetParameter", "integration.request.querystring.Name", "'/p'")).do(t, "GET /x/1", "")
	if got := s.last.URL.String(); got != "https://ssm.us-east-1.amazonaws.com/?Action=GetParameter&Name=%2Fp" || s.last.Header.Get("X-Amz-Target") != "" || s.last.Header.Get("Content-Type") != "" {
		t.Errorf("%s with %v", got, s.last.Header)
	}
}

// Headers that are fatal if they are mapped (REST data plane spec, 3.2).
func TestServiceFatalHeaders(t *testing.T) {
	for _, name := range []string{"Content-Length", "Transfer-Encoding", "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"} {
		s := &fakeServices{status: 200}
		a := s.fixture(awsMethod("POST", "sqs:path/q", "integration.request.header."+name, "'x'")).do(t, "POST /x/1", "{}")
		if a.status != 500 || a.body != `{"message": "Internal server error"}` || s.last != nil {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

// The status of the service selects the integration response, whose body passes (REST data plane
// spec, 3.3 and 4.4).
func TestServiceResponses(t *testing.T) {
	s := &fakeServices{status: 404, header: http.Header{"Content-Type": {"application/xml"}, "X-Amz-Request-Id": {"r1"}, "Date": {"then"}}, body: `<Error><Code>NoSuchKey</Code></Error>`}
	m := awsMethod("POST", "s3:path/b/k")
	m.Integration.Responses = append(m.Integration.Responses, snapshot.IntegrationResponse{StatusCode: "410", SelectionPattern: `4\d{2}`, Parameters: []snapshot.Mapping{
		{Target: "method.response.header.Content-Type", Source: "integration.response.header.Content-Type"},
		{Target: "method.response.header.Date", Source: "integration.response.header.Date"},
		{Target: "method.response.header.id", Source: "integration.response.header.x-amz-request-id"},
	}})
	m.Responses["410"] = snapshot.MethodResponse{Headers: []string{"Content-Type", "Date", "id"}}
	a := s.fixture(m).do(t, "POST /x/1", "{}")
	if a.status != 410 || a.body != s.body || a.get("Content-Type") != "application/xml" || a.get("x-amzn-Remapped-Date") != "then" || a.get("id") != "r1" || a.get("X-Amzn-Trace-Id") == "" {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
}

func TestServiceCredentials(t *testing.T) {
	for _, c := range []struct{ credentials, role string }{
		{"", ""},
		{"arn:aws:iam::123456789012:role/writer", "arn:aws:iam::123456789012:role/writer"},
		{"arn:aws:iam::123456789012:role/${stageVariables.role}", "arn:aws:iam::123456789012:role/reader"},
	} {
		s := &fakeServices{status: 200}
		m := awsMethod("POST", "sqs:path/q")
		m.Integration.Credentials = c.credentials
		if a := s.fixture(m).do(t, "POST /x/1", "{}"); a.status != 200 || s.call.Role != c.role || s.call.Caller != nil {
			t.Errorf("%q: %d, role %q", c.credentials, a.status, s.call.Role)
		}
	}
	// REST data plane spec, 4.1: a role that cannot be assumed is a configuration error.
	s := &fakeServices{err: &integration.CredentialsError{Role: "arn:aws:iam::123456789012:role/r", Err: errors.New("denied")}}
	f := s.fixture(awsMethod("POST", "sqs:path/q"))
	var record *Record
	f.observe = func(r *Record) { record = r }
	if a := f.do(t, "POST /x/1", "{}"); a.status != 500 || record.ResponseType != APIConfigurationError || !strings.Contains(record.Reason, "assume the provided role") {
		t.Errorf("%d %+v", a.status, record)
	}
}

// knownKeys finds one access key.
type knownKeys struct{ id string }

func (k knownKeys) Find(_ context.Context, id string) (*sigv4.Key, *accesskey.Principal, error) {
	if id != k.id {
		return nil, nil, sigv4.ErrUnknownKey
	}
	return &sigv4.Key{Secret: "secret", SessionToken: "token"}, nil, nil
}

func TestCallersOwnCredentials(t *testing.T) {
	for _, c := range []struct {
		name   string
		caller *edge.Caller
		keys   Keys
		says   string
	}{
		{"known key", &edge.Caller{AccessKey: "AKIA1"}, knownKeys{"AKIA1"}, ""},
		{"unknown key", &edge.Caller{AccessKey: "AKIA1"}, knownKeys{"AKIA2"}, "does not know the secret"},
		{"no keys", &edge.Caller{AccessKey: "AKIA1"}, nil, "does not know the secret"},
		{"no caller", nil, knownKeys{"AKIA1"}, "need a caller"},
	} {
		p := New(Config{Keys: c.keys})
		m := awsMethod("POST", "sqs:path/q")
		m.Integration.Credentials = callerCredentials
		inv := &Invocation{pipeline: p, Request: (&http.Request{}).WithContext(t.Context()), Authorization: Authorization{Caller: c.caller}, Resource: Resource{method: compileMethod(&m)}}
		role, caller, err := inv.identity()
		if c.says != "" {
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || role != "" {
			t.Fatalf("%s: %q, %v", c.name, role, err)
		}
		got, err := caller.Retrieve(t.Context())
		if err != nil || got.AccessKeyID != "AKIA1" || got.SecretAccessKey != "secret" || got.SessionToken != "token" {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
}

func TestServicesNotConfigured(t *testing.T) {
	if a := (fixture{methods: []snapshot.Method{awsMethod("POST", "sqs:path/q")}}).do(t, "POST /x/1", "{}"); a.status != 500 {
		t.Errorf("%d", a.status)
	}
}
