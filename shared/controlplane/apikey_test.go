package controlplane_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store"
)

// secret is a value of 20 characters, the least.
const secret = "abcdefghijklmnopqrst"

// key creates an API key a second after the one before and returns its identifier.
func (h *harness) key(body string) string {
	h.t.Helper()
	h.clock.Add(1)
	return h.ok(201, "POST", "/apikeys", body)["id"].(string)
}

// stageOf creates an API with a deployed stage and returns its identifier.
func (h *harness) stageOf(stage string) string {
	h.t.Helper()
	h.create()
	h.mock(h.root, "GET")
	h.ok(201, "POST", "/restapis/{api}/deployments", `{"stageName":"`+stage+`"}`)
	return h.api
}

// byValue reads the row by which the data plane knows a key, nil if there is none.
func (h *harness) byValue(value string) map[string]any {
	h.t.Helper()
	digest := sha256.Sum256([]byte(value))
	item, err := h.store.Get(h.t.Context(), store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(digest[:]), Sort: "apikey"})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		h.t.Fatal(err)
	}
	var row map[string]any
	if err := json.Unmarshal(item.Value, &row); err != nil {
		h.t.Fatal(err)
	}
	return row
}

func TestCreateApiKeyAnswersTheRecordedObject(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"minimal", `{"value":"` + secret + `"}`,
			`{"createdDate":1700000000,"enabled":false,"id":"0000000001","lastUpdatedDate":1700000000,"stageKeys":[],"value":"` + secret + `"}`},
		{"everything", `{"value":"` + secret + `","name":"n","description":"d","customerId":"c","enabled":true,"generateDistinctId":true,"tags":{"k":"v"}}`,
			`{"createdDate":1700000000,"customerId":"c","description":"d","enabled":true,"id":"0000000001","lastUpdatedDate":1700000000,"name":"n","stageKeys":[],"tags":{"k":"v"},"value":"` + secret + `"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			h.is(201, "POST", "/apikeys", c.body, c.want)
			h.is(200, "GET", "/apikeys/0000000001?includeValue=true", "", c.want)
			hidden := strings.Replace(c.want, `,"value":"`+secret+`"`, "", 1)
			h.is(200, "GET", "/apikeys/0000000001", "", hidden)
			h.is(200, "GET", "/apikeys", "", `{"item":[`+hidden+`]}`)
			h.is(200, "GET", "/apikeys?includeValues=true", "", `{"item":[`+c.want+`]}`)
		})
	}
}

func TestGeneratedApiKeyValues(t *testing.T) {
	h := newHarness(t)
	form := regexp.MustCompile(`^[0-9a-zA-Z]{40}$`)
	seen := map[string]bool{}
	for _, body := range []string{`{}`, `{"value":""}`, `{"generateDistinctId":true}`, `{}`} {
		key := h.ok(201, "POST", "/apikeys", body)
		value := key["value"].(string)
		if !form.MatchString(value) || seen[value] || value == strings.ToLower(value) {
			t.Errorf("value %q", value)
		}
		if id := key["id"].(string); len(id) != 10 || id == value {
			t.Errorf("id %q", id)
		}
		seen[value] = true
	}
}

func TestApiKeyRefusals(t *testing.T) {
	h := newHarness(t)
	long := strings.Repeat("d", 125001)
	h.badRequest("API Key value should be at least 20 characters", "POST", "/apikeys", `{"value":"`+secret[1:]+`"}`)
	h.badRequest("API Key value exceeds maximum size of 128 characters", "POST", "/apikeys", `{"value":"`+strings.Repeat("v", 129)+`"}`)
	h.badRequest("Invalid API Key description specified.", "POST", "/apikeys", `{"description":"`+long+`"}`)
	h.notFound("Invalid API identifier specified "+account+":nosuch", "POST", "/apikeys", `{"stageKeys":[{"restApiId":"nosuch","stageName":"dev"}]}`)
	h.is(200, "GET", "/apikeys", "", `{"item":[]}`)

	id := h.key(`{"value":"` + secret + `"}`)
	h.ok(201, "POST", "/apikeys", `{"description":"`+long[1:]+`"}`)
	h.refused(409, "ConflictException", "API Key already exists", "POST", "/apikeys", `{"value":"`+secret+`"}`)
	h.badRequest("Invalid API Key description specified.", "PATCH", "/apikeys/"+id, patch("replace", "/description", long))
	h.badRequest("Invalid patch path  '/value' specified for op 'replace'. Must be one of: [/name, /description, /customerId, /enabled]", "PATCH", "/apikeys/"+id, patch("replace", "/value", secret))
	h.badRequest("Invalid patch path  '/name' specified for op 'add'. Please choose supported operations", "PATCH", "/apikeys/"+id, patch("add", "/name", "n"))
	for _, call := range [][2]string{{"GET", ""}, {"PATCH", patch("replace", "/name", "n")}, {"DELETE", ""}} {
		h.notFound("Invalid API Key identifier specified", call[0], "/apikeys/nosuch", call[1])
	}
}

func TestUpdateApiKey(t *testing.T) {
	h := newHarness(t)
	api := h.stageOf("dev")
	id := h.key(`{"value":"` + secret + `","stageKeys":[{"restApiId":"` + api + `","stageName":"dev"}]}`)
	h.clock.Add(10)
	got := h.ok(200, "PATCH", "/apikeys/"+id, patch(
		"replace", "/name", "n", "replace", "/description", "d", "replace", "/customerId", "c",
		"replace", "/enabled", "true", "add", "/labels", "l", "remove", "/labels", "l", "remove", "/stages", api+"/dev"))
	want := map[string]any{
		"id": id, "name": "n", "description": "d", "customerId": "c", "enabled": true, "stageKeys": []any{},
		"createdDate": float64(now + 1), "lastUpdatedDate": float64(now + 11),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if row := h.byValue(secret); row["enabled"] != true || row["id"] != id {
		t.Errorf("the data plane reads %v", row)
	}
	h.notFound("Invalid stage identifier specified", "PATCH", "/apikeys/"+id, patch("add", "/stages", api+"/prod"))
	if keys := h.ok(200, "PATCH", "/apikeys/"+id, patch("add", "/stages", api+"/dev"))["stageKeys"]; !cmp.Equal(keys, []any{api + "/dev"}) {
		t.Errorf("stageKeys %v", keys)
	}
}

func TestGetApiKeysFiltersAndPages(t *testing.T) {
	h := newHarness(t)
	h.key(`{"name":"alpha","customerId":"c1"}`)
	h.key(`{"name":"alphabet"}`)
	h.key(`{"name":"Alpha"}`)
	h.key(`{"name":"beta","customerId":"c1"}`)
	for query, want := range map[string][]string{
		"":                         {"beta", "Alpha", "alphabet", "alpha"},
		"?name=alpha":              {"alphabet", "alpha"},
		"?name=alphabet":           {"alphabet"},
		"?name=lpha":               nil,
		"?customerId=c1":           {"beta", "alpha"},
		"?customerId=c1&name=beta": {"beta"},
		"?customerId=none":         nil,
	} {
		if got := members(h.ok(200, "GET", "/apikeys"+query, ""), "name"); !cmp.Equal(want, got) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}

	first := h.ok(200, "GET", "/apikeys?limit=2", "")
	for _, id := range members(first, "id") {
		h.ok(202, "DELETE", "/apikeys/"+id, "")
	}
	second := h.ok(200, "GET", "/apikeys?limit=2&position="+first["position"].(string), "")
	if got := members(second, "name"); !cmp.Equal([]string{"alphabet", "alpha"}, got) || second["position"] != nil {
		t.Errorf("second page %v", second)
	}
	h.badRequest("Invalid position parameter specified", "GET", "/apikeys?position=nonsense", "")
}

func TestDeletedApiKeyFreesItsValue(t *testing.T) {
	h := newHarness(t)
	id := h.key(`{"value":"` + secret + `","enabled":true}`)
	want := map[string]any{"id": id, "enabled": true, "plans": []any{}}
	if diff := cmp.Diff(want, h.byValue(secret)); diff != "" {
		t.Errorf("the row of the value (-want +got):\n%s", diff)
	}
	h.ok(202, "DELETE", "/apikeys/"+id, "")
	if row := h.byValue(secret); row != nil {
		t.Errorf("the row of the value is still there: %v", row)
	}
	h.ok(201, "POST", "/apikeys", `{"value":"`+secret+`"}`)
}

func TestConcurrentCreationsOfOneValue(t *testing.T) {
	h := newHarness(t)
	var created, refused sync.Map
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			status, _, answer := h.do("POST", "/apikeys", `{"value":"`+secret+`"}`)
			switch {
			case status == 201:
				created.Store(i, true)
			case status == 409 && strings.Contains(string(answer), "API Key already exists"):
				refused.Store(i, true)
			default:
				t.Errorf("%d %s", status, answer)
			}
		})
	}
	wait.Wait()
	if n := size(&created); n != 1 || size(&refused) != 7 {
		t.Errorf("%d keys of one value", n)
	}
}

func size(m *sync.Map) (n int) {
	m.Range(func(any, any) bool { n++; return true })
	return n
}
