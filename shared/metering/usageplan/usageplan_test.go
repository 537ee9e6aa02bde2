package usageplan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/store"
)

const goodValue = "0123456789012345678901234567890123456789"

// table is a store in memory on a clock that only the test moves.
type table struct {
	mu     sync.Mutex
	now    time.Time
	items  map[store.Key]store.Item
	reads  int
	broken error
	gate   chan struct{} // reads wait for it, if there is one
}

func newTable() *table {
	return &table{now: time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC), items: map[store.Key]store.Item{}}
}

func (t *table) clock() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now
}

func (t *table) pass(d time.Duration) {
	t.mu.Lock()
	t.now = t.now.Add(d)
	t.mu.Unlock()
}

func (t *table) put(k store.Key, value string, count int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.items[k] = store.Item{Key: k, Value: []byte(value), Count: count, Version: t.items[k].Version + 1}
}

func (t *table) fail(err error) {
	t.mu.Lock()
	t.broken = err
	t.mu.Unlock()
}

func (t *table) Get(_ context.Context, k store.Key) (store.Item, error) {
	if t.gate != nil {
		<-t.gate
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads++
	if t.broken != nil {
		return store.Item{}, t.broken
	}
	item, ok := t.items[k]
	if !ok {
		return item, store.ErrNotFound
	}
	return item, nil
}

func (t *table) Query(_ context.Context, partition, prefix string, _ store.Page) ([]store.Item, string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []store.Item
	for k, item := range t.items {
		if k.Partition == partition && strings.HasPrefix(k.Sort, prefix) {
			found = append(found, item)
		}
	}
	return found, "", t.broken
}

func (t *table) Add(_ context.Context, k store.Key, delta int64, b store.Bounds) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.broken != nil {
		return 0, t.broken
	}
	item := t.items[k]
	sum, ok := b.Sum(item.Count, delta)
	if !ok {
		return item.Count, &store.ConditionError{Key: k}
	}
	t.items[k] = store.Item{Key: k, Value: item.Value, Count: sum, Version: item.Version + 1, Expires: b.Expires}
	return sum, nil
}

func (t *table) count(k store.Key) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.items[k].Count
}

func (t *table) readCount() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reads
}

func (t *table) key(value, row string) { t.put(valueKey(sha256.Sum256([]byte(value))), row, 0) }

func (t *table) plan(id, members string) {
	t.put(planKey(id), `{"plan":{"id":"`+id+`","apiStages":[{"apiId":"api1","stage":"prod","throttle":{"/pets/GET":{"rateLimit":2,"burstLimit":1}}}]`+members+`},"quotaSince":"2023-11-14"}`, 0)
}

func (t *table) limiter() (*Limiter, *metering.Meter) {
	m := metering.New(metering.Config{Counters: t, Now: t.clock})
	return New(Config{Store: t, Meter: m, Now: t.clock}), m
}

