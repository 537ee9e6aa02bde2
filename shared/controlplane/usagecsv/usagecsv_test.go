package usagecsv_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/controlplane/usagecsv"
	"github.com/postern-gateway/postern/shared/metering/usage"
	"github.com/postern-gateway/postern/shared/store/embedded"
)

var now = time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC)

func TestExport(t *testing.T) {
	db, err := embedded.Open(embedded.Memory, embedded.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	recorder := usage.NewRecorder(db, func() time.Time { return now }, nil)
	e := usage.Entry{Time: now, PlanID: "p1", KeyID: "k1", APIID: "a1", Stage: "prod", Method: "GET", Path: "/pets", RequestBytes: 10, ResponseBytes: 250_000_000, ResponseLatency: 2 * time.Millisecond}
	for _, refused := range []string{"", "", "THROTTLED", "QUOTA_EXCEEDED", "BAD_REQUEST_BODY"} {
		e.Refused = refused
		recorder.Record(e)
	}
	e.PlanID, e.Refused = "p2", ""
	recorder.Record(e)

	prices, err := usagecsv.LoadPrices(`{"currency":"EUR","default":{"perMillionRequests":4},"plans":{"p1":{"perMillionRequests":1000000,"perGigabyte":0.1}}}`)
	if err != nil {
		t.Fatal(err)
	}
	export := usagecsv.New(usagecsv.Config{Store: db, Prices: prices, Now: func() time.Time { return now },
		Flush: func(ctx context.Context) { recorder.Flush(ctx) }})
	const head = "day,plan,key,api,stage,method,path,requests,served,throttled,quota_exceeded,refused_other,request_bytes,response_bytes,latency_ms,cost,currency\n"
	// Two requests at 1, and 1.25 GB at 0.1.
	const first = "2023-11-14,p1,k1,a1,prod,GET,/pets,5,2,1,1,1,50,1250000000,10,2.125000,EUR\n"
	const second = "2023-11-14,p2,k1,a1,prod,GET,/pets,1,1,0,0,0,10,250000000,2,0.000004,EUR\n"
	for _, c := range []struct {
		query  string
		status int
		want   string
	}{
		{"", 200, head + first + second},
		{"?from=2023-11-14&to=2023-11-14&plan=p2", 200, head + second},
		{"?key=k2", 200, head},
		{"?to=2023-11-13", 200, head},
		{"?from=14.11.2023", 400, "from is \"14.11.2023\": it must be a day like 2023-11-14\n"},
		{"?from=2023-11-15", 400, "to is before from\n"},
		{"?from=2022-01-01", 400, "at most 400 days can be asked for\n"},
		{"?since=x", 400, "unknown parameter \"since\": there are from, to, plan and key\n"},
	} {
		w := httptest.NewRecorder()
		export.ServeHTTP(w, httptest.NewRequest("GET", usagecsv.Path+c.query, nil))
		if w.Code != c.status || w.Body.String() != c.want {
			t.Errorf("%s: %d\n%s\nwant %d\n%s", c.query, w.Code, w.Body, c.status, c.want)
		}
	}
	w := httptest.NewRecorder()
	export.ServeHTTP(w, httptest.NewRequest("POST", usagecsv.Path, nil))
	if w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestPrices(t *testing.T) {
	for setting, says := range map[string]string{
		`{"default":{}}`:                                      "currency",
		`{"currency":"EUR","plan":{}}`:                        "unknown field",
		`{"currency":"EUR","plans":{"p":{"perGigabyte":-1}}}`: "plans.p",
		`{"currency":"EUR","default":{"perGigabyte":-1}}`:     "default",
		`{"currency":"EUR"} {}`:                               "follows",
		"/does/not/exist":                                     "no such file",
	} {
		if _, err := usagecsv.LoadPrices(setting); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", setting, err, says)
		}
	}
	if p, err := usagecsv.LoadPrices(""); err != nil || p.Currency != "" {
		t.Error(p, err)
	}
}
