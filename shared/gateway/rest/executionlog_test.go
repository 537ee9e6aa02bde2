package rest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// logWriter takes execution logs and counts the writes.
type logWriter struct {
	mu     sync.Mutex
	text   strings.Builder
	writes int
}

func (w *logWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes++
	return w.text.Write(p)
}

// loggedEvent is a line of the output.
type loggedEvent struct {
	Timestamp int64  `json:"timestamp"`
	LogGroup  string `json:"logGroup"`
	Message   string `json:"message"`
}

func (w *logWriter) events(t *testing.T) []loggedEvent {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []loggedEvent
	for line := range strings.Lines(w.text.String()) {
		var e loggedEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil || !strings.HasSuffix(line, "}\n") {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, e)
	}
	return all
}

// executed serves a request, "METHOD path", on a stage with method settings, and returns the
// messages of the execution log without the request's identifier.
func executed(t *testing.T, f fixture, settings map[string]snapshot.MethodSetting, request, body string, headers ...string) []string {
	t.Helper()
	out := &logWriter{}
	p := f.pipeline(t)
	p.c.ExecutionLog = out
	doc := f.stage(t).Document()
	doc.MethodSettings = settings
	s := NewStage(f.stage(t).Snapshot(), doc, "us-east-1")
	method, path, _ := strings.Cut(request, " ")
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, "http://"+testDomain+path, reader)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	path, _, _ = strings.Cut(path, "?")
	p.Serve(httptest.NewRecorder(), r, s, target(path))
	if out.writes > 1 {
		t.Errorf("%d writes for one request", out.writes)
	}
	var messages []string
	for _, e := range out.events(t) {
		if e.LogGroup != "API-Gateway-Execution-Logs_a1b2c3d4e5/prod" || e.Timestamp != testTime.UnixMilli() {
			t.Errorf("envelope: %+v", e)
		}
		message, ok := strings.CutPrefix(e.Message, "("+testRequestID+") ")
		if !ok {
			t.Errorf("no request id: %q", e.Message)
		}
		if strings.HasPrefix(message, "Extended Request Id: ") {
			message = message[:len("Extended Request Id:")]
		}
		messages = append(messages, message)
	}
	return messages
}

// all sets one level for every method.
func all(level string, trace bool) map[string]snapshot.MethodSetting {
	return map[string]snapshot.MethodSetting{"*/*": {LoggingLevel: level, DataTrace: trace}}
}

const (
	verifying = "Verifying Usage Plan for request: " + testRequestID + ". API Key:  API Stage: a1b2c3d4e5/prod"
	noKey     = "API Key  authorized because method 'GET /pets/{id}' does not require API Key. Request will not contribute to throttle or quota limits"
	checked   = "Usage Plan check succeeded for API Key  and API Stage a1b2c3d4e5/prod"
	endpoint  = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:pets/invocations"
)

