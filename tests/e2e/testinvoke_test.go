package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// stamp is the time in front of every line of an execution log but the first.
var stamp = regexp.MustCompile(`(?m)^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : `)

// The execution log is that of REST data plane spec, 15, line by line.
func TestInvokeMethodTellsWhatHappened(t *testing.T) {
	t.Parallel()
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Backend", "yes")
		_, _ = fmt.Fprintf(w, "%s %s %s", r.Method, r.URL, b)
	}))
	defer backend.Close()
	p := start(t, "--data", ":memory:")
	imported := p.signed(t, "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{
		"/pets/{petId}":{
			"get":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},"responses":{"default":{"statusCode":"200","responseTemplates":{"application/json":"{\"ok\":true}"}}}}},
			"post":{"parameters":[{"name":"petId","in":"path","required":true,"schema":{"type":"string"}}],"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"POST","uri":"`+backend.URL+`/p/{petId}","requestParameters":{"integration.request.path.petId":"method.request.path.petId"}}},
			"delete":{"responses":{"200":{"description":"ok"}},"x-amazon-apigateway-integration":{"type":"http_proxy","httpMethod":"DELETE","uri":"http://nowhere.invalid/"}}}}}`)
	var api struct{ ID string }
	if err := json.Unmarshal([]byte(imported.body), &api); err != nil || imported.status != 201 {
		t.Fatalf("import: %v", imported)
	}
	var resources struct {
		Item []struct{ ID, Path string }
	}
	if err := json.Unmarshal([]byte(p.signed(t, "GET", "/restapis/"+api.ID+"/resources", "").body), &resources); err != nil {
		t.Fatal(err)
	}
	resource := ""
	for _, r := range resources.Item {
		if r.Path == "/pets/{petId}" {
			resource = r.ID
		}
	}
	type result struct {
		Status            int
		Body, Log         string
		Headers           map[string]string
		MultiValueHeaders map[string][]string
	}
	invoke := func(method, body string) result {
		t.Helper()
		a := p.signed(t, "POST", "/restapis/"+api.ID+"/resources/"+resource+"/methods/"+method, body)
		var r result
		if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.status != 200 {
			t.Fatalf("test invoke %s: %v", method, a)
		}
		return r
	}
	lines := func(log string) []string {
		return strings.Split(strings.TrimSuffix(stamp.ReplaceAllString(log, ""), "\n"), "\n")
	}
	// pattern compares a log with expected lines, in which ~ stands for anything.
	expect := func(name string, got result, want []string) {
		t.Helper()
		have := lines(got.Log)
		if len(have) != len(want) {
			t.Fatalf("%s: %d lines, want %d:\n%s", name, len(have), len(want), got.Log)
		}
		for i := range want {
			if ok, err := regexp.MatchString("^"+strings.ReplaceAll(regexp.QuoteMeta(want[i]), "~", ".*")+"$", have[i]); err != nil || !ok {
				t.Errorf("%s: line %d is %q, want %q", name, i, have[i], want[i])
			}
		}
	}

	mock := invoke("GET", `{"pathWithQueryString":"/pets/123?foo=bar","headers":{"content-type":"application/json"}}`)
	if mock.Status != 200 || mock.Body != `{"ok":true}` || len(mock.Headers) != 1 || mock.Headers["Content-Type"] != "application/json" {
		t.Errorf("MOCK: %+v", mock)
	}
	expect("MOCK", mock, []string{
		"Execution log for request ~", "Starting execution for request: ~", "HTTP Method: GET, Resource Path: /pets/123",
		"Method request path: {petId=123}", "Method request query string: {foo=bar}", "Method request headers: {content-type=application/json}",
		"Method request body before transformations: ", "Method response body after transformations: {\"ok\":true}",
		"Method response headers: {Content-Type=application/json}", "Successfully completed execution", "Method completed with status: 200",
	})

	proxied := invoke("POST", `{"pathWithQueryString":"/pets/7?a=1","body":"hello"}`)
	if proxied.Status != 200 || proxied.Body != "POST /p/7?a=1 hello" || proxied.Headers["X-Backend"] != "yes" {
		t.Errorf("HTTP_PROXY: %+v", proxied)
	}
	expect("HTTP_PROXY", proxied, []string{
		"Execution log for request ~", "Starting execution for request: ~", "HTTP Method: POST, Resource Path: /pets/7",
		"Method request path: {petId=7}", "Method request query string: {a=1}", "Method request headers: {}",
		"Method request body before transformations: hello",
		"Endpoint request URI: " + backend.URL + "/p/7?a=1", "Endpoint request headers: {~Accept=application/json~}", "Endpoint request body after transformations: hello",
		"Sending request to " + backend.URL + "/p/7?a=1", "Received response. Status: 200, Integration latency: ~ ms",
		"Endpoint response headers: {~X-Backend=yes~}", "Endpoint response body before transformations: POST /p/7?a=1 hello",
		"Method response body after transformations: POST /p/7?a=1 hello", "Method response headers: {~}", "Successfully completed execution", "Method completed with status: 200",
	})

	// Without a path the template itself is asked for (recorded answers, 18).
	if r := invoke("POST", `{}`); r.Body != "POST /p/%7BpetId%7D " {
		t.Errorf("without a path: %+v", r)
	}

	failed := invoke("DELETE", `{"pathWithQueryString":"/pets/7"}`)
	if failed.Status != 500 || failed.Body != `{"message": "Internal server error"}` || failed.Headers["x-amzn-ErrorType"] != "InternalServerErrorException" {
		t.Errorf("unknown host: %+v", failed)
	}
	if l := lines(failed.Log); l[len(l)-2] != "Execution failed due to configuration error: Invalid endpoint address" || l[len(l)-1] != "Method completed with status: 500" {
		t.Errorf("unknown host: the log ends with %q", l[max(0, len(l)-2):])
	}
}
