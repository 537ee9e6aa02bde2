package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/store/dynamodb"
	"github.com/postern-gateway/postern/shared/store/dynamodb/dynamodblocal"
)

// scripts/invoke on each sample event: what a reader of the README does.
func TestInvokeEverySampleEvent(t *testing.T) {
	t.Parallel()
	type buffered struct {
		StatusCode        int                 `json:"statusCode"`
		Headers           map[string]string   `json:"headers"`
		MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
		Body              string              `json:"body"`
	}
	cats := `[{"id":1,"type":"cat","name":"Minka"},{"id":3,"type":"cat","name":"Felix"},{"id":7,"type":"cat","name":"Molly"}]`
	catsAndDogs := `[{"id":1,"type":"cat","name":"Minka"},{"id":2,"type":"dog","name":"Bello"},{"id":3,"type":"cat","name":"Felix"},{"id":5,"type":"dog","name":"Rex"},{"id":7,"type":"cat","name":"Molly"}]`
	cases := []struct {
		event  string
		status int
		body   string
		header string // name: value, one that shows the source's form
	}{
		{"url-get.json", 200, `{"status": "ok"}`, ""},
		{"url-post-binary.json", 201, `{"bytes":73,"name":"1","type":"image/png"}`, "Location: /photos/1"},
		{"alb-single.json", 200, cats, "Access-Control-Allow-Origin: *"},
		{"alb-multi.json", 200, catsAndDogs, "Access-Control-Allow-Origin: *"},
		{"rest-1.0.json", 200, `{"id":7,"type":"cat","name":"Molly"}`, "Access-Control-Allow-Origin: *"},
		{"http-2.0.json", 204, ``, "Access-Control-Allow-Methods: GET,POST,OPTIONS"},
	}
	files, err := filepath.Glob(filepath.Join(root, "events/*.json"))
	others := regexp.MustCompile(`^(authorizer|control|websocket)-`) // of other functions than the proxy
	files = slices.DeleteFunc(files, func(f string) bool { return others.MatchString(filepath.Base(f)) })
	if err != nil || len(files) != len(cases) {
		t.Errorf("events/ has %d files and this test %d cases", len(files), len(cases))
	}
	for _, c := range cases {
		t.Run(c.event, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(filepath.Join(bin, "invoke"), "-function", "proxy", "-event", filepath.Join("events", c.event))
			cmd.Dir = root
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
			var got buffered
			if head, body, ok := strings.Cut(string(out), "\n\n"); ok {
				lines := strings.Split(head, "\n")
				got.Headers = map[string]string{}
				for _, l := range lines[1:] {
					name, value, _ := strings.Cut(l, ": ")
					got.Headers[name] = value
				}
				if _, err := fmt.Sscanf(lines[0], "HTTP %d", &got.StatusCode); err != nil {
					t.Fatalf("printed %s", out)
				}
				got.Body = strings.TrimSpace(body)
			} else if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("printed %s", out)
			}
			if got.StatusCode != c.status || got.Body != c.body {
				t.Errorf("got %d %s, want %d %s", got.StatusCode, got.Body, c.status, c.body)
			}
			if name, value, ok := strings.Cut(c.header, ": "); ok && got.Headers[name] != value && fmt.Sprint(got.MultiValueHeaders[name]) != "["+value+"]" {
				t.Errorf("header %s is %q %q, want %q", name, got.Headers[name], got.MultiValueHeaders[name], value)
			}
		})
	}
}

