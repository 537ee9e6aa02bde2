package controlplane_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// join puts a key into a plan.
func (h *harness) join(plan, key string) {
	h.t.Helper()
	h.clock.Add(1)
	h.ok(201, "POST", "/usageplans/"+plan+"/keys", planKey(key))
}

func planKey(id string) string { return `{"keyId":"` + id + `","keyType":"API_KEY"}` }

func TestUsagePlanKeys(t *testing.T) {
	h := newHarness(t)
	plan := h.plan(`{"name":"p"}`)
	list := "/usageplans/" + plan + "/keys"
	id := h.key(`{"name":"alpha","value":"` + secret + `"}`)
	want := `{"id":"` + id + `","name":"alpha","type":"API_KEY","value":"` + secret + `"}`
	h.is(201, "POST", list, planKey(id), want)
	h.is(200, "GET", list+"/"+id, "", want)
	h.is(200, "GET", list, "", `{"item":[`+want+`]}`)
	if row := h.byValue(secret); !cmp.Equal([]any{plan}, row["plans"]) {
		t.Errorf("the data plane reads %v", row)
	}
	h.is(200, "GET", "/usageplans?keyId="+id, "", `{"item":[{"apiStages":[],"id":"`+plan+`","name":"p"}]}`)
	h.is(200, "GET", "/usageplans?keyId=nosuch", "", `{"item":[]}`)

	h.join(plan, h.key(`{"name":"alphabet"}`))
	h.join(plan, h.key(`{"name":"beta"}`))
	for query, want := range map[string][]string{
		"":              {"beta", "alphabet", "alpha"},
		"?name=alpha":   {"alphabet", "alpha"},
		"?name=Alpha":   nil,
		"?name=betaand": nil,
	} {
		if got := members(h.ok(200, "GET", list+query, ""), "name"); !cmp.Equal(want, got) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	first := h.ok(200, "GET", list+"?limit=2", "")
	second := h.ok(200, "GET", list+"?limit=2&position="+first["position"].(string), "")
	if got := members(second, "name"); !cmp.Equal([]string{"alpha"}, got) {
		t.Errorf("second page %v", got)
	}

	h.ok(200, "PATCH", "/apikeys/"+id, patch("replace", "/name", "omega"))
	if got := members(h.ok(200, "GET", list+"?name=o", ""), "id"); !cmp.Equal([]string{id}, got) {
		t.Errorf("by the new name: %v", got)
	}
	h.ok(202, "DELETE", list+"/"+id, "")
	if got := members(h.ok(200, "GET", list, ""), "name"); !cmp.Equal([]string{"beta", "alphabet"}, got) {
		t.Errorf("after the removal: %v", got)
	}
	if row := h.byValue(secret); !cmp.Equal([]any{}, row["plans"]) {
		t.Errorf("the data plane reads %v", row)
	}
}

func TestUsagePlanKeyRefusals(t *testing.T) {
	h := newHarness(t)
	plan, key := h.plan(`{"name":"p"}`), h.key(`{}`)
	list := "/usageplans/" + plan + "/keys"
	h.notFound("Invalid Usage Plan ID specified", "POST", "/usageplans/nosuch/keys", planKey(key))
	h.notFound("Invalid API Key identifier specified", "POST", list, planKey("nosuch"))
	h.badRequest("Invalid key type specified. Must be one of: [API_KEY]", "POST", list, `{"keyId":"`+key+`","keyType":"OTHER"}`)
	h.is(200, "GET", "/usageplans/nosuch/keys", "", `{"item":[]}`)
	for _, method := range []string{"GET", "DELETE"} {
		h.notFound("Invalid Usage Plan ID specified", method, "/usageplans/nosuch/keys/"+key, "")
		h.notFound("Invalid API Key identifier specified", method, list+"/nosuch", "")
		h.notFound("Invalid Usage Plan ID specified", method, list+"/"+key, "")
	}
	h.join(plan, key)
	h.refused(409, "ConflictException", "API Key "+key+" is already in Usage Plan "+plan, "POST", list, planKey(key))

	for i := range 9 {
		h.join(h.plan(fmt.Sprintf(`{"name":"p%d"}`, i)), key)
	}
	h.refused(429, "LimitExceededException", "Maximum number of Usage Plans for API Key "+key+" has been reached: 10",
		"POST", "/usageplans/"+h.plan(`{"name":"eleventh"}`)+"/keys", planKey(key))
}

func TestDeletedKeyLeavesItsPlans(t *testing.T) {
	h := newHarness(t)
	plans := []string{h.plan(`{"name":"p"}`), h.plan(`{"name":"q"}`)}
	key := h.key(`{}`)
	for _, plan := range plans {
		h.join(plan, key)
	}
	h.ok(202, "DELETE", "/apikeys/"+key, "")
	for _, plan := range plans {
		h.is(200, "GET", "/usageplans/"+plan+"/keys", "", `{"item":[]}`)
		if n := h.count("usageplankeys#" + plan); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	}
}

func TestKeyIsInOnePlanForEachStage(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	plan := h.plan(`{"name":"p","apiStages":` + apiStages(api+":dev") + `}`)
	rival := h.plan(`{"name":"q","apiStages":` + apiStages(api+":dev") + `}`)
	later := h.plan(`{"name":"r"}`)
	key := h.key(`{}`)
	h.join(plan, key)
	h.refused(409, "ConflictException", "Usage Plan "+rival+" cannot be added because API Key "+key+" cannot reference multiple Usage Plans with the same API stage: "+api+":dev",
		"POST", "/usageplans/"+rival+"/keys", planKey(key))
	h.join(later, key)
	add := patch("add", "/apiStages", api+":dev")
	h.refused(409, "ConflictException", "Usage Plan "+later+" cannot be updated because API Key "+key+" cannot reference multiple Usage Plans with the same API stage: "+api+":dev",
		"PATCH", "/usageplans/"+later, add)
	h.ok(202, "DELETE", "/usageplans/"+plan+"/keys/"+key, "")
	h.ok(200, "PATCH", "/usageplans/"+later, add)
	h.refused(409, "ConflictException", "Usage Plan "+rival+" cannot be added because API Key "+key+" cannot reference multiple Usage Plans with the same API stage: "+api+":dev",
		"POST", "/usageplans/"+rival+"/keys", planKey(key))
}

// TestConcurrentPlanChangesKeepTheInvariants lets keys join plans while stages join and leave them
// and disappear, through two services on one store, and then compares all rows.
func TestConcurrentPlanChangesKeepTheInvariants(t *testing.T) {
	h := newHarness(t)
	apis := []string{h.stageOf("dev"), h.stageOf("dev")}
	other := newHarnessOn(t, h.store)
	var plans, keys, values []string
	for i := range 3 {
		plans = append(plans, h.plan(fmt.Sprintf(`{"name":"p%d"}`, i)))
		keys = append(keys, h.key(fmt.Sprintf(`{"value":"%s%d"}`, secret, i)))
		values = append(values, fmt.Sprint(secret, i))
	}
	var wait sync.WaitGroup
	for worker := range 6 {
		via := []*harness{h, other}[worker%2]
		wait.Go(func() {
			for i := range 12 {
				plan, key, stage := plans[(worker+i)%3], keys[(worker+i/3)%3], apis[(i+worker/2)%2]+":dev"
				switch (worker*5 + i) % 7 {
				case 0, 1, 2:
					via.do("POST", "/usageplans/"+plan+"/keys", planKey(key))
				case 3, 4:
					via.do("PATCH", "/usageplans/"+plan, patch("add", "/apiStages", stage))
				case 5:
					via.do("PATCH", "/usageplans/"+plan, patch("remove", "/apiStages", stage))
				case 6:
					via.do("DELETE", "/usageplans/"+plan+"/keys/"+key, "")
				}
			}
		})
	}
	wait.Go(func() { h.do("DELETE", "/restapis/"+apis[1]+"/stages/dev", "") })
	wait.Wait()

	covered := map[string][]string{} // key and stage -> plans
	for _, plan := range plans {
		var stages []string
		for _, s := range h.ok(200, "GET", "/usageplans/"+plan, "")["apiStages"].([]any) {
			api := s.(map[string]any)["apiId"].(string)
			if api == apis[1] {
				t.Errorf("plan %s covers a deleted stage", plan)
			}
			stages = append(stages, api)
		}
		for _, key := range members(h.ok(200, "GET", "/usageplans/"+plan+"/keys", ""), "id") {
			for _, stage := range stages {
				covered[key+" "+stage] = append(covered[key+" "+stage], plan)
			}
		}
	}
	for what, in := range covered {
		if len(in) > 1 {
			t.Errorf("%s is in %v", what, in)
		}
	}
	for i, key := range keys {
		listed := members(h.ok(200, "GET", "/usageplans?keyId="+key, ""), "id")
		row := h.byValue(values[i])
		got := []string{}
		for _, plan := range row["plans"].([]any) {
			got = append(got, plan.(string))
			if status, _, _ := h.do("GET", "/usageplans/"+plan.(string)+"/keys/"+key, ""); status != 200 {
				t.Errorf("key %s says that it is in plan %s, which does not list it", key, plan)
			}
		}
		if !cmp.Equal(append([]string{}, listed...), got) {
			b, _ := json.Marshal(row)
			t.Errorf("key %s: plans %v, the data plane reads %s", key, listed, b)
		}
	}
}
