package controlplane_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCreateRestApiAnswersTheRecordedObject(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"minimal", `{"name":"a"}`,
			`{"apiKeySource":"HEADER","createdDate":1700000000,"disableExecuteApiEndpoint":false,"endpointConfiguration":{"ipAddressType":"ipv4","types":["EDGE"]},"id":"0000000001","name":"a","rootResourceId":"0000000002"}`},
		{"everything", `{"name":"a","description":"d","version":"v1","binaryMediaTypes":["image/png"],"minimumCompressionSize":0,"tags":{"k":"v"},"apiKeySource":"AUTHORIZER","disableExecuteApiEndpoint":true,"endpointConfiguration":{"types":["REGIONAL"]}}`,
			`{"apiKeySource":"AUTHORIZER","binaryMediaTypes":["image/png"],"createdDate":1700000000,"description":"d","disableExecuteApiEndpoint":true,"endpointConfiguration":{"ipAddressType":"ipv4","types":["REGIONAL"]},"id":"0000000001","minimumCompressionSize":0,"name":"a","rootResourceId":"0000000002","tags":{"k":"v"},"version":"v1"}`},
		{"private APIs are dualstack and need neither endpoint nor policy", `{"name":"a","endpointConfiguration":{"types":["PRIVATE"]}}`,
			`{"apiKeySource":"HEADER","createdDate":1700000000,"disableExecuteApiEndpoint":false,"endpointConfiguration":{"ipAddressType":"dualstack","types":["PRIVATE"]},"id":"0000000001","name":"a","rootResourceId":"0000000002"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.is(201, "POST", "/restapis", c.body, c.want)
			h.is(200, "GET", "/restapis/0000000001", "", c.want)
			h.is(200, "GET", "/restapis", "", `{"item":[`+c.want+`]}`)
		})
	}
}

func TestCreateRestApiRefusals(t *testing.T) {
	h := newHarness(t)
	h.refused(400, "ValidationException", "1 validation error detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
		"POST", "/restapis", `{"name":"a","endpointConfiguration":{"types":["wrong"]}}`)
	h.badRequest("Invalid minimum compression size, must be between 0 and 10485760", "POST", "/restapis", `{"name":"a","minimumCompressionSize":-1}`)
	h.refused(404, "NotFoundException", "Invalid API identifier specified "+account+":b", "POST", "/restapis", `{"name":"a","cloneFrom":"b"}`)
	h.is(200, "GET", "/restapis", "", `{"item":[]}`)
}

func TestUpdateRestApi(t *testing.T) {
	cases := []struct {
		name, operations, member string
		want                     any
	}{
		{"add binary type", patch("add", "/binaryMediaTypes/image~1png", "-"), "binaryMediaTypes", []any{"a/a", "b/b", "image/png"}},
		{"replace moves to the end", patch("replace", "/binaryMediaTypes/a~1a", "c/c"), "binaryMediaTypes", []any{"b/b", "c/c"}},
		{"remove binary type", patch("remove", "/binaryMediaTypes/a~1a", "ignored"), "binaryMediaTypes", []any{"b/b"}},
		{"a dash is a literal type", patch("add", "/binaryMediaTypes/-", "x/x"), "binaryMediaTypes", []any{"a/a", "b/b", "-"}},
		{"compression 0", patch("replace", "/minimumCompressionSize", "0"), "minimumCompressionSize", 0.0},
		{"compression off", patch("replace", "/minimumCompressionSize", "10", "replace", "/minimumCompressionSize", ""), "minimumCompressionSize", nil},
		{"remove description", patch("remove", "/description", "-"), "description", nil},
		{"tags even without any", patch("replace", "/name", "b"), "tags", map[string]any{}},
		{"booleans are strings", patch("replace", "/disableExecuteApiEndpoint", "true"), "disableExecuteApiEndpoint", true},
		{"endpoint type", patch("replace", "/endpointConfiguration/types/EDGE", "REGIONAL"), "endpointConfiguration", map[string]any{"ipAddressType": "ipv4", "types": []any{"REGIONAL"}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			api := h.ok(201, "POST", "/restapis", `{"name":"a","description":"d","binaryMediaTypes":["a/a","b/b"]}`)["id"].(string)
			got := h.ok(200, "PATCH", "/restapis/"+api, c.operations)
			if diff := cmp.Diff(c.want, got[c.member]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.member, diff)
			}
		})
	}
}

func TestUpdateRestApiRefusals(t *testing.T) {
	h := newHarness(t).create()
	path := "/restapis/{api}"
	h.badRequest("Invalid patch operation specified. Must be one of: [replace]", "PATCH", path, patch("add", "/minimumCompressionSize", "1"))
	for _, op := range []string{"add", "replace", "remove"} {
		h.badRequest("Invalid patch path /binaryMediaTypes", "PATCH", path, patch(op, "/binaryMediaTypes", "a/a"))
	}
	for _, size := range []string{"-1", "many", "10485761"} {
		h.badRequest("Invalid minimum compression size, must be between 0 and 10485760", "PATCH", path, patch("replace", "/minimumCompressionSize", size))
	}
	h.badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE", "PATCH", path, patch("replace", "/endpointConfiguration/types/EDGE", "WRONG"))
	// All or nothing: the first operation is not kept when the second fails.
	h.badRequest("Invalid patch path /nonsense", "PATCH", path, patch("replace", "/name", "changed", "replace", "/nonsense", "x"))
	if name := h.ok(200, "GET", path, "")["name"]; name != "pets" {
		t.Errorf("name %v after a refused update", name)
	}
}

func TestPolicyIsPrintedEscaped(t *testing.T) {
	h := newHarness(t).create()
	got := h.ok(200, "PATCH", "/restapis/{api}", patch("replace", "/policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`))
	if got["policy"] != `{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}` {
		t.Errorf("policy %v", got["policy"])
	}
}

