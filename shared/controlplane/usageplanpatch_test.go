package controlplane_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateUsagePlan(t *testing.T) {
	stage := func(throttle any) []any {
		s := map[string]any{"apiId": "{api}", "stage": "dev"}
		if throttle != nil {
			s["throttle"] = throttle
		}
		return []any{s}
	}
	limits := func(kv ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	cases := []struct {
		name, operations, member string
		want                     any
	}{
		{"name", patch("replace", "/name", "q"), "name", "q"},
		{"description", patch("replace", "/description", "x"), "description", "x"},
		{"product code", patch("add", "/productCode", "x", "replace", "/productCode", "y"), "productCode", "y"},
		{"no product code", patch("add", "/productCode", "x", "remove", "/productCode", "-"), "productCode", nil},
		{"remove stage", patch("remove", "/apiStages", "{api}:dev"), "apiStages", []any{}},
		{"add stage, once", patch("add", "/apiStages", "{api}:dev", "add", "/apiStages", "{api}:dev"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 1.0)))},
		{"a stage that comes back has no throttle", patch("remove", "/apiStages", "{api}:dev", "add", "/apiStages", "{api}:dev"), "apiStages", stage(nil)},
		{"quota members", patch("replace", "/quota/limit", "7", "add", "/quota/period", "MONTH", "add", "/quota/offset", "27"), "quota", limits("limit", 7.0, "period", "MONTH", "offset", 27.0)},
		{"quota from nothing", patch("remove", "/quota", "-", "add", "/quota/limit", "7", "add", "/quota/period", "DAY"), "quota", limits("limit", 7.0, "period", "DAY", "offset", 0.0)},
		{"no quota", patch("remove", "/quota", "-"), "quota", nil},
		{"throttle members", patch("replace", "/throttle/rateLimit", "0.5", "add", "/throttle/burstLimit", "0"), "throttle", limits("rateLimit", 0.5, "burstLimit", 0.0)},
		{"no throttle", patch("remove", "/apiStages/{api}:dev/throttle", "-", "remove", "/throttle", "-"), "throttle", nil},
		{"method rate", patch("replace", "/apiStages/{api}:dev/throttle/~1pets/GET/rateLimit", "3"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 3.0)))},
		{"method burst", patch("add", "/apiStages/{api}:dev/throttle/~1pets/GET/burstLimit", "4"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 1.0, "burstLimit", 4.0)))},
		{"another method", patch("add", "/apiStages/{api}:dev/throttle/~1pets~1{id}/ANY/rateLimit", "3"), "apiStages",
			stage(limits("/pets/GET", limits("rateLimit", 1.0), "/pets/{id}/ANY", limits("rateLimit", 3.0)))},
		{"slashes as they are", patch("replace", "/apiStages/{api}:dev/throttle//pets/GET/rateLimit", "3"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 3.0)))},
		{"without the first slash", patch("replace", "/apiStages/{api}:dev/throttle/pets/GET/rateLimit", "3"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 3.0)))},
		{"the root", patch("remove", "/apiStages/{api}:dev/throttle", "-", "add", "/apiStages/{api}:dev/throttle/~1/GET/rateLimit", "3"), "apiStages", stage(limits("//GET", limits("rateLimit", 3.0)))},
		{"remove a method", patch("remove", "/apiStages/{api}:dev/throttle/~1pets/GET", "-"), "apiStages", stage(nil)},
		{"remove a method that is not there", patch("remove", "/apiStages/{api}:dev/throttle/~1pets/PUT", "-"), "apiStages", stage(limits("/pets/GET", limits("rateLimit", 1.0)))},
		{"remove all methods", patch("remove", "/apiStages/{api}:dev/throttle", "-"), "apiStages", stage(nil)},
		{"replace all methods", patch("replace", "/apiStages/{api}:dev/throttle", `{"//GET":{"rateLimit":2,"burstLimit":3}}`), "apiStages", stage(limits("//GET", limits("rateLimit", 2.0, "burstLimit", 3.0)))},
		{"add methods", patch("add", "/apiStages/{api}:dev/throttle", `{"/a/PUT":{"burstLimit":3}}`), "apiStages",
			stage(limits("/pets/GET", limits("rateLimit", 1.0), "/a/PUT", limits("burstLimit", 3.0)))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			api := h.stageOf("dev")
			plan := h.plan(`{"name":"p","throttle":{"rateLimit":10},"quota":{"limit":5,"period":"WEEK"},"apiStages":[{"apiId":"` + api + `","stage":"dev","throttle":{"/pets/GET":{"rateLimit":1}}}]}`)
			got := h.ok(200, "PATCH", "/usageplans/"+plan, c.operations)
			want := c.want
			if stages, ok := want.([]any); ok && len(stages) > 0 {
				stages[0].(map[string]any)["apiId"] = api
			}
			if diff := cmp.Diff(want, got[c.member]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.member, diff)
			}
			if diff := cmp.Diff(got, h.ok(200, "GET", "/usageplans/"+plan, "")); diff != "" {
				t.Errorf("stored (-answered +stored):\n%s", diff)
			}
		})
	}
}

