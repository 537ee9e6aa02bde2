package main

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/metered"
	"github.com/postern-gateway/postern/shared/snapshot"
	"github.com/postern-gateway/postern/shared/store"
)

const (
	keyValue = "abcdefghij0123456789"
	myPlan   = `{"plan":{"id":"p1","apiStages":[{"apiId":"other","stage":"prod"},{"apiId":"shop","stage":"prod"}]}}`
)

func withKey(t testing.TB, event, key string, pairs ...string) json.RawMessage {
	return sample(t, event, "", append(pairs, `"Accept": "application/json"`, `"Accept": "application/json", "X-Api-Key": "`+key+`"`,
		`"accept": "application/json"`, `"accept": "application/json", "x-api-key": "`+key+`"`)...)
}

// keyed wires an authorizer that demands keys of the plans of API shop, stage prod.
func keyed(t testing.TB, db *table) *authorizer {
	return newAuthorizer(t, db, map[string]string{"POSTERN_API_KEY_REQUIRED": "true", "POSTERN_API": "shop", "POSTERN_STAGE": "prod"})
}

// Control plane: the rows of API keys and usage plans.
func TestAPIKeys(t *testing.T) {
	for _, c := range []struct {
		name, row, plan, want string
	}{
		{"good", `{"id":"k1","enabled":true,"plans":["gone","p1"]}`, myPlan, "true"},
		{"disabled", `{"id":"k1","enabled":false,"plans":["p1"]}`, myPlan, "false"},
		{"in no plan", `{"id":"k1","enabled":true,"plans":[]}`, myPlan, "false"},
		{"plan of another API", `{"id":"k1","enabled":true,"plans":["p1"]}`, `{"plan":{"apiStages":[{"apiId":"other","stage":"prod"}]}}`, "false"},
		{"plan of another stage", `{"id":"k1","enabled":true,"plans":["p1"]}`, `{"plan":{"apiStages":[{"apiId":"shop","stage":"test"}]}}`, "false"},
		{"plan without stages", `{"id":"k1","enabled":true,"plans":["p1"]}`, `{"plan":{}}`, "false"},
		{"broken row", `{`, myPlan, "error: the API key cannot be checked: decode API key: unexpected end of JSON input"},
	} {
		db := newTable(t)
		db.putKey(keyValue, c.row)
		db.putPlan("p1", c.plan)
		a := keyed(t, db)
		if got := outcome(t, a, withKey(t, "request-2.0", keyValue)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		for _, wrong := range []string{"", "wrong", "wrong-wrong-wrong-wrong", strings.Repeat("x", 1000)} {
			if got := outcome(t, a, withKey(t, "request-2.0", wrong)); got != "false" {
				t.Errorf("%s, key %.10q: %s", c.name, wrong, got)
			}
		}
	}
}

func TestWhatAKeyTells(t *testing.T) {
	db := newTable(t)
	db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	db.putPlan("p1", myPlan)
	a := keyed(t, db)
	// Looks at the table do not grow with requests (package usageplan says how often there is one).
	now := time.Now()
	a.limits = metered.New(metered.Config{Store: db, Log: a.log, Now: func() time.Time { return now }})
	outcome(t, a, withKey(t, "request-2.0", keyValue))
	outcome(t, a, withKey(t, "request-2.0", "wrong-wrong-wrong-wrong"))
	reads := db.readCount()
	for range 10 {
		outcome(t, a, withKey(t, "request-2.0", keyValue))
		outcome(t, a, withKey(t, "request-2.0", "wrong-wrong-wrong-wrong"))
	}
	if n := db.readCount() - reads; n != 0 {
		t.Errorf("%d reads for keys that were seen before", n)
	}
	got, err := a.invoke(t.Context(), withKey(t, "request-1.0", keyValue))
	if p, ok := got.(*policyAnswer); !ok || p.UsageIdentifierKey != keyValue || p.PrincipalID != "k1" || p.Context["usagePlanId"] != "p1" || p.Context["apiKeyId"] != "k1" {
		t.Errorf("REST: %+v, %v", got, err)
	}
	if got := outcome(t, a, sample(t, "token", "")); !strings.HasPrefix(got, "error: an API key is required, and TOKEN events") {
		t.Errorf("TOKEN: %s", got)
	}
	db.fail(errors.New("no table"))
	if got := outcome(t, a, withKey(t, "request-2.0", "another wrong key of 20")); !strings.HasPrefix(got, "error: the API key cannot be checked: ") {
		t.Errorf("a failing table: %s", got)
	}
	if got := outcome(t, a, withKey(t, "request-2.0", keyValue)); got != "true" {
		t.Errorf("a known key while the table fails: %s", got)
	}
}

// used is what the counters say about today, as GetUsage reads them.
func (s *table) used(t *testing.T) (n int64) {
	t.Helper()
	items, _, err := s.Query(t.Context(), "counter#usage#p1#k1", "day#", store.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range items { // two, if midnight comes meanwhile
		n += item.Count
	}
	return n
}

// Throttles and quotas of usage plans (REST data plane spec, 12) for the routes of console stages.
func TestUsagePlansOfConsoleStages(t *testing.T) {
	const perMethod = `"throttle":{"rateLimit":1000,"burstLimit":1000},"apiStages":[{"apiId":"shop","stage":"prod","throttle":{"/{proxy+}/ANY":{"rateLimit":0.001,"burstLimit":2},"/{proxy+}/GET":{"rateLimit":0.001,"burstLimit":1}}}]`
	const stages = `"apiStages":[{"apiId":"shop","stage":"prod"}]`
	for _, c := range []struct {
		name, event, plan string
		want              int64 // of five requests
	}{
		{"nothing limits", "request-2.0", stages, 5},
		{"throttle", "request-2.0", stages + `,"throttle":{"rateLimit":0.001,"burstLimit":3}`, 3},
		{"a burst of 0 blocks", "request-2.0", stages + `,"throttle":{"rateLimit":5,"burstLimit":0}`, 0},
		{"throttle of a route, by its key", "request-2.0", perMethod, 2},
		{"throttle of a REST method", "request-1.0", perMethod, 1},
		{"quota", "request-2.0", stages + `,"quota":{"limit":4,"offset":0,"period":"MONTH"}`, 4},
		{"exact quota of a REST API", "request-1.0", stages + `,"quota":{"limit":4,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := newTable(t)
			db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
			db.putPlan("p1", `{"plan":{"id":"p1",`+c.plan+`},"quotaSince":"2020-01-01"}`)
			a := keyed(t, db)
			var admitted int64
			for range 5 {
				switch got := outcome(t, a, withKey(t, c.event, keyValue)); {
				case got == "true" || got == "allow "+onREST+"*":
					admitted++
				case got != "false" && got != "deny "+onREST+"GET/pets/7":
					t.Error(got)
				}
			}
			if admitted != c.want {
				t.Errorf("%d of 5 admitted, want %d", admitted, c.want)
			}
			// Nothing is leased any more, and what was admitted shows in GetUsage.
			a.limits.(*metered.Metering).Close(t.Context())
			if n := db.used(t); n != c.want {
				t.Errorf("%d requests counted, want %d", n, c.want)
			}
		})
	}
}

// A request that something else refuses does not count.
func TestOnlyAdmittedRequestsCount(t *testing.T) {
	i := newIssuer(t)
	db := newTable(t)
	db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	db.putPlan("p1", `{"plan":{"id":"p1","apiStages":[{"apiId":"shop","stage":"prod"}],"quota":{"limit":2,"period":"DAY"}}}`)
	a := newAuthorizer(t, db, map[string]string{"POSTERN_API_KEY_REQUIRED": "true", "POSTERN_API": "shop", "POSTERN_STAGE": "prod",
		"POSTERN_ISSUER": i.URL, "POSTERN_AUDIENCE": "api"})
	for range 3 {
		if got := outcome(t, a, withKey(t, "request-2.0", keyValue)); got != "false" {
			t.Error("without a token:", got)
		}
	}
	good := withKey(t, "request-2.0", keyValue, "{{token}}", sign(i.URL, `"aud":"api"`))
	if got := outcome(t, a, good) + outcome(t, a, good) + outcome(t, a, good); got != "truetruefalse" {
		t.Error(got)
	}
}

// While the table fails a quota refuses, or admits if its plan says so, and a throttle limits by
// this environment alone.
func TestLimitsWhileTheTableFails(t *testing.T) {
	for _, c := range []struct{ limits, want string }{
		{`"quota":{"limit":1,"period":"DAY"}`, "false false "},
		{`"quota":{"limit":1,"period":"DAY"},"tags":{"postern:quota-failure":"open"}`, "true true "},
		{`"throttle":{"rateLimit":0.001,"burstLimit":1}`, "true false "},
	} {
		db := newTable(t)
		db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
		db.putPlan("p1", `{"plan":{"id":"p1","apiStages":[{"apiId":"shop","stage":"prod"}],`+c.limits+`}}`)
		a := keyed(t, db)
		if _, err := a.limits.Find(t.Context(), keyValue, "shop", "prod"); err != nil {
			t.Fatal(err)
		}
		db.fail(errors.New("no table"))
		var got string
		for range 2 {
			got += outcome(t, a, withKey(t, "request-2.0", keyValue)) + " "
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.limits, got, c.want)
		}
	}
}

// With a definition, the plan's throttle for a method is that of the definition's method.
func TestMethodThrottleOfADefinition(t *testing.T) {
	db := newTable(t)
	db.deploy(t, snapshot.API{ID: "shop"},
		snapshot.Method{ResourcePath: "/{any+}", HTTPMethod: "ANY", AuthorizationType: "NONE", APIKeyRequired: true})
	db.putKey(keyValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	db.putPlan("p1", `{"plan":{"id":"p1","throttle":{"rateLimit":100,"burstLimit":100},"apiStages":[{"apiId":"shop","stage":"prod","throttle":{"/{any+}/ANY":{"rateLimit":0.001,"burstLimit":1}}}]}}`)
	a := newAuthorizer(t, db, map[string]string{"POSTERN_API": "shop", "POSTERN_STAGE": "prod"})
	for i, want := range []bool{true, false} {
		if got := outcome(t, a, withKey(t, "request-2.0", keyValue)); got != strconv.FormatBool(want) {
			t.Errorf("request %d: %s", i, got)
		}
	}
}
