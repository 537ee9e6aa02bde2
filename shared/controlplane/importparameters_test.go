package controlplane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/controlplane/openapi"
)

// The parameters of imports that are not members of the operations (control-plane operations, 2.4).
func TestImportParameters(t *testing.T) {
	const document = `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"servers":[{"url":"/a/b"}],
		"x-amazon-apigateway-documentation":{"documentationParts":[{"location":{"type":"API"},"properties":{}}]},
		"paths":{"/test":{"get":{"x-amazon-apigateway-integration":{"type":"mock"}}}}}`
	for query, want := range map[string]string{
		"":                      "[/ /test] parts 1 types [EDGE]",
		"&basepath=prepend":     "[/ /a /a/b /a/b/test] parts 1 types [EDGE]",
		"&basepath=split":       "[/ /b /b/test] parts 1 types [EDGE]",
		"&ignore=documentation": "[/ /test] parts 0 types [EDGE]",
		"&endpointConfigurationTypes=PRIVATE&ignore=documentation&basepath=ignore": "[/ /test] parts 0 types [PRIVATE]",
		"&BasePath=prepend&EndpointConfigurationTypes=REGIONAL":                    "[/ /a /a/b /a/b/test] parts 1 types [REGIONAL]",
		"&somethingElse=1&mode2=x":                                                 "[/ /test] parts 1 types [EDGE]",
	} {
		h := newHarness(t)
		h.api = h.ok(201, "POST", "/restapis?mode=import"+query, document)["id"].(string)
		if got := h.described(); got != want {
			t.Errorf("import %q: %s, want %s", query, got, want)
		}
		// An update takes the same parameters; the endpoint type stays.
		h = newHarness(t)
		h.api = h.ok(201, "POST", "/restapis", `{"name":"t"}`)["id"].(string)
		h.ok(200, "PUT", "/restapis/{api}?mode=overwrite"+query, document)
		stays := want[:strings.Index(want, " types")] + " types [EDGE]"
		if got := h.described(); got != stays {
			t.Errorf("update %q: %s, want %s", query, got, stays)
		}
	}
	h := newHarness(t).create()
	for query, message := range map[string]string{
		"basepath=cut":                   "Invalid basepath parameter specified. Must be one of: [ignore, prepend, split]",
		"ignore=everything":              "Invalid ignore parameter specified. Must be one of: [documentation]",
		"endpointConfigurationTypes=ANY": "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
	} {
		for method, path := range map[string]string{"POST": "/restapis?mode=import&", "PUT": "/restapis/{api}?"} {
			status, _, answer := h.do(method, path+query, document)
			if status != 400 || !strings.Contains(string(answer), message) {
				t.Errorf("%s %s: %d %s", method, query, status, answer)
			}
		}
	}
}

// described is the paths, the number of documentation parts and the endpoint types of the API.
func (h *harness) described() string {
	h.t.Helper()
	parts, _ := h.ok(200, "GET", "/restapis/{api}/documentation/parts", "")["item"].([]any)
	endpoint, _ := h.ok(200, "GET", "/restapis/{api}", "")["endpointConfiguration"].(map[string]any)
	return fmt.Sprintf("%v parts %d types %v", sortedKeys(h.resourcesByPath()), len(parts), endpoint["types"])
}

// A definition file has up to 6 MB (control-plane operations, 2.12).
func TestImportSize(t *testing.T) {
	h := newHarness(t)
	document := `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{}}`
	full := document + strings.Repeat(" ", openapi.MaxSize-len(document))
	h.ok(201, "POST", "/restapis?mode=import", full)
	h.badRequest("Invalid OpenAPI input.\n\tthe document has 6291457 bytes, more than the 6291456 that are read", "POST", "/restapis?mode=import", full+" ")
}

// An OpenAPI 3.1 document is taken, and what its models cannot say is in the warnings.
func TestImport31(t *testing.T) {
	h := newHarness(t)
	document := `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"webhooks":{},"components":{"schemas":{"M":{"type":["object","null"],"propertyNames":{"maxLength":3}}}}}`
	answer := h.ok(201, "POST", "/restapis?mode=import", document)
	want := "[Webhooks are not supported. Ignoring. (#/webhooks, line 1, column 55) " +
		"The keyword propertyNames has no equivalent in JSON Schema draft 4. Ignoring. (#/components/schemas/M/propertyNames, line 1, column 124)]"
	if got := fmt.Sprint(answer["warnings"]); got != want {
		t.Errorf("warnings %s, want %s", got, want)
	}
	if status, _, answer := h.do("POST", "/restapis?mode=import&failonwarnings=true", document); status != 400 || !strings.Contains(string(answer), "propertyNames") {
		t.Errorf("failonwarnings: %d %s", status, answer)
	}
	h.api = answer["id"].(string)
	if got := h.ok(200, "GET", "/restapis/{api}/models/M", "")["schema"]; got != `{"type":["object","null"]}` {
		t.Errorf("schema %v", got)
	}
}
