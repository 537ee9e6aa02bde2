package controlplane_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store"
)

// export makes a GetExport call and returns the answer with its body. what is the end of the path.
func (h *harness) export(stage, what, accept string) (*http.Response, string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), "GET", h.server.URL+h.fill("/restapis/{api}/stages/"+stage+"/exports/"+what), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	response, err := h.server.Client().Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response, string(body)
}

func TestGetExport(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/documentation/parts", `{"location":{"type":"METHOD"},"properties":"{\"summary\":\"reads\"}"}`)
	h.deploy(`{"stageName":"prod"}`)
	h.ok(201, "POST", "/restapis/{api}/documentation/versions", `{"documentationVersion":"1","stageName":"prod"}`)
	// What changes after the deployment and the documentation version does not count.
	h.mock(h.root, "POST")
	h.ok(201, "POST", "/restapis/{api}/documentation/parts", `{"location":{"type":"METHOD","method":"GET"},"properties":"{\"summary\":\"new\"}"}`)

	response, body := h.export("prod", "oas30?extensions=integrations", "application/json")
	if response.StatusCode != 200 {
		t.Fatalf("status %d: %s", response.StatusCode, body)
	}
	for name, want := range map[string]string{
		"Content-Type":        "application/octet-stream",
		"Content-Disposition": `attachment; filename="oas30_2023-11-14T22:13:20Z.json"`,
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	var got, want any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal([]byte(h.fill(`{
		"openapi": "3.0.1",
		"info": {"title": "pets", "version": "2023-11-14T22:13:20Z"},
		"servers": [{"url": "https://{api}.execute-api.us-east-1.amazonaws.com/{basePath}", "variables": {"basePath": {"default": "/prod"}}}],
		"paths": {"/": {"get": {
			"summary": "reads",
			"responses": {},
			"x-amazon-apigateway-integration": {
				"type": "mock", "passthroughBehavior": "when_no_match",
				"requestTemplates": {"application/json": "{\"statusCode\": 200}"},
				"responses": {"default": {"statusCode": "200"}}
			}
		}}},
		"components": {"schemas": {
			"Empty": {"title": "Empty Schema", "type": "object"},
			"Error": {"title": "Error Schema", "type": "object", "properties": {"message": {"type": "string"}}}
		}}
	}`)), &want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	response, body = h.export("prod", "swagger?extensions=documentation&unknown=1", "application/yaml")
	if got := response.Header.Get("Content-Disposition"); got != `attachment; filename="swagger_2023-11-14T22:13:20Z.yaml"` {
		t.Errorf("Content-Disposition %s", got)
	}
	for _, part := range []string{"---\nswagger: \"2.0\"\n", `version: "1"`, `createdDate: "2023-11-14T22:13:20Z"`, "documentationParts:\n"} {
		if !strings.Contains(body, part) {
			t.Errorf("no %q in\n%s", part, body)
		}
	}
	for accept, yaml := range map[string]bool{"": false, "*/*": false, "text/html, application/yaml;q=0.5, application/json": true} {
		if _, body := h.export("prod", "oas30", accept); strings.HasPrefix(body, "---") != yaml {
			t.Errorf("Accept %q: %s", accept, body)
		}
	}
}

func TestGetExportRefusals(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	deployment := h.deploy(`{"stageName":"prod"}`)
	const exports = "/restapis/{api}/stages/prod/exports/"
	h.notFound("Invalid stage identifier specified", "GET", "/restapis/{api}/stages/none/exports/oas30", "")
	h.notFound("Invalid stage identifier specified", "GET", "/restapis/none/stages/prod/exports/oas30", "")
	h.badRequest("Invalid export type specified: oas31. Must be one of: [oas30, swagger]", "GET", exports+"oas31", "")
	h.badRequest(`Invalid extension "all"; must be one of: [integrations, apigateway, authorizers, documentation, postman, validators]`, "GET", exports+"oas30?extensions=all", "")
	if response, body := h.export("prod", "oas30", "text/html"); response.StatusCode != 400 ||
		!strings.Contains(body, "Invalid accept type specified: text/html. Must be one of: [application/json, application/yaml]") {
		t.Errorf("Accept text/html: %d %s", response.StatusCode, body)
	}

	h.ok(201, "POST", "/restapis/{api}/models", `{"name":"X","contentType":"application/xml","schema":"<x/>"}`)
	h.ok(200, "PATCH", "/restapis/{api}/resources/{root}/methods/GET", patch("add", "/requestModels/application~1xml", "X"))
	h.deploy(`{"stageName":"prod"}`)
	h.badRequest("Only found non-JSON body models for GET /", "GET", exports+"oas30", "")

	// The definition goes with the deployment.
	h.ok(202, "DELETE", "/restapis/{api}/deployments/"+deployment, "")
	if n := h.count("serve#" + h.api); n != 3 {
		t.Errorf("%d rows of one deployment and a stage, want 3", n)
	}
	items, _, err := h.store.Query(t.Context(), "serve#"+h.api, "snapshot#", store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items {
		if strings.HasSuffix(item.Sort, "#definition") {
			if err := h.store.Transact(t.Context(), []store.Write{store.Delete(item.Key, store.Any)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.badRequest("The definition of this deployment was not kept. Deploy the API again to export it.", "GET", exports+"oas30", "")
}

// Names and versions that would break out of a header or a folder do not.
func TestExportName(t *testing.T) {
	h := newHarness(t)
	h.api = h.ok(201, "POST", "/restapis?mode=import", `{"openapi":"3.0.1","info":{"title":"t","version":"../\"é\r\n"},"paths":{"/":{"get":{"x-amazon-apigateway-integration":{"type":"mock"}}}}}`)["id"].(string)
	h.deploy(`{"stageName":"prod"}`)
	response, _ := h.export("prod", "oas30", "")
	if got := response.Header.Get("Content-Disposition"); got != `attachment; filename="oas30_.._____.json"` {
		t.Errorf("Content-Disposition %s", got)
	}
}

// Rows that share a name get names of their own, since documents refer by name.
func TestExportOfEqualNames(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/requestvalidators", `{"name":"v","validateRequestBody":true}`)
	second := h.ok(201, "POST", "/restapis/{api}/requestvalidators", `{"name":"v"}`)["id"].(string)
	h.ok(200, "PATCH", "/restapis/{api}/resources/{root}/methods/GET", patch("replace", "/requestValidatorId", second))
	h.deploy(`{"stageName":"prod"}`)
	_, body := h.export("prod", "oas30?extensions=validators", "")
	var doc struct {
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Validators map[string]map[string]bool           `json:"x-amazon-apigateway-request-validators"`
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	name, _ := doc.Paths["/"]["get"]["x-amazon-apigateway-request-validator"].(string)
	if len(doc.Validators) != 2 || name != "v-"+second || doc.Validators[name]["validateRequestBody"] {
		t.Errorf("the method has %q of %v", name, doc.Validators)
	}
}
