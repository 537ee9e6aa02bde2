package usageplan

import "testing"

func BenchmarkFind(b *testing.B) {
	db := newTable()
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Find(b.Context(), goodValue, "api1", "prod"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAdmit asks a plan's throttle of a method, a stage's throttle and a quota, all with leases
// at hand.
func BenchmarkAdmit(b *testing.B) {
	db := newTable()
	db.plan("p1", `,"throttle":{"rateLimit":1e9,"burstLimit":1000000000},"quota":{"limit":1000000000,"offset":0,"period":"DAY"}`)
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	k, err := l.Find(b.Context(), goodValue, "api1", "prod")
	if err != nil {
		b.Fatal(err)
	}
	rate, burst := 1e9, 1_000_000_000
	u := Use{Route: NewRoute("api1", "prod", "/pets", "POST", &rate, &burst), Key: k}
	b.ReportAllocs()
	for b.Loop() {
		if v := l.Admit(b.Context(), u); !v.Admitted {
			b.Fatal(v.Reason(u))
		}
	}
}
