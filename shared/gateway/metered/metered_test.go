package metered

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/gateway/httpapi"
	"github.com/postern-gateway/postern/shared/gateway/websocket"
	"github.com/postern-gateway/postern/shared/metering/usage"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

const keyValue = "abcdefghij0123456789"

// clock is a clock that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a Metering over a store in memory with one key, whose plan has the API stage a1/prod.
type fixture struct {
	*Metering
	t     *testing.T
	clock *clock
	store *embedded.Store
}

func newFixture(t *testing.T, limits string) fixture {
	t.Helper()
	c := &clock{now: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)}
	s, err := embedded.Open(embedded.Memory, embedded.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	sum := sha256.Sum256([]byte(keyValue))
	err = s.Transact(t.Context(), []store.Write{
		store.Put(store.Item{Key: store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(sum[:]), Sort: "apikey"}, Value: []byte(`{"id":"k1","enabled":true,"plans":["p1"]}`)}),
		store.Put(store.Item{Key: store.Key{Partition: "usageplans", Sort: "p1"}, Value: []byte(`{"plan":{"id":"p1",` + limits + `},"quotaSince":"2020-01-01"}`)}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return fixture{New(Config{Store: s, Now: c.Now}), t, c, s}
}

// today is what the counter of the key's day says.
func (f fixture) today() int64 {
	f.t.Helper()
	item, err := f.store.Get(f.t.Context(), store.Key{Partition: "counter#usage#p1#k1", Sort: "day#2023-11-14"})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		f.t.Fatal(err)
	}
	return item.Count
}

const stages = `"apiStages":[{"apiId":"a1","stage":"prod"}]`

func TestKeysOfHTTPAPIs(t *testing.T) {
	for _, c := range []struct {
		name, limits, route, value string
		admitted                   int // of four
		refusal                    error
		reason                     string
	}{
		{"nothing limits", stages, "GET /pets", keyValue, 4, nil, ""},
		{"unknown", stages, "GET /pets", "another-key-of-twenty", 0, httpapi.ErrNoKey, "unknown"},
		{"throttle", stages + `,"throttle":{"rateLimit":0.1,"burstLimit":2}`, "$default", keyValue, 2, httpapi.ErrThrottled,
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi a1, Stage prod, Resource $default"},
		{"throttle of the route", `"throttle":{"rateLimit":100,"burstLimit":100},"apiStages":[{"apiId":"a1","stage":"prod","throttle":{"/pets/GET":{"rateLimit":0.1,"burstLimit":1}}}]`,
			"GET /pets", keyValue, 1, httpapi.ErrThrottled, "Resource /pets, HttpMethod GET. Limit: 0.10 Burst: 1"},
		{"that of another route", `"throttle":{"rateLimit":100,"burstLimit":100},"apiStages":[{"apiId":"a1","stage":"prod","throttle":{"/pets/GET":{"rateLimit":0.1,"burstLimit":1}}}]`,
			"POST /pets", keyValue, 4, nil, ""},
		{"quota", stages + `,"quota":{"limit":3,"period":"MONTH"}`, "GET /pets", keyValue, 3, httpapi.ErrQuota, "Key quota exhausted for Usage Plan ID p1."},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, c.limits)
			admitted := 0
			for range 4 {
				use, err := f.HTTPAPIs().Use(t.Context(), httpapi.KeyRequest{Value: c.value, APIID: "a1", Stage: "prod", RouteKey: c.route})
				switch {
				case err == nil:
					admitted++
				case !errors.Is(err, c.refusal) || !strings.Contains(err.Error(), c.reason):
					t.Errorf("refused with %v, want %v, %q", err, c.refusal, c.reason)
				}
				if known := c.value == keyValue; (use.KeyID == "k1") != known || (use.PlanID == "p1") != known || use.Fields != nil {
					t.Errorf("%+v", use)
				}
			}
			if admitted != c.admitted {
				t.Errorf("%d admitted, want %d", admitted, c.admitted)
			}
			f.Close(t.Context())
			if n := f.today(); n != int64(c.admitted) {
				t.Errorf("the day counts %d, want %d", n, c.admitted)
			}
		})
	}
}

func TestThrottlesOfHTTPAPIs(t *testing.T) {
	f := newFixture(t, stages)
	rate, burst := 0.5, 1
	r := httpapi.ThrottleRequest{APIID: "a1", Stage: "prod", RouteKey: "GET /pets", Setting: snapshot.MethodSetting{RateLimit: &rate, BurstLimit: &burst}, Fields: true}
	if a := f.HTTPAPIs().Admit(t.Context(), r); !a.Admitted || a.Reason != "" || len(a.Fields) == 0 {
		t.Errorf("%+v", a)
	}
	a := f.HTTPAPIs().Admit(t.Context(), r)
	if a.Admitted || a.Reason != "Method throttle limit exceeded for RestApi a1, Stage prod, Resource /pets, HttpMethod GET. Limit: 0.50 Burst: 1" {
		t.Errorf("%+v", a)
	}
	retry := ""
	for _, field := range a.Fields {
		if field.Name == "Retry-After" {
			retry = field.Value
		}
	}
	if retry != "2" {
		t.Errorf("Retry-After %q; a token comes every two seconds", retry)
	}
	// Another route and another stage have buckets of their own, and a changed setting counts at once.
	for _, other := range []httpapi.ThrottleRequest{
		{APIID: "a1", Stage: "prod", RouteKey: "POST /pets", Setting: r.Setting},
		{APIID: "a1", Stage: "beta", RouteKey: "GET /pets", Setting: r.Setting},
		{APIID: "a1", Stage: "prod", RouteKey: "GET /pets"},
	} {
		if a := f.HTTPAPIs().Admit(t.Context(), other); !a.Admitted || a.Fields != nil {
			t.Errorf("%+v: %+v", other, a)
		}
	}
}

