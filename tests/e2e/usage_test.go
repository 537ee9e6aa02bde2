package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// keyedAPI answers GET /pets to whoever has an API key.
const keyedAPI = `{"openapi":"3.0.1","info":{"title":"keyed","version":"1"},
	"components":{"securitySchemes":{"api_key":{"type":"apiKey","name":"x-api-key","in":"header"}}},
	"paths":{"/pets":{"get":{"security":[{"api_key":[]}],"responses":{"200":{"description":"ok"}},
	"x-amazon-apigateway-integration":{"type":"mock","requestTemplates":{"application/json":"{\"statusCode\":200}"},"responses":{"default":{"statusCode":"200"}}}}}}}`

// made calls the control plane and returns a member of what it made.
func (p *process) made(t *testing.T, path, body, member string) string {
	t.Helper()
	a := p.signed(t, "POST", path, body)
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.status != 201 {
		t.Fatalf("POST %s: %v", path, a)
	}
	id, _ := v[member].(string)
	return id
}

// usageRows reads /usage.csv by the names of its columns, in the order of the file.
func (p *process) usageRows(t *testing.T, query string) []map[string]string {
	t.Helper()
	a := p.signed(t, "GET", "/usage.csv"+query, "")
	if a.status != 200 || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("/usage.csv%s: %v", query, a)
	}
	lines, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("%v: %s", err, a.body)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// What keys used is in the file at once, and still there after a restart.
func TestUsageExport(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := []string{"--data", folder, "--prices", `{"currency":"EUR","default":{"perMillionRequests":250000}}`}
	p := start(t, args...)
	api := p.made(t, "/restapis?mode=import", keyedAPI, "id")
	p.made(t, "/restapis/"+api+"/deployments", `{"stageName":"prod"}`, "id")
	const value = "0123456789012345678901234567890123456789"
	key := p.made(t, "/apikeys", `{"name":"k","enabled":true,"value":"`+value+`"}`, "id")
	plan := p.made(t, "/usageplans", `{"name":"p","apiStages":[{"apiId":"`+api+`","stage":"prod"}],"quota":{"limit":4,"period":"MONTH"}}`, "id")
	p.made(t, "/usageplans/"+plan+"/keys", `{"keyId":"`+key+`","keyType":"API_KEY"}`, "id")

	today := time.Now().UTC()
	path := "/_aws/execute-api/" + api + "/prod/pets"
	for i, want := range []int{200, 200, 200, 200, 429, 429} {
		if a := p.do("GET", "", path, map[string][]string{"X-Api-Key": {value}}, nil); a.status != want {
			t.Fatalf("request %d: %v", i, a)
		}
	}
	if a := p.do("GET", "", path, map[string][]string{"X-Api-Key": {"wrong-wrong-wrong-wrong"}}, nil); a.status != 403 {
		t.Fatalf("with a wrong key: %v", a)
	}
	// The test may begin on one day and end on the next.
	days := fmt.Sprintf("?from=%s&to=%s", today.Format(time.DateOnly), today.AddDate(0, 0, 1).Format(time.DateOnly))
	check := func(p *process) {
		t.Helper()
		sums := map[string]map[string]int{"-": {}, plan: {}}
		for _, row := range p.usageRows(t, days) {
			sum := sums[row["plan"]]
			if sum == nil || row["api"] != api || row["stage"] != "prod" || row["method"] != "GET" || row["path"] != "/pets" || row["currency"] != "EUR" ||
				row["plan"] == plan && row["key"] != key {
				t.Fatalf("%v", row)
			}
			for _, name := range []string{"requests", "served", "throttled", "quota_exceeded", "refused_other"} {
				var n int
				if _, err := fmt.Sscan(row[name], &n); err != nil {
					t.Fatalf("%s of %v: %v", name, row, err)
				}
				sum[name] += n
			}
			var cost float64
			if _, err := fmt.Sscan(row["cost"], &cost); err != nil {
				t.Fatalf("cost of %v: %v", row, err)
			}
			sum["quarters"] += int(4 * cost)
		}
		want := map[string]string{
			plan: "map[quarters:4 quota_exceeded:2 refused_other:0 requests:6 served:4 throttled:0]",
			"-":  "map[quarters:0 quota_exceeded:0 refused_other:1 requests:1 served:0 throttled:0]",
		}
		for name, sum := range sums {
			if got := fmt.Sprint(sum); got != want[name] {
				t.Errorf("plan %s: %s, want %s", name, got, want[name])
			}
		}
	}
	check(p)
	if rows := p.usageRows(t, days+"&plan="+plan); len(rows) == 0 || rows[0]["plan"] != plan {
		t.Errorf("of the plan: %v", rows)
	}
	if rows := p.usageRows(t, days+"&key=another"); len(rows) != 0 {
		t.Errorf("of another key: %v", rows)
	}
	if a := p.signed(t, "GET", "/usage.csv?from=yesterday", ""); a.status != 400 {
		t.Errorf("a wrong day: %v", a)
	}
	if a := send(t, "GET", "http://"+p.control+"/usage.csv", "", nil, nil); a.status != 403 {
		t.Errorf("without a signature: %v", a)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	check(start(t, args...))
}
