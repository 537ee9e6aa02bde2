package controlplane_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stageHarness has an API with a deployment and a stage prod.
func stageHarness(t *testing.T) (h *harness, deployment string) {
	h = newHarness(t).create()
	h.mock(h.root, "GET")
	return h, h.deploy(`{"stageName":"prod"}`)
}

const prod = "/restapis/{api}/stages/prod"

func TestStages(t *testing.T) {
	h, deployment := stageHarness(t)
	h.is(201, "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+deployment+`","description":"d","variables":{"v":"x"},"tags":{"k":"v"}}`,
		`{"cacheClusterEnabled":false,"cacheClusterStatus":"NOT_AVAILABLE","createdDate":1700000000,"deploymentId":"`+deployment+`","description":"d","lastUpdatedDate":1700000000,"methodSettings":{},"stageName":"dev","tags":{"k":"v"},"tracingEnabled":false,"variables":{"v":"x"}}`)
	h.refused(409, "ConflictException", "Stage already exists", "POST", "/restapis/{api}/stages", `{"stageName":"dev","deploymentId":"`+deployment+`"}`)
	h.notFound("Invalid Deployment identifier specified", "POST", "/restapis/{api}/stages", `{"stageName":"new","deploymentId":"nobody"}`)
	list := h.ok(200, "GET", "/restapis/{api}/stages", "")
	names := []string{}
	for _, s := range list["item"].([]any) {
		names = append(names, s.(map[string]any)["stageName"].(string))
	}
	if diff := cmp.Diff([]string{"dev", "prod"}, names); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
	h.is(200, "GET", "/restapis/{api}/stages?deploymentId=other", "", `{"item":[]}`)
	h.ok(202, "DELETE", "/restapis/{api}/stages/dev", "")
	h.notFound("Invalid stage identifier specified", "GET", "/restapis/{api}/stages/dev", "")
	if n := h.count("serve#" + h.api); n != 3 {
		t.Errorf("%d rows are served, want the snapshot, its definition and one stage", n)
	}
}

func TestStageVariables(t *testing.T) {
	h, _ := stageHarness(t)
	h.ok(200, "PATCH", prod, patch("replace", "/variables/a", "1", "add", "/variables/b", "2"))
	pointer, _ := h.served("prod")
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "2"}, pointer.Variables); diff != "" {
		t.Errorf("served variables (-want +got):\n%s", diff)
	}
	h.ok(200, "PATCH", prod, patch("remove", "/variables/a", "-"))
	if pointer, _ = h.served("prod"); len(pointer.Variables) != 1 {
		t.Errorf("served variables %v", pointer.Variables)
	}
	status, _, answer := h.do("PATCH", prod, patch("replace", "/variables/a", "{}"))
	if status != 400 || !strings.Contains(string(answer), "Invalid stage variable value: {}") {
		t.Errorf("invalid value: %d %s", status, answer)
	}
}

func TestMethodSettings(t *testing.T) {
	h, _ := stageHarness(t)
	settings := func(operations string) any {
		h.t.Helper()
		return h.ok(200, "PATCH", prod, operations)["methodSettings"]
	}
	full := func(ttl float64) map[string]any {
		return map[string]any{
			"cacheDataEncrypted": false, "cacheTtlInSeconds": ttl, "cachingEnabled": false, "dataTraceEnabled": false,
			"metricsEnabled": false, "requireAuthorizationForCacheControl": true, "throttlingBurstLimit": 5000.0,
			"throttlingRateLimit": 10000.0, "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
		}
	}
	cases := []struct {
		name, operations string
		want             map[string]any
	}{
		{"the first write prints the full set", patch("replace", "/test/GET/metrics/enabled", "false"), map[string]any{"test/GET": full(300)}},
		{"settings of all methods", patch("replace", "/*/*/caching/ttlInSeconds", "60"), map[string]any{"test/GET": full(300), "*/*": full(60)}},
		{"a new entry starts from them", patch("replace", "/~1a~1{b}/POST/metrics/enabled", "false"), map[string]any{"test/GET": full(300), "*/*": full(60), "a/{b}/POST": full(60)}},
		{"existing entries do not follow", patch("replace", "/*/*/caching/ttlInSeconds", "90"), map[string]any{"test/GET": full(300), "*/*": full(90), "a/{b}/POST": full(60)}},
		{"slashes may stand unescaped", patch("replace", "/a/{b}/POST/caching/ttlInSeconds", "5"), map[string]any{"test/GET": full(300), "*/*": full(90), "a/{b}/POST": full(5)}},
		{"remove", patch("remove", "/*/*", "-", "remove", "/~1a~1{b}/POST", "-"), map[string]any{"test/GET": full(300)}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(any(c.want), settings(c.operations)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	h.badRequest("Cannot remove method setting */* because there is no method setting for this method ", "PATCH", prod, patch("remove", "/*/*", "-"))
}

func TestStagePathRefusal(t *testing.T) {
	recorded, err := os.ReadFile("testdata/stage_path_refusal.txt")
	if err != nil {
		t.Fatal(err)
	}
	h, _ := stageHarness(t)
	for _, path := range []string{"/documentation_version", "/tags/k", "/x"} {
		h.badRequest(strings.ReplaceAll(strings.TrimSpace(string(recorded)), "{path}", path), "PATCH", prod, patch("replace", path, "x"))
	}
}
