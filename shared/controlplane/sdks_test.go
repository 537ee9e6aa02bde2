package controlplane_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestGetSdkServesTheDeployedMethods(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	h.mock(h.resource(h.root, "later"), "GET") // not deployed

	response, err := h.server.Client().Get(h.server.URL + h.fill("/restapis/{api}/stages/prod/sdks/javascript"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "application/octet-stream" ||
		response.Header.Get("Content-Disposition") != h.fill(`attachment; filename="javascript_{api}_prod.zip"`) {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := archive.Open("apiGateway-js-sdk/client.js")
	if err != nil {
		t.Fatal(err)
	}
	client, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(client), "rootGet(request)") || strings.Contains(string(client), "later") {
		t.Errorf("client.js:\n%s", client)
	}
}

func TestGetSdkRefusals(t *testing.T) {
	h := newHarness(t).create()
	const path = "/restapis/{api}/stages/prod/sdks/"
	for _, name := range []string{"android", "java", "objectivec", "ruby", "swift"} {
		h.badRequest("SDK type "+name+" cannot be generated. Must be one of: [javascript]", "GET", path+name, "")
	}
	h.badRequest("Invalid SDK type specified: cobol. Must be one of: [javascript]", "GET", path+"cobol", "")
	h.notFound("Invalid stage identifier specified", "GET", path+"javascript", "")
	h.notFound("Invalid stage identifier specified", "GET", "/restapis/nosuchapi0/stages/prod/sdks/javascript", "")
}

func TestSdkTypes(t *testing.T) {
	h := newHarness(t)
	got := h.ok(200, "GET", "/sdktypes", "")
	if ids := strings.Join(members(got, "id"), " "); ids != "android java javascript objectivec ruby swift" || got["position"] != nil {
		t.Errorf("types %s, position %v", ids, got["position"])
	}
	if page := h.ok(200, "GET", "/sdktypes?limit=2", ""); len(page["item"].([]any)) != 2 || page["position"] == nil {
		t.Errorf("page %v", page)
	}
	h.is(200, "GET", "/sdktypes/swift", "", `{"id":"swift","friendlyName":"iOS (Swift)","description":"Generates an iOS SDK in Swift",
	  "configurationProperties":[{"name":"classPrefix","friendlyName":"Class prefix","description":"The prefix of all class names","required":true}]}`)
	h.is(200, "GET", "/sdktypes/javascript", "", `{"id":"javascript","friendlyName":"JavaScript","description":"Generates a JavaScript SDK without dependencies, for browsers and Node.js","configurationProperties":[]}`)
	// The parameters that API Gateway asks for (control-plane operations, 2.8).
	required := map[string]string{"android": "groupId artifactId artifactVersion invokerPackage", "java": "service.name java.package-name", "objectivec": "classPrefix", "ruby": "service.name"}
	for id, want := range required {
		var names []string
		for _, p := range h.ok(200, "GET", "/sdktypes/"+id, "")["configurationProperties"].([]any) {
			if property := p.(map[string]any); property["required"] == true {
				names = append(names, property["name"].(string))
			}
		}
		if strings.Join(names, " ") != want {
			t.Errorf("%s requires %q, want %s", id, names, want)
		}
	}
	h.notFound("Invalid SDK type specified: cobol", "GET", "/sdktypes/cobol", "")
}
