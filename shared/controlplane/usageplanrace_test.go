package controlplane_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store"
)

// overtaken is a store in which somebody else is always faster: rival runs right before the first
// transaction once it is set.
type overtaken struct {
	controlplane.Store
	rival atomic.Pointer[func()]
}

func (o *overtaken) Transact(ctx context.Context, writes []store.Write) error {
	if rival := o.rival.Swap(nil); rival != nil {
		(*rival)()
	}
	return o.Store.Transact(ctx, writes)
}

// TestRivalsDoNotBreakPlans runs each operation with another one, of another process, between what
// it read and what it writes.
func TestRivalsDoNotBreakPlans(t *testing.T) {
	type call struct {
		method, path, body string
		status             int
	}
	// {P} and {Q} are plans, {K} is a key, {S} is a stage "api:dev".
	join := func(plan string, status int) call {
		return call{"POST", "/usageplans/" + plan + "/keys", planKey("{K}"), status}
	}
	addStage := func(plan string, status int) call {
		return call{"PATCH", "/usageplans/" + plan, patch("add", "/apiStages", "{S}"), status}
	}
	dropStage := func(status int) call { return call{"DELETE", "/restapis/{api}/stages/dev", "", status} }
	deletePlan := func(plan string, status int) call { return call{"DELETE", "/usageplans/" + plan, "", status} }
	deleteKey := func(status int) call { return call{"DELETE", "/apikeys/{K}", "", status} }
	value := func(status int) call { return call{"POST", "/apikeys", `{"value":"` + secret + `2"}`, status} }
	rename := func(status int) call {
		return call{"PATCH", "/apikeys/{K}", patch("replace", "/name", "new"), status}
	}
	leave := func(plan string, status int) call {
		return call{"DELETE", "/usageplans/" + plan + "/keys/{K}", "", status}
	}
	cases := []struct {
		name         string
		before       []call
		first, rival call
	}{
		{"a key joins, its plan gets the stage of another plan of the key", []call{join("{Q}", 201), addStage("{Q}", 200)}, join("{P}", 409), addStage("{P}", 200)},
		{"the same the other way round", []call{join("{Q}", 201), addStage("{Q}", 200)}, addStage("{P}", 409), join("{P}", 201)},
		{"a plan gets a stage, its key joins another plan of the stage", []call{join("{P}", 201), addStage("{Q}", 200)}, addStage("{P}", 409), join("{Q}", 201)},
		{"the same the other way round, later", []call{join("{P}", 201), addStage("{Q}", 200)}, join("{Q}", 409), addStage("{P}", 200)},
		{"two plans of one key get a stage", []call{join("{P}", 201), join("{Q}", 201)}, addStage("{P}", 409), addStage("{Q}", 200)},
		{"a key joins two plans of one stage", []call{addStage("{P}", 200), addStage("{Q}", 200)}, join("{P}", 409), join("{Q}", 201)},
		{"a key joins a plan twice", nil, join("{P}", 409), join("{P}", 201)},
		{"a plan gets a stage that is deleted", nil, addStage("{P}", 404), dropStage(202)},
		{"a stage is deleted that a plan gets", nil, dropStage(202), addStage("{P}", 200)},
		{"a stage is deleted that a second plan gets", []call{addStage("{Q}", 200)}, dropStage(202), addStage("{P}", 200)},
		{"a plan is deleted that a key joins", nil, deletePlan("{P}", 202), join("{P}", 201)},
		{"a key joins a plan that is deleted", nil, join("{P}", 404), deletePlan("{P}", 202)},
		{"a plan is deleted that gets a stage", nil, deletePlan("{P}", 400), addStage("{P}", 200)},
		{"a plan gets a stage and is deleted", nil, addStage("{P}", 404), deletePlan("{P}", 202)},
		{"a key joins a plan and is deleted", nil, join("{P}", 404), deleteKey(202)},
		{"a key is deleted that joins a plan", nil, deleteKey(202), join("{P}", 201)},
		{"a key is renamed that leaves its plan", []call{join("{P}", 201)}, rename(200), leave("{P}", 202)},
		{"a key leaves its plan that is renamed", []call{join("{P}", 201)}, leave("{P}", 202), rename(200)},
		{"two keys of one value", nil, value(409), value(201)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			raw := newHarness(t)
			api := raw.stageOf("dev")
			names := map[string]string{
				"{P}": raw.plan(`{"name":"p"}`), "{Q}": raw.plan(`{"name":"q"}`),
				"{K}": raw.key(`{"value":"` + secret + `","name":"old"}`), "{S}": api + ":dev",
			}
			run := func(h *harness, c call) {
				status, _, answer := h.do(c.method, substitute(c.path, names), substitute(c.body, names))
				if status != c.status {
					t.Errorf("%s %s %s: %d %s, want %d", c.method, c.path, c.body, status, answer, c.status)
				}
			}
			for _, b := range c.before {
				run(raw, b)
			}
			slow := &overtaken{Store: raw.store}
			slower := newHarnessOn(t, slow)
			slower.api = api
			rival := func() { run(raw, c.rival) }
			slow.rival.Store(&rival)
			run(slower, c.first)
			raw.checkPlans(names["{K}"], names["{P}"], names["{Q}"])
		})
	}
}

// checkPlans compares everything that is known about a key and two plans with each other.
func (h *harness) checkPlans(key string, plans ...string) {
	h.t.Helper()
	stages := map[string]string{} // stage -> a plan of the key
	in := []any{}
	for _, plan := range plans {
		status, _, _ := h.do("GET", "/usageplans/"+plan, "")
		listed := members(h.ok(200, "GET", "/usageplans/"+plan+"/keys", ""), "id")
		if status == 404 {
			if len(listed) > 0 || h.count("usageplankeys#"+plan) > 0 {
				h.t.Errorf("the deleted plan %s has keys", plan)
			}
			continue
		}
		var covered []string
		for _, s := range h.ok(200, "GET", "/usageplans/"+plan, "")["apiStages"].([]any) {
			stage := s.(map[string]any)
			covered = append(covered, stage["apiId"].(string))
			h.ok(200, "GET", "/restapis/"+stage["apiId"].(string)+"/stages/"+stage["stage"].(string), "")
		}
		if !cmp.Equal([]string{key}, listed) {
			continue
		}
		in = append(in, plan)
		for _, stage := range covered {
			if other := stages[stage]; other != "" {
				h.t.Errorf("the key is in plans %s and %s of stage %s", plan, other, stage)
			}
			stages[stage] = plan
		}
	}
	row := h.byValue(secret)
	if row == nil {
		if len(in) > 0 {
			h.t.Errorf("the deleted key is in %v", in)
		}
		return
	}
	if !cmp.Equal(len(in), len(row["plans"].([]any))) {
		h.t.Errorf("the data plane reads %v, the plans with the key are %v", row, in)
	}
}

func substitute(s string, names map[string]string) string {
	for name, v := range names {
		s = strings.ReplaceAll(s, name, v)
	}
	return s
}
