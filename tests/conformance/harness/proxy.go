package harness

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/postern-gateway/postern/shared/runtimeapi"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// proxy is functions/proxy behind the Runtime API, called as a function URL calls it.
type proxy struct{ server *runtimeapi.Server }

// startProxy deploys through a control plane in this process and bakes what it stored.
func startProxy(t *testing.T, bin string, s *Suite, p *Place) (door, map[string]string) {
	t.Helper()
	mem, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mem.Close() })
	control := serveControl(t, mem)
	ids := s.deploy(t, control.URL, p)
	apis := t.TempDir()
	for _, id := range ids {
		if err := writeBaked(t.Context(), mem, apis, id); err != nil {
			t.Fatal(err)
		}
	}
	return serveProxy(t, bin, p, map[string]string{"POSTERN_APIS": apis}), ids
}

// pathOfAPI comes before the id of an API in paths.
const pathOfAPI = "/_aws/execute-api/"

// serveProxy starts functions/proxy with settings beside those that every suite needs.
func serveProxy(t *testing.T, bin string, p *Place, environment map[string]string) *proxy {
	t.Helper()
	var log lockedBuffer
	p.log, p.host = log.take, functionURLHost
	run := func(list ...runtimeapi.Function) *runtimeapi.Server {
		server, err := runtimeapi.New(runtimeapi.Config{Log: &log, Environ: environ(nil)}, list...)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = server.Close(context.WithoutCancel(t.Context())) })
		return server
	}
	var list []runtimeapi.Function
	for _, f := range p.functions() {
		list = append(list, runtimeapi.Function{Name: f.name, Command: []string{filepath.Join(bin, "function")}, Timeout: f.timeout,
			Environment: map[string]string{"CONFORMANCE_CONTROL": f.control}})
	}
	functions := run(list...).Handler()
	// Calls of other functions go where all service calls go.
	lambda := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, f := range list {
			if strings.Contains(r.URL.Path, "function:"+f.Name) || strings.Contains(r.URL.Path, "functions/"+f.Name) {
				functions.ServeHTTP(w, r)
				return
			}
		}
		forward(w, r, p.backend.url())
	}))
	t.Cleanup(lambda.CloseClientConnections)
	settings := map[string]string{"POSTERN_ALLOW_LOOPBACK": "true", "AWS_ENDPOINT_URL_LAMBDA": lambda.URL, "AWS_ENDPOINT_URL": p.backend.url()}
	for name, value := range environment {
		settings[name] = value
	}
	// One environment: what a request leaves in memory is there for the next.
	return &proxy{run(runtimeapi.Function{Name: "proxy", Command: []string{filepath.Join(bin, "proxy")}, Timeout: 2 * patience, Concurrency: 1, Environment: settings})}
}

func forward(w http.ResponseWriter, r *http.Request, to string) {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, to+r.RequestURI, r.Body)
	if err != nil {
		return
	}
	out.Header, out.ContentLength = r.Header, r.ContentLength
	res, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer func() { _ = res.Body.Close() }()
	for name, values := range res.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// writeBaked writes the stage of an API, and the deployments that it serves, as a baked source
// has them.
func writeBaked(ctx context.Context, from *embedded.Store, apis, id string) error {
	get := func(partition, sort string) ([]byte, error) {
		item, err := from.Get(ctx, store.Key{Partition: partition, Sort: sort})
		return item.Value, err
	}
	doc, err := get(snapshot.StageKey(id, Stage))
	if err != nil {
		return err
	}
	stage, err := snapshot.DecodeStage(doc)
	if err != nil {
		return err
	}
	files := map[string][]byte{Stage + ".json": doc}
	deployments := []string{stage.DeploymentID}
	if stage.Canary != nil {
		deployments = append(deployments, stage.Canary.DeploymentID)
	}
	for _, d := range deployments {
		if files[d+".snapshot"], err = get(snapshot.DataKey(id, d)); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Join(apis, id), 0o755); err != nil {
		return err
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(apis, id, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (p *proxy) do(ctx context.Context, r *Request) (*Response, error) {
	payload, err := json.Marshal(functionURLEvent(r))
	if err != nil {
		return nil, err
	}
	s, err := p.server.InvokeStream(ctx, runtimeapi.Invocation{Function: "proxy", Payload: payload})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Body.Close() }()
	if s.Prelude == nil {
		return nil, errors.New("not a streamed HTTP answer")
	}
	res := &Response{Status: s.Prelude.StatusCode}
	for name, value := range s.Prelude.Headers {
		res.Lines = append(res.Lines, [2]string{name, value})
	}
	for name, values := range s.Prelude.MultiValueHeaders {
		for _, value := range values {
			res.Lines = append(res.Lines, [2]string{name, value})
		}
	}
	for _, value := range s.Prelude.Cookies {
		res.Lines = append(res.Lines, [2]string{"Set-Cookie", value})
	}
	body, err := io.ReadAll(s.Body)
	res.Body = string(body)
	return res, err
}

// functionURLHost is the host of the function URL. It names no API, so the path does.
const functionURLHost = "abcdefghijklmnopqrstuvwxyz012345.lambda-url." + Region + ".on.aws"

// functionURLEvent is payload 2.0: names in lower case, values of one name joined, cookies apart.
func functionURLEvent(r *Request) any {
	path, query, _ := strings.Cut(r.Target, "?")
	id, _, _ := strings.Cut(r.Host, ".")
	path = pathOfAPI + id + path
	header := map[string]string{"host": functionURLHost, "x-forwarded-for": sourceIP, "x-forwarded-port": "443", "x-forwarded-proto": "https"}
	var cookies []string
	for _, l := range r.Header {
		name, value, _ := strings.Cut(l, ":")
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		switch before, ok := header[name]; {
		case name == "cookie":
			cookies = append(cookies, strings.Split(value, "; ")...)
		case name == "x-forwarded-for":
			header[name] = value + "," + sourceIP
		case ok:
			header[name] = before + "," + value
		default:
			header[name] = value
		}
	}
	body, encoded := r.Body, false
	if !utf8.ValidString(body) {
		body, encoded = base64.StdEncoding.EncodeToString([]byte(body)), true
	}
	label, _, _ := strings.Cut(functionURLHost, ".")
	e := map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": header,
		"requestContext": map[string]any{
			"accountId": "anonymous", "apiId": label, "domainName": functionURLHost, "domainPrefix": label,
			"http":      map[string]string{"method": r.Method, "path": path, "protocol": "HTTP/1.1", "sourceIp": sourceIP, "userAgent": header["user-agent"]},
			"requestId": "8f6a1c3e-0d62-4c8e-9a55-3a1f7f2f7f01", "routeKey": "$default", "stage": "$default", "timeEpoch": time.Now().UnixMilli(),
		},
		"isBase64Encoded": encoded,
	}
	if r.Caller != nil {
		e["requestContext"].(map[string]any)["authorizer"] = map[string]any{"iam": r.Caller}
	}
	if body != "" {
		e["body"] = body
	}
	if cookies != nil {
		e["cookies"] = cookies
	}
	return e
}
