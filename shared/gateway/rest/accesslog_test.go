package rest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// logged serves a request and returns the access log.
func logged(t *testing.T, f fixture, format, request string, canary *snapshot.Canary) string {
	t.Helper()
	doc := f.stage(t).Document()
	doc.Canary = canary
	doc.AccessLog = &snapshot.AccessLog{Format: format, DestinationARN: "arn:aws:logs:us-east-1:123456789012:log-group:pets"}
	s := NewStage(f.stage(t).Snapshot(), doc, "us-east-1")
	var out strings.Builder
	p := f.pipeline(t)
	p.c.AccessLog = &out
	at := testTime
	p.c.Now = func() time.Time { defer func() { at = at.Add(7 * time.Millisecond) }(); return at }
	method, path, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, "http://"+testDomain+path, nil)
	r.RemoteAddr = "203.0.113.9:4711"
	r.Header.Set("User-Agent", `a "quoted" agent`)
	p.Serve(httptest.NewRecorder(), r, s, target(path))
	return out.String()
}

const jsonFormat = `{"requestId":"$context.requestId","status":"$context.status","responseLength":"$context.responseLength","responseLatency":"$context.responseLatency",` +
	`"resourcePath":"$context.resourcePath","integrationStatus":"$context.integrationStatus","functionStatus":"$context.integration.status","backendId":"$context.awsEndpointRequestId",` +
	`"integrationError":"$context.integration.error","message":$context.error.messageString,"type":"$context.error.responseType","caller":"$context.identity.caller","ua":"$context.identity.userAgent","canary":"$context.isCanaryRequest"}`

func TestAccessLog(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("x-amzn-RequestId", "backend-id")
		w.WriteHeader(418)
		_, _ = io.WriteString(w, "teapot")
	})
	failing := &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"boom"}`), RequestID: "fn-req"}}
	base := map[string]string{"requestId": testRequestID, "responseLength": "0", "resourcePath": "-", "integrationStatus": "-", "functionStatus": "-", "backendId": "-",
		"integrationError": "-", "type": "-", "caller": "-", "ua": `a "quoted" agent`, "canary": "-"}
	for _, c := range []struct {
		name, request string
		f             fixture
		canary        *snapshot.Canary
		want          map[string]string // over base; message is compared apart
		message       string
	}{
		{"HTTP", "GET /a", fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "GET", b.URL)}}, nil,
			map[string]string{"status": "418", "responseLength": "6", "resourcePath": "/a", "integrationStatus": "418", "functionStatus": "418", "backendId": "backend-id"}, `-`},
		{"Lambda", "GET /l", fixture{methods: []snapshot.Method{lambdaMethod("/l", "GET")}, lambda: returning(`{"statusCode":404,"body":"none"}`)}, &snapshot.Canary{DeploymentID: "other"},
			map[string]string{"status": "404", "responseLength": "4", "resourcePath": "/l", "integrationStatus": "200", "functionStatus": "404", "backendId": "fn-req", "canary": "false"}, `-`},
		{"a failing function", "GET /l", fixture{methods: []snapshot.Method{lambdaMethod("/l", "GET")}, lambda: failing}, nil,
			map[string]string{"status": "502", "responseLength": "36", "resourcePath": "/l", "integrationStatus": "200", "backendId": "fn-req", "type": "INTEGRATION_FAILURE",
				"integrationError": "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: fn-req"}, `"Internal server error"`},
		{"no resource", "GET /none", fixture{methods: []snapshot.Method{mock("/a", "GET")}}, nil,
			map[string]string{"status": "403", "responseLength": "42", "type": "MISSING_AUTHENTICATION_TOKEN"}, `"Missing Authentication Token"`},
	} {
		line := logged(t, c.f, jsonFormat, c.request, c.canary)
		// Without an error the format has a hyphen where JSON wants a value, as on AWS.
		text := strings.Replace(line, `"message":-`, `"message":"-"`, 1)
		var got map[string]string
		if err := json.Unmarshal([]byte(text), &got); err != nil || strings.Count(line, "\n") != 1 {
			t.Errorf("%s: %v: %q", c.name, err, line)
			continue
		}
		want := map[string]string{"message": strings.Trim(c.message, `"`)}
		for _, m := range []map[string]string{base, c.want} {
			for k, v := range m {
				want[k] = v
			}
		}
		if latency := got["responseLatency"]; latency == "0" || latency == "-" {
			t.Errorf("%s: responseLatency %q", c.name, latency)
		}
		delete(got, "responseLatency")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestStagesWithoutAccessLogWriteNone(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/a", "GET")}}
	var out strings.Builder
	p := f.pipeline(t)
	p.c.AccessLog = &out
	p.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil), f.stage(t), target("/a"))
	p.Forbidden(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil), "no stage")
	if out.Len() != 0 {
		t.Errorf("wrote %q", out.String())
	}
}

// The event of a canary's stage tells who served it; other stages' events do not (REST data
// plane spec, 5.1).
func TestCanaryRequestInEvents(t *testing.T) {
	l := returning(`{}`)
	f := fixture{methods: []snapshot.Method{lambdaMethod("/a", "GET")}, lambda: l, vars: map[string]string{"a": "1", "b": "2"}}
	doc := f.stage(t).Document()
	doc.Canary = &snapshot.Canary{DeploymentID: "dep456", Percent: 50, Overrides: map[string]string{"b": "3", "c": "4"}}
	snap := f.stage(t).Snapshot()
	for _, c := range []struct {
		stage      *Stage
		canary     any
		deployment string
		variables  map[string]any
	}{
		{f.stage(t), nil, "dep123", map[string]any{"a": "1", "b": "2"}},
		{NewStage(snap, doc, "us-east-1"), false, "dep123", map[string]any{"a": "1", "b": "2"}},
		{NewCanaryStage(snap, doc.ForCanary(), "us-east-1"), true, "dep456", map[string]any{"a": "1", "b": "3", "c": "4"}},
	} {
		f.pipeline(t).Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil), c.stage, target("/a"))
		var e struct {
			StageVariables map[string]any
			RequestContext map[string]any
		}
		if err := json.Unmarshal(l.last.Payload, &e); err != nil {
			t.Fatal(err)
		}
		if e.RequestContext["isCanaryRequest"] != c.canary || e.RequestContext["deploymentId"] != c.deployment || !cmp.Equal(e.StageVariables, c.variables) {
			t.Errorf("canary %v: %v, stage variables %v", c.canary, e.RequestContext, e.StageVariables)
		}
		if _, present := e.RequestContext["isCanaryRequest"]; present != (c.canary != nil) {
			t.Errorf("isCanaryRequest present: %v", present)
		}
	}
}
