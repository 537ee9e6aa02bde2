package controlplane_test

import (
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

func TestFlushesReachTheStageDocument(t *testing.T) {
	h := newHarness(t).create()
	h.mock(h.root, "GET")
	deployment := h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"prod"}`)["id"].(string)
	const stage = "/restapis/{api}/stages/prod"
	marks := func() (cache, authorizers int64) {
		t.Helper()
		partition, sort := snapshot.StageKey(h.api, "prod")
		item, err := h.store.Get(t.Context(), store.Key{Partition: partition, Sort: sort})
		if err != nil {
			t.Fatal(err)
		}
		document, err := snapshot.DecodeStage(item.Value)
		if err != nil {
			t.Fatal(err)
		}
		if document.DeploymentID != deployment {
			t.Errorf("the stage serves %s, want %s", document.DeploymentID, deployment)
		}
		return document.CacheFlushed, document.AuthorizersFlushed
	}
	is := func(when string, wantCache, wantAuthorizers int64) {
		t.Helper()
		if cache, authorizers := marks(); cache != wantCache || authorizers != wantAuthorizers {
			t.Errorf("%s: marks %d and %d, want %d and %d", when, cache, authorizers, wantCache, wantAuthorizers)
		}
	}
	is("before", 0, 0)
	if answer := h.ok(202, "DELETE", stage+"/cache/data", ""); len(answer) != 0 {
		t.Errorf("answer %v", answer)
	}
	is("cache flushed", now*1000, 0)
	h.ok(202, "DELETE", stage+"/cache/authorizers", "")
	is("authorizers flushed", now*1000, now*1000)
	h.ok(202, "DELETE", stage+"/cache/data", "")
	is("cache flushed again in one instant", now*1000+1, now*1000)
	h.clock.Add(5)
	h.ok(202, "DELETE", stage+"/cache/data", "")
	is("cache flushed later", (now+5)*1000, now*1000)
	h.ok(200, "PATCH", stage, patch("replace", "/variables/a", "b"))
	is("stage changed", (now+5)*1000, now*1000)
	if n := len(h.stages); n != 6 || h.stages[n-1] != h.api+"/prod" {
		t.Errorf("notices %q", h.stages)
	}

	for _, cache := range []string{"data", "authorizers"} {
		h.notFound("Invalid stage identifier specified", "DELETE", "/restapis/{api}/stages/none/cache/"+cache, "")
		h.notFound("Invalid stage identifier specified", "DELETE", "/restapis/nosuchapi0/stages/prod/cache/"+cache, "")
	}
}
