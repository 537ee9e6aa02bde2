package streaming

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/bake"
	"github.com/postern-gateway/postern/shared/runtimeapi"
)

// answer is an answer whose body is read while it arrives.
type answer struct {
	status  int
	header  http.Header
	cookies []string
	body    io.ReadCloser
}

// source is an event source that streams: it sends a GET for a path with a query.
type source func(t *testing.T, target string) answer

// sources starts what serves the backend's API, one of each kind.
func sources(t *testing.T, b *backend) map[string]source {
	return map[string]source{
		"net/http":     localProcess(t, b),
		"function URL": proxyFunction(t, b, nil, functionURLEvent),
		"REST API":     proxyFunction(t, b, map[string]string{"POSTERN_STREAM_REST": "true"}, restEvent),
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var readyLine = regexp.MustCompile(`^ready\b.*?http://([^\s,]+)`)

// localProcess runs functions/local with the streaming function among its own.
func localProcess(t *testing.T, b *backend) source {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	cmd := exec.Command(filepath.Join(bin, "local"), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data", ":memory:",
		"--api", write("streams.json", definition(b)), "--functions", write("functions.yaml", "streams:\n  command: "+filepath.Join(bin, "function")+"\n  timeout: 60\n"))
	cmd.Env = append(os.Environ(), "AWS_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true")
	var log lockedBuffer
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m[1]
			}
		}
		close(ready)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the local process said:\n%s", log.String())
		}
	})
	var address string
	select {
	case address = <-ready:
	case <-time.After(patience):
	}
	if address == "" {
		t.Fatalf("the local process did not get ready\n%s", log.String())
	}
	return func(t *testing.T, target string) answer {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		return answer{res.StatusCode, res.Header, res.Header.Values("Set-Cookie"), res.Body}
	}
}

// proxyFunction runs functions/proxy behind a Runtime API, and the streaming function behind the
// Lambda endpoint that the proxy calls.
func proxyFunction(t *testing.T, b *backend, variables map[string]string, event func(target string) any) source {
	t.Helper()
	apis := t.TempDir()
	api, err := bake.Compile(t.Context(), []byte(definition(b)), bake.Options{Name: "streams", Stage: "local", Account: "123456789012", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Write(apis); err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	run := func(f runtimeapi.Function) *runtimeapi.Server {
		s, err := runtimeapi.New(runtimeapi.Config{Log: &log, Environ: os.Environ()}, f)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close(t.Context()) })
		return s
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the functions said:\n%s", log.String())
		}
	})
	lambda := httptest.NewServer(run(runtimeapi.Function{Name: "streams", Command: []string{filepath.Join(bin, "function")}, Timeout: 2 * patience}).Handler())
	t.Cleanup(lambda.CloseClientConnections)
	environment := map[string]string{
		"POSTERN_APIS": apis, "POSTERN_ALLOW_LOOPBACK": "true", "AWS_ENDPOINT_URL_LAMBDA": lambda.URL,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
	}
	maps.Copy(environment, variables)
	proxy := run(runtimeapi.Function{Name: "proxy", Command: []string{filepath.Join(bin, "proxy")}, Environment: environment, Timeout: 2 * patience})
	return func(t *testing.T, target string) answer {
		t.Helper()
		payload, err := json.Marshal(event(target))
		if err != nil {
			t.Fatal(err)
		}
		s, err := proxy.InvokeStream(t.Context(), runtimeapi.Invocation{Function: "proxy", Payload: payload})
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		if s.Prelude == nil {
			t.Fatalf("%s: not a streamed HTTP answer", target)
		}
		h := http.Header{}
		for name, value := range s.Prelude.Headers {
			h.Add(name, value)
		}
		for name, values := range s.Prelude.MultiValueHeaders {
			for _, value := range values {
				h.Add(name, value)
			}
		}
		return answer{s.Prelude.StatusCode, h, slices.Concat(s.Prelude.Cookies, h.Values("Set-Cookie")), s.Body}
	}
}

// functionURLEvent is payload 2.0, as a function URL sends it.
func functionURLEvent(target string) any {
	path, query, _ := strings.Cut(target, "?")
	return map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
		"headers": map[string]string{"host": "abc.lambda-url.us-east-1.on.aws", "x-forwarded-for": "192.0.2.1"},
		"requestContext": map[string]any{
			"accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws", "domainPrefix": "abc",
			"http":      map[string]string{"method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test"},
			"requestId": "id", "routeKey": "$default", "stage": "$default", "timeEpoch": time.Now().UnixMilli(),
		},
		"isBase64Encoded": false,
	}
}

// restEvent is payload 1.0, as a REST API sends it whose method streams.
func restEvent(target string) any {
	path, query, _ := strings.Cut(target, "?")
	values, _ := url.ParseQuery(query) // of our own making
	single := map[string]string{}
	for name, all := range values {
		single[name] = all[len(all)-1]
	}
	const domain = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	return map[string]any{
		"resource": "/{proxy+}", "path": path, "httpMethod": "GET",
		"headers": map[string]string{"Host": domain}, "multiValueHeaders": map[string][]string{"Host": {domain}},
		"queryStringParameters": single, "multiValueQueryStringParameters": values,
		"pathParameters": map[string]string{"proxy": strings.TrimPrefix(path, "/")},
		"requestContext": map[string]any{
			"accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": domain, "domainPrefix": "a1b2c3d4e5", "httpMethod": "GET",
			"identity": map[string]any{"sourceIp": "192.0.2.1", "userAgent": "test"}, "path": "/local" + path, "protocol": "HTTP/1.1",
			"requestId": "id", "requestTimeEpoch": time.Now().UnixMilli(), "resourcePath": "/{proxy+}", "stage": "local",
		},
		"isBase64Encoded": false,
	}
}
