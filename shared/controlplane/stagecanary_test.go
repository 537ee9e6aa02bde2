package controlplane_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/snapshot"
)

// stageJSON is the answer about stage prod, with further members.
func stageJSON(deployment, members string) string {
	return `{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1700000000,"deploymentId":"` + deployment +
		`","lastUpdatedDate":1700000000,"methodSettings":{},"stageName":"prod","tracingEnabled":false` + members + `}`
}

func copyOf(from, path string) string {
	return `{"op":"copy","from":"` + from + `","path":"` + path + `"}`
}

func ops(operations ...string) string {
	return `{"patchOperations":[` + strings.Join(operations, ",") + `]}`
}

const percentZero = `{"op":"replace","path":"/canarySettings/percentTraffic","value":"0.0"}`

// The rows of recorded answers, 13.
func TestCanary(t *testing.T) {
	h, first := stageHarness(t)
	second := h.deploy(`{}`)
	is := func(operations, members string) {
		t.Helper()
		h.is(200, "PATCH", prod, operations, stageJSON(first, members))
		h.is(200, "GET", prod, "", stageJSON(first, members))
	}
	is(patch("replace", "/canarySettings/deploymentId", second), `,"canarySettings":{"deploymentId":"`+second+`","percentTraffic":0.0,"useStageCache":false}`)
	is(patch("remove", "/canarySettings", "-"), ``)
	is(patch("replace", "/canarySettings/percentTraffic", "50"), `,"canarySettings":{"deploymentId":"`+first+`","percentTraffic":50.0,"useStageCache":false}`)
	is(patch("replace", "/canarySettings/stageVariableOverrides/v", "x", "replace", "/canarySettings/stageVariableOverrides/w", "y"),
		`,"canarySettings":{"deploymentId":"`+first+`","percentTraffic":50.0,"useStageCache":false,"stageVariableOverrides":{"v":"x","w":"y"}}`)
	is(patch("remove", "/canarySettings/stageVariableOverrides/v", "-", "remove", "/canarySettings/stageVariableOverrides/w", "-"),
		`,"canarySettings":{"deploymentId":"`+first+`","percentTraffic":50.0,"useStageCache":false}`)
	pointer, _ := h.served("prod")
	if diff := cmp.Diff(&snapshot.Canary{DeploymentID: first, Percent: 50}, pointer.Canary); diff != "" {
		t.Errorf("served canary (-want +got):\n%s", diff)
	}
	is(patch("remove", "/canarySettings", "-"), ``)
	if pointer, _ := h.served("prod"); pointer.Canary != nil {
		t.Errorf("still served: %+v", pointer.Canary)
	}
}

