package audit_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/audit"
	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

const account = "123456789012"

// harness is a trail on a store in memory with a clock of its own, attached to a mux.
type harness struct {
	t     *testing.T
	now   time.Time
	step  time.Duration // that the clock goes on before each call
	trail *audit.Trail
	mux   *wire.Mux
	api   http.Handler
	info  *edge.Info // of the requests
}

func newHarness(t *testing.T, endpoints ...wire.Endpoint) *harness {
	t.Helper()
	h := &harness{t: t, step: time.Millisecond, now: time.Date(2026, 1, 31, 12, 0, 0, 5e8, time.UTC)}
	clock := func() time.Time { return h.now }
	memory, err := embedded.Open(embedded.Memory, embedded.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = memory.Close() })
	h.build(audit.Config{Store: memory, Account: account, Region: "eu-central-1", Now: clock,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, endpoints...)
	return h
}

func (h *harness) build(c audit.Config, endpoints ...wire.Endpoint) {
	h.t.Helper()
	var err error
	if h.mux, err = wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, endpoints...); err != nil {
		h.t.Fatal(err)
	}
	h.trail = audit.New(c)
	h.api = h.trail.Attach(h.mux)
	h.info = &edge.Info{SourceIP: "192.0.2.7", Caller: &edge.Caller{
		AccessKey: "AKIDEXAMPLE", AccountID: account, CallerID: "AIDAEXAMPLE", UserID: "AIDAEXAMPLE",
		UserARN: "arn:aws:iam::" + account + ":user/team/alice",
	}}
}

// call sends a request to the API.
func (h *harness) call(method, target, body string) *httptest.ResponseRecorder {
	h.t.Helper()
	h.now = h.now.Add(h.step)
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("User-Agent", "aws-cli/2.11.8")
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r.WithContext(edge.NewContext(r.Context(), h.info)))
	return w
}

// page is the answer of GET /audit.
type page struct {
	Records  []map[string]any
	Position string
}

// query asks the trail: names and values of parameters.
func (h *harness) query(parameters ...string) page {
	h.t.Helper()
	w := h.ask(parameters...)
	var p page
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		h.t.Fatalf("GET /audit %v: %d %s", parameters, w.Code, w.Body)
	}
	return p
}

func (h *harness) ask(parameters ...string) *httptest.ResponseRecorder {
	values := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		values.Add(parameters[i], parameters[i+1])
	}
	w := httptest.NewRecorder()
	h.trail.Handler().ServeHTTP(w, httptest.NewRequest("GET", audit.Path+"?"+values.Encode(), nil))
	return w
}

// last is the one record of a call that was just made.
func (h *harness) last() map[string]any {
	h.t.Helper()
	p := h.query("limit", "1")
	if len(p.Records) != 1 {
		h.t.Fatal("there is no record")
	}
	return p.Records[0]
}

// answering is an endpoint with a fixed outcome.
func answering[I, O any](op *wire.Operation[I, O], out *O, err error) wire.Endpoint {
	return wire.Bind(op, func(context.Context, *I) (*O, error) { return out, err })
}

func ptr[T any](v T) *T { return &v }

// names are the values of one member of the records.
func names(p page, member string) []string {
	var list []string
	for _, r := range p.Records {
		list = append(list, r[member].(string))
	}
	return list
}