func TestFind(t *testing.T) {
	db := newTable()
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["gone","p1"]}`)
	db.key("disabled-disabled-disabled", `{"id":"k2","enabled":false,"plans":["p1"]}`)
	db.key("homeless-homeless-homeless", `{"id":"k3","enabled":true,"plans":[]}`)
	l, _ := db.limiter()
	for _, c := range []struct {
		name, value, api, stage string
		id                      string
		want                    error
	}{
		{"good", goodValue, "api1", "prod", "k1", nil},
		{"no value", "", "api1", "prod", "", ErrNoKey},
		{"too short to be one", "short", "api1", "prod", "", ErrNoKey},
		{"unknown", "unknown-unknown-unknown", "api1", "prod", "", ErrNoKey},
		{"disabled", "disabled-disabled-disabled", "api1", "prod", "k2", ErrNoKey},
		{"in no plan", "homeless-homeless-homeless", "api1", "prod", "k3", ErrNoKey},
		{"another stage", goodValue, "api1", "beta", "k1", ErrNoKey},
		{"another API", goodValue, "api2", "prod", "k1", ErrNoKey},
	} {
		k, err := l.Find(t.Context(), c.value, c.api, c.stage)
		if !errors.Is(err, c.want) || (k == nil) != (c.id == "") || k != nil && k.ID != c.id {
			t.Errorf("%s: %+v, %v", c.name, k, err)
		}
		if err == nil && k.Plan.ID != "p1" {
			t.Errorf("%s: plan %s", c.name, k.Plan.ID)
		}
	}
}

// within advances the clock in steps in which requests come, as they do in a busy environment, and
// fails if the wanted outcome does not come about in five seconds.
func within(t *testing.T, db *table, l *Limiter, what string, done func() bool) {
	t.Helper()
	for range 10 {
		db.pass(500 * time.Millisecond)
		if done() {
			return
		}
		quiet(l.keys)
		quiet(l.plans)
		quiet(l.grants)
	}
	if !done() {
		t.Fatalf("%s not within 5 s", what)
	}
}

// quiet returns when no look is under way in the background.
func quiet[K comparable, V any](w *watch[K, V]) {
	for _, s := range w.seen.All() {
		for s.looking.Load() {
			runtime.Gosched()
		}
	}
}

func TestChangesCountWithinFiveSeconds(t *testing.T) {
	db := newTable()
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	ok := func() bool { _, err := l.Find(t.Context(), goodValue, "api1", "prod"); return err == nil }
	if !ok() {
		t.Fatal("not found")
	}
	db.key(goodValue, `{"id":"k1","enabled":false,"plans":["p1"]}`)
	within(t, db, l, "disabled", func() bool { return !ok() })
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	within(t, db, l, "enabled", ok)

	// An environment that slept does not serve what it knew before.
	db.key(goodValue, `{"id":"k1","enabled":false,"plans":["p1"]}`)
	db.pass(time.Hour)
	if ok() {
		t.Error("a disabled key passes after a sleep")
	}
}

func TestTheSteadyStateReadsNothing(t *testing.T) {
	db := newTable()
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	first, err := l.Find(t.Context(), goodValue, "api1", "prod")
	if err != nil {
		t.Fatal(err)
	}
	before := db.readCount()
	for range 39 {
		db.pass(100 * time.Millisecond)
		k, err := l.Find(t.Context(), goodValue, "api1", "prod")
		_, unknown := l.Find(t.Context(), "unknown-unknown-unknown", "api1", "prod")
		if err != nil || k != first || !errors.Is(unknown, ErrNoKey) {
			t.Fatal(k, err, unknown)
		}
	}
	if n := db.readCount() - before; n != 1 {
		t.Errorf("%d reads, want 1, that of the unknown key", n)
	}
}

func TestAColdKeyIsReadOnce(t *testing.T) {
	db := newTable()
	db.gate = make(chan struct{})
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := l.Find(t.Context(), goodValue, "api1", "prod"); err != nil {
				t.Error(err)
			}
		})
	}
	close(db.gate)
	wg.Wait()
	if n := db.readCount(); n != 2 {
		t.Errorf("%d reads for 50 requests, want one of the key and one of the plan", n)
	}
}

func TestWhenTheStoreFails(t *testing.T) {
	db := newTable()
	db.plan("p1", "")
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	if _, err := l.Find(t.Context(), goodValue, "api1", "prod"); err != nil {
		t.Fatal(err)
	}
	db.fail(errors.New("down"))
	if _, err := l.Find(t.Context(), "unknown-unknown-unknown", "api1", "prod"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("an unknown key: %v", err)
	}
	db.pass(10 * time.Second)
	before := db.readCount()
	for range 20 {
		if _, err := l.Find(t.Context(), goodValue, "api1", "prod"); err != nil {
			t.Fatal("a known key does not serve on:", err)
		}
	}
	if n := db.readCount() - before; n != 2 {
		t.Errorf("%d reads within a second of a failure, want one of the key and one of the plan", n)
	}
	db.pass(keptFor)
	if _, err := l.Find(t.Context(), goodValue, "api1", "prod"); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a key that nobody has seen for long: %v", err)
	}
	db.fail(nil)
	db.pass(retryAfter)
	if _, err := l.Find(t.Context(), goodValue, "api1", "prod"); err != nil {
		t.Error("after the failure:", err)
	}
}

// The order and the scopes of limits (REST data plane spec, 12).
func TestAdmit(t *testing.T) {
	fast, slow, many, one, none := 1000.0, 0.5, 100, 1, 0
	for _, c := range []struct {
		name     string
		plan     string
		method   string
		rate     *float64
		burst    *int
		admitted int // of five
		by       Scope
		reason   string
	}{
		{"nothing limits", "", "POST", nil, nil, 5, 0, ""},
		{"the plan", `,"throttle":{"rateLimit":0.1,"burstLimit":3}`, "POST", &fast, &many, 3, PlanKey,
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi api1, Stage prod, Resource /pets, HttpMethod POST. Limit: 0.10 Burst: 3"},
		{"the plan's method in place of the plan", `,"throttle":{"rateLimit":0.1,"burstLimit":3}`, "GET", &fast, &many, 1, PlanMethod,
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi api1, Stage prod, Resource /pets, HttpMethod GET. Limit: 2.00 Burst: 1"},
		{"a burst of 0 blocks", `,"throttle":{"rateLimit":5,"burstLimit":0}`, "POST", nil, nil, 0, PlanKey,
			"Key throttle limit exceeded for Usage Plan ID p1, RestApi api1, Stage prod, Resource /pets, HttpMethod POST. Limit: 5.00 Burst: 0"},
		{"the stage", `,"throttle":{"rateLimit":100,"burstLimit":100}`, "POST", &slow, &one, 1, StageRoute,
			"Method throttle limit exceeded for RestApi api1, Stage prod, Resource /pets, HttpMethod POST. Limit: 0.50 Burst: 1"},
		{"the stage blocks", "", "POST", &fast, &none, 0, StageRoute,
			"Method throttle limit exceeded for RestApi api1, Stage prod, Resource /pets, HttpMethod POST. Limit: 1000.00 Burst: 0"},
		{"the quota", `,"quota":{"limit":2,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`, "POST", nil, nil, 2, PlanQuota,
			"Key quota exhausted for Usage Plan ID p1."},
		{"a quota less its offset in the first period", `,"quota":{"limit":5,"offset":2,"period":"WEEK"},"tags":{"postern:quota":"exact"}`, "POST", nil, nil, 3, PlanQuota,
			"Key quota exhausted for Usage Plan ID p1."},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := newTable()
			db.plan("p1", c.plan)
			db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
			l, m := db.limiter()
			k, err := l.Find(t.Context(), goodValue, "api1", "prod")
			if err != nil {
				t.Fatal(err)
			}
			u := Use{Route: NewRoute("api1", "prod", "/pets", c.method, c.rate, c.burst), Key: k}
			admitted := 0
			for range 5 {
				v := l.Admit(t.Context(), u)
				if v.Admitted {
					admitted++
				} else if got := v.Reason(u); v.By != c.by || got != c.reason {
					t.Errorf("refused by %d: %s", v.By, got)
				}
			}
			if admitted != c.admitted {
				t.Errorf("%d admitted, want %d", admitted, c.admitted)
			}
			// What was admitted shows in GetUsage; what was refused does not count.
			m.Close(t.Context())
			if got := db.count(DayKey("p1", "k1", db.clock())); got != int64(c.admitted) {
				t.Errorf("the day counts %d, want %d", got, c.admitted)
			}
		})
	}
}

func TestTheAccountLimitsRequestsWithoutKeyToo(t *testing.T) {
	db := newTable()
	m := metering.New(metering.Config{Counters: db, Now: db.clock})
	l := New(Config{Store: db, Meter: m, Now: db.clock, Account: &metering.Limit{Rate: 1, Burst: 2}})
	u := Use{Route: NewRoute("api1", "prod", "/pets", "GET", nil, nil)}
	var got string
	for range 4 {
		v := l.Admit(t.Context(), u)
		got += fmt.Sprint(v.Admitted, " ")
		if !v.Admitted && v.By != Account {
			t.Error("refused by", v.By)
		}
	}
	if got != "true true false false " {
		t.Error(got)
	}
}

func TestAGrantCountsWithinFiveSeconds(t *testing.T) {
	db := newTable()
	db.plan("p1", `,"quota":{"limit":1,"offset":0,"period":"MONTH"},"tags":{"postern:quota":"exact"}`)
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	admit := func() bool {
		k, err := l.Find(t.Context(), goodValue, "api1", "prod")
		if err != nil {
			t.Fatal(err)
		}
		return l.Admit(t.Context(), Use{Route: NewRoute("api1", "prod", "/pets", "POST", nil, nil), Key: k}).Admitted
	}
	if !admit() || admit() {
		t.Fatal("the quota of one is not one")
	}
	db.put(GrantKey("p1", "k1", Month, Month.Start(db.clock())), "", 2)
	within(t, db, l, "granted", admit)
	if !admit() || admit() {
		t.Error("a grant of two is not two")
	}
}

// The days of a period before it had its quota count too, as GetUsage says.
func TestAQuotaThatBeginsWithinAPeriod(t *testing.T) {
	db := newTable() // 2023-11-14, the day of the quota
	db.plan("p1", `,"quota":{"limit":10,"offset":0,"period":"MONTH"},"tags":{"postern:quota":"exact"}`)
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	for day, n := range map[int]int64{1: 3, 13: 4, 31: 100} {
		db.put(DayKey("p1", "k1", time.Date(2023, 11, day, 0, 0, 0, 0, time.UTC)), "", n)
	}
	l, _ := db.limiter()
	k, err := l.Find(t.Context(), goodValue, "api1", "prod")
	if err != nil {
		t.Fatal(err)
	}
	admitted := 0
	for range 10 {
		if l.Admit(t.Context(), Use{Route: NewRoute("api1", "prod", "/pets", "POST", nil, nil), Key: k}).Admitted {
			admitted++
		}
	}
	if admitted != 3 {
		t.Errorf("%d admitted, want 10 less 3 and 4", admitted)
	}
}

func TestPeriods(t *testing.T) {
	at := time.Date(2023, 11, 15, 22, 13, 20, 0, time.UTC) // a Wednesday
	for p, want := range map[Period][2]string{
		Day: {"2023-11-15", "2023-11-16"}, Week: {"2023-11-12", "2023-11-19"}, Month: {"2023-11-01", "2023-12-01"},
	} {
		start := p.Start(at)
		if got := [2]string{start.Format(time.DateOnly), p.End(start).Format(time.DateOnly)}; got != want {
			t.Errorf("%s: %v, want %v", p, got, want)
		}
	}
}

func TestFields(t *testing.T) {
	db := newTable() // 22:13:20, so that 6,400 seconds are left of the day
	db.plan("p1", `,"throttle":{"rateLimit":1.5,"burstLimit":1},"quota":{"limit":2,"offset":0,"period":"DAY"},"tags":{"postern:quota":"exact"}`)
	db.key(goodValue, `{"id":"k1","enabled":true,"plans":["p1"]}`)
	l, _ := db.limiter()
	k, err := l.Find(t.Context(), goodValue, "api1", "prod")
	if err != nil {
		t.Fatal(err)
	}
	u := Use{Route: NewRoute("api1", "prod", "/pets", "POST", nil, nil), Key: k}
	for i, want := range []string{
		"[{RateLimit-Limit 2} {RateLimit-Remaining 1} {RateLimit-Reset 6400} {RateLimit-Policy 2;w=1;burst=1, 2;w=86400}]",
		"[{RateLimit-Limit 2} {RateLimit-Remaining 1} {RateLimit-Reset 6400} {RateLimit-Policy 2;w=1;burst=1, 2;w=86400} {Retry-After 1}]",
	} {
		v := l.Admit(t.Context(), u)
		if v.Admitted != (i == 0) {
			t.Fatal(i, v)
		}
		if got := fmt.Sprint(l.Fields(t.Context(), u, v)); got != want {
			t.Errorf("request %d:\n got %s\nwant %s", i, got, want)
		}
	}
}