func TestWebSockets(t *testing.T) {
	f := newFixture(t, stages+`,"quota":{"limit":1,"period":"DAY"}`)
	rate, burst := 0.1, 1
	stage := &snapshot.Stage{APIID: "a1", Name: "prod", MethodSettings: map[string]snapshot.MethodSetting{"chat": {RateLimit: &rate, BurstLimit: &burst}}}
	w := f.WebSockets()
	for _, c := range []struct {
		value, id string
		want      websocket.Verdict
	}{
		{"another-key-of-twenty", "", websocket.UnknownKey},
		{keyValue, "k1", websocket.Admitted},
		{keyValue, "k1", websocket.QuotaExceeded},
	} {
		if id, v, err := w.Key(t.Context(), stage, c.value); id != c.id || v != c.want || err != nil {
			t.Errorf("%s: %q, %d, %v", c.value, id, v, err)
		}
	}
	for _, c := range []struct {
		route string
		want  websocket.Verdict
	}{{"chat", websocket.Admitted}, {"chat", websocket.Throttled}, {"$default", websocket.Admitted}, {"$default", websocket.Admitted}} {
		if v, err := w.Throttle(t.Context(), stage, c.route); v != c.want || err != nil {
			t.Errorf("%s: %d, %v", c.route, v, err)
		}
	}
	if n := f.today(); n != 1 {
		t.Errorf("%d handshakes count, want 1", n)
	}
}

// A store that fails is not an unknown key.
func TestKeysThatCannotBeChecked(t *testing.T) {
	f := newFixture(t, stages)
	if err := f.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.HTTPAPIs().Use(t.Context(), httpapi.KeyRequest{Value: keyValue, APIID: "a1", Stage: "prod", RouteKey: "$default"}); err == nil || errors.Is(err, httpapi.ErrNoKey) {
		t.Errorf("HTTP: %v", err)
	}
	if _, _, err := f.WebSockets().Key(t.Context(), &snapshot.Stage{APIID: "a1", Name: "prod"}, keyValue); err == nil {
		t.Error("WebSocket: no error")
	}
}

// Counts are written beside the first request that finds them due.
func TestHandlerTends(t *testing.T) {
	f := newFixture(t, stages)
	h := f.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := f.HTTPAPIs().Use(r.Context(), httpapi.KeyRequest{Value: keyValue, APIID: "a1", Stage: "prod", RouteKey: "$default"}); err != nil {
			t.Error(err)
		}
	}))
	request := func() {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
	}
	for range 5 {
		request()
	}
	if n := f.today(); n != 0 {
		t.Errorf("%d written within the first second", n)
	}
	f.clock.advance(2 * time.Second)
	request()
	if n := f.today(); n < 5 {
		t.Errorf("%d of at least 5 written when they were due", n)
	}
	f.Close(t.Context())
	if n := f.today(); n != 6 {
		t.Errorf("%d of 6 written at the end", n)
	}
}

// A request does not end before what is written beside it, and only one of many writes.
func TestBesideWaits(t *testing.T) {
	f := newFixture(t, stages)
	f.clock.advance(2 * time.Second)
	worked := false
	f.Beside(t.Context(), func() {
		worked = true
		f.Beside(t.Context(), func() {}) // not due any more, or it would wait for itself
	})
	if f.mu.Lock(); !worked || f.tending || !f.tended.Equal(f.clock.Now()) {
		t.Errorf("worked %t, tending %t, tended %v", worked, f.tending, f.tended)
	}
	f.mu.Unlock()
	// A request that its client has left does not keep the counts from being written.
	f.clock.advance(2 * time.Second)
	if _, err := f.HTTPAPIs().Use(t.Context(), httpapi.KeyRequest{Value: keyValue, APIID: "a1", Stage: "prod", RouteKey: "$default"}); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	f.Beside(ended, func() {})
	if n := f.today(); n != 1 {
		t.Errorf("%d written", n)
	}
}

// Statistics are those of requests with a key, and of requests that want one.
func TestObserve(t *testing.T) {
	f := newFixture(t, stages)
	at := f.clock.Now()
	record := exchange.Record{Start: at, APIID: "a1", Stage: "prod", HTTPMethod: "GET", ResourcePath: "/pets", RequestBytes: 3, ResponseBytes: 5, ResponseLatency: 2 * time.Millisecond}
	keyed, wrong := record, record
	keyed.APIKeyID, keyed.UsagePlanID = "k1", "p1"
	throttled := keyed
	throttled.ResponseType = "THROTTLED"
	wrong.ResponseType = "INVALID_API_KEY"
	for _, r := range []exchange.Record{record, keyed, keyed, throttled, wrong} {
		f.Observe(&r)
	}
	f.FlushStatistics(t.Context())
	rows, err := usage.Read(t.Context(), f.store, usage.Filter{From: at, To: at})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%+v, %v", rows, err)
	}
	byPlan := map[string]usage.Row{}
	for _, r := range rows {
		byPlan[r.PlanID] = r
	}
	if r := byPlan["p1"]; r.KeyID != "k1" || r.Requests != 3 || r.Refused["THROTTLED"] != 1 || r.RequestBytes != 9 || r.ResponseBytes != 15 || r.Latency != 6*time.Millisecond {
		t.Errorf("with a key: %+v", r)
	}
	if r := byPlan["-"]; r.Requests != 1 || r.Refused["INVALID_API_KEY"] != 1 {
		t.Errorf("without a good key: %+v", r)
	}
}
