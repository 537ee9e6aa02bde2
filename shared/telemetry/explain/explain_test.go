package explain_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/telemetry/explain"
)

var start = time.Date(2020, 3, 4, 19, 15, 17, 0, time.UTC)

// refusal is the n-th of a stage.
func refusal(api, stage string, n int) explain.Refusal {
	return explain.Refusal{RequestID: fmt.Sprintf("%s-%s-%d", api, stage, n), ExtendedRequestID: fmt.Sprintf("x%s%s%d=", api, stage, n), API: api, Stage: stage,
		Time: start.Add(time.Duration(n) * time.Second), Method: "GET", Path: "/prod/a", Status: 403, ResponseType: "ACCESS_DENIED", Phase: "authorization", Reason: "no"}
}

func ids(list []explain.Refusal) string {
	var all []string
	for _, r := range list {
		all = append(all, r.RequestID)
	}
	return strings.Join(all, " ")
}

func TestTheLatestOfEachStageStay(t *testing.T) {
	m := explain.New(explain.Limits{PerStage: 3, Stages: 2})
	for n := range 5 {
		m.Add(refusal("a", "prod", n))
	}
	m.Add(refusal("b", "prod", 0))
	if got := ids(m.Latest("a", "prod", 9)); got != "a-prod-4 a-prod-3 a-prod-2" {
		t.Errorf("kept %s", got)
	}
	if got := ids(m.Latest("a", "", 2)); got != "a-prod-4 a-prod-3" {
		t.Errorf("two are %s", got)
	}
	for id, want := range map[string]bool{"a-prod-1": false, "a-prod-2": true, "xaprod4=": true, "b-prod-0": true, "": false} {
		if _, ok := m.Find(id); ok != want {
			t.Errorf("%q found: %t", id, ok)
		}
	}
	// The stage whose last refusal is the longest ago makes room.
	m.Add(refusal("c", "prod", 0))
	if _, ok := m.Find("a-prod-4"); ok || ids(m.Latest("", "prod", 1)) == "" {
		t.Error("stage a is still there")
	}
	if _, ok := m.Find("b-prod-0"); !ok {
		t.Error("stage b is gone")
	}
}

func TestWhatIsKeptIsBoundedAndHasNoQuery(t *testing.T) {
	m := explain.New(explain.Limits{})
	r := refusal("a", "prod", 0)
	r.Path, r.Reason = "/prod/a?token=secret", strings.Repeat("é", 5000)
	m.Add(r)
	got, ok := m.Find(r.RequestID)
	if !ok || got.Path != "/prod/a" || len(got.Reason) > 1030 || !strings.HasSuffix(got.Reason, "é…") {
		t.Errorf("%t %q %d", ok, got.Path, len(got.Reason))
	}
}

func TestHandler(t *testing.T) {
	m := explain.New(explain.Limits{PerStage: 20})
	full := explain.Refusal{RequestID: "id", ExtendedRequestID: "ext=", API: "a", Stage: "prod", Deployment: "d", Time: start, Method: "GET", Path: "/prod/a", ResourcePath: "/a", SourceIP: "203.0.113.9",
		Status: 403, ResponseType: "ACCESS_DENIED", Phase: "resource policy", Reason: "denied", Statement: "statement 0 denies", Principal: "anonymous", APIKeyID: "k1"}
	m.Add(full)
	for n := range 12 {
		m.Add(refusal("b", "test", n))
	}
	get := func(method, target string) (int, string) {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest(method, target, nil))
		if got := w.Header().Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: %s", target, got)
		}
		return w.Code, w.Body.String()
	}
	for _, id := range []string{"id", "ext%3D"} {
		status, body := get("GET", "/explain?requestId="+id)
		var got explain.Refusal
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 {
			t.Fatalf("%d %s: %v", status, body, err)
		}
		if diff := cmp.Diff(full, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for target, want := range map[string]int{"/explain": 11, "/explain?api=a": 1, "/explain?api=b&limit=3": 3, "/explain?stage=test&limit=20": 12, "/explain?api=a&stage=test": 0} {
		status, body := get("GET", target)
		var got struct{ Refusals []explain.Refusal }
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 || len(got.Refusals) != want || got.Refusals == nil {
			t.Errorf("%s: %d %s, %v", target, status, body, err)
		}
		for i := 1; i < len(got.Refusals); i++ {
			if got.Refusals[i].Time.After(got.Refusals[i-1].Time) {
				t.Errorf("%s: not the newest first", target)
			}
		}
	}
	for _, c := range []struct {
		method, target string
		status         int
		message        string
	}{
		{"GET", "/explain?requestId=none", 404, `No refused request has the id "none"`},
		{"GET", "/explain?requestId=", 400, "requestId is empty"},
		{"GET", "/explain?requestId=id&api=a", 400, "requestId stands alone"},
		{"GET", "/explain?limit=21", 400, "limit must be a number from 1 to 20"},
		{"GET", "/explain?id=x", 400, `there is no parameter "id"`},
		{"GET", "/explain?a=%zz", 400, "the query string cannot be read"},
		{"POST", "/explain", 405, "use GET"},
	} {
		status, body := get(c.method, c.target)
		var got struct{ Message string }
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != c.status || !strings.Contains(got.Message, c.message) {
			t.Errorf("%s %s: %d %s", c.method, c.target, status, body)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	m := explain.New(explain.Limits{PerStage: 4, Stages: 3})
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			for n := range 200 {
				m.Add(refusal(fmt.Sprint("api", (g+n)%5), "prod", n))
				m.Find("api1-prod-7")
				m.Latest("", "", http.StatusOK)
			}
		})
	}
	wait.Wait()
	if got := len(m.Latest("", "", 100)); got > 12 {
		t.Errorf("%d are kept", got)
	}
}
