package controlplane_test

import (
	"encoding/json"
	"testing"
)

// Models are checked when they are deployed, and only those that bodies are checked against, with
// what they refer to. A deployment that is refused leaves the stage as it was.
func TestDeployedModels(t *testing.T) {
	h := newHarness(t).create()
	model := func(method, path, name, schema string) {
		t.Helper()
		text, err := json.Marshal(h.fill(schema))
		if err != nil {
			t.Fatal(err)
		}
		h.ok(201, method, path, `{"name":"`+name+`","contentType":"application/json","schema":`+string(text)+`}`)
	}
	model("POST", "/restapis/{api}/models", "Pets", `{"type":"array","items":{"$ref":"https://apigateway.amazonaws.com/restapis/{api}/models/Pet"}}`)
	model("POST", "/restapis/{api}/models", "Unused", `{"type":"wrong"}`)
	h.mock(h.root, "GET")
	validator := h.ok(201, "POST", "/restapis/{api}/requestvalidators", `{"name":"v","validateRequestBody":true}`)["id"].(string)
	h.ok(200, "PATCH", "/restapis/{api}/resources/{root}/methods/GET", patch("replace", "/requestValidatorId", validator, "add", "/requestModels/application~1json", "Pets"))

	h.badRequest("models.Pets.schema/items/$ref: the API has no model Pet", "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	model("POST", "/restapis/{api}/models", "Pet", `{"type":"object","required":["name"]}`)
	h.deploy(`{"stageName":"prod"}`)
	_, data := h.served("prod")
	if got := data.API.Models; len(got) != 2 || got["Pets"] == "" || got["Pet"] == "" {
		t.Errorf("the snapshot's models: %v", got)
	}
	m, err := data.Method(0)
	if err != nil || m.RequestModels["application/json"] != "Pets" {
		t.Errorf("the snapshot's method: %+v, %v", m, err)
	}
}
