package controlplane_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/wire"
)

func isRefusal(err error) bool {
	var refusal *wire.Error
	return errors.As(err, &refusal)
}

// plan creates a usage plan and returns its identifier.
func (h *harness) plan(body string) string {
	h.t.Helper()
	return h.ok(201, "POST", "/usageplans", body)["id"].(string)
}

func apiStages(stages ...string) string {
	var list []map[string]string
	for _, stage := range stages {
		api, name, _ := strings.Cut(stage, ":")
		list = append(list, map[string]string{"apiId": api, "stage": name})
	}
	b, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestCreateUsagePlan(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	cases := []struct{ name, body, want string }{
		{"a name only", `{"name":"p"}`, `{"apiStages":[],"id":"{id}","name":"p"}`},
		{"everything",
			`{"name":"p","description":"d","apiStages":[{"apiId":"` + api + `","stage":"dev","throttle":{"/pets/GET":{"rateLimit":1.5,"burstLimit":2}}}],"throttle":{"rateLimit":10,"burstLimit":20},"quota":{"limit":5,"offset":2,"period":"WEEK"},"tags":{"k":"v"}}`,
			`{"name":"p","description":"d","apiStages":[{"apiId":"` + api + `","stage":"dev","throttle":{"/pets/GET":{"rateLimit":1.5,"burstLimit":2}}}],"throttle":{"rateLimit":10,"burstLimit":20},"quota":{"limit":5,"offset":2,"period":"WEEK"},"tags":{"k":"v"},"id":"{id}"}`},
		{"an offset of zero is printed", `{"name":"p","quota":{"limit":0,"period":"DAY"}}`, `{"apiStages":[],"id":"{id}","name":"p","quota":{"limit":0,"offset":0,"period":"DAY"}}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := h.ok(201, "POST", "/usageplans", c.body)
			var want map[string]any
			if err := json.Unmarshal([]byte(strings.Replace(c.want, "{id}", got["id"].(string), 1)), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want, h.ok(200, "GET", "/usageplans/"+got["id"].(string), "")); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
	if got := members(h.ok(200, "GET", "/usageplans?limit=2", ""), "name"); len(got) != 2 {
		t.Errorf("a page of %v", got)
	}
}

func TestUsagePlanRefusals(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	cases := []struct {
		name, body, message string
		status              int
		code                string
	}{
		{"unknown API", `{"name":"p","apiStages":[{"apiId":"nosuch","stage":"dev"}]}`, "Invalid API Stage {api: nosuch, stage: dev} specified for usageplan {id}", 404, "NotFoundException"},
		{"unknown stage", `{"name":"p","apiStages":[{"apiId":"` + api + `","stage":"prod"}]}`, "Invalid API Stage {api: " + api + ", stage: prod} specified for usageplan {id}", 404, "NotFoundException"},
		{"no API", `{"name":"p","apiStages":[{"apiId":"","stage":"dev"}]}`, "Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", 400, "BadRequestException"},
		{"no stage", `{"name":"p","apiStages":[{"apiId":"` + api + `"}]}`, "Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", 400, "BadRequestException"},
		{"twice", `{"name":"p","apiStages":` + apiStages(api+":dev", api+":dev") + `}`, "Duplicate API Stage specified: " + api + ":dev", 400, "BadRequestException"},
		{"method throttle alone", `{"name":"p","apiStages":[{"apiId":"` + api + `","stage":"dev","throttle":{"/GET":{"rateLimit":1}}}]}`, "Can not define fine grain throttling if usage plan throttle is not defined.", 400, "BadRequestException"},
		{"throttle of all methods", `{"name":"p","throttle":{"rateLimit":1},"apiStages":[{"apiId":"` + api + `","stage":"dev","throttle":{"*/*":{"rateLimit":1}}}]}`, "Invalid method specified for throttle: */*. Must be like /resource/METHOD", 400, "BadRequestException"},
		{"negative rate", `{"name":"p","throttle":{"rateLimit":-1}}`, "Invalid throttle rateLimit specified. Must be greater than or equal to 0", 400, "BadRequestException"},
		{"negative burst", `{"name":"p","throttle":{"burstLimit":-1}}`, "Invalid throttle burstLimit specified. Must be greater than or equal to 0", 400, "BadRequestException"},
		{"quota without period", `{"name":"p","quota":{"limit":1}}`, "Usage Plan quota must have both a limit and a period", 400, "BadRequestException"},
		{"negative quota", `{"name":"p","quota":{"limit":-1,"period":"DAY"}}`, "Usage Plan quota limit must be greater than or equal to 0", 400, "BadRequestException"},
		{"offset of a day", `{"name":"p","quota":{"limit":1,"offset":1,"period":"DAY"}}`, "Usage Plan quota offset must be zero in the DAY period", 400, "BadRequestException"},
		{"offset of a week", `{"name":"p","quota":{"limit":1,"offset":7,"period":"WEEK"}}`, "Usage Plan quota offset must be between 0 and 6 inclusive in the WEEK period", 400, "BadRequestException"},
		{"offset of a month", `{"name":"p","quota":{"limit":1,"offset":28,"period":"MONTH"}}`, "Usage Plan quota offset must be between 0 and 27 inclusive in the MONTH period", 400, "BadRequestException"},
		{"unknown period", `{"name":"p","quota":{"limit":1,"period":"YEAR"}}`, "1 validation error detected: Value 'YEAR' at 'createUsagePlanInput.quota.period' failed to satisfy constraint: Member must satisfy enum value set: [{periods}]", 400, "ValidationException"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, code, answer := h.do("POST", "/usageplans", c.body)
			var out struct{ Message string }
			if err := json.Unmarshal(answer, &out); err != nil {
				t.Fatal(err)
			}
			// The identifier of a plan that was never created is not known, the order of an enum's
			// values not recorded.
			want, _, _ := strings.Cut(c.message, "{id}")
			want, _, _ = strings.Cut(want, "{periods}")
			if status != c.status || code != c.code || !strings.HasPrefix(out.Message, want) {
				t.Errorf("%d %s %q", status, code, out.Message)
			}
		})
	}
	for _, call := range [][2]string{{"GET", ""}, {"PATCH", patch("replace", "/name", "n")}, {"DELETE", ""}} {
		h.notFound("Invalid Usage Plan ID specified", call[0], "/usageplans/nosuch", call[1])
	}
	h.is(200, "GET", "/usageplans", "", `{"item":[]}`)
}

func TestDeleteUsagePlan(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	plan := h.plan(`{"name":"p","apiStages":` + apiStages(api+":dev") + `}`)
	key := h.key(`{"value":"` + secret + `"}`)
	h.join(plan, key)
	h.badRequest("Cannot delete Usage Plan "+plan+" because there are API Stages associated with it, including "+api+":dev", "DELETE", "/usageplans/"+plan, "")
	h.ok(200, "PATCH", "/usageplans/"+plan, patch("remove", "/apiStages", api+":dev"))
	h.ok(202, "DELETE", "/usageplans/"+plan, "")
	h.notFound("Invalid Usage Plan ID specified", "GET", "/usageplans/"+plan, "")
	if row := h.byValue(secret); !cmp.Equal([]any{}, row["plans"]) {
		t.Errorf("the key is still in %v", row["plans"])
	}
	if n := h.count("usageplankeys#" + plan); n != 0 {
		t.Errorf("%d rows of a deleted plan", n)
	}
}

func TestDeletedStagesLeaveTheirPlans(t *testing.T) {
	deletions := map[string]string{"the stage": "/restapis/{api}/stages/dev", "the API": "/restapis/{api}"}
	for name, path := range deletions {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t)
			keep := h.stageOf("dev")
			api := h.stageOf("dev")
			var plans []string
			for i := range 45 { // more than one transaction takes
				plans = append(plans, h.plan(fmt.Sprintf(`{"name":"p%d","apiStages":%s}`, i, apiStages(api+":dev", keep+":dev"))))
			}
			h.ok(202, "DELETE", path, "")
			for _, plan := range plans {
				got := h.ok(200, "GET", "/usageplans/"+plan, "")["apiStages"]
				if want := []any{map[string]any{"apiId": keep, "stage": "dev"}}; !cmp.Equal(want, got) {
					t.Fatalf("plan %s covers %v", plan, got)
				}
			}
			if n := h.count("usageplanstages"); n != 1 {
				t.Errorf("%d rows of stages with plans, want that of the other API", n)
			}
		})
	}
}

func TestStageCreatedAgainIsInNoPlan(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	plan := h.plan(`{"name":"p","apiStages":` + apiStages(api+":dev") + `}`)
	h.ok(202, "DELETE", "/restapis/{api}/stages/dev", "")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"dev"}`)
	if got := h.ok(200, "GET", "/usageplans/"+plan, "")["apiStages"]; !cmp.Equal([]any{}, got) {
		t.Errorf("apiStages %v", got)
	}
	h.ok(200, "PATCH", "/usageplans/"+plan, patch("add", "/apiStages", api+":dev"))
}
