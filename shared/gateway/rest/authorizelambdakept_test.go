package rest

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// A kept policy decides about each method anew (REST data plane spec, 11.3).
func TestKeptResults(t *testing.T) {
	var calls atomic.Int64
	f := authFunction(func(_ context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
		calls.Add(1)
		var event struct {
			MethodARN string `json:"methodArn"`
			Token     string `json:"authorizationToken"`
		}
		if err := json.Unmarshal(r.Payload, &event); err != nil {
			return integration.LambdaResponse{}, err
		}
		if event.Token == "bad" {
			return throwing("Unauthorized")(nil, r)
		}
		return saying(saysPolicy(statement("Allow", event.MethodARN)))(nil, r)
	})
	fix := guarded(f, func(a *snapshot.Authorizer) { a.TTLSeconds = 60 })
	now := testTime
	p, s := fix.pipeline(t), fix.stage(t)
	p = New(Config{Lambda: f, Now: func() time.Time { return now }})
	step := func(name string, s *Stage, path, token string, status int, asked int64) {
		t.Helper()
		_, got := fix.invocationOf(t, p, s, "GET", path, "Authorization", token)
		if got != status || calls.Load() != asked {
			t.Errorf("%s: %d after %d calls, want %d after %d", name, got, calls.Load(), status, asked)
		}
	}
	step("first", s, "/pets", "a", 200, 1)
	step("again", s, "/pets", "a", 200, 1)
	step("another path by the policy for the first", s, "/pets/7", "a", 403, 1)
	step("another token", s, "/pets/7", "b", 200, 2)
	step("refusal", s, "/pets", "bad", 401, 3)
	step("refusals are not kept", s, "/pets", "bad", 401, 4)
	now = now.Add(59 * time.Second)
	step("before the time is over", s, "/pets", "a", 200, 4)
	now = now.Add(time.Second)
	step("after it", s, "/pets", "a", 200, 5)

	doc := s.Document()
	doc.AuthorizersFlushed = now.UnixMilli()
	flushed := NewStage(s.Snapshot(), doc, "us-east-1")
	step("after a flush", flushed, "/pets", "a", 200, 6)
	step("and kept again", flushed, "/pets", "a", 200, 6)
	doc.DeploymentID = "dep124"
	step("after a deployment that leaves the authorizer alone", NewStage(s.Snapshot(), doc, "us-east-1"), "/pets", "a", 200, 6)
	changed := fix
	changed.api.Authorizers = map[string]snapshot.Authorizer{"auth": {Type: "TOKEN", URI: strings.Replace(authURI, ":auth/", ":auth:live/", 1), IdentitySource: "method.request.header.Authorization", TTLSeconds: 60}}
	step("after one that changes its function", NewStage(changed.stage(t).Snapshot(), doc, "us-east-1"), "/pets", "a", 200, 7)
	doc.Name = "dev"
	step("in another stage", NewStage(s.Snapshot(), doc, "us-east-1"), "/pets", "a", 200, 8)
}

// Without identity sources every request is asked about, since all would share one result.
func TestNothingIsKeptWithoutIdentity(t *testing.T) {
	var calls atomic.Int64
	fix := guarded(authFunction(func(_ context.Context, r integration.LambdaRequest) (integration.LambdaResponse, error) {
		calls.Add(1)
		return saying(saysPolicy(statement("Allow", "*")))(nil, r)
	}), func(a *snapshot.Authorizer) { a.Type, a.IdentitySource, a.TTLSeconds = "REQUEST", "", 300 })
	p, s := fix.pipeline(t), fix.stage(t)
	for range 3 {
		fix.invocationOf(t, p, s, "GET", "/pets")
	}
	if calls.Load() != 3 {
		t.Errorf("%d calls", calls.Load())
	}
}

func BenchmarkLambdaAuthorizerHit(b *testing.B) {
	fix := guarded(saying(saysPolicy(statement("Allow", testARN+"/GET/*"))), func(a *snapshot.Authorizer) { a.TTLSeconds = 3600 })
	p, s := fix.pipeline(b), fix.stage(b)
	r := httptest.NewRequest("GET", "http://"+testDomain+"/pets", nil)
	r.Header.Set("Authorization", "Bearer "+strings.Repeat("x", 800))
	inv := &Invocation{Stage: s, Target: target("/pets"), Request: r, pipeline: p, writer: httptest.NewRecorder()}
	for _, step := range []func() error{inv.arrive, inv.matchResource, inv.authorizeLambda} {
		if err := step(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := inv.authorizeLambda(); err != nil || !inv.Authorization.Cached {
			b.Fatal(err)
		}
	}
}