func TestCanaryOfNewStage(t *testing.T) {
	h, first := stageHarness(t)
	second := h.deploy(`{}`)
	answer := `{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1700000000,"deploymentId":"` + first + `","lastUpdatedDate":1700000000,"methodSettings":{},"stageName":"dev","tracingEnabled":false,` +
		`"variables":{"v":"default"},"canarySettings":{"deploymentId":"` + second + `","percentTraffic":50.0,"useStageCache":false,"stageVariableOverrides":{"v":"canary"}}}`
	h.is(201, "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+first+`","variables":{"v":"default"},"canarySettings":{"deploymentId":"`+second+`","percentTraffic":50,"stageVariableOverrides":{"v":"canary"}}}`, answer)
	pointer, _ := h.served("dev")
	if diff := cmp.Diff(&snapshot.Canary{DeploymentID: second, Percent: 50, Overrides: map[string]string{"v": "canary"}}, pointer.Canary); diff != "" {
		t.Errorf("served canary (-want +got):\n%s", diff)
	}
	h.badRequest("Active stages pointing to this deployment must be moved or deleted", "DELETE", "/restapis/{api}/deployments/"+second, "")

	// Without a deployment of its own the canary starts from that of the stage.
	plain := h.ok(201, "POST", "/restapis/{api}/stages", `{"stageName":"plain","deploymentId":"`+first+`","canarySettings":{}}`)
	if diff := cmp.Diff(map[string]any{"deploymentId": first, "percentTraffic": 0.0, "useStageCache": false}, plain["canarySettings"]); diff != "" {
		t.Errorf("canary of nothing (-want +got):\n%s", diff)
	}
}

func TestCanaryDeployment(t *testing.T) {
	h, first := stageHarness(t)
	const list = "/restapis/{api}/deployments"
	second := h.deploy(`{"stageName":"prod","canarySettings":{"percentTraffic":50,"stageVariableOverrides":{"v":"a"}}}`)
	h.is(200, "GET", prod, "", stageJSON(first, `,"canarySettings":{"deploymentId":"`+second+`","percentTraffic":50.0,"useStageCache":false,"stageVariableOverrides":{"v":"a"}}`))
	// Another one takes the place of the first whole.
	third := h.deploy(`{"stageName":"prod","canarySettings":{"percentTraffic":40.5,"useStageCache":true}}`)
	h.is(200, "GET", prod, "", stageJSON(first, `,"canarySettings":{"deploymentId":"`+third+`","percentTraffic":40.5,"useStageCache":true}`))
	h.ok(202, "DELETE", list+"/"+second, "")

	const invalid = "Invalid deployment content specified."
	before := len(h.ok(200, "GET", list, "")["item"].([]any))
	h.badRequest(invalid+"Non null and non empty stageName must be provided for canary deployment. Provided value is null", "POST", list, `{"canarySettings":{"percentTraffic":10}}`)
	h.badRequest(invalid+"Stage non-existing must already be created before making a canary release deployment", "POST", list, `{"stageName":"non-existing","canarySettings":{"percentTraffic":10}}`)
	h.badRequest(invalid+"Non canary deployment not supported on stage prod because Canary is enabled. Provide CanarySettings in deploymentInput.", "POST", list, `{"stageName":"prod"}`)
	if after := len(h.ok(200, "GET", list, "")["item"].([]any)); after != before {
		t.Errorf("%d deployments instead of %d", after, before)
	}
}

func TestCanaryPromotion(t *testing.T) {
	h, first := stageHarness(t)
	h.ok(200, "PATCH", prod, patch("replace", "/variables/v", "old", "replace", "/variables/w", "kept"))

	const toDeployment, toVariables = "/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides"
	badCopy := func(from, path string) {
		t.Helper()
		h.badRequest("Invalid copy operation with path: "+path+" and from "+from+". Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
			"PATCH", prod, ops(copyOf(from, path)))
	}
	badCopy("/variables", toVariables)
	badCopy("/deploymentId", toDeployment)
	for _, o := range []string{copyOf(toDeployment, "/deploymentId"), copyOf(toVariables, "/variables")} {
		h.badRequest("Promotion not available. Canary does not exist.", "PATCH", prod, ops(o))
	}

	// The first operation creates the canary that the others need; it overrides nothing.
	promote := ops(percentZero, copyOf(toDeployment, "/deploymentId"), copyOf(toVariables, "/variables"))
	h.is(200, "PATCH", prod, promote, stageJSON(first, `,"variables":{"v":"old","w":"kept"},"canarySettings":{"deploymentId":"`+first+`","percentTraffic":0.0,"useStageCache":false}`))

	second := h.deploy(`{"stageName":"prod","canarySettings":{"percentTraffic":50,"stageVariableOverrides":{"v":"new"}}}`)
	h.is(200, "PATCH", prod, promote, stageJSON(second, `,"variables":{"v":"new","w":"kept"},"canarySettings":{"deploymentId":"`+second+`","percentTraffic":0.0,"useStageCache":false,"stageVariableOverrides":{"v":"new"}}`))
	if pointer, _ := h.served("prod"); pointer.DeploymentID != second || pointer.Variables["v"] != "new" {
		t.Errorf("served %+v", pointer)
	}
	h.ok(202, "DELETE", "/restapis/{api}/deployments/"+first, "")
}

func TestCanaryRefusals(t *testing.T) {
	h, first := stageHarness(t)
	h.badRequest("Invalid add operation with path: /canarySettings/deploymentId", "PATCH", prod, patch("add", "/canarySettings/deploymentId", first))
	h.badRequest("Cannot remove method setting canarySettings/stageVariableOverrides because there is no method setting for this method ", "PATCH", prod, patch("remove", "/canarySettings/stageVariableOverrides", "-"))
	h.badRequest("Cannot remove method setting canarySettings/badPath because there is no method setting for this method ", "PATCH", prod, patch("remove", "/canarySettings/badPath", "-"))
	h.badRequest("Deployment id does not exist", "PATCH", prod, patch("replace", "/canarySettings/deploymentId", "deploy"))
	h.badRequest("Deployment id does not exist", "PATCH", prod, patch("replace", "/deploymentId", "deploy"))
	h.badRequest("Deployment id does not exist", "POST", "/restapis/{api}/stages", `{"stageName":"new","deploymentId":"`+first+`","canarySettings":{"deploymentId":"nobody"}}`)
	h.badRequest("Invalid canary percentTraffic: 100.5. Must be between 0.0 and 100.0", "POST", "/restapis/{api}/stages", `{"stageName":"new","deploymentId":"`+first+`","canarySettings":{"percentTraffic":100.5}}`)
	h.badRequest("Invalid stage variable name: a-b. Please use names with up to 64 alphanumeric characters and underscores.", "PATCH", prod, patch("replace", "/canarySettings/stageVariableOverrides/a-b", "x"))
	for _, percent := range []string{"-1", "101", "much"} {
		if status, _, _ := h.do("PATCH", prod, patch("replace", "/canarySettings/percentTraffic", percent)); status != 400 {
			t.Errorf("percentTraffic %s: status %d", percent, status)
		}
	}
	h.is(200, "GET", prod, "", stageJSON(first, ``))
}
