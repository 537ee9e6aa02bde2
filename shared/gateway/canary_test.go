package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/rest"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// memorySource serves one stage and counts what is read.
type memorySource struct {
	doc   snapshot.Stage
	reads atomic.Int64
}

func (m *memorySource) Stage(context.Context, string, string) (snapshot.Stage, error) {
	return m.doc, nil
}

// Snapshot makes deployments whose MOCK answers with what it sees of the request.
func (m *memorySource) Snapshot(_ context.Context, apiID, deploymentID string) ([]byte, error) {
	m.reads.Add(1)
	answer := snapshot.IntegrationResponse{StatusCode: "200", Parameters: []snapshot.Mapping{
		{Target: "method.response.header.served-by", Source: "'" + deploymentID + "'"},
		{Target: "method.response.header.deployment", Source: "context.deploymentId"},
		{Target: "method.response.header.canary", Source: "context.isCanaryRequest"},
		{Target: "method.response.header.color", Source: "stageVariables.color"},
		{Target: "method.response.header.shape", Source: "stageVariables.shape"},
	}}
	return snapshot.Build(snapshot.API{ID: apiID, DeploymentID: deploymentID}, []snapshot.Method{{
		ResourceID: "r", ResourcePath: "/", HTTPMethod: "GET", AuthorizationType: "NONE",
		Integration: snapshot.Integration{Type: "MOCK", TimeoutMillis: 29000,
			RequestTemplates: []snapshot.Template{{ContentType: "application/json", Text: `{"statusCode": 200}`}},
			Responses:        []snapshot.IntegrationResponse{answer}},
		Responses: map[string]snapshot.MethodResponse{"200": {Headers: []string{"served-by", "deployment", "canary", "color", "shape"}}},
	}})
}

// seen is what a request was served from.
type seen struct{ servedBy, deployment, canary, color, shape string }

// canaryGateway serves stage prod of API abc, and tells how often it drew a random number.
type canaryGateway struct {
	*Gateway
	source *memorySource
	stages *Stages
	draws  int
}

func newCanaryGateway(canary *snapshot.Canary) *canaryGateway {
	g := &canaryGateway{source: &memorySource{doc: snapshot.Stage{APIID: "abc", Name: "prod", DeploymentID: "base", AccountID: "123456789012",
		Variables: map[string]string{"color": "blue", "shape": "round"}, Canary: canary}}}
	random := rand.New(rand.NewPCG(1, 2))
	g.stages = NewStages(g.source, "us-east-1", time.Now, slog.New(slog.DiscardHandler))
	g.stages.random = func() float64 { g.draws++; return random.Float64() }
	g.Gateway = New(g.stages, nil, nil, rest.New(rest.Config{}), slog.New(slog.DiscardHandler))
	return g
}

func (g *canaryGateway) get(t *testing.T) seen {
	t.Helper()
	w := httptest.NewRecorder()
	g.ServeHTTP(w, httptest.NewRequest("GET", "http://abc.execute-api.localhost/prod/", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	value := func(name string) string {
		if v := w.Header()[name]; len(v) == 1 {
			return v[0]
		}
		return ""
	}
	return seen{value("served-by"), value("deployment"), value("canary"), value("color"), value("shape")}
}

var (
	fromBase   = seen{"base", "base", "false", "blue", "round"}
	fromCanary = seen{"new", "new", "true", "yellow", "round"}
)

// Every part of one request comes from one deployment, which is drawn once.
func TestOneRequestHasOneDeployment(t *testing.T) {
	g := newCanaryGateway(&snapshot.Canary{DeploymentID: "new", Percent: 50, Overrides: map[string]string{"color": "yellow"}})
	counts := map[seen]int{}
	for i := range 200 {
		counts[g.get(t)]++
		if g.draws != i+1 {
			t.Fatalf("%d draws for %d requests", g.draws, i+1)
		}
	}
	if len(counts) != 2 || counts[fromBase] == 0 || counts[fromCanary] == 0 {
		t.Errorf("served from %v", counts)
	}
	if n := g.source.reads.Load(); n != 2 {
		t.Errorf("%d snapshots were read for two deployments", n)
	}
}

// The canary's share is the configured one: within five standard deviations of a binomial
// distribution.
func TestCanaryShare(t *testing.T) {
	const n = 4000
	for _, percent := range []float64{0, 0.5, 10, 50, 99.5, 100} {
		t.Run(fmt.Sprint(percent), func(t *testing.T) {
			g := newCanaryGateway(&snapshot.Canary{DeploymentID: "new", Percent: percent, Overrides: map[string]string{"color": "yellow"}})
			hits := 0
			for range n {
				if g.get(t).canary == "true" {
					hits++
				}
			}
			p := percent / 100
			if bound := 5 * math.Sqrt(n*p*(1-p)); math.Abs(float64(hits)-n*p) > bound {
				t.Errorf("%d of %d requests, want %.0f within %.0f", hits, n, n*p, bound)
			}
		})
	}
}

func TestStagesWithoutCanary(t *testing.T) {
	g := newCanaryGateway(nil)
	if got, want := g.get(t), (seen{"base", "base", "", "blue", "round"}); got != want || g.draws != 0 {
		t.Errorf("%v after %d draws", got, g.draws)
	}
}

// A change of the canary acts without a new deployment; opened deployments are opened once.
func TestCanaryChanges(t *testing.T) {
	g := newCanaryGateway(nil)
	g.get(t)
	steps := []struct {
		name       string
		deployment string
		canary     *snapshot.Canary
		want       seen
		reads      int64
	}{
		{"a canary of the stage's own deployment", "base", &snapshot.Canary{DeploymentID: "base", Percent: 100}, seen{"base", "base", "true", "blue", "round"}, 1},
		{"a canary of another", "base", &snapshot.Canary{DeploymentID: "new", Percent: 100, Overrides: map[string]string{"color": "yellow"}}, fromCanary, 2},
		{"no share", "base", &snapshot.Canary{DeploymentID: "new", Overrides: map[string]string{"color": "yellow"}}, fromBase, 2},
		{"promoted", "new", &snapshot.Canary{DeploymentID: "new"}, seen{"new", "new", "false", "blue", "round"}, 2},
		{"removed", "new", nil, seen{"new", "new", "", "blue", "round"}, 2},
	}
	for _, s := range steps {
		g.source.doc.DeploymentID, g.source.doc.Canary = s.deployment, s.canary
		g.stages.Forget("abc", "prod")
		if got := g.get(t); got != s.want || g.source.reads.Load() != s.reads {
			t.Errorf("%s: %v after %d reads, want %v after %d", s.name, got, g.source.reads.Load(), s.want, s.reads)
		}
	}
}

// Variables of a stage managed elsewhere stand over those of the canary.
func TestManagedVariablesOverCanary(t *testing.T) {
	g := newCanaryGateway(&snapshot.Canary{DeploymentID: "new", Percent: 100, Overrides: map[string]string{"color": "yellow", "shape": "flat"}})
	s, err := g.stages.Get(t.Context(), "abc", "prod", map[string]string{"color": "red"})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Document().Variables; v["color"] != "red" || v["shape"] != "flat" {
		t.Errorf("variables %v", v)
	}
	if v := g.source.doc.Variables; v["color"] != "blue" {
		t.Errorf("the source's document changed: %v", v)
	}
}
