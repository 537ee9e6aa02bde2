package audit_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// busy is a trail with a record of the given time for each API.
func busy(t *testing.T) *harness {
	return newHarness(t, answering(&apigateway.DeleteRestApiOperation, nil, nil),
		answering(&apigateway.UpdateRestApiOperation, &apigateway.RestApi{}, nil),
		answering(&apigateway.DeleteStageOperation, nil, nil))
}

// apis are the APIs that the records are about.
func apis(p page) []string {
	var list []string
	for _, r := range p.Records {
		list = append(list, r["requestParameters"].(map[string]any)["restApiId"].(string))
	}
	return list
}

func TestFilters(t *testing.T) {
	h := busy(t)
	start := h.now
	h.call("DELETE", "/restapis/a1", "")
	h.now = start.Add(10 * time.Hour)
	h.call("PATCH", "/restapis/a2", "{}")
	h.now = start.Add(20 * time.Hour) // another day
	h.info.Caller.UserARN, h.info.Caller.AccessKey = "arn:aws:sts::123456789012:assumed-role/Deploy/bob", "ASIAEXAMPLE"
	h.info.Caller.UserID = "AROAEXAMPLE:bob"
	h.call("DELETE", "/restapis/a1/stages/prod", "")
	h.now = start.Add(30 * time.Hour)
	h.call("DELETE", "/restapis/a12", "")
	h.now = start.Add(31 * time.Hour)

	prefix := "arn:aws:apigateway:eu-central-1::/restapis/"
	at := func(hours int) string { return start.Add(time.Duration(hours) * time.Hour).Format(time.RFC3339) }
	for _, c := range []struct {
		parameters []string
		want       []string
	}{
		{nil, []string{"a12", "a1", "a2", "a1"}},
		{[]string{"eventName", "DeleteRestApi"}, []string{"a12", "a1"}},
		{[]string{"eventName", "deleterestapi"}, nil},
		{[]string{"resource", "a1"}, []string{"a1", "a1"}},
		{[]string{"resource", prefix + "a1"}, []string{"a12", "a1", "a1"}},
		{[]string{"resource", prefix + "a1/stages/prod"}, []string{"a1"}},
		{[]string{"user", "alice"}, []string{"a2", "a1"}},
		{[]string{"user", "AKIDEXAMPLE"}, []string{"a2", "a1"}},
		{[]string{"user", "Deploy"}, []string{"a12", "a1"}},
		{[]string{"user", "AROAEXAMPLE:bob"}, []string{"a12", "a1"}},
		{[]string{"user", "arn:aws:iam::123456789012:user/team/alice"}, []string{"a2", "a1"}},
		{[]string{"user", "nobody"}, nil},
		{[]string{"from", at(10)}, []string{"a12", "a1", "a2"}},
		{[]string{"to", at(10)}, []string{"a2", "a1"}},
		{[]string{"from", at(10), "to", at(20)}, []string{"a1", "a2"}},
		{[]string{"from", at(11), "to", at(19)}, nil},
		{[]string{"from", "1999-01-01T00:00:00Z", "to", "2999-01-01T00:00:00+02:00"}, []string{"a12", "a1", "a2", "a1"}},
		{[]string{"to", "1999-01-01T00:00:00Z"}, nil},
		{[]string{"eventName", "DeleteRestApi", "user", "Deploy", "from", at(1), "limit", "500"}, []string{"a12"}},
	} {
		p := h.query(c.parameters...)
		if got := apis(p); !slices.Equal(got, c.want) || p.Position != "" {
			t.Errorf("%v: %v %q, want %v", c.parameters, got, p.Position, c.want)
		}
	}
	// Nothing found is an empty list, not its absence.
	if w := h.ask("user", "nobody"); strings.TrimSpace(w.Body.String()) != `{"Records":[]}` {
		t.Errorf("nothing found: %s", w.Body)
	}
}