// The two functions as they are deployed, on AWS's own DynamoDB Local: an API made through the
// control-plane function is served by the proxy function, and a new deployment replaces it.
func TestFunctionsOnDynamoDB(t *testing.T) {
	t.Parallel()
	address := dynamodblocal.Start(t)
	if err := dynamodb.CreateTable(t.Context(), dynamodblocal.Client(address), "postern"); err != nil {
		t.Fatal(err)
	}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		flusher := w.(http.Flusher)
		_, _ = io.WriteString(w, "first ")
		flusher.Flush()
		_, _ = fmt.Fprintf(w, "second %s", r.URL)
	}))
	defer backend.Close()
	environment := map[string]string{
		"POSTERN_TABLE": "postern", "POSTERN_ACCOUNT": "123456789012", "POSTERN_ALLOW_LOOPBACK": "true",
		"AWS_ENDPOINT_URL_DYNAMODB": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	}
	var log lockedBuffer
	functions, err := runtimeapi.New(runtimeapi.Config{Log: &log, Environ: os.Environ()},
		runtimeapi.Function{Name: "proxy", Command: []string{filepath.Join(bin, "proxy")}, Environment: environment, Timeout: patience},
		runtimeapi.Function{Name: "controlplane", Command: []string{filepath.Join(bin, "controlplane")}, Environment: environment, Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = functions.Close(t.Context())
		if t.Failed() {
			t.Logf("the functions said:\n%s", log.String())
		}
	})
	call := func(function, method, path, body string) answer {
		t.Helper()
		return invokeURL(t, functions, function, method, path, body)
	}
	document := func(path string) string {
		return `{"openapi":"3.0.1","info":{"title":"streams","version":"1"},"paths":{"/s":{"get":{"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"GET","uri":"` + backend.URL + path + `"}}}}}`
	}

	a := call("controlplane", "POST", "/restapis?mode=import", document("/one"))
	var api struct{ ID string }
	if err := json.Unmarshal([]byte(a.body), &api); err != nil || a.status != 201 {
		t.Fatalf("import: %v", a)
	}
	deploy := func() {
		t.Helper()
		if a := call("controlplane", "POST", "/restapis/"+api.ID+"/deployments", `{"stageName":"prod"}`); a.status != 201 {
			t.Fatalf("deploy: %v", a)
		}
	}
	serve := func() answer {
		t.Helper()
		return call("proxy", "GET", "/_aws/execute-api/"+api.ID+"/prod/s", "")
	}
	if a := serve(); a.status != 403 || a.body != `{"message":"Forbidden"}` {
		t.Errorf("before it is deployed: %v", a)
	}
	eventually(t, "the log tells why", func() bool { return strings.Contains(log.String(), "API "+api.ID+" has no stage prod") })
	deploy()
	eventually(t, "the first deployment is served", func() bool { return serve().body == "first second /one" })
	if a := call("controlplane", "PUT", "/restapis/"+api.ID+"?mode=overwrite", document("/two")); a.status != 200 {
		t.Fatalf("put: %v", a)
	}
	if a := serve(); a.body != "first second /one" {
		t.Errorf("a change that is not deployed is served: %v", a)
	}
	deploy()
	eventually(t, "the second deployment is served", func() bool { return serve().body == "first second /two" })
	if a := call("controlplane", "DELETE", "/restapis/"+api.ID, ""); a.status != 202 {
		t.Errorf("delete: %v", a)
	}
	eventually(t, "the API is gone", func() bool { return serve().status == 403 })
}

// invokeURL sends a function URL event, as AWS does for a request without a signature.
func invokeURL(t *testing.T, functions *runtimeapi.Server, function, method, path, body string) answer {
	t.Helper()
	rawPath, query, _ := strings.Cut(path, "?")
	var authorizer any
	if function == "controlplane" { // whose function URL has AWS_IAM
		authorizer = map[string]any{"iam": map[string]string{"accessKey": "ASIAEXAMPLE", "accountId": "123456789012",
			"callerId": "AROAEXAMPLE:bob", "userId": "AROAEXAMPLE:bob", "userArn": "arn:aws:sts::123456789012:assumed-role/Deploy/bob"}}
	}
	event, err := json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": rawPath, "rawQueryString": query,
		"headers": map[string]string{"host": "abc.lambda-url.us-east-1.on.aws", "content-type": "application/json", "x-forwarded-for": "192.0.2.1"},
		"requestContext": map[string]any{
			"accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws", "domainPrefix": "abc",
			"http":      map[string]string{"method": method, "path": rawPath, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
			"requestId": "id", "routeKey": "$default", "stage": "$default", "timeEpoch": time.Now().UnixMilli(), "authorizer": authorizer,
		},
		"body": base64.StdEncoding.EncodeToString([]byte(body)), "isBase64Encoded": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := functions.InvokeStream(t.Context(), runtimeapi.Invocation{Function: function, Payload: event})
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = s.Body.Close() }()
	b, err := io.ReadAll(s.Body)
	if err != nil {
		t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	if s.Prelude == nil {
		t.Fatalf("%s %s: not a streamed HTTP answer: %s", method, path, b)
	}
	return answer{status: s.Prelude.StatusCode, body: string(b)}
}
