package controlplane_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/controlplane"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
	"github.com/postern-gateway/postern/shared/wire"
	"github.com/postern-gateway/postern/shared/wire/apigateway"
)

const account = "123456789012"

// now is the time of every test, in seconds since 1970.
const now = 1700000000

// harness is a service behind its wire, with identifiers that count up.
type harness struct {
	tester  *fakeTester
	t       *testing.T
	service *controlplane.Service
	store   controlplane.Store
	server  *httptest.Server

	mu       sync.Mutex
	domains  []string // notices of changed domain names
	stages   []string // notices of changed stages, "api/stage"
	warnings []string

	clock atomic.Int64 // seconds after now

	api, root string // of create
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	memory, err := embedded.Open(embedded.Memory, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = memory.Close() })
	return newHarnessOn(t, memory)
}

func newHarnessOn(t *testing.T, s controlplane.Store) *harness {
	t.Helper()
	h := &harness{t: t, store: s, tester: &fakeTester{}}
	var ids atomic.Int64
	h.service = controlplane.New(controlplane.Config{
		Store:   s,
		Account: account,
		Region:  "us-east-1",
		Now:     func() time.Time { return time.Unix(now+h.clock.Load(), 500) },
		NewID:   func(length int) string { return fmt.Sprintf("%0*d", length, ids.Add(1)) },
		Warn: func(message string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.warnings = append(h.warnings, message)
		},
		Tester: h.tester,
		StageChanged: func(apiID, stage string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.stages = append(h.stages, apiID+"/"+stage)
		},
		DomainChanged: func(domain string) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.domains = append(h.domains, domain)
		},
	})
	mux, err := wire.NewMux([]wire.Service{apigateway.Service}, h.service.Endpoints()...)
	if err != nil {
		t.Fatal(err)
	}
	mux.OnError = func(_ *http.Request, operation string, err error) { t.Logf("%s: %v", operation, err) }
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	return h
}

// create makes the API that {api} and {root} of later calls stand for.
func (h *harness) create() *harness {
	h.t.Helper()
	answer := h.ok(201, "POST", "/restapis", `{"name":"pets"}`)
	h.api, h.root = answer["id"].(string), answer["rootResourceId"].(string)
	return h
}

// fill replaces {api} and {root}.
func (h *harness) fill(s string) string {
	return strings.NewReplacer("{api}", h.api, "{root}", h.root).Replace(s)
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
		h.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got, status, answer)
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

// resource creates a resource below another and returns its identifier.
func (h *harness) resource(parent, part string) string {
	h.t.Helper()
	return h.ok(201, "POST", "/restapis/{api}/resources/"+parent, `{"pathPart":"`+part+`"}`)["id"].(string)
}

// mock gives a resource a method with a MOCK integration.
func (h *harness) mock(resource, verb string) {
	h.t.Helper()
	method := "/restapis/{api}/resources/" + resource + "/methods/" + verb
	h.ok(201, "PUT", method, `{"authorizationType":"NONE"}`)
	h.ok(201, "PUT", method+"/integration", `{"type":"MOCK","requestTemplates":{"application/json":"{\"statusCode\": 200}"}}`)
	h.ok(201, "PUT", method+"/integration/responses/200", `{}`)
}

// patch builds a body of patch operations: op, path and value, three by three; a value "-" is
// left out.
func patch(operations ...string) string {
	list := []map[string]string{}
	for i := 0; i < len(operations); i += 3 {
		o := map[string]string{"op": operations[i], "path": operations[i+1]}
		if operations[i+2] != "-" {
			o["value"] = operations[i+2]
		}
		list = append(list, o)
	}
	b, err := json.Marshal(map[string]any{"patchOperations": list})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// members turns the items of a list answer into a member of each.
func members(answer map[string]any, name string) []string {
	var out []string
	for _, item := range answer["item"].([]any) {
		out = append(out, fmt.Sprint(item.(map[string]any)[name]))
	}
	return out
}

// count returns the number of rows in a partition.
func (h *harness) count(partition string) int {
	h.t.Helper()
	items, _, err := h.store.Query(h.t.Context(), partition, "", store.Page{})
	if err != nil {
		h.t.Fatal(err)
	}
	return len(items)
}

// resourcesByPath returns the identifiers of all resources.
func (h *harness) resourcesByPath() map[string]string {
	h.t.Helper()
	list := h.ok(200, "GET", "/restapis/{api}/resources?limit=500", "")
	paths, ids := members(list, "path"), members(list, "id")
	out := map[string]string{}
	for i := range paths {
		out[paths[i]] = ids[i]
	}
	return out
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
