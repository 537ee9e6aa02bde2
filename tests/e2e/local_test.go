package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/scripts/demo/photos"
)

// The demo's three kinds of backend, by the forms of address that architecture section 6
// promises.
func TestDemo(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(photos.Handler())
	defer backend.Close()
	openapi, functions := demo(t, strings.TrimPrefix(backend.URL, "http://"))
	p := start(t, "--data", ":memory:", "--api", openapi, "--functions", functions)

	if a := p.get("/health"); a.status != 200 || a.body != `{"status": "ok"}` || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("GET /health: %v (%s)", a, a.header.Get("Content-Type"))
	}
	if a := p.get("/pets?type=dog&type=fish"); a.status != 200 || a.body != `[{"id":2,"type":"dog","name":"Bello"},{"id":4,"type":"fish","name":"Blub"},{"id":5,"type":"dog","name":"Rex"}]` {
		t.Errorf("GET /pets: %v", a)
	}
	if a := p.get("/pets/99"); a.status != 404 || a.body != `{"message":"No pet has the id 99"}` {
		t.Errorf("GET /pets/99: %v", a)
	}
	if a := p.do("OPTIONS", "", "/pets", http.Header{"Origin": {"https://example.com"}}, nil); a.status != 204 ||
		a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Methods") != "GET,POST,OPTIONS" {
		t.Errorf("OPTIONS /pets: %v %v", a, a.header)
	}
	photo := "\x89PNG\x00\xff\xfe any bytes"
	a := p.do("POST", "", "/photos", http.Header{"Content-Type": {"image/png"}}, strings.NewReader(photo))
	if a.status != 201 || !strings.Contains(a.body, fmt.Sprintf(`"bytes":%d`, len(photo))) {
		t.Errorf("POST /photos: %v", a)
	}
	if b := p.do("GET", "", a.header.Get("Location"), http.Header{"Accept": {"image/png"}}, nil); b.status != 200 || b.body != photo || b.header.Get("Content-Type") != "image/png" {
		t.Errorf("GET %s: %v", a.header.Get("Location"), b)
	}
	// A client that does not ask for a binary type gets text (REST data plane spec, 4.7).
	if b := p.get(a.header.Get("Location")); b.body != base64.StdEncoding.EncodeToString([]byte(photo)) {
		t.Errorf("GET %s without Accept: %v", a.header.Get("Location"), b)
	}
	// The definition's own gateway response.
	if a := p.get("/nothing"); a.status != 404 || a.body != `{"message": "There is nothing at /nothing"}` || a.header.Get("X-Amzn-Errortype") != "MissingAuthenticationTokenException" {
		t.Errorf("GET /nothing: %v %v", a, a.header)
	}
	id := onlyAPI(t, p)
	if a := p.do("GET", id+".execute-api.localhost:8080", "/local/pets/7", nil, nil); a.status != 200 || !strings.Contains(a.body, "Molly") {
		t.Errorf("by host: %v", a)
	}
	if a := p.get("/_aws/execute-api/" + id + "/local/pets/7"); a.status != 200 || !strings.Contains(a.body, "Molly") {
		t.Errorf("by path: %v", a)
	}
	if a := p.do("GET", id+".execute-api.localhost", "/other/pets", nil, nil); a.status != 403 || a.body != `{"message":"Forbidden"}` {
		t.Errorf("unknown stage: %v", a)
	}
	if a := send(t, "GET", "http://"+p.control+"/healthz", "", nil, nil); a.status != 200 {
		t.Errorf("/healthz: %v", a)
	}
	if a := send(t, "GET", "http://"+p.control+"/metrics", "", nil, nil); !strings.Contains(a.body, `postern_requests_total{api="`+id+`",stage="local",status="404"}`) {
		t.Errorf("/metrics does not count the 404s: %v", a)
	}
	if err := p.stop(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

const mockAPI = `openapi: 3.0.1
info: {title: mock, version: "1"}
paths:
  /a:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: '"%s"'}}}
`

func TestASavedChangeIsLive(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "api.yaml")
	writeFile(t, file, fmt.Sprintf(mockAPI, "one"))
	p := start(t, "--data", ":memory:", "--api", file)
	if a := p.get("/a"); a.body != `"one"` {
		t.Fatalf("before: %v", a)
	}
	id := onlyAPI(t, p)
	saved := time.Now()
	writeFile(t, file, fmt.Sprintf(mockAPI, "two"))
	eventually(t, "the change is live", func() bool { return p.get("/a").body == `"two"` })
	t.Logf("live after %s", time.Since(saved).Round(time.Millisecond))

	// What cannot be deployed changes nothing, and says why.
	for _, bad := range []struct{ text, says string }{
		{"openapi: [", "api.yaml"},
		{strings.ReplaceAll(fmt.Sprintf(mockAPI, "three"), `{"statusCode": 200}`, "#if("), "integration: requestTemplates"},
	} {
		writeFile(t, file, bad.text)
		eventually(t, "the fault is reported: "+bad.says, func() bool {
			log := p.log.String()
			return strings.Contains(log[strings.LastIndex(log[:max(0, len(log)-1)], "reloaded")+1:], bad.says)
		})
		if a := p.get("/a"); a.body != `"two"` {
			t.Errorf("after %q: %v", bad.says, a)
		}
	}
	writeFile(t, file, fmt.Sprintf(mockAPI, "four"))
	eventually(t, "a good file is live again", func() bool { return p.get("/a").body == `"four"` })
	if again := onlyAPI(t, p); again != id {
		t.Errorf("the API's id changed from %s to %s", id, again)
	}
}

func TestStateOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "api.yaml")
	writeFile(t, file, fmt.Sprintf(mockAPI, "kept"))
	p := start(t, "--data", filepath.Join(dir, "data"), "--api", file)
	id := onlyAPI(t, p)
	if err := p.cmd.Process.Kill(); err != nil { // no time to say goodbye
		t.Fatal(err)
	}
	<-p.done
	p = start(t, "--data", filepath.Join(dir, "data"))
	if a := p.get("/_aws/execute-api/" + id + "/local/a"); a.body != `"kept"` {
		t.Errorf("after a kill: %v", a)
	}
	second := launch(t, "--data", filepath.Join(dir, "data"))
	if second.data != "" {
		t.Error("a second process opened the same store")
	} else if err := <-second.done; err == nil || !strings.Contains(second.log.String(), "postern.db") {
		t.Errorf("a second process on the same store ended with %v and said %s", err, second.log)
	}
}

func TestSIGTERMLosesNothing(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan bool, 1), make(chan bool)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		_, _ = io.WriteString(w, "finished")
	}))
	defer backend.Close()
	file := filepath.Join(t.TempDir(), "api.json")
	writeFile(t, file, `{"openapi":"3.0.1","info":{"title":"slow","version":"1"},"paths":{"/slow":{"get":{"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"GET","uri":"`+backend.URL+`"}}}}}`)
	p := start(t, "--data", ":memory:", "--api", file)
	got := make(chan answer, 1)
	go func() { got <- p.get("/slow") }()
	<-arrived
	ended := make(chan error, 1)
	go func() { ended <- p.stop() }()
	eventually(t, "it drains", func() bool { return strings.Contains(p.log.String(), "draining") })
	close(release)
	if a := <-got; a.status != 200 || a.body != "finished" {
		t.Errorf("the request under way got %v", a)
	}
	if err := <-ended; err != nil {
		t.Errorf("the process ended with %v", err)
	}
}

func TestRefusalsAtStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	writeFile(t, bad, "openapi: 2.9.9\ninfo: {title: x, version: '1'}\npaths: {}\n")
	functions := filepath.Join(dir, "functions.yaml")
	writeFile(t, functions, "pets:\n  comand: ./pets\n")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--api", filepath.Join(dir, "none.yaml")}, "none.yaml"},
		{[]string{"--api", bad}, "2.9.9"},
		{[]string{"--functions", functions}, "comand"},
		{[]string{"--account", "12"}, "--account"},
		{[]string{"serve"}, "unexpected argument"},
		{[]string{"--listen", "nowhere"}, "--listen"},
	} {
		p := launch(t, append([]string{"--data", ":memory:"}, c.args...)...)
		if p.data != "" {
			t.Errorf("%v: it got ready", c.args)
			continue
		}
		if err := <-p.done; err == nil || !strings.Contains(p.log.String(), c.says) {
			t.Errorf("%v: ended with %v and said %q, want something about %q", c.args, err, p.log, c.says)
		}
	}
}

// A file that cannot be deployed stays one API, however often it is tried.
func TestRefusedFilesLeaveOneAPI(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, data := filepath.Join(dir, "api.yaml"), filepath.Join(dir, "data")
	writeFile(t, file, "openapi: 3.0.1\ninfo: {title: x, version: '1'}\npaths: {/a: {get: {}}}\n")
	for range 2 {
		p := launch(t, "--data", data, "--api", file)
		if p.data != "" {
			t.Fatal("it got ready with a method that has no integration")
		}
		if err := <-p.done; err == nil || !strings.Contains(p.log.String(), "No integration defined for method") {
			t.Errorf("ended with %v and said %s", err, p.log)
		}
	}
	onlyAPI(t, start(t, "--data", data))
}

// A Lambda integration whose function nobody knows says so where an operator looks.
func TestUnknownFunctionIsNamed(t *testing.T) {
	t.Parallel()
	openapi, _ := demo(t, "127.0.0.1:1")
	p := start(t, "--data", ":memory:", "--api", openapi)
	if a := p.get("/pets"); a.status != 500 || a.body != `{"message": "Internal server error"}` {
		t.Errorf("GET /pets: %v", a)
	}
	eventually(t, "the function is named", func() bool {
		log := p.log.String()
		return strings.Contains(log, "function:pets") && strings.Contains(log, "--functions does not list it")
	})
}

// onlyAPI asks the control plane for the id of the one API there is.
func onlyAPI(t *testing.T, p *process) string {
	t.Helper()
	a := p.signed(t, "GET", "/restapis", "")
	var list struct {
		Item []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(a.body), &list); err != nil || len(list.Item) != 1 {
		t.Fatalf("GET /restapis: %v %v", a, err)
	}
	return list.Item[0].ID
}
