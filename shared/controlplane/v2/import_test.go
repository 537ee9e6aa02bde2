package v2_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

var update = flag.Bool("update", false, "write the golden files")

// importBody is the request that imports a document.
func importBody(t *testing.T, document []byte) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"body": string(document)})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// deployed is the snapshot of {api} as JSON without what depends on the order of creation.
func (h *harness) deployed() string {
	h.t.Helper()
	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"golden","autoDeploy":true}`)
	if message := h.ok(200, "GET", "/v2/apis/{api}/stages/golden", "")["lastDeploymentStatusMessage"]; !strings.HasPrefix(message.(string), "Successfully") {
		h.t.Fatal(message)
	}
	s := h.served("golden")
	var routes []*snapshot.Route
	for i := range s.Len() {
		r, err := s.Route(i)
		if err != nil {
			h.t.Fatal(err)
		}
		r.ID, r.Integration.ID = "", ""
		if r.AuthorizerID != "" {
			r.AuthorizerID = s.HTTP.Authorizers[r.AuthorizerID].Name
		}
		routes = append(routes, r)
	}
	authorizers := map[string]snapshot.RouteAuthorizer{}
	for _, a := range s.HTTP.Authorizers {
		a.ID = ""
		authorizers[a.Name] = a
	}
	id := s.HTTP.ID
	s.HTTP.Authorizers, s.HTTP.ID, s.HTTP.DeploymentID = authorizers, "", ""
	text, err := json.MarshalIndent(map[string]any{"api": s.HTTP, "routes": routes}, "", "  ")
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), id, "API") + "\n"
}

// Every document of the corpus is served as its golden file says, and so is what is exported of it,
// in either format.
func TestImportExport(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			document, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			h := newHarness(t)
			answer := h.ok(201, "PUT", "/v2/apis?failOnWarnings=true", importBody(t, document))
			h.set("api", answer["apiId"])
			got := h.deployed()
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("snapshot (-want +got):\n%s", diff)
			}
			for _, format := range []string{"JSON", "YAML"} {
				status, _, exported := h.do("GET", "/v2/apis/{api}/exports/OAS30?outputType="+format+"&stageName=golden", "")
				if status != 200 {
					t.Fatalf("%d %s", status, exported)
				}
				again := newHarness(t)
				again.set("api", again.ok(201, "PUT", "/v2/apis?failOnWarnings=true", importBody(t, exported))["apiId"])
				if diff := cmp.Diff(string(want), again.deployed()); diff != "" {
					t.Errorf("snapshot of the %s export (-want +got):\n%s\n%s", format, diff, exported)
				}
			}
		})
	}
}

func TestExport(t *testing.T) {
	h := newHarness(t)
	document, err := os.ReadFile("testdata/minimal.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h.set("api", h.ok(201, "PUT", "/v2/apis", importBody(t, document))["apiId"])
	h.is(200, "GET", "/v2/apis/{api}/exports/OAS30?outputType=JSON", "", `{"openapi":"3.0.1","info":{"title":"minimal","version":"1.0"},
		"servers":[{"url":"https://{api}.execute-api.us-east-1.amazonaws.com/{basePath}","variables":{"basePath":{"default":""}}}],
		"paths":{"/pets/{id}":{"get":{"operationId":"getPet","parameters":[{"name":"id","in":"path","description":"Generated path parameter for id","required":true,"schema":{"type":"string"}}],
		"responses":{"default":{"description":"Default response for GET /pets/{id}"}},
		"x-amazon-apigateway-integration":{"payloadFormatVersion":"1.0","type":"http_proxy","httpMethod":"GET","uri":"https://example.com/pets/{id}","connectionType":"INTERNET","timeoutInMillis":30000}}}},
		"x-amazon-apigateway-importexport-version":"1.0"}`)
	plain := h.ok(200, "GET", "/v2/apis/{api}/exports/OAS30?outputType=JSON&includeExtensions=false", "")
	text, err := json.Marshal(plain)
	if err != nil || regexp.MustCompile(`x-amazon|x-postern`).Match(text) {
		t.Errorf("extensions in %s, %v", text, err)
	}
	h.refused(400, "BadRequestException", "Invalid export version specified: 2.0. Must be 1.0", "GET", "/v2/apis/{api}/exports/OAS30?outputType=JSON&exportVersion=2.0", "")
	h.notFound("Invalid stage identifier specified", "GET", "/v2/apis/{api}/exports/OAS30?outputType=JSON&stageName=x", "")
}

func TestImportRefusals(t *testing.T) {
	h := newHarness(t)
	const swagger = "Invalid OpenAPI input.\n\tOnly OpenAPI 3.0 is supported for HTTP APIs. Swagger 2.0 documents cannot be imported."
	h.badRequest(swagger, "PUT", "/v2/apis", importBody(t, []byte(`{"swagger":"2.0","info":{"title":"x"},"paths":{}}`)))
	h.badRequest("Invalid OpenAPI input.\n\tOnly OpenAPI 3.0 is supported for HTTP APIs, and the version of this document is \"3.1.0\".", "PUT", "/v2/apis", importBody(t, []byte(`{"openapi":"3.1.0","info":{"title":"x"},"paths":{}}`)))
	h.badRequest("Invalid basepath parameter specified. Must be one of: [ignore, prepend, split]", "PUT", "/v2/apis?basepath=x", importBody(t, []byte(`{"openapi":"3.0.1","info":{"title":"x"},"paths":{}}`)))
	// What cannot be created is left out with a warning, or with failOnWarnings nothing is created.
	const bad = `{"openapi":"3.0.1","info":{"title":"x"},"paths":{"/a":{"get":{"x-amazon-apigateway-integration":{"type":"mock"}}},"/b":{"get":{}}}}`
	const warning = "Unable to create route 'GET /a': Invalid integration type specified: MOCK. HTTP APIs support only AWS_PROXY and HTTP_PROXY integrations"
	h.badRequest("Warnings found during import:\n\t"+warning, "PUT", "/v2/apis?failOnWarnings=true", importBody(t, []byte(bad)))
	if h.count("v2apis") != 0 {
		t.Error("an API was created")
	}
	answer := h.ok(201, "PUT", "/v2/apis", importBody(t, []byte(bad)))
	h.set("api", answer["apiId"])
	if diff := cmp.Diff([]any{warning}, answer["warnings"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"GET /b"}, members(h.ok(200, "GET", "/v2/apis/{api}/routes", ""), "routeKey")); diff != "" {
		t.Error(diff)
	}
	h.webSocket()
	h.badRequest("Import is supported for HTTP APIs only", "PUT", "/v2/apis/{api}", importBody(t, []byte(bad)))
	h.badRequest("Export is supported for HTTP APIs only", "GET", "/v2/apis/{api}/exports/OAS30?outputType=JSON", "")
}

// A reimport replaces the definition, tags included, and deploys it; routes keep their identifiers.
func TestReimport(t *testing.T) {
	h := newHarness(t)
	read := func(name string) string {
		document, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return importBody(t, document)
	}
	h.set("api", h.ok(201, "PUT", "/v2/apis", read("default.yaml"))["apiId"])
	h.ok(201, "POST", "/v2/apis/{api}/stages", `{"stageName":"$default","autoDeploy":true}`)
	before := members(h.ok(200, "GET", "/v2/apis/{api}/routes", ""), "routeId")
	h.ok(201, "PUT", "/v2/apis/{api}", read("default.yaml"))
	if diff := cmp.Diff(before, members(h.ok(200, "GET", "/v2/apis/{api}/routes", ""), "routeId")); diff != "" {
		t.Error(diff)
	}
	got := h.ok(201, "PUT", "/v2/apis/{api}", read("security.yaml"))
	if len(got["tags"].(map[string]any)) != 0 || got["name"] != "security" || got["corsConfiguration"] != nil {
		t.Errorf("API %v", got)
	}
	if s := h.served("$default"); s.Len() != 3 || s.HTTP.DefaultRoute != 0 || len(s.HTTP.Authorizers) != 2 {
		t.Errorf("served %+v", s.HTTP)
	}
}

func TestBasePath(t *testing.T) {
	document := []byte(`{"openapi":"3.0.1","info":{"title":"x"},"servers":[{"url":"https://example.com/a/b/c"}],"paths":{"/e":{"get":{}},"/":{"get":{}}}}`)
	for mode, want := range map[string][]string{
		"":        {"GET /", "GET /e"},
		"ignore":  {"GET /", "GET /e"},
		"prepend": {"GET /a/b/c", "GET /a/b/c/e"},
		"split":   {"GET /b/c", "GET /b/c/e"},
	} {
		h := newHarness(t)
		h.set("api", h.ok(201, "PUT", "/v2/apis?basepath="+mode, importBody(t, document))["apiId"])
		if diff := cmp.Diff(want, members(h.ok(200, "GET", "/v2/apis/{api}/routes", ""), "routeKey")); diff != "" {
			t.Errorf("%s: %s", mode, diff)
		}
	}
}
