package rest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

const (
	testRequestID = "11111111-2222-3333-4444-555555555555"
	testDomain    = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	lambdaURI     = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations"
)

var testTime = time.Date(2020, 3, 4, 19, 15, 17, 250e6, time.UTC)

// fixture is what a test sets; the rest has defaults.
type fixture struct {
	api     snapshot.API
	methods []snapshot.Method
	vars    map[string]string
	lambda  integration.Lambda
	stream  integration.LambdaStreamer
	http    HTTPClient
	observe func(*Record)
	// configure changes the pipeline's configuration, document that of the stage.
	configure func(*Config)
	document  func(*snapshot.Stage)
}

func (f fixture) stage(t testing.TB) *Stage {
	t.Helper()
	f.api.ID, f.api.DeploymentID = "a1b2c3d4e5", "dep123"
	data, err := snapshot.Build(f.api, f.methods)
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	doc := snapshot.Stage{APIID: "a1b2c3d4e5", Name: "prod", DeploymentID: "dep123", AccountID: "123456789012", Variables: f.vars}
	if f.document != nil {
		f.document(&doc)
	}
	return NewStage(s, doc, "us-east-1")
}

func (f fixture) pipeline(t testing.TB) *Pipeline {
	t.Helper()
	if f.http == nil {
		h := integration.NewHTTP(integration.HTTPConfig{AllowLoopback: true})
		t.Cleanup(h.CloseIdle)
		f.http = h
	}
	c := Config{HTTP: f.http, Lambda: f.lambda, LambdaStream: f.stream, NewID: func() string { return testRequestID }, Now: func() time.Time { return testTime }, Observe: f.observe}
	if f.configure != nil {
		f.configure(&c)
	}
	return New(c)
}

// target is what the gateway package would make of a path on an execute-api host.
func target(raw string) Target {
	return Target{Path: raw, EventPath: "/" + strings.TrimLeft(raw, "/"), ContextPath: "/prod" + raw, DomainName: testDomain}
}

func (f fixture) handler(t testing.TB) http.Handler {
	p, s := f.pipeline(t), f.stage(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Serve(w, r, s, target(r.URL.EscapedPath()))
	})
}

// server serves the fixture over TCP.
func (f fixture) server(t testing.TB) *httptest.Server {
	s := httptest.NewServer(f.handler(t))
	t.Cleanup(s.Close)
	return s
}

// answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	body   string
}

// do serves one request, written as "METHOD target", in memory. Headers are name, value pairs.
func (f fixture) do(t testing.TB, request, body string, headers ...string) answer {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, "http://"+testDomain+path, reader)
	r.RemoteAddr = "203.0.113.9:4711"
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.handler(t).ServeHTTP(w, r)
	res := w.Result()
	b, _ := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, header: w.Header(), body: string(b)}
}

// get returns a header whatever the casing it was written in.
func (a answer) get(name string) string {
	for k, v := range a.header {
		if strings.EqualFold(k, name) {
			return strings.Join(v, "|")
		}
	}
	return ""
}

// exact returns the first value of a header written in exactly this casing.
func exact(h http.Header, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// mock is a MOCK method that answers a status.
func mock(path, method string) snapshot.Method {
	return snapshot.Method{ResourceID: "r" + path, ResourcePath: path, HTTPMethod: method, AuthorizationType: "NONE",
		Integration: snapshot.Integration{Type: "MOCK", TimeoutMillis: 29000,
			RequestTemplates: []snapshot.Template{{ContentType: "application/json", Text: `{"statusCode": 200}`}},
			Responses:        []snapshot.IntegrationResponse{{StatusCode: "200", Templates: []snapshot.Template{{ContentType: "application/json", Text: path + " " + method}}}}},
		Responses: map[string]snapshot.MethodResponse{"200": {}}}
}

// httpMethod is a method with an HTTP or HTTP_PROXY integration.
func httpMethod(kind, path, method, uri string, mappings ...string) snapshot.Method {
	m := snapshot.Method{ResourceID: "rid", ResourcePath: path, HTTPMethod: method, AuthorizationType: "NONE",
		Integration: snapshot.Integration{Type: kind, HTTPMethod: "ANY", URI: uri, TimeoutMillis: 5000,
			Responses: []snapshot.IntegrationResponse{{StatusCode: "200"}}},
		Responses: map[string]snapshot.MethodResponse{"200": {}}}
	for i := 0; i < len(mappings); i += 2 {
		m.Integration.RequestParameters = append(m.Integration.RequestParameters, snapshot.Mapping{Target: mappings[i], Source: mappings[i+1]})
	}
	return m
}

func lambdaMethod(path, method string) snapshot.Method {
	return snapshot.Method{ResourceID: "res987", ResourcePath: path, HTTPMethod: method, AuthorizationType: "NONE",
		Integration: snapshot.Integration{Type: "AWS_PROXY", HTTPMethod: "POST", URI: lambdaURI, TimeoutMillis: 29000}}
}

// fakeLambda answers every invocation alike and keeps the last one.
type fakeLambda struct {
	answer integration.LambdaResponse
	err    error
	wait   bool // until the context ends

	mu   sync.Mutex
	last integration.LambdaRequest
}

func (l *fakeLambda) Invoke(ctx context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
	l.mu.Lock()
	l.last = r
	l.mu.Unlock()
	if l.wait {
		<-ctx.Done()
		return integration.LambdaResponse{}, ctx.Err()
	}
	return l.answer, l.err
}

func returning(payload string) *fakeLambda {
	return &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, Payload: []byte(payload), RequestID: "fn-req"}}
}

// testBackend records what reaches it and answers with handle.
type testBackend struct {
	*httptest.Server
	mu     sync.Mutex
	last   *http.Request
	body   string
	handle http.HandlerFunc
}

func newBackend(t testing.TB, handle http.HandlerFunc) *testBackend {
	b := &testBackend{handle: handle}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		payload, _ := io.ReadAll(r.Body)
		b.mu.Lock()
		b.last, b.body = r, string(payload)
		b.mu.Unlock()
		if b.handle != nil {
			b.handle(w, r)
		}
	}))
	t.Cleanup(b.Close)
	return b
}