func TestUpdateUsagePlanRefusals(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	plan := h.plan(`{"name":"p","apiStages":` + apiStages(api+":dev") + `}`)
	path := "/usageplans/" + plan
	const removable = "[/apiStages, /quota, /throttle, /productCode, /apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, /apiStages/<apidId:stageName>/throttle]"
	h.badRequest("Invalid patch path  '/apiStages/"+api+":dev' specified for op 'remove'. Must be one of: "+removable, "PATCH", path, patch("remove", "/apiStages/"+api+":dev", "-"))
	h.badRequest("Invalid patch path  '/name' specified for op 'remove'. Please choose supported operations", "PATCH", path, patch("remove", "/name", "-"))
	for _, stage := range []string{"-", "", "dev", ":dev", api + ":", api + ":dev:x"} {
		h.badRequest("Invalid API Stage specified", "PATCH", path, patch("remove", "/apiStages", stage))
		h.badRequest("Invalid API Stage specified", "PATCH", path, patch("add", "/apiStages", stage))
	}
	h.notFound("Invalid API Stage {api: "+api+", stage: prod} specified for usageplan "+plan, "PATCH", path, patch("add", "/apiStages", api+":prod"))
	h.notFound("Invalid API Stage {api: nosuch, stage: dev} specified for usageplan "+plan, "PATCH", path, patch("remove", "/apiStages", "nosuch:dev"))
	h.notFound("Invalid API Stage {api: nosuch, stage: dev} specified for usageplan "+plan, "PATCH", path, patch("add", "/apiStages/nosuch:dev/throttle/~1/GET/rateLimit", "1"))
	h.badRequest("Can not define fine grain throttling if usage plan throttle is not defined.", "PATCH", path, patch("add", "/apiStages/"+api+":dev/throttle/~1/GET/rateLimit", "1"))
	h.badRequest("Invalid patch value '[]' specified for path '/apiStages/"+api+":dev/throttle'. Must be a JSON object of method throttles", "PATCH", path, patch("replace", "/apiStages/"+api+":dev/throttle", "[]"))
	h.badRequest("Usage Plan quota must have both a limit and a period", "PATCH", path, patch("add", "/quota/limit", "1"))
	h.badRequest("Usage Plan quota offset must be zero in the DAY period", "PATCH", path, patch("add", "/quota/limit", "1", "add", "/quota/period", "DAY", "add", "/quota/offset", "1"))
	h.badRequest("Invalid patch value '-1' specified for path '/throttle/rateLimit'. Must be a number greater than or equal to 0", "PATCH", path, patch("add", "/throttle/rateLimit", "-1"))
	h.is(200, "GET", path, "", `{"apiStages":`+apiStages(api+":dev")+`,"id":"`+plan+`","name":"p"}`)

	operations := []string{"add", "/throttle/rateLimit", "1"}
	for i := range 21 {
		operations = append(operations, "add", fmt.Sprintf("/apiStages/%s:dev/throttle/~1r%d/GET/rateLimit", api, i), "1")
	}
	h.refused(429, "LimitExceededException", "Maximum number of method throttles for API Stage "+api+":dev has been reached: 20", "PATCH", path, patch(operations...))
	h.ok(200, "PATCH", path, patch(operations[:len(operations)-3]...))
}
