package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

// served opens what a stage serves, as the data plane does.
func (h *harness) served(stage string) (snapshot.Stage, *snapshot.Snapshot) {
	h.t.Helper()
	partition, sort := snapshot.StageKey(h.api, stage)
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		h.t.Fatal(err)
	}
	pointer, err := snapshot.DecodeStage(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	partition, sort = snapshot.DataKey(h.api, pointer.DeploymentID)
	if item, err = h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort}); err != nil {
		h.t.Fatal(err)
	}
	data, err := snapshot.Open(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	return pointer, data
}

func (h *harness) deploy(body string) string {
	h.t.Helper()
	return h.ok(201, "POST", "/restapis/{api}/deployments", body)["id"].(string)
}

func TestDeployments(t *testing.T) {
	h := newHarness(t).create()
	const list = "/restapis/{api}/deployments"
	h.badRequest("The REST API doesn't contain any methods", "POST", list, `{}`)
	h.ok(201, "PUT", "/restapis/{api}/resources/{root}/methods/GET", `{"authorizationType":"NONE"}`)
	h.badRequest("No integration defined for method", "POST", list, `{}`)
	// A MOCK without template and responses can be deployed (recorded answers, 6).
	h.ok(201, "PUT", "/restapis/{api}/resources/{root}/methods/GET/integration", `{"type":"MOCK"}`)

	id := h.deploy(`{}`)
	plain := `{"createdDate":1700000000,"id":"` + id + `"}`
	h.is(200, "GET", list+"/"+id, "", plain)
	h.is(200, "GET", list+"/"+id+"?embed=apisummary", "", `{"createdDate":1700000000,"id":"`+id+`","apiSummary":{"/":{"GET":{"authorizationType":"NONE","apiKeyRequired":false}}}}`)
	h.is(200, "GET", list, "", `{"item":[`+plain+`]}`)
	h.is(200, "PATCH", list+"/"+id, patch("replace", "/description", "d"), `{"createdDate":1700000000,"description":"d","id":"`+id+`"}`)
	h.ok(202, "DELETE", list+"/"+id, "")
	h.notFound("Invalid Deployment identifier specified", "GET", list+"/"+id, "")
	if n := h.count("serve#" + h.api); n != 0 {
		t.Errorf("%d rows are left of the snapshot", n)
	}
	if n := h.count("leftovers"); n != 0 {
		t.Errorf("%d leftovers", n)
	}
}

func TestDeploymentMovesTheStage(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	first := h.deploy(`{"stageName":"prod","variables":{"a":"1"},"description":"one"}`)
	h.is(200, "GET", "/restapis/{api}/stages/prod", "", `{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1700000000,"deploymentId":"`+first+`","lastUpdatedDate":1700000000,"methodSettings":{},"stageName":"prod","tracingEnabled":false,"variables":{"a":"1"}}`)
	pointer, data := h.served("prod")
	want := snapshot.Stage{APIID: h.api, Name: "prod", DeploymentID: first, AccountID: account, Variables: map[string]string{"a": "1"}}
	if diff := cmp.Diff(want, pointer); diff != "" {
		t.Errorf("stage document (-want +got):\n%s", diff)
	}
	if data.Len() != 1 || data.API.ID != h.api || data.API.DeploymentID != first || data.API.Name != "pets" {
		t.Errorf("snapshot of %d methods: %+v", data.Len(), data.API)
	}

	pets := h.resource(h.root, "pets")
	h.mock(pets, "ANY")
	if _, data := h.served("prod"); data.Len() != 1 {
		t.Error("a change is served before it is deployed")
	}
	second := h.deploy(`{"stageName":"prod"}`)
	if _, data := h.served("prod"); data.Len() != 2 {
		t.Error("the new deployment is not served")
	}
	const inUse = "Active stages pointing to this deployment must be moved or deleted"
	h.badRequest(inUse, "DELETE", "/restapis/{api}/deployments/"+second, "")

	// Rollback.
	h.ok(200, "PATCH", "/restapis/{api}/stages/prod", patch("replace", "/deploymentId", first))
	if _, data := h.served("prod"); data.Len() != 1 {
		t.Error("rolling back does not serve the old deployment")
	}
	h.ok(202, "DELETE", "/restapis/{api}/deployments/"+second, "")
	h.badRequest(inUse, "DELETE", "/restapis/{api}/deployments/"+first, "")
	h.ok(202, "DELETE", "/restapis/{api}/stages/prod", "")
	h.ok(202, "DELETE", "/restapis/{api}/deployments/"+first, "")
	prod := h.api + "/prod"
	if diff := cmp.Diff([]string{prod, prod, prod, prod}, h.stages); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestDeploymentRefusesWhatIsNotServedYet(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	id := h.deploy(`{"stageName":"prod"}`)

	pets := h.resource(h.root, "pets")
	method := "/restapis/{api}/resources/" + pets + "/methods/"
	h.ok(201, "PUT", method+"GET", `{"authorizationType":"AWS_IAM","apiKeyRequired":true}`)
	h.ok(201, "PUT", method+"GET/integration", `{"type":"AWS","httpMethod":"POST","uri":"arn:aws:apigateway:us-east-1:sqs:path/1/q","credentials":"arn:aws:iam::123456789012:user/u"}`)
	validator := h.ok(201, "POST", "/restapis/{api}/requestvalidators", `{"name":"v","validateRequestBody":true,"validateRequestParameters":true}`)["id"].(string)
	h.ok(201, "PUT", method+"POST", `{"authorizationType":"NONE","requestModels":{"application/json":"Empty"},"requestValidatorId":"`+validator+`"}`)
	h.ok(201, "PUT", method+"POST/integration", `{"type":"HTTP","httpMethod":"POST","uri":"https://example.com","requestTemplates":{"application/json":"#if($a"}}`)
	h.ok(201, "PUT", method+"POST/integration/responses/200", `{"selectionPattern":"(","responseTemplates":{"text/plain":"#foreach($x in"}}`)
	h.ok(200, "PATCH", "/restapis/{api}", patch("replace", "/minimumCompressionSize", "10"))

	status, _, answer := h.do("POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)
	if status != 400 {
		t.Fatalf("status %d: %s", status, answer)
	}
	for _, finding := range []string{
		"/pets GET: integration: credentials: ",
		"/pets POST: integration: requestTemplates.application/json: ",
		"/pets POST: integration: integrationResponses.200: selectionPattern: ",
		"/pets POST: integration: integrationResponses.200: responseTemplates.text/plain: ",
	} {
		if !strings.Contains(string(answer), finding) {
			t.Errorf("the answer does not say %q:\n%s", finding, answer)
		}
	}
	pointer, data := h.served("prod")
	if pointer.DeploymentID != id || data.Len() != 1 {
		t.Errorf("a refused deployment changed the stage: %+v", pointer)
	}
	if n := len(h.ok(200, "GET", "/restapis/{api}/deployments", "")["item"].([]any)); n != 1 {
		t.Errorf("%d deployments, want 1", n)
	}
	h.badRequest("Stage name only allows a-zA-Z0-9_-", "POST", "/restapis/{api}/deployments", `{"stageName":"a b"}`)
}
