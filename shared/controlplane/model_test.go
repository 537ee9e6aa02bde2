package controlplane_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDefaultModels(t *testing.T) {
	h := newHarness(t).create()
	list := h.ok(200, "GET", "/restapis/{api}/models", "")
	if diff := cmp.Diff([]string{"Empty", "Error"}, members(list, "name")); diff != "" {
		t.Fatalf("models (-want +got):\n%s", diff)
	}
	want := map[string]struct{ description, schema string }{
		"Empty": {"This is a default empty schema model", `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema","type":"object"}`},
		"Error": {"This is a default error schema model", `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Error Schema","type":"object","properties":{"message":{"type":"string"}}}`},
	}
	for _, item := range list["item"].([]any) {
		m := item.(map[string]any)
		w := want[m["name"].(string)]
		var got, wanted any
		if err := json.Unmarshal([]byte(m["schema"].(string)), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(w.schema), &wanted); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, got); diff != "" || m["description"] != w.description || m["contentType"] != "application/json" || m["id"] == nil {
			t.Errorf("model %v (-want +got):\n%s", m, diff)
		}
	}
}

func TestModels(t *testing.T) {
	h := newHarness(t).create()
	const models = "/restapis/{api}/models"
	post := func(body string) (string, string, string) { return "POST", models, body }
	pet := h.ok(201, "POST", models, `{"name":"Pet","contentType":"application/json","schema":"{\"title\":\"Pet\",\"type\":\"object\"}","description":""}`)
	h.is(200, "GET", models+"/Pet", "", `{"id":"`+pet["id"].(string)+`","name":"Pet","contentType":"application/json","description":"","schema":"{\"title\":\"Pet\",\"type\":\"object\"}"}`)

	method, path, body := post(`{"name":"Pet","contentType":"application/json","schema":"{}"}`)
	h.refused(409, "ConflictException", "Model name already exists for this REST API", method, path, body)
	for _, c := range []struct{ body, message string }{
		{`{"name":"","contentType":"application/json","schema":"{}"}`, "Model name must be non-empty"},
		{`{"name":"M","contentType":"application/json","schema":""}`, "Model schema must have at least 1 property or array items defined"},
		{`{"name":"M","contentType":"application/xml"}`, "Model schema must have at least 1 property or array items defined"},
		{`{"name":"M","contentType":"application/json","schema":"{"}`, "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"},
	} {
		h.badRequest(c.message, "POST", models, c.body)
	}
	h.ok(200, "PATCH", models+"/Pet", patch("replace", "/description", "d", "replace", "/schema", `{"type":"array"}`))
	if got := h.ok(200, "GET", models+"/Pet", ""); got["description"] != "d" || got["schema"] != `{"type":"array"}` {
		t.Errorf("after update: %v", got)
	}

	resource := h.resource(h.root, "test")
	h.ok(201, "PUT", "/restapis/{api}/resources/"+resource+"/methods/ANY", `{"authorizationType":"NONE","requestModels":{"application/json":"Pet"}}`)
	h.refused(409, "ConflictException", "Cannot delete model 'Pet', is referenced in method request: /test/ANY", "DELETE", models+"/Pet", "")
	h.ok(204, "DELETE", "/restapis/{api}/resources/"+resource+"/methods/ANY", "")
	h.ok(201, "POST", models, `{"name":"Pets","contentType":"application/json","schema":"{\"items\":{\"$ref\":\"https://apigateway.amazonaws.com/restapis/{api}/models/Pet\"}}"}`)
	h.refused(409, "ConflictException", "Cannot delete model 'Pet', is referenced in model: Pets", "DELETE", models+"/Pet", "")
	h.ok(202, "DELETE", models+"/Pets", "")
	h.ok(202, "DELETE", models+"/Pet", "")
	h.notFound("Invalid model name specified: Pet", "GET", models+"/Pet", "")
	h.notFound("Invalid model name specified: Pet", "DELETE", models+"/Pet", "")
	reference := func(name string) string {
		return `{\"$ref\":\"https://apigateway.amazonaws.com/restapis/` + h.api + `/models/` + name + `\"}`
	}
	h.ok(201, "POST", models, `{"name":"Inner","contentType":"application/json","schema":"{\"properties\":{\"self\":`+reference("Inner")+`,\"error\":`+reference("Error")+`}}"}`)
	h.ok(201, "POST", models, `{"name":"Outer","contentType":"application/json","schema":"{\"items\":`+reference("Inner")+`}"}`)
	flat := h.ok(200, "GET", models+"/Outer?flatten=true", "")["schema"].(string)
	if !strings.HasPrefix(flat, `{"items":{"$ref":"#/definitions/Inner"},"definitions":{"Inner":{"properties":{"self":{"$ref":"#/definitions/Inner"},"error":{"$ref":"#/definitions/Error"}}},"Error":{`) || !json.Valid([]byte(flat)) {
		t.Errorf("flattened: %s", flat)
	}
	if plain := h.ok(200, "GET", models+"/Error?flatten=true", "")["schema"]; plain != h.ok(200, "GET", models+"/Error", "")["schema"] {
		t.Errorf("a model without references was changed: %v", plain)
	}
}