func TestUnknownApiByOperation(t *testing.T) {
	const api = "nosuchapi0"
	cases := []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"GET", "", "", 404, "Invalid API identifier specified " + account + ":" + api},
		{"PATCH", "", patch("replace", "/name", "x"), 404, "Invalid API identifier specified " + account + ":" + api},
		{"DELETE", "", "", 404, "Invalid API identifier specified " + account + ":" + api},
		{"POST", "/models", `{"name":"M","contentType":"application/json","schema":"{}"}`, 404, "Invalid API identifier specified " + account + ":" + api},
		{"GET", "/models", "", 404, "Invalid API identifier specified " + account + ":" + api},
		{"PUT", "/resources/r/methods/GET", `{"authorizationType":"NONE"}`, 404, "Invalid Resource identifier specified"},
		{"PUT", "/resources/r/methods/GET/integration/responses/200", `{}`, 404, "Invalid Resource identifier specified"},
		{"GET", "/resources/r/methods/GET/integration/responses/200", "", 404, "Invalid Resource identifier specified"},
		{"DELETE", "/resources/r/methods/GET/integration/responses/200", "", 404, "Invalid Resource identifier specified"},
		{"GET", "/models/Pet", "", 404, "Invalid model name specified: Pet"},
		{"DELETE", "/models/Pet", "", 404, "Invalid model name specified: Pet"},
		{"DELETE", "/requestvalidators/v", "", 404, "Invalid Request Validator identifier specified"},
		{"POST", "/requestvalidators", `{"name":"v"}`, 400, "Invalid REST API identifier specified"},
		{"PUT", "", "not: [a document", 400, "Invalid OpenAPI input."},
		{"GET", "/resources", "", 404, "Invalid API identifier specified " + account + ":" + api},
		{"POST", "/deployments", `{}`, 404, "Invalid API identifier specified " + account + ":" + api},
		{"GET", "/stages", "", 404, "Invalid API identifier specified " + account + ":" + api},
	}
	h := newHarness(t)
	for _, c := range cases {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			status, _, answer := h.do(c.method, "/restapis/"+api+c.path, c.body)
			if status != c.status || !strings.Contains(string(answer), c.message) {
				t.Errorf("got %d %s, want %d %s", status, answer, c.status, c.message)
			}
		})
	}
}

func TestIdentifiersAreCaseSensitive(t *testing.T) {
	h := newHarness(t)
	body := `{"openapi":"3.0.1","info":{"title":"t","version":"1"},"paths":{}}`
	h.ok(201, "POST", "/restapis?mode=import", body)
	h.notFound("Invalid API identifier specified "+account+":ABC", "GET", "/restapis/ABC", "")
}

