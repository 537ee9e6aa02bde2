package runtimeapi

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestInvokeEcho(t *testing.T) {
	s, _ := serve(t, nil)
	tests := map[string]struct{ payload, want string }{
		"object":     {`{"a":[1,"é",null]}`, `{"a":[1,"é",null]}`},
		"string":     {`"text"`, `"text"`},
		"no payload": {"", "{}"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := invoke(t, s, test.payload)
			if result.Status != 200 || result.FunctionError != "" || string(result.Payload) != test.want {
				t.Errorf("got %d %q %s, want %s", result.Status, result.FunctionError, result.Payload, test.want)
			}
			if result.ExecutedVersion != "$LATEST" || result.LogTail != nil || result.RequestID == "" {
				t.Errorf("version %q, log %q, request id %q", result.ExecutedVersion, result.LogTail, result.RequestID)
			}
		})
	}
}

// The variables and headers are those of "Defined runtime environment variables"
// and "Lambda runtime API" in the AWS documentation.
func TestEnvironmentOfAFunction(t *testing.T) {
	dir := t.TempDir()
	s, _ := serve(t, func(f *Function) {
		f.Dir, f.MemorySize, f.Timeout = dir, 512, 5*time.Second
		f.Environment = map[string]string{"TABLE": "orders"}
	})
	s.config.Environ = []string{"BASE=base", "TABLE=other", "AWS_LAMBDA_RUNTIME_API=127.0.0.1:1", "_X_AMZN_TRACE_ID=stale"}
	result, err := s.Invoke(t.Context(), Invocation{
		Function:      "arn:aws:lambda:eu-west-1:210987654321:function:orders:prod",
		Payload:       []byte(`{"do":"describe"}`),
		ClientContext: "{\n\"custom\": {\"key\": \"value\"}}",
		TraceID:       "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
	})
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		RequestID   string `json:"requestId"`
		ARN         string `json:"arn"`
		RemainingMs int    `json:"remainingMs"`
		Custom      map[string]string
		Variables   map[string]string
		Dir         string
	}
	if err := json.Unmarshal(result.Payload, &got); err != nil {
		t.Fatalf("%s: %v", result.Payload, err)
	}
	if got.RequestID != result.RequestID || got.ARN != "arn:aws:lambda:eu-west-1:210987654321:function:orders:prod" {
		t.Errorf("request id %q (want %q), arn %q", got.RequestID, result.RequestID, got.ARN)
	}
	if got.RemainingMs < 3000 || got.RemainingMs > 5000 {
		t.Errorf("remaining time %d ms", got.RemainingMs)
	}
	if got.Custom["key"] != "value" {
		t.Errorf("client context %v", got.Custom)
	}
	if real, _ := filepath.EvalSymlinks(dir); got.Dir != dir && got.Dir != real {
		t.Errorf("working directory %q, want %q", got.Dir, dir)
	}
	stream := got.Variables["AWS_LAMBDA_LOG_STREAM_NAME"]
	if !regexp.MustCompile(`^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$`).MatchString(stream) {
		t.Errorf("log stream %q", stream)
	}
	for name, want := range map[string]string{
		"AWS_LAMBDA_FUNCTION_NAME":        "orders",
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
		"AWS_REGION":                      "us-east-1",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/orders",
		"LAMBDA_TASK_ROOT":                dir,
		"_HANDLER":                        "bootstrap",
		"TZ":                              ":UTC",
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"_X_AMZN_TRACE_ID":                "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
		"TABLE":                           "orders",
		"BASE":                            "base",
	} {
		if got.Variables[name] != want {
			t.Errorf("%s = %q, want %q", name, got.Variables[name], want)
		}
	}
}

