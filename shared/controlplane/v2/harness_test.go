package v2_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	v2 "github.com/postern-gateway/postern/shared/controlplane/v2"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
	"github.com/postern-gateway/postern/shared/wire/apigatewayv2"
)

const account = "123456789012"

// now is the time of every test, in seconds since 1970: 2023-11-14T22:13:20Z.
const now = 1700000000

const nowText = "2023-11-14T22:13:20Z"

// function is the ARN of a Lambda function, invocation the URI by which it is invoked.
const (
	function   = "arn:aws:lambda:us-east-1:123456789012:function:f"
	invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/" + function + "/invocations"
)

// harness is both services behind their wire, with identifiers that count up.
type harness struct {
	t      *testing.T
	store  controlplane.Store
	server *httptest.Server

	mu     sync.Mutex
	stages []string // notices of changed stages, "api/stage"

	values []string // of fill
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = memory.Close() })
	h := &harness{t: t, store: memory}
	var ids atomic.Int64
	newID := func(length int) string { return fmt.Sprintf("%0*d", length, ids.Add(1)) }
	clock := func() time.Time { return time.Unix(now, 500) }
	rest := controlplane.New(controlplane.Config{Store: memory, Account: account, Region: "us-east-1", Now: clock, NewID: newID})
	service := v2.New(v2.Config{
		Store: memory, Account: account, Region: "us-east-1", REST: rest, Now: clock, NewID: newID,
		StageChanged: func(apiID, stage string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.stages = append(h.stages, apiID+"/"+stage)
		},
	})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service, apigatewayv2.Service}, append(rest.Endpoints(), service.Endpoints()...)...)
	if err != nil {
		t.Fatal(err)
	}
	mux.OnError = func(_ *http.Request, operation string, err error) { t.Logf("%s: %v", operation, err) }
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	return h
}

// fill replaces the names that set gave values to.
func (h *harness) fill(s string) string { return strings.NewReplacer(h.values...).Replace(s) }

// set makes {name} stand for a value in later calls.
func (h *harness) set(name string, value any) {
	h.values = append([]string{"{" + name + "}", value.(string)}, h.values...)
}

// http makes an HTTP API, which {api} stands for.
func (h *harness) http() *harness {
	h.t.Helper()
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"pets","protocolType":"HTTP"}`)["apiId"])
	return h
}

// webSocket makes a WebSocket API, which {api} stands for.
func (h *harness) webSocket() *harness {
	h.t.Helper()
	h.set("api", h.ok(201, "POST", "/v2/apis", `{"name":"chat","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action"}`)["apiId"])
	return h
}

// integration makes an integration, which {integration} stands for.
func (h *harness) integration(body string) *harness {
	h.t.Helper()
	h.set("integration", h.ok(201, "POST", "/v2/apis/{api}/integrations", body)["integrationId"])
	return h
}

func (h *harness) do(method, path, body string) (int, string, []byte) {
	h.t.Helper()
	request, err := http.NewRequest(method, h.server.URL+h.fill(path), strings.NewReader(h.fill(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := h.server.Client().Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("x-amzn-ErrorType"), answer
}

// ok makes a call that must succeed and returns its answer.
func (h *harness) ok(status int, method, path, body string) map[string]any {
	h.t.Helper()
	got, _, answer := h.do(method, path, body)
	if got != status {
		h.t.Fatalf("%s %s: status %d, want %d: %s", method, h.fill(path), got, status, answer)
	}
	if len(answer) == 0 {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal(answer, &out); err != nil {
		h.t.Fatalf("%s %s: %v: %s", method, path, err, answer)
	}
	return out
}

// is makes a call whose answer must be exactly the given JSON.
func (h *harness) is(status int, method, path, body, want string) {
	h.t.Helper()
	got := h.ok(status, method, path, body)
	var wanted map[string]any
	if err := json.Unmarshal([]byte(h.fill(want)), &wanted); err != nil {
		h.t.Fatalf("expectation of %s %s: %v", method, path, err)
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		h.t.Errorf("%s %s (-want +got):\n%s", method, path, diff)
	}
}

// refused makes a call that must fail with exactly this error.
func (h *harness) refused(status int, code, message, method, path, body string) {
	h.t.Helper()
	got, errorType, answer := h.do(method, path, body)
	var out struct{ Message string }
	_ = json.Unmarshal(answer, &out)
	if got != status || errorType != code || out.Message != h.fill(message) {
		h.t.Errorf("%s %s %s:\n got %d %s %q\nwant %d %s %q", method, path, body, got, errorType, out.Message, status, code, h.fill(message))
	}
}

func (h *harness) badRequest(message, method, path, body string) {
	h.t.Helper()
	h.refused(400, "BadRequestException", message, method, path, body)
}

func (h *harness) notFound(message, method, path, body string) {
	h.t.Helper()
	h.refused(404, "NotFoundException", message, method, path, body)
}

func (h *harness) conflict(message, method, path, body string) {
	h.t.Helper()
	h.refused(409, "ConflictException", message, method, path, body)
}

// members turns the items of a list answer into a member of each.
func members(answer map[string]any, name string) []string {
	var out []string
	for _, item := range answer["items"].([]any) {
		out = append(out, fmt.Sprint(item.(map[string]any)[name]))
	}
	return out
}

// stage reads the document by which the data plane serves a stage, nil if there is none.
func (h *harness) stage(name string) *snapshot.Stage {
	h.t.Helper()
	partition, sort := snapshot.StageKey(h.fill("{api}"), name)
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		return nil
	}
	stage, err := snapshot.DecodeStage(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	return &stage
}

// served opens the snapshot that a stage serves.
func (h *harness) served(name string) *snapshot.Snapshot {
	h.t.Helper()
	stage := h.stage(name)
	if stage == nil {
		h.t.Fatalf("stage %s serves nothing", name)
	}
	partition, sort := snapshot.DataKey(stage.APIID, stage.DeploymentID)
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: partition, Sort: sort})
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := snapshot.Open(item.Value)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// count returns the number of rows in a partition.
func (h *harness) count(partition string) int {
	h.t.Helper()
	items, _, err := h.store.Query(h.t.Context(), h.fill(partition), "", store.Page{})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(items)
}