func TestPagination(t *testing.T) {
	h := newHarness(t)
	var want []string
	for i := range 27 {
		h.ok(201, "POST", "/restapis", fmt.Sprintf(`{"name":"api%02d"}`, i))
		want = append(want, fmt.Sprintf("api%02d", i))
	}
	first := h.ok(200, "GET", "/restapis", "")
	if n := len(first["item"].([]any)); n != 25 {
		t.Errorf("a page has %d items by default, want 25", n)
	}
	var got []string
	position := ""
	for pages := 0; ; pages++ {
		page := h.ok(200, "GET", "/restapis?limit=10&position="+position, "")
		got = append(got, members(page, "name")...)
		next, more := page["position"].(string)
		if !more {
			if pages != 2 {
				t.Errorf("%d pages, want 3", pages+1)
			}
			break
		}
		position = next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names over all pages (-want +got):\n%s", diff)
	}
	if page := h.ok(200, "GET", "/restapis?limit=501", ""); len(page["item"].([]any)) != 27 {
		t.Error("a limit beyond 500 is not capped")
	}
	h.badRequest("Invalid position parameter specified", "GET", "/restapis?position=nonsense", "")
	h.badRequest("Invalid limit parameter specified. Must be between 1 and 500", "GET", "/restapis?limit=0", "")
}

func TestDeleteRestApiTakesEverythingAlong(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	h.stages = nil
	h.ok(202, "DELETE", "/restapis/{api}", "")
	h.notFound("Invalid API identifier specified "+account+":{api}", "GET", "/restapis/{api}", "")
	for _, partition := range []string{"restapis", "restapi#" + h.api, "serve#" + h.api, "leftovers"} {
		if n := h.count(partition); n != 0 {
			t.Errorf("%d rows are left in %s", n, partition)
		}
	}
	if diff := cmp.Diff([]string{h.api + "/prod"}, h.stages); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// Short resources of a policy are written out when it is saved (REST data plane spec, 2.1).
func TestPolicyResourcesAreWrittenOut(t *testing.T) {
	h := newHarness(t)
	const short = `{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"execute-api:/*/GET/pets\"}]}`
	got := h.ok(201, "POST", "/restapis", `{"name":"a","policy":"`+short+`"}`)
	full := "arn:aws:execute-api:us-east-1:" + account + ":" + got["id"].(string) + "/*/GET/pets"
	if p, _ := got["policy"].(string); !strings.Contains(p, full) {
		t.Errorf("created: %s, want it to hold %s", p, full)
	}
	h.api = got["id"].(string)
	got = h.ok(200, "PATCH", "/restapis/{api}", `{"patchOperations":[{"op":"replace","path":"/policy","value":"`+short+`"}]}`)
	if p, _ := got["policy"].(string); !strings.Contains(p, full) {
		t.Errorf("patched: %s, want it to hold %s", p, full)
	}
	for _, bad := range []string{`{`, `{\"Version\":\"nope\"}`, `{\"Statement\":[]` + strings.Repeat(" ", 8193) + `}`} {
		h.badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.", "POST", "/restapis", `{"name":"a","policy":"`+bad+`"}`)
	}
}

// A clone has the definition of the original under the same identifiers, and is a copy.
func TestClone(t *testing.T) {
	h := newHarness(t).create()
	original := h.api
	h.ok(200, "PATCH", "/restapis/{api}", `{"patchOperations":[{"op":"add","path":"/binaryMediaTypes/image~1png"}]}`)
	for i := range 120 { // more than one transaction takes
		h.mock(h.resource(h.root, fmt.Sprintf("r%d", i)), "GET")
	}
	h.ok(201, "POST", "/restapis/{api}/models", `{"name":"M","contentType":"application/json","schema":"{\"$ref\":\"https://apigateway.amazonaws.com/restapis/`+original+`/models/Error\"}"}`)
	before := h.resourcesByPath()

	got := h.ok(201, "POST", "/restapis", `{"name":"copy","cloneFrom":"`+original+`"}`)
	if got["name"] != "copy" || fmt.Sprint(got["binaryMediaTypes"]) != "[image/png]" || got["id"] == original {
		t.Errorf("the clone is %v", got)
	}
	h.api = got["id"].(string)
	if after := h.resourcesByPath(); !reflect.DeepEqual(before, after) {
		t.Errorf("resources %v, want %v", after, before)
	}
	if m := h.ok(200, "GET", "/restapis/{api}/models/M", ""); !strings.Contains(m["schema"].(string), "/restapis/"+h.api+"/models/Error") {
		t.Errorf("the model refers to %v", m["schema"])
	}
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"s"}`)
	h.do("DELETE", "/restapis/{api}", "")
	h.api = original
	if still := h.resourcesByPath(); !reflect.DeepEqual(before, still) {
		t.Errorf("deleting the clone changed the original: %v", still)
	}
}