func TestBadParameters(t *testing.T) {
	h := busy(t)
	for _, c := range []struct {
		name       string
		parameters []string
	}{
		{"limit", []string{"limit", "0"}}, {"limit", []string{"limit", "501"}}, {"limit", []string{"limit", "ten"}}, {"limit", []string{"limit", ""}},
		{"from", []string{"from", "yesterday"}}, {"to", []string{"to", "2026-01-31"}},
		{"to", []string{"from", "2026-01-31T00:00:00Z", "to", "2026-01-30T00:00:00Z"}},
		{"resource", []string{"resource", "/restapis/a1"}}, {"resource", []string{"resource", ""}}, {"user", []string{"user", ""}},
		{"position", []string{"position", "***"}}, {"position", []string{"position", "MWFiYw"}}, {"position", []string{"position", ""}},
		{"position", []string{"position", "Mjk5OS0wMS0wMVQwMDowMDowMC4wMDAwMDAwMDBaI3g"}}, // of the year 2999
		{"eventname", []string{"eventname", "CreateStage"}},
		{"user", []string{"user", "a", "user", "b"}},
	} {
		w := h.ask(c.parameters...)
		var e struct{ Message string }
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != http.StatusBadRequest ||
			w.Header().Get("x-amzn-ErrorType") != "BadRequestException" || !strings.HasPrefix(e.Message, "Invalid parameter "+c.name+": ") {
			t.Errorf("%v: %d %s", c.parameters, w.Code, w.Body)
		}
	}
	for method, want := range map[string]int{"POST": http.StatusMethodNotAllowed, "DELETE": http.StatusMethodNotAllowed, "GET": http.StatusBadRequest} {
		w := httptest.NewRecorder()
		h.trail.Handler().ServeHTTP(w, httptest.NewRequest(method, audit.Path+"?limit=%zz", nil))
		if w.Code != want {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

// Whatever the pages, all records come, each once, newest first.
func TestPages(t *testing.T) {
	h := busy(t)
	start := h.now
	var want []string
	for i := range 60 {
		api := fmt.Sprintf("api%02d", i)
		h.now = start.Add(time.Duration(i) * 100 * time.Minute)
		h.call("DELETE", "/restapis/"+api, "")
		want = append(want, api)
	}
	slices.Reverse(want)
	if p := h.query(); !slices.Equal(apis(p), want[:50]) || p.Position == "" {
		t.Errorf("the default page has %d records and the position %q", len(p.Records), p.Position)
	}
	rapid.Check(t, func(t *rapid.T) {
		filter := rapid.SampledFrom([][]string{nil, {"user", "alice"}, {"to", h.now.Format(time.RFC3339)}}).Draw(t, "filter")
		var got []string
		for position, more := "", true; more; more = position != "" {
			limit := rapid.IntRange(1, 70).Draw(t, "limit")
			parameters := append([]string{"limit", fmt.Sprint(limit)}, filter...)
			if position != "" {
				parameters = append(parameters, "position", position)
			}
			p := h.query(parameters...)
			if len(p.Records) == 0 || len(p.Records) > limit {
				t.Fatalf("a page of %d with limit %d", len(p.Records), limit)
			}
			got, position = append(got, apis(p)...), p.Position
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("records (-want +got):\n%s", diff)
		}
	})
}

// Records of one moment are told apart by their request.
func TestRecordsOfOneMoment(t *testing.T) {
	h := busy(t)
	h.step = 0
	for i := range 5 {
		h.call("DELETE", fmt.Sprintf("/restapis/a%d", i), "")
	}
	var got []string
	for position := ""; ; {
		parameters := []string{"limit", "1"}
		if position != "" {
			parameters = append(parameters, "position", position)
		}
		p := h.query(parameters...)
		got = append(got, apis(p)...)
		if position = p.Position; position == "" {
			break
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"a0", "a1", "a2", "a3", "a4"}) {
		t.Errorf("got %v", got)
	}
}

func TestExpiry(t *testing.T) {
	h := busy(t)
	h.call("DELETE", "/restapis/old", "")
	h.now = h.now.Add(time.Hour)
	h.call("DELETE", "/restapis/new", "")
	written := h.now
	h.now = written.Add(90*24*time.Hour - time.Second)
	if got := apis(h.query()); !slices.Equal(got, []string{"new"}) {
		t.Errorf("after 90 days less a second: %v", got)
	}
	h.now = written.Add(90*24*time.Hour + time.Second)
	if got := apis(h.query("from", "2026-01-01T00:00:00Z")); got != nil {
		t.Errorf("after 90 days: %v", got)
	}
}
