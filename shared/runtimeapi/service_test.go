package runtimeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/eventstream"
	"github.com/google/go-cmp/cmp"
)

// call posts to the service API as an SDK does.
func call(t *testing.T, server *httptest.Server, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(content)
}

func service(t *testing.T, change func(*Function)) (*Server, *httptest.Server) {
	t.Helper()
	s, _ := serve(t, change)
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return s, server
}

// The headers and bodies are those of Invoke in the Lambda API reference.
func TestServiceInvoke(t *testing.T) {
	_, server := service(t, nil)
	const arn = "arn:aws:lambda:eu-central-1:210987654321:function:orders"
	for _, name := range []string{"orders", "orders:prod", "123456789012:function:orders", "function:orders", arn, arn + ":$LATEST", url.PathEscape(arn), strings.ReplaceAll(arn, ":", "%3A")} {
		response, body := call(t, server, "/2015-03-31/functions/"+name+"/invocations", `{"n":1}`)
		if response.StatusCode != 200 || body != `{"n":1}` || response.Header.Get("X-Amz-Executed-Version") != "$LATEST" {
			t.Errorf("%s: %d %s %v", name, response.StatusCode, body, response.Header)
		}
		if response.Header.Get("X-Amzn-Requestid") == "" || response.Header["X-Amz-Function-Error"] != nil || response.Header["X-Amz-Log-Result"] != nil {
			t.Errorf("%s: headers %v", name, response.Header)
		}
	}

	const path = "/2015-03-31/functions/orders/invocations"
	response, body := call(t, server, path, `{"do":"error","text":"no"}`, "X-Amz-Log-Type", "Tail")
	if response.StatusCode != 200 || response.Header.Get("X-Amz-Function-Error") != "Unhandled" || body != `{"errorMessage":"no","errorType":"errorString"}` {
		t.Errorf("function error: %d %s %v", response.StatusCode, body, response.Header)
	}
	if log, err := base64.StdEncoding.DecodeString(response.Header.Get("X-Amz-Log-Result")); err != nil || !strings.HasPrefix(string(log), "START RequestId: ") {
		t.Errorf("log %q, %v", log, err)
	}
	response, body = call(t, server, path, `{"do":"describe"}`, "X-Amz-Client-Context", base64.StdEncoding.EncodeToString([]byte(`{"custom":{"k":"v"}}`)),
		"X-Amzn-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
	if response.StatusCode != 200 || !strings.Contains(body, `"custom":{"k":"v"}`) || !strings.Contains(body, "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700") {
		t.Errorf("context: %d %s", response.StatusCode, body)
	}
	response, body = call(t, server, path, `{}`, "X-Amz-Invocation-Type", "Event")
	if response.StatusCode != 202 || body != "" {
		t.Errorf("event: %d %s", response.StatusCode, body)
	}
	response, body = call(t, server, path+"?Qualifier=prod", `{}`, "X-Amz-Invocation-Type", "DryRun")
	if response.StatusCode != 204 || body != "" {
		t.Errorf("dry run: %d %s", response.StatusCode, body)
	}
}

func TestServiceErrors(t *testing.T) {
	_, server := service(t, nil)
	tests := []struct {
		name, path, body string
		headers          []string
		status           int
		code, want       string
	}{
		{"unknown function", "/2015-03-31/functions/nope/invocations", "{}", nil, 404, "ResourceNotFoundException",
			`{"Message":"Function not found: arn:aws:lambda:us-east-1:123456789012:function:nope","Type":"User"}`},
		{"unknown function of another account", "/2021-11-15/functions/arn:aws:lambda:eu-west-1:210987654321:function:nope:a/response-streaming-invocations", "{}", nil, 404, "ResourceNotFoundException",
			`{"Message":"Function not found: arn:aws:lambda:eu-west-1:210987654321:function:nope:a","Type":"User"}`},
		{"too large", "/2015-03-31/functions/orders/invocations", strings.Repeat(" ", 6291557), nil, 413, "RequestTooLargeException",
			`{"Type":"User","message":"Request must be smaller than 6291556 bytes for the InvokeFunction operation"}`},
		{"not JSON", "/2015-03-31/functions/orders/invocations", "x", nil, 400, "InvalidRequestContentException",
			`{"Type":"User","message":"Could not parse request body into json: invalid character 'x' looking for beginning of value"}`},
		{"client context", "/2015-03-31/functions/orders/invocations", "{}", []string{"X-Amz-Client-Context", "%"}, 400, "InvalidRequestContentException",
			`{"Type":"User","message":"Client context must be a valid Base64-encoded JSON object."}`},
		{"streamed event", "/2021-11-15/functions/orders/response-streaming-invocations", "{}", []string{"X-Amz-Invocation-Type", "Event"}, 400, "InvalidParameterValueException",
			`{"Type":"User","message":"\"Event\" is not an invocation type of a streamed response: use RequestResponse or DryRun"}`},
		{"two qualifiers", "/2015-03-31/functions/orders:a/invocations?Qualifier=b", "{}", nil, 400, "InvalidParameterValueException",
			`{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}`},
		{"operation", "/2015-03-31/functions", "{}", nil, 404, "UnknownOperationException",
			`{"Type":"User","message":"POST /2015-03-31/functions is not an operation of the local Lambda service"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			response, body := call(t, server, test.path, test.body, test.headers...)
			if response.StatusCode != test.status || response.Header.Get("X-Amzn-Errortype") != test.code || body != test.want {
				t.Errorf("got %d %s %s", response.StatusCode, response.Header.Get("X-Amzn-Errortype"), body)
			}
		})
	}
}

func TestServiceThrottles(t *testing.T) {
	s, server := service(t, func(f *Function) { f.Concurrency = 1 })
	s.queueTimeout = 100 * time.Millisecond
	invoke(t, s, `{}`)
	done := make(chan struct{})
	go func() {
		defer close(done)
		invoke(t, s, `{"do":"sleep","ms":1200}`)
	}()
	time.Sleep(200 * time.Millisecond)
	response, body := call(t, server, "/2015-03-31/functions/orders/invocations", "{}")
	want := `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`
	if response.StatusCode != 429 || response.Header.Get("X-Amzn-Errortype") != "TooManyRequestsException" || body != want {
		t.Errorf("got %d %s", response.StatusCode, body)
	}
	<-done
}

type streamEvent struct {
	Type, ContentType, Payload string
}

func streamEvents(t *testing.T, body string) []streamEvent {
	t.Helper()
	var events []streamEvent
	decoder, reader := eventstream.NewDecoder(), bytes.NewReader([]byte(body))
	for reader.Len() > 0 {
		message, err := decoder.Decode(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		if kind := message.Headers.Get(":message-type").String(); kind != "event" {
			t.Errorf("message type %s", kind)
		}
		events = append(events, streamEvent{message.Headers.Get(":event-type").String(), message.Headers.Get(":content-type").String(), string(message.Payload)})
	}
	return events
}

func TestServiceStream(t *testing.T) {
	_, server := service(t, nil)
	const path = "/2021-11-15/functions/orders/response-streaming-invocations"
	const octets, document = "application/octet-stream", "application/json"
	prelude := `{"statusCode":201,"headers":{"Content-Type":"text/plain"},"cookies":["a=1","b=2"]}` + nul8

	response, body := call(t, server, path, `{"do":"stream","text":"one two","ms":50}`)
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/vnd.amazon.eventstream" ||
		response.Header.Get("X-Amzn-Remapped-Content-Type") != ContentTypeHTTP || response.Header.Get("X-Amz-Executed-Version") != "$LATEST" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
	var content strings.Builder
	events := streamEvents(t, body)
	for _, event := range events[:len(events)-1] {
		if event.Type != "PayloadChunk" || event.ContentType != octets {
			t.Errorf("event %+v", event)
		}
		content.WriteString(event.Payload)
	}
	if content.String() != prelude+"onetwo" || len(events) < 3 {
		t.Errorf("%d events with %q", len(events), content.String())
	}
	if diff := cmp.Diff(streamEvent{"InvokeComplete", document, "{}"}, events[len(events)-1]); diff != "" {
		t.Error(diff)
	}

	_, body = call(t, server, path, `{"do":"stream-error","text":"one"}`)
	events = streamEvents(t, body)
	want := streamEvent{"InvokeComplete", document, `{"ErrorCode":"Unhandled","ErrorDetails":"{\"errorMessage\":\"broke while streaming\",\"errorType\":\"errorString\"}"}`}
	if diff := cmp.Diff(want, events[len(events)-1]); diff != "" {
		t.Error(diff)
	}

	response, body = call(t, server, path, `{"do":"error","text":"no"}`)
	want.Payload = `{"ErrorCode":"Unhandled","ErrorDetails":"{\"errorMessage\":\"no\",\"errorType\":\"errorString\"}"}`
	if diff := cmp.Diff([]streamEvent{want}, streamEvents(t, body)); diff != "" || response.Header.Get("X-Amzn-Requestid") == "" {
		t.Error(response.Header, diff)
	}

	_, body = call(t, server, path, `{"do":"print","text":"hello"}`, "X-Amz-Log-Type", "Tail")
	events = streamEvents(t, body)
	var complete struct{ LogResult string }
	if err := json.Unmarshal([]byte(events[len(events)-1].Payload), &complete); err != nil {
		t.Fatal(err)
	}
	if log, err := base64.StdEncoding.DecodeString(complete.LogResult); err != nil || !strings.Contains(string(log), "\nhello\nto stderr\n") {
		t.Errorf("log %q, %v", log, err)
	}

	if response, body = call(t, server, path, `{}`, "X-Amz-Invocation-Type", "DryRun"); response.StatusCode != 204 || body != "" {
		t.Errorf("dry run: %d %q", response.StatusCode, body)
	}
}