// The lines and their order are those of security and operations spec, 7.
func TestExecutionLogLevels(t *testing.T) {
	f := fixture{methods: []snapshot.Method{lambdaMethod("/pets/{id}", "GET")}, lambda: returning(`{"statusCode":201,"headers":{"X-A":"b"},"body":"two\nlines"}`)}
	failing := f
	failing.lambda = &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"boom"}`), RequestID: "fn-req"}}
	before := []string{"Extended Request Id:", verifying, noKey, checked, "Starting execution for request: " + testRequestID, "HTTP Method: GET, Resource Path: /pets/7"}
	boom := "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: fn-req"
	answered := []string{"Gateway response type: INTEGRATION_FAILURE with status code: 502", "Method completed with status: 502"}
	for _, c := range []struct {
		name     string
		f        fixture
		settings map[string]snapshot.MethodSetting
		want     []string
	}{
		{"no setting", f, nil, nil},
		{"OFF", f, all("OFF", true), nil},
		{"ERROR and a success", f, all("ERROR", true), nil},
		{"a setting of another method", f, map[string]snapshot.MethodSetting{"pets/{id}/POST": {LoggingLevel: "INFO"}}, nil},
		{"the method's own setting", f, map[string]snapshot.MethodSetting{"pets/{id}/GET": {}, "*/*": {LoggingLevel: "INFO"}}, nil},
		{"INFO", f, all("INFO", false), append(before[:6:6], "Endpoint request URI: "+endpoint, "Sending request to "+endpoint,
			"Received response. Status: 200, Integration latency: 0 ms", "Successfully completed execution", "Method completed with status: 201")},
		{"ERROR and a failure", failing, all("ERROR", false), append([]string{boom}, answered...)},
		{"ERROR with data trace", failing, all("ERROR", true), []string{boom, answered[0], `Gateway response body: {"message": "Internal server error"}`,
			"Gateway response headers: {x-amzn-ErrorType=InternalServerErrorException, Content-Type=application/json}", answered[1]}},
		{"INFO and a failure", failing, all("INFO", false), append(before[:6:6], "Endpoint request URI: "+endpoint, "Sending request to "+endpoint,
			"Received response. Status: 200, Integration latency: 0 ms", boom, answered[0], answered[1])},
	} {
		if diff := cmp.Diff(c.want, executed(t, c.f, c.settings, "GET /pets/7", "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestExecutionLogDataTrace(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", "now")
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, "from the backend")
	})
	m := httpMethod("HTTP_PROXY", "/pets/{id}", "POST", b.URL, "integration.request.header.X-Api-Key", "'0123456789abcdef'")
	got := executed(t, fixture{methods: []snapshot.Method{m}}, all("INFO", true), "POST /pets/7?q=a&X-Amz-Signature=0123456789", "to the\nbackend",
		"Content-Type", "text/plain", "Authorization", "Bearer abcdefgh", "x-api-key", "short")
	want := []string{
		"Extended Request Id:", verifying,
		strings.Replace(noKey, "GET", "POST", 1), checked,
		"Starting execution for request: " + testRequestID,
		"HTTP Method: POST, Resource Path: /pets/7",
		"Method request path: {id=7}",
		"Method request query string: {q=a, X-Amz-Signature=*****56789}",
		"Method request headers: {Authorization=*********cdefgh, Content-Type=text/plain, X-Api-Key=***rt}",
		"Method request body before transformations: to the\nbackend",
		"Endpoint request URI: " + b.URL + "?q=a&X-Amz-Signature=*****56789",
		"Endpoint request headers: …",
		"Endpoint request body after transformations: to the\nbackend",
		"Sending request to " + b.URL + "?q=a&X-Amz-Signature=*****56789",
		"Received response. Status: 200, Integration latency: 0 ms",
		"Endpoint response headers: {Content-Length=16, Content-Type=text/plain, Date=now}",
		"Endpoint response body before transformations: from the backend",
		"Method response body after transformations: from the backend",
		"Method response headers: …",
		"Successfully completed execution",
		"Method completed with status: 200",
	}
	for i := range got {
		if name, rest, _ := strings.Cut(got[i], ": "); strings.HasPrefix(name, "Endpoint request headers") || strings.HasPrefix(name, "Method response headers") {
			if strings.Contains(rest, "0123456789") || strings.Contains(rest, "Bearer") || !strings.HasPrefix(rest, "{") {
				t.Errorf("%s", got[i])
			}
			got[i] = name + ": …"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExecutionLogCutsAndHides(t *testing.T) {
	f := fixture{methods: []snapshot.Method{lambdaMethod("/a", "POST")}, lambda: returning(`{"body":"` + strings.Repeat("é", 3000) + `"}`)}
	line := func(messages []string, prefix string) string {
		for _, m := range messages {
			if strings.HasPrefix(m, prefix) {
				return strings.TrimPrefix(m, prefix)
			}
		}
		t.Errorf("no %q in %q", prefix, messages)
		return ""
	}
	long := executed(t, f, all("INFO", true), "POST /a", strings.Repeat("x", 5000), "X-Long", strings.Repeat("h", 2000))
	const id = len("(" + testRequestID + ") ")
	for prefix, want := range map[string]string{
		// An event holds 1024 bytes, its prefix included, and is cut between two characters.
		"Method request body before transformations: ": strings.Repeat("x", 1024-id-44) + truncated,
		"Method response body after transformations: ": strings.Repeat("é", (1024-id-44)/2) + truncated,
		"Method request headers: ":                     "{X-Long=" + strings.Repeat("h", 1024-id-24-8) + truncated,
	} {
		if got := line(long, prefix); got != want {
			t.Errorf("%s%d bytes, want %d: %q", prefix, len(got), len(want), got)
		}
	}
	if got := line(executed(t, f, all("INFO", true), "POST /a", "\xff\xfe"), "Method request body before transformations: "); got != "[Binary Data]" {
		t.Errorf("bytes: %q", got)
	}
}

// A body that arrives bit by bit goes on to the backend while the log takes note of it.
func TestExecutionLogHoldsNothingUp(t *testing.T) {
	received := make(chan string)
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b := make([]byte, 4)
		_, _ = io.ReadFull(r.Body, b)
		received <- string(b)
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer backend.Close()
	f := fixture{methods: []snapshot.Method{streamed(httpMethod("HTTP_PROXY", "/a", "POST", backend.URL))}}
	out := &logWriter{}
	p := f.pipeline(t)
	p.c.ExecutionLog = out
	doc := f.stage(t).Document()
	doc.MethodSettings = all("INFO", true)
	s := NewStage(f.stage(t).Snapshot(), doc, "us-east-1")
	done := make(chan struct{})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Serve(w, r, s, target("/a"))
		close(done)
	}))
	defer front.Close()
	body, writer := io.Pipe()
	go func() {
		_, _ = io.WriteString(writer, "half")
		if got := <-received; got != "half" {
			t.Errorf("the backend read %q", got)
		}
		_, _ = io.WriteString(writer, " more")
		_ = writer.Close()
	}()
	res, err := http.Post(front.URL, "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	<-done
	if !strings.Contains(out.text.String(), `Method request body before transformations: half more"`) {
		t.Error(out.text.String())
	}
}

