package rest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

const testKey = "0123456789012345678901234567890123456789"

// metered is a pipeline's limits over a store with one plan and one key, whose value is testKey.
func metered(t testing.TB, plan, key string) (usageStore, func(*Config)) {
	t.Helper()
	now := func() time.Time { return testTime }
	db, err := embedded.Open(embedded.Memory, embedded.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	digest := sha256.Sum256([]byte(testKey))
	writes := []store.Write{
		store.Put(store.Item{Key: store.Key{Partition: "usageplans", Sort: "p1"}, Value: []byte(`{"plan":{"id":"p1","apiStages":[{"apiId":"a1b2c3d4e5","stage":"prod"` + plan + `},"quotaSince":"2020-01-01"}`)}),
	}
	if key != "" {
		writes = append(writes, store.Put(store.Item{Key: store.Key{Partition: "apikeyvalue#" + hex.EncodeToString(digest[:]), Sort: "apikey"}, Value: []byte(key)}))
	}
	if err := db.Transact(t.Context(), writes); err != nil {
		t.Fatal(err)
	}
	meter := metering.New(metering.Config{Counters: db, Now: now})
	limiter := usageplan.New(usageplan.Config{Store: db, Meter: meter, Now: now})
	return db, func(c *Config) { c.Limits = limiter }
}

type usageStore interface {
	Get(context.Context, store.Key) (store.Item, error)
}

const enabledKey = `{"id":"k1","enabled":true,"plans":["p1"]}`

// Every row of REST data plane spec, 12, with body, x-amzn-ErrorType and reason. The requests come
// one after the other to one pipeline.
func TestMetering(t *testing.T) {
	rate, burst, none := 0.5, 1, 0
	for _, c := range []struct {
		name      string
		plan      string // what follows the stage in the plan
		key       string
		open      bool // the method requires no key
		setting   *snapshot.MethodSetting
		headers   []string
		requests  int
		status    int // of the last request
		body      string
		errorType string
		reason    string
	}{
		{"a key is not required", `}]`, enabledKey, true, nil, nil, 1, 200, "", "", ""},
		{"a good key", `}]`, enabledKey, false, nil, []string{"x-api-key", testKey}, 1, 200, "", "", ""},
		{"the header's name in another case", `}]`, enabledKey, false, nil, []string{"X-API-KEY", testKey}, 1, 200, "", "", ""},
		{"a missing key", `}]`, enabledKey, false, nil, nil, 1, 403, `{"message":"Forbidden"}`, "ForbiddenException",
			"the API key is missing, unknown or disabled, or in no usage plan of the stage"},
		{"an unknown key", `}]`, "", false, nil, []string{"x-api-key", testKey}, 1, 403, `{"message":"Forbidden"}`, "ForbiddenException",
			"the API key is missing, unknown or disabled, or in no usage plan of the stage"},
		{"a disabled key", `}]`, `{"id":"k1","enabled":false,"plans":["p1"]}`, false, nil, []string{"x-api-key", testKey}, 1, 403, `{"message":"Forbidden"}`, "ForbiddenException",
			"the API key is missing, unknown or disabled, or in no usage plan of the stage: it is disabled"},
		{"a key without plan", `}]`, `{"id":"k1","enabled":true,"plans":[]}`, false, nil, []string{"x-api-key", testKey}, 1, 403, `{"message":"Forbidden"}`, "ForbiddenException",
			"the API key is missing, unknown or disabled, or in no usage plan of the stage: its plans do not name API a1b2c3d4e5, stage prod"},
		{"the quota", `}],"quota":{"limit":2,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`, enabledKey, false, nil, []string{"x-api-key", testKey}, 3, 429, `{"message":"Limit Exceeded"}`, "LimitExceededException",
			"Key quota exhausted for Usage Plan ID p1."},
		{"the plan's throttle", `}],"throttle":{"rateLimit":5,"burstLimit":2}`, enabledKey, false, nil, []string{"x-api-key", testKey}, 3, 429, `{"message":"Too Many Requests"}`, "TooManyRequestsException",
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi a1b2c3d4e5, Stage prod, Resource /pets/{id}, HttpMethod GET. Limit: 5.00 Burst: 2"},
		{"the plan's throttle of the method", `,"throttle":{"/pets/{id}/GET":{"rateLimit":5,"burstLimit":1}}}],"throttle":{"rateLimit":100,"burstLimit":100}`, enabledKey, false, nil, []string{"x-api-key", testKey}, 2, 429, `{"message":"Too Many Requests"}`, "TooManyRequestsException",
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi a1b2c3d4e5, Stage prod, Resource /pets/{id}, HttpMethod GET. Limit: 5.00 Burst: 1"},
		{"the stage's throttle, without a key", `}]`, enabledKey, true, &snapshot.MethodSetting{RateLimit: &rate, BurstLimit: &burst}, nil, 2, 429, `{"message":"Too Many Requests"}`, "TooManyRequestsException",
			"Method throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod, Resource /pets/{id}, HttpMethod GET. Limit: 0.50 Burst: 1"},
		{"a burst of 0 blocks", `}]`, enabledKey, true, &snapshot.MethodSetting{BurstLimit: &none}, nil, 1, 429, `{"message":"Too Many Requests"}`, "TooManyRequestsException",
			"Method throttle limit exceeded for RestApi a1b2c3d4e5, Stage prod, Resource /pets/{id}, HttpMethod GET. Limit: 10000.00 Burst: 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, configure := metered(t, c.plan, c.key)
			method := mock("/pets/{id}", "GET")
			method.APIKeyRequired = !c.open
			var record *Record
			f := fixture{methods: []snapshot.Method{method}, observe: func(r *Record) { record = r }}
			f.configure = func(cfg *Config) { configure(cfg) }
			if c.setting != nil {
				f.document = func(s *snapshot.Stage) { s.MethodSettings = map[string]snapshot.MethodSetting{"*/*": *c.setting} }
			}
			var a answer
			for range c.requests {
				a = f.do(t, "GET /pets/7", "", c.headers...)
			}
			if a.status != c.status || c.body != "" && a.body != c.body || a.get("x-amzn-ErrorType") != c.errorType {
				t.Errorf("%d %s %q, want %d %s %q", a.status, a.body, a.get("x-amzn-ErrorType"), c.status, c.body, c.errorType)
			}
			if record.Reason != c.reason {
				t.Errorf("reason %q, want %q", record.Reason, c.reason)
			}
			// AWS sends no header of limits, and neither does a stage that does not ask for them.
			for name := range a.header {
				if strings.HasPrefix(name, "Ratelimit") || strings.EqualFold(name, "Retry-After") || strings.HasPrefix(name, "RateLimit") {
					t.Errorf("header %s", name)
				}
			}
			if known := c.key != "" && len(c.headers) > 0 && !c.open; known != (record.APIKeyID == "k1") {
				t.Errorf("key id %q", record.APIKeyID)
			}
		})
	}
}

func TestLimitFieldsAreOptedInto(t *testing.T) {
	_, configure := metered(t, `}],"quota":{"limit":1,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`, enabledKey)
	method := mock("/a", "GET")
	method.APIKeyRequired = true
	f := fixture{methods: []snapshot.Method{method}, configure: configure, vars: map[string]string{usageplan.FieldsVariable: "true"}}
	f.do(t, "GET /a", "", "x-api-key", testKey)
	a := f.do(t, "GET /a", "", "x-api-key", testKey)
	// It is 19:15:17.25, so that 17,082.75 seconds are left of the day.
	want := map[string]string{"RateLimit-Limit": "1", "RateLimit-Remaining": "0", "RateLimit-Reset": "17083", "RateLimit-Policy": "1;w=86400"}
	for name, v := range want {
		if got := a.get(name); got != v {
			t.Errorf("%s is %q, want %q", name, got, v)
		}
	}
	if a.status != 429 || a.get("Retry-After") == "" {
		t.Error(a.status, a.header)
	}
}

// The authorizer names the key, and the API says that it does.
func TestTheKeyOfAnAuthorizer(t *testing.T) {
	_, configure := metered(t, `}]`, enabledKey)
	method := mock("/a", "GET")
	method.APIKeyRequired, method.AuthorizationType, method.AuthorizerID = true, "CUSTOM", "auth"
	api := snapshot.API{APIKeySource: "AUTHORIZER", Authorizers: map[string]snapshot.Authorizer{
		"auth": {Type: "REQUEST", URI: lambdaURI, IdentitySource: "method.request.header.Who"},
	}}
	for usage, status := range map[string]int{testKey: 200, "another-another-another": 403} {
		policy := `{"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[{"Action":"execute-api:Invoke","Effect":"Allow","Resource":"*"}]},"usageIdentifierKey":"` + usage + `"}`
		f := fixture{api: api, methods: []snapshot.Method{method}, configure: configure, lambda: returning(policy)}
		// The header is not looked at.
		if a := f.do(t, "GET /a", "", "Who", "u", "x-api-key", testKey); a.status != status {
			t.Errorf("%s: %d %s, want %d", usage, a.status, a.body, status)
		}
	}
}

// The key shows in the event and in $context of a method that requires one, and only there.
func TestWhatShowsTheKey(t *testing.T) {
	_, configure := metered(t, `}]`, enabledKey)
	var log bytes.Buffer
	for _, required := range []bool{true, false} {
		method := lambdaMethod("/a", "GET")
		method.APIKeyRequired = required
		log.Reset()
		function := returning(`{"statusCode":200}`)
		f := fixture{methods: []snapshot.Method{method}, lambda: function,
			configure: func(c *Config) { configure(c); c.AccessLog = &log },
			document: func(s *snapshot.Stage) {
				s.AccessLog = &snapshot.AccessLog{Format: "$context.identity.apiKey $context.identity.apiKeyId $context.requestId"}
			}}
		f.do(t, "GET /a", "", "x-api-key", testKey)
		var e struct {
			RequestContext struct{ Identity map[string]any }
		}
		if err := json.Unmarshal(function.last.Payload, &e); err != nil {
			t.Fatal(err)
		}
		got := []any{e.RequestContext.Identity["apiKey"], e.RequestContext.Identity["apiKeyId"], strings.TrimSpace(log.String())}
		want := []any{nil, nil, "- - " + testRequestID}
		if required {
			want = []any{testKey, "k1", testKey + " k1 " + testRequestID}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("required %t (-want +got):\n%s", required, diff)
		}
	}
}

// brokenLimits are those of a store that fails.
type brokenLimits struct{ Limits }

func (brokenLimits) Find(context.Context, string, string, string) (*usageplan.Key, error) {
	return nil, usageplan.ErrUnavailable
}

func (brokenLimits) Admit(context.Context, usageplan.Use) usageplan.Verdict {
	return usageplan.Verdict{Admitted: true, Degraded: true}
}

// A key that cannot be checked is answered with 500; limits that cannot be asked admit (REST data
// plane spec, 12), and the execution log says so.
func TestWhenMeteringFails(t *testing.T) {
	keyed := mock("/keyed", "GET")
	keyed.APIKeyRequired = true
	var log bytes.Buffer
	var record *Record
	f := fixture{methods: []snapshot.Method{keyed, mock("/open", "GET")}, observe: func(r *Record) { record = r },
		configure: func(c *Config) { c.Limits, c.ExecutionLog = brokenLimits{}, &log },
		document: func(s *snapshot.Stage) {
			s.MethodSettings = map[string]snapshot.MethodSetting{"*/*": {LoggingLevel: "ERROR"}}
		}}
	a := f.do(t, "GET /keyed", "", "x-api-key", testKey)
	if a.status != 500 || a.body != `{"message":"Internal server error"}` || !errors.Is(record.Err, usageplan.ErrUnavailable) {
		t.Errorf("%d %s %v", a.status, a.body, record.Err)
	}
	log.Reset()
	if a := f.do(t, "GET /open", ""); a.status != 200 || !strings.Contains(log.String(), "Usage Plan check failed due to an internal error") {
		t.Errorf("%d, log %s", a.status, log.String())
	}
}

// Requests that are throttled do not count against the quota, nor do those that fail before.
func TestWhatCountsAgainstTheQuota(t *testing.T) {
	db, configure := metered(t, `}],"throttle":{"rateLimit":0.1,"burstLimit":2},"quota":{"limit":10,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`, enabledKey)
	method := mock("/a", "GET")
	method.APIKeyRequired = true
	f := fixture{methods: []snapshot.Method{method}, configure: configure}
	for range 5 {
		f.do(t, "GET /a", "", "x-api-key", testKey)
		f.do(t, "GET /a", "")
		f.do(t, "GET /b", "", "x-api-key", testKey)
	}
	item, err := db.Get(t.Context(), usageplan.DayKey("p1", "k1", testTime))
	if err != nil || item.Count != 2 {
		t.Errorf("%d counted, %v; want the 2 that were admitted", item.Count, err)
	}
}
