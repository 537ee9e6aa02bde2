package controlplane_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

// used writes the counter of a day as the data plane does.
func (h *harness) used(plan, key, date string, count int64) {
	h.t.Helper()
	item := store.Item{Key: store.Key{Partition: "counter#usage#" + plan + "#" + key, Sort: "day#" + date}, Count: count}
	if err := h.store.Transact(h.t.Context(), []store.Write{store.Put(item)}); err != nil {
		h.t.Fatal(err)
	}
}

// The clock of the tests starts on Tuesday, 2023-11-14.
func TestGetUsage(t *testing.T) {
	cases := []struct {
		name, quota string
		used        map[string]int64
		from, to    string
		want        string
	}{
		{"nothing used", `{"limit":10,"period":"DAY"}`, nil, "2023-11-13", "2023-11-14", `[[0,10],[0,10]]`},
		{"days", `{"limit":10,"period":"DAY"}`, map[string]int64{"2023-11-13": 4, "2023-11-14": 10}, "2023-11-12", "2023-11-14", `[[0,10],[4,6],[10,0]]`},
		{"weeks start on Sunday", `{"limit":10,"period":"WEEK"}`, map[string]int64{"2023-11-04": 9, "2023-11-05": 1, "2023-11-10": 2, "2023-11-11": 3, "2023-11-12": 5},
			"2023-11-10", "2023-11-13", `[[2,7],[3,4],[5,5],[0,5]]`},
		{"months start on the first", `{"limit":100,"period":"MONTH"}`, map[string]int64{"2023-10-31": 60, "2023-11-01": 1, "2023-11-14": 2},
			"2023-10-31", "2023-11-01", `[[60,40],[1,99]]`},
		{"the days before count", `{"limit":100,"period":"MONTH"}`, map[string]int64{"2023-11-01": 1, "2023-11-13": 5, "2023-11-14": 2}, "2023-11-14", "2023-11-15", `[[2,92],[0,92]]`},
		{"the offset counts in the first period only", `{"limit":10,"offset":3,"period":"WEEK"}`, nil, "2023-11-11", "2023-11-12", `[[0,10],[0,7]]`},
		{"over-admission leaves nothing", `{"limit":10,"period":"DAY"}`, map[string]int64{"2023-11-14": 12}, "2023-11-14", "2023-11-14", `[[12,0]]`},
		{"no quota", `null`, map[string]int64{"2023-11-14": 12}, "2023-11-14", "2023-11-14", `[[12,-1]]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHarness(t)
			plan := h.plan(`{"name":"p","quota":` + c.quota + `}`)
			key := h.key(`{}`)
			h.join(plan, key)
			for date, count := range c.used {
				h.used(plan, key, date, count)
			}
			answer := `{"usagePlanId":"` + plan + `","startDate":"` + c.from + `","endDate":"` + c.to + `","values":{"` + key + `":` + c.want + `}}`
			query := "/usageplans/" + plan + "/usage?startDate=" + c.from + "&endDate=" + c.to
			h.is(200, "GET", query, "", answer)
			h.is(200, "GET", query+"&keyId="+key, "", answer)
		})
	}
}

func TestGetUsagePagesKeys(t *testing.T) {
	h := newHarness(t)
	plan := h.plan(`{"name":"p"}`)
	query := "/usageplans/" + plan + "/usage?startDate=2023-11-14&endDate=2023-11-14"
	h.is(200, "GET", query, "", `{"usagePlanId":"`+plan+`","startDate":"2023-11-14","endDate":"2023-11-14","values":{}}`)
	keys := []string{h.key(`{}`), h.key(`{}`), h.key(`{}`)}
	for _, key := range keys {
		h.join(plan, key)
	}
	first := h.ok(200, "GET", query+"&limit=2", "")
	second := h.ok(200, "GET", query+"&limit=2&position="+first["position"].(string), "")
	if values := second["values"].(map[string]any); len(first["values"].(map[string]any)) != 2 || len(values) != 1 || values[keys[0]] == nil || second["position"] != nil {
		t.Errorf("pages %v and %v", first, second)
	}
}

func TestGetUsageRefusals(t *testing.T) {
	h := newHarness(t)
	plan, key := h.plan(`{"name":"p"}`), h.key(`{}`)
	usage := "/usageplans/" + plan + "/usage"
	h.notFound("Invalid Usage Plan ID specified", "GET", "/usageplans/nosuch/usage?startDate=2023-11-14&endDate=2023-11-14", "")
	h.notFound("Invalid API Key identifier specified", "GET", usage+"?startDate=2023-11-14&endDate=2023-11-14&keyId=nosuch", "")
	h.notFound("Invalid Usage Plan ID specified", "GET", usage+"?startDate=2023-11-14&endDate=2023-11-14&keyId="+key, "")
	h.badRequest("Invalid startDate specified: 14.11.2023. Must be like YYYY-MM-DD", "GET", usage+"?startDate=14.11.2023&endDate=2023-11-14", "")
	h.badRequest("Invalid endDate specified: 2023-02-29. Must be like YYYY-MM-DD", "GET", usage+"?startDate=2023-11-14&endDate=2023-02-29", "")
	h.badRequest("Invalid date range specified: endDate 2023-11-13 is before startDate 2023-11-14", "GET", usage+"?startDate=2023-11-14&endDate=2023-11-13", "")
	h.badRequest("Invalid date range specified: at most 90 days can be requested", "GET", usage+"?startDate=2023-01-01&endDate=2023-04-01", "")
	h.ok(200, "GET", usage+"?startDate=2023-01-01&endDate=2023-03-31", "")
	if status, code, answer := h.do("GET", usage, ""); status != 400 || !strings.Contains(string(answer), "startDate") {
		t.Errorf("without dates: %d %s %s", status, code, answer)
	}
}

func TestUpdateUsage(t *testing.T) {
	periods := map[string]struct {
		start string
		next  string // the day of the next period
	}{
		"DAY":   {"2023-11-14", "2023-11-15"},
		"WEEK":  {"2023-11-12", "2023-11-19"},
		"MONTH": {"2023-11-01", "2023-12-01"},
	}
	for period, want := range periods {
		t.Run(period, func(t *testing.T) {
			// Grants expire, so the store needs the clock of the service.
			memory, err := embedded.Open(embedded.Memory, embedded.Options{Now: func() time.Time { return time.Unix(now, 0) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = memory.Close() })
			h := newHarnessOn(t, memory)
			plan := h.plan(`{"name":"p","quota":{"limit":10,"period":"` + period + `"}}`)
			key := h.key(`{}`)
			h.join(plan, key)
			h.used(plan, key, "2023-11-14", 8)
			usage := "/usageplans/" + plan + "/keys/" + key + "/usage"
			answer := func(remaining int) string {
				return fmt.Sprintf(`{"usagePlanId":"%s","startDate":"2023-11-14","endDate":"2023-11-14","values":{"%s":[[8,%d]]}}`, plan, key, remaining)
			}
			h.is(200, "PATCH", usage, patch("replace", "/remaining", "100"), answer(100))
			item, err := h.store.Get(t.Context(), store.Key{Partition: "usagegrant#" + plan + "#" + key, Sort: period + "#" + want.start})
			if err != nil || item.Count != 98 {
				t.Errorf("grant %d, %v; 10 - 8 + 98 is 100", item.Count, err)
			}
			if end, _ := time.Parse(time.DateOnly, want.next); item.Expires.Before(end.AddDate(0, 0, 90)) {
				t.Errorf("the grant expires %v, while it is still asked for", item.Expires)
			}
			h.is(200, "PATCH", usage, patch("replace", "/remaining", "0"), answer(0))
			h.is(200, "PATCH", usage, patch(), answer(0))
			h.is(200, "PATCH", usage, patch("replace", "/remaining", "5"), answer(5))

			next := h.ok(200, "GET", "/usageplans/"+plan+"/usage?startDate="+want.next+"&endDate="+want.next, "")
			if got := next["values"].(map[string]any)[key]; !cmp.Equal([]any{[]any{0.0, 10.0}}, got) {
				t.Errorf("the next period starts with %v", got)
			}
		})
	}
}

// inPeriod writes the counter of a quota's period as the data plane does.
func (h *harness) inPeriod(plan, key, period, start string, count int64) {
	h.t.Helper()
	item := store.Item{Key: store.Key{Partition: "counter#usage#" + plan + "#" + key, Sort: "period#" + period + "#" + start}, Count: count}
	if err := h.store.Transact(h.t.Context(), []store.Write{store.Put(item)}); err != nil {
		h.t.Fatal(err)
	}
}

// The counter of a week's or a month's quota holds what was reserved since the day on which the plan
// got its quota, here 2023-11-14; the days before count as the days say. What it says of today goes
// before the days, which are written later.
func TestUsageWithACounterOfThePeriod(t *testing.T) {
	for _, c := range []struct {
		name, quota, period, start string
		counter                    int64
		used                       map[string]int64
		remaining                  int
		grant                      int64 // that lets 50 remain
	}{
		{"a month, its days behind", `{"limit":100,"period":"MONTH"}`, "MONTH", "2023-11-01", 30, map[string]int64{"2023-11-14": 20}, 70, -20},
		{"a month with days before the quota", `{"limit":100,"period":"MONTH"}`, "MONTH", "2023-11-01", 30, map[string]int64{"2023-10-31": 99, "2023-11-01": 5, "2023-11-13": 6, "2023-11-14": 20}, 59, -9},
		{"a week with its offset", `{"limit":100,"offset":6,"period":"WEEK"}`, "WEEK", "2023-11-12", 10, map[string]int64{"2023-11-11": 99, "2023-11-12": 1, "2023-11-13": 2, "2023-11-14": 9}, 81, -31},
		{"a counter of an earlier period does not matter", `{"limit":100,"period":"MONTH"}`, "MONTH", "2023-10-01", 90, map[string]int64{"2023-11-14": 20}, 80, -30},
		{"used up", `{"limit":100,"period":"MONTH"}`, "MONTH", "2023-11-01", 100, map[string]int64{"2023-11-14": 97}, 0, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Grants expire, so the store needs the clock of the service.
			memory, err := embedded.Open(embedded.Memory, embedded.Options{Now: func() time.Time { return time.Unix(now, 0) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = memory.Close() })
			h := newHarnessOn(t, memory)
			plan, key := h.plan(`{"name":"p","quota":`+c.quota+`}`), h.key(`{}`)
			h.join(plan, key)
			for date, count := range c.used {
				h.used(plan, key, date, count)
			}
			h.inPeriod(plan, key, c.period, c.start, c.counter)
			answer := func(remaining int) string {
				return fmt.Sprintf(`{"usagePlanId":"%s","startDate":"2023-11-14","endDate":"2023-11-14","values":{"%s":[[%d,%d]]}}`, plan, key, c.used["2023-11-14"], remaining)
			}
			today := "/usageplans/" + plan + "/usage?startDate=2023-11-14&endDate=2023-11-14"
			h.is(200, "GET", today, "", answer(c.remaining))
			usage := "/usageplans/" + plan + "/keys/" + key + "/usage"
			h.is(200, "PATCH", usage, patch("replace", "/remaining", "50"), answer(50))
			h.is(200, "GET", today, "", answer(50))
			current := map[string]string{"MONTH": "2023-11-01", "WEEK": "2023-11-12"}[c.period]
			item, err := h.store.Get(t.Context(), store.Key{Partition: "usagegrant#" + plan + "#" + key, Sort: c.period + "#" + current})
			if err != nil || item.Count != c.grant {
				t.Errorf("a grant of %d, %v; want %d", item.Count, err, c.grant)
			}
			// What the data plane reserves from now on comes off what was granted.
			if c.start == current {
				h.inPeriod(plan, key, c.period, c.start, c.counter+20)
				h.is(200, "GET", today, "", answer(30))
			}
		})
	}
}

func TestUpdateUsageRefusals(t *testing.T) {
	h := newHarness(t)
	free, plan := h.plan(`{"name":"p"}`), h.plan(`{"name":"q","quota":{"limit":10,"period":"DAY"}}`)
	key := h.key(`{}`)
	h.join(free, key)
	more := patch("replace", "/remaining", "1")
	h.badRequest("Usage Plan "+free+" has no quota", "PATCH", "/usageplans/"+free+"/keys/"+key+"/usage", more)
	h.notFound("Invalid Usage Plan ID specified", "PATCH", "/usageplans/"+plan+"/keys/"+key+"/usage", more)
	h.notFound("Invalid Usage Plan ID specified", "PATCH", "/usageplans/nosuch/keys/"+key+"/usage", more)
	h.notFound("Invalid API Key identifier specified", "PATCH", "/usageplans/"+plan+"/keys/nosuch/usage", more)
	h.join(plan, key)
	usage := "/usageplans/" + plan + "/keys/" + key + "/usage"
	for _, value := range []string{"-1", "", "many", "1.5", "99999999999"} {
		h.badRequest("Invalid patch value '"+value+"' specified for path '/remaining'. Must be an integer greater than or equal to 0", "PATCH", usage, patch("replace", "/remaining", value))
	}
	h.badRequest("Invalid patch path  '/used' specified for op 'replace'. Must be one of: [/remaining]", "PATCH", usage, patch("replace", "/used", "1"))
	h.badRequest("Invalid patch path  '/remaining' specified for op 'add'. Please choose supported operations", "PATCH", usage, patch("add", "/remaining", "1"))
}