func TestExecutionLogOfRefusals(t *testing.T) {
	invalid := mock("/pets/{id}", "GET")
	invalid.RequiredParameters = []string{"method.request.querystring.q"}
	for _, c := range []struct {
		name, request string
		m             snapshot.Method
		want          []string
	}{
		{"validation", "GET /pets/7", invalid, []string{"Missing required request parameters: [q]", "Gateway response type: BAD_REQUEST_PARAMETERS with status code: 400", "Method completed with status: 400"}},
		{"no resource", "GET /none", invalid, nil},
	} {
		got := executed(t, fixture{methods: []snapshot.Method{c.m}}, all("ERROR", false), c.request, "")
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A canary's requests have a log group of their own (REST data plane spec, 14).
func TestExecutionLogOfACanary(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/a", "GET")}}
	doc := f.stage(t).Document()
	doc.MethodSettings = all("INFO", false)
	doc.Canary = &snapshot.Canary{DeploymentID: "dep456"}
	for group, s := range map[string]*Stage{
		"API-Gateway-Execution-Logs_a1b2c3d4e5/prod":        NewStage(f.stage(t).Snapshot(), doc, "us-east-1"),
		"API-Gateway-Execution-Logs_a1b2c3d4e5/prod/Canary": NewCanaryStage(f.stage(t).Snapshot(), doc.ForCanary(), "us-east-1"),
	} {
		out := &logWriter{}
		p := f.pipeline(t)
		p.c.ExecutionLog = out
		p.Serve(httptest.NewRecorder(), httptest.NewRequest("GET", "/a", nil), s, target("/a"))
		events := out.events(t)
		if len(events) == 0 || events[0].LogGroup != group {
			t.Errorf("%s: %+v", group, events)
		}
	}
}

// The lines of access control come from what its phases leave (REST data plane spec, 11 and 12).
func TestExecutionLogOfAccessControl(t *testing.T) {
	f := fixture{api: snapshot.API{Authorizers: map[string]snapshot.Authorizer{
		"z1": {ID: "z1", Type: "TOKEN", URI: lambdaURI, IdentitySource: "method.request.header.Authorization"},
	}}}
	m := lambdaMethod("/pets/{id}", "GET")
	m.AuthorizationType, m.AuthorizerID = "CUSTOM", "z1"
	f.methods = []snapshot.Method{m}
	r := httptest.NewRequest("GET", "http://"+testDomain+"/pets/7", nil)
	r.Header.Set("Authorization", "allow")
	request := func() *Invocation {
		inv := &Invocation{Request: r, Stage: f.stage(t), pipeline: f.pipeline(t), Target: target("/pets/7"), writer: httptest.NewRecorder()}
		if err := inv.arrive(); err != nil {
			t.Fatal(err)
		}
		if err := inv.matchResource(); err != nil {
			t.Fatal(err)
		}
		inv.log = &executionLog{now: func() time.Time { return testTime }, live: true, setting: logSetting{level: logInfo}}
		return inv
	}
	asked := []string{"Starting authorizer: z1 for request: " + testRequestID, "Incoming identity: ***ow", "Endpoint request URI: " + endpoint}
	for _, c := range []struct {
		name string
		do   func(*Invocation)
		want []string
	}{
		{"allowed", func(inv *Invocation) {
			inv.Authorization = Authorization{Called: true, PrincipalID: "user"}
			_ = inv.log.after(&phase{name: "authorization"}, inv)
		}, append(asked[:3:3], "Using valid authorizer policy for principal: **er", "Successfully completed authorizer execution")},
		{"a kept result", func(inv *Invocation) {
			inv.Authorization = Authorization{Called: true, Cached: true, PrincipalID: "user"}
			_ = inv.log.after(&phase{name: "authorization"}, inv)
		}, append(asked[:2:2], "Using valid authorizer policy for principal: **er", "Successfully completed authorizer execution")},
		{"refused", func(inv *Invocation) {
			inv.Authorization.Called = true
			inv.phase = &phase{name: "authorization"}
			inv.refuse(&Error{Type: Unauthorized, Reason: "the authorizer said Unauthorized"})
			inv.log.failed(inv)
		}, append(asked[:3:3], "Unauthorized request: "+testRequestID, "the authorizer said Unauthorized",
			"Gateway response type: UNAUTHORIZED with status code: 401", "Method completed with status: 401")},
		{"a key", func(inv *Invocation) {
			inv.Resource.method.doc.APIKeyRequired = true
			inv.Metering = Metering{APIKey: "0123456789abcdef", APIKeyID: "k1"}
			_ = inv.log.after(&phase{name: "throttling"}, inv)
		}, []string{"Verifying Usage Plan for request: " + testRequestID + ". API Key: **********abcdef API Stage: a1b2c3d4e5/prod",
			"Usage Plan check succeeded for API Key **********abcdef and API Stage a1b2c3d4e5/prod"}},
		{"throttled", func(inv *Invocation) {
			inv.Metering = Metering{APIKey: "0123456789abcdef"}
			inv.phase = &phase{name: "throttling"}
			inv.logInfo("more to say")
			inv.refuse(&Error{Type: Throttled, Reason: "Key throttle limit exceeded for Usage Plan ID p"})
			inv.log.failed(inv)
		}, []string{"more to say", "Verifying Usage Plan for request: " + testRequestID + ". API Key: **********abcdef API Stage: a1b2c3d4e5/prod",
			"Key throttle limit exceeded for Usage Plan ID p", "Gateway response type: THROTTLED with status code: 429", "Method completed with status: 429"}},
	} {
		inv := request()
		c.do(inv)
		var got []string
		for _, e := range inv.log.events {
			got = append(got, e.text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestLogErrorOpensTheLog(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/a", "GET")}}
	doc := f.stage(t).Document()
	for level, want := range map[string]int{"OFF": 0, "ERROR": 1, "INFO": 2} {
		doc.MethodSettings = all(level, false)
		p := f.pipeline(t)
		p.c.ExecutionLog = io.Discard
		inv := &Invocation{Request: httptest.NewRequest("GET", "/a", nil), Stage: NewStage(f.stage(t).Snapshot(), doc, "us-east-1"), pipeline: p, Target: target("/a")}
		if err := inv.matchResource(); err != nil {
			t.Fatal(err)
		}
		inv.logInfo("something")
		inv.logError("something bad")
		got := 0
		if inv.log != nil {
			got = len(inv.log.events)
		}
		if got != want || inv.logsInfo() != (level == "INFO") {
			t.Errorf("%s: %d lines", level, got)
		}
	}
}

func BenchmarkExecutionLog(b *testing.B) {
	f := fixture{methods: []snapshot.Method{mock("/pets/{id}", "GET")}}
	for name, settings := range map[string]map[string]snapshot.MethodSetting{
		"OFF": nil, "ERROR": all("ERROR", false), "INFO": all("INFO", false), "INFO with data trace": all("INFO", true),
	} {
		b.Run(name, func(b *testing.B) {
			doc := f.stage(b).Document()
			doc.MethodSettings = settings
			s := NewStage(f.stage(b).Snapshot(), doc, "us-east-1")
			p := New(Config{ExecutionLog: io.Discard})
			r, t, w := benchmarkRequest("GET", "/pets/7?verbose=1"), target("/pets/7"), &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				p.Serve(w, r, s, t)
			}
		})
	}
}

// Methods whose log is off, or whose level is ERROR as long as nothing fails, pay nothing for it.
func TestExecutionLogCostsNothingWhenOff(t *testing.T) {
	f := fixture{methods: []snapshot.Method{mock("/pets/{id}", "GET")}}
	cost := func(out io.Writer, settings map[string]snapshot.MethodSetting) float64 {
		doc := f.stage(t).Document()
		doc.MethodSettings = settings
		s := NewStage(f.stage(t).Snapshot(), doc, "us-east-1")
		p := New(Config{ExecutionLog: out, NewID: func() string { return testRequestID }})
		r, to, w := benchmarkRequest("GET", "/pets/7"), target("/pets/7"), &discard{header: http.Header{}}
		return testing.AllocsPerRun(200, func() {
			clear(w.header)
			p.Serve(w, r, s, to)
		})
	}
	without := cost(nil, nil)
	for _, level := range []string{"OFF", "ERROR"} {
		if got := cost(io.Discard, all(level, true)); got > without {
			t.Errorf("%s: %v allocations, %v without", level, got, without)
		}
	}
}