func TestTraceIDIsMade(t *testing.T) {
	s, _ := serve(t, nil)
	var got struct{ Variables map[string]string }
	if err := json.Unmarshal(invoke(t, s, `{"do":"describe"}`).Payload, &got); err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`)
	if !form.MatchString(got.Variables["_X_AMZN_TRACE_ID"]) {
		t.Errorf("trace id %q", got.Variables["_X_AMZN_TRACE_ID"])
	}
}

func TestFunctionErrors(t *testing.T) {
	s, _ := serve(t, nil)
	tests := []struct{ name, payload, errorType, message string }{
		{"error", `{"do":"error","text":"no such order"}`, "errorString", `^no such order$`},
		{"panic", `{"do":"panic","text":"at once"}`, "string", `^at once$`},
		{"exit 1", `{"do":"exit","size":1}`, "Runtime.ExitError", `^RequestId: ID Error: Runtime exited with error: exit status 1$`},
		{"exit 0", `{"do":"exit"}`, "Runtime.ExitError", `^RequestId: ID Error: Runtime exited without providing a reason$`},
		{"too large", `{"do":"large","size":6291555}`, "Function.ResponseSizeTooLarge",
			`^Response payload size exceeded maximum allowed payload size \(6291556 bytes\)\.$`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result := invoke(t, s, test.payload)
			errorType, message := failure(t, result)
			pattern := strings.ReplaceAll(test.message, "ID", regexp.QuoteMeta(result.RequestID))
			if errorType != test.errorType || !regexp.MustCompile(pattern).MatchString(message) {
				t.Errorf("got %s: %s", errorType, message)
			}
			if after := invoke(t, s, `{"n":1}`); string(after.Payload) != `{"n":1}` {
				t.Errorf("the invocation after it got %s", after.Payload)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	s, log := serve(t, func(f *Function) { f.Timeout = 500 * time.Millisecond })
	before := invoke(t, s, `{"do":"child"}`)
	var pids []int
	if err := json.Unmarshal(before.Payload, &pids); err != nil {
		t.Fatal(err)
	}
	result := invoke(t, s, `{"do":"sleep","ms":30000}`)
	errorType, message := failure(t, result)
	if want := "RequestId: " + result.RequestID + " Error: Task timed out after 0.50 seconds"; errorType != "Sandbox.Timedout" || message != want {
		t.Errorf("got %s: %s", errorType, message)
	}
	waitGone(t, pids...) // with the process, what it has started
	after := invoke(t, s, `{"do":"pid"}`)
	if string(after.Payload) == strconv.Itoa(pids[0]) {
		t.Error("the environment was reused after a timeout")
	}
	log.waitFor(t, "orders[1] Task timed out after 0.50 seconds\n")
}

func TestCallerGoesAway(t *testing.T) {
	s, _ := serve(t, func(f *Function) { f.Concurrency = 1 })
	pid := string(invoke(t, s, `{"do":"pid"}`).Payload)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Invoke(ctx, Invocation{Function: "orders", Payload: []byte(`{"do":"sleep","ms":1000}`)})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("running: %v", err)
	}
	// The function runs on, so the next one stands in line and gives up there.
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.Invoke(ctx, Invocation{Function: "orders"})
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "TooManyRequestsException" || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("in line: %v", err)
	}
	if after := string(invoke(t, s, `{"do":"pid"}`).Payload); after != pid {
		t.Errorf("environment %s, want %s to be still there", after, pid)
	}
}

func TestEventAndDryRun(t *testing.T) {
	s, log := serve(t, nil)
	result, err := s.Invoke(t.Context(), Invocation{Function: "orders", Type: Event, Payload: []byte(`{"do":"print","text":"in the background"}`)})
	if err != nil || result.Status != 202 || len(result.Payload) != 0 {
		t.Errorf("event: %+v, %v", result, err)
	}
	log.waitFor(t, "orders[1] in the background\n")
	result, err = s.Invoke(t.Context(), Invocation{Function: "orders", Type: Event, Payload: []byte(`{"do":"error","text":"no such order"}`)})
	if err != nil || result.Status != 202 {
		t.Errorf("failing event: %+v, %v", result, err)
	}
	log.waitFor(t, "orders event "+result.RequestID+" failed: ")

	result, err = s.Invoke(t.Context(), Invocation{Function: "orders", Type: DryRun, Payload: []byte(`{"do":"print","text":"dry"}`)})
	if err != nil || result.Status != 204 || len(result.Payload) != 0 {
		t.Errorf("dry run: %+v, %v", result, err)
	}
	if strings.Contains(log.String(), "dry") {
		t.Error("a dry run ran")
	}
}

func TestRefusedInvocations(t *testing.T) {
	s, _ := serve(t, nil)
	tests := []struct {
		name    string
		in      Invocation
		status  int
		code    string
		message string
	}{
		{"unknown", Invocation{Function: "nope"}, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope"},
		{"unknown with qualifier", Invocation{Function: "nope", Qualifier: "prod"}, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope:prod"},
		{"not JSON", Invocation{Function: "orders", Payload: []byte("{")}, 400, "InvalidRequestContentException", "Could not parse request body into json: unexpected end of JSON input"},
		{"too large", Invocation{Function: "orders", Payload: make([]byte, MaxPayload+1)}, 413, "RequestTooLargeException", "Request must be smaller than 6291556 bytes for the InvokeFunction operation"},
		{"event too large", Invocation{Function: "orders", Type: Event, Payload: make([]byte, MaxEventPayload+1)}, 413, "RequestTooLargeException", "Request must be smaller than 1048576 bytes for the InvokeFunction operation"},
		{"type", Invocation{Function: "orders", Type: "Soon"}, 400, "InvalidParameterValueException", `"Soon" is not an invocation type: use RequestResponse, Event or DryRun`},
		{"log type", Invocation{Function: "orders", LogType: "Head"}, 400, "InvalidParameterValueException", `"Head" is not a log type: use None or Tail`},
		{"client context", Invocation{Function: "orders", ClientContext: "{"}, 400, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."},
		{"ARN", Invocation{Function: "arn:aws:sqs:us-east-1:123456789012:orders"}, 400, "InvalidParameterValueException", `"arn:aws:sqs:us-east-1:123456789012:orders" is not the ARN of a Lambda function`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Invoke(t.Context(), test.in)
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("error %v", err)
			}
			if refusal.Status != test.status || refusal.Code != test.code || refusal.Message != test.message {
				t.Errorf("got %d %s %q", refusal.Status, refusal.Code, refusal.Message)
			}
		})
	}
}

func TestLargePayloads(t *testing.T) {
	s, _ := serve(t, nil)
	payload := `"` + strings.Repeat("x", MaxPayload-2) + `"`
	if result := invoke(t, s, payload); string(result.Payload) != payload {
		t.Errorf("got %d bytes and %q, want %d bytes", len(result.Payload), result.FunctionError, len(payload))
	}
	result := invoke(t, s, `{"do":"large","size":6291554}`)
	if len(result.Payload) != MaxPayload || result.FunctionError != "" {
		t.Errorf("got %d bytes and %q, want %d bytes", len(result.Payload), result.FunctionError, MaxPayload)
	}
}

func TestLogs(t *testing.T) {
	s, log := serve(t, nil)
	result, err := s.Invoke(t.Context(), Invocation{Function: "orders", LogType: LogTail, Payload: []byte(`{"do":"print","text":"first\nsecond"}`)})
	if err != nil {
		t.Fatal(err)
	}
	id := result.RequestID
	pattern := `^START RequestId: ` + id + ` Version: \$LATEST\nfirst\nsecond\nto stderr\nEND RequestId: ` + id +
		`\nREPORT RequestId: ` + id + `\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t\n$`
	if !regexp.MustCompile(pattern).Match(result.LogTail) {
		t.Errorf("log tail %q", result.LogTail)
	}
	log.waitFor(t, "orders[1] first\norders[1] second\norders[1] to stderr\n")

	// The tail is the last 4 KB, and belongs to one invocation.
	result, err = s.Invoke(t.Context(), Invocation{Function: "orders", LogType: LogTail, Payload: []byte(`{"do":"print","text":"` + strings.Repeat("y", 9000) + `"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if tail := string(result.LogTail); len(tail) != 4096 || strings.Contains(tail, "first") || !strings.HasPrefix(tail, "yyy") {
		t.Errorf("log tail of %d bytes: %.40q", len(tail), tail)
	}
}

func TestRebuiltExecutable(t *testing.T) {
	dir := t.TempDir()
	copied := filepath.Join(dir, "bootstrap")
	install := func() {
		content, err := os.ReadFile(testFunction)
		if err != nil {
			t.Fatal(err)
		}
		// Build tools replace the file.
		if err := os.WriteFile(copied+".new", content, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(copied+".new", copied); err != nil {
			t.Fatal(err)
		}
	}
	install()
	s, log := serve(t, func(f *Function) { f.Command, f.Concurrency = []string{copied}, 1 })
	first := string(invoke(t, s, `{"do":"pid"}`).Payload)
	if again := string(invoke(t, s, `{"do":"pid"}`).Payload); again != first {
		t.Errorf("a warm environment was not reused: %s, then %s", first, again)
	}
	if err := os.Rename(copied, copied+".old"); err != nil {
		t.Fatal(err)
	}
	if again := string(invoke(t, s, `{"do":"pid"}`).Payload); again != first {
		t.Error("a build under way has ended the environment")
	}
	install()
	if again := string(invoke(t, s, `{"do":"pid"}`).Payload); again == first {
		t.Error("the changed executable was not started")
	}
	log.waitFor(t, "orders[1] stopped: the executable has changed\n")
	pid, _ := strconv.Atoi(first)
	waitGone(t, pid)
	log.waitFor(t, "orders[1] goodbye\n") // SIGTERM reached the function
}
