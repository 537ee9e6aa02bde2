package usage

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/store/embedded"
)

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsRecordedIsReadBack(t *testing.T) {
	now := day(t, "2023-11-30").Add(23 * time.Hour)
	clock := func() time.Time { return now }
	db, err := embedded.Open(embedded.Memory, embedded.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	r := NewRecorder(db, clock, nil)
	entry := Entry{Time: now, PlanID: "p1", KeyID: "k1", APIID: "a1", Stage: "prod", Method: "GET", Path: "/pets/{id}#x", RequestBytes: 3, ResponseBytes: 50, ResponseLatency: 1500 * time.Microsecond}
	r.Record(entry)
	r.Flush(t.Context())
	r.Record(entry)
	refused := entry
	refused.Refused, refused.RequestBytes = "QUOTA_EXCEEDED", 0
	r.Record(refused)
	r.Record(Entry{Time: now, APIID: "a1", Stage: "prod", Method: "GET", Path: "/", Refused: "INVALID_API_KEY"})
	now = now.Add(2 * time.Hour) // the next month
	second := entry
	second.Time, second.KeyID = now, "k2"
	r.Record(second)
	r.Flush(t.Context())
	r.Flush(t.Context())

	all := []Row{
		{Group{"2023-11-30", "-", "-", "a1", "prod", "GET", "/"}, Numbers{Requests: 1, Refused: map[string]int64{"INVALID_API_KEY": 1}}},
		{Group{"2023-11-30", "p1", "k1", "a1", "prod", "GET", "/pets/{id}#x"}, Numbers{Requests: 3, Refused: map[string]int64{"QUOTA_EXCEEDED": 1},
			RequestBytes: 6, ResponseBytes: 150, Latency: 4500 * time.Microsecond}},
		{Group{"2023-12-01", "p1", "k2", "a1", "prod", "GET", "/pets/{id}#x"}, Numbers{Requests: 1, RequestBytes: 3, ResponseBytes: 50, Latency: 1500 * time.Microsecond}},
	}
	for _, c := range []struct {
		name string
		f    Filter
		want []Row
	}{
		{"all", Filter{From: day(t, "2023-11-30"), To: day(t, "2023-12-01")}, all},
		{"a day", Filter{From: day(t, "2023-12-01"), To: day(t, "2023-12-31")}, all[2:]},
		{"a day without", Filter{From: day(t, "2023-11-01"), To: day(t, "2023-11-29")}, []Row{}},
		{"a plan", Filter{From: day(t, "2023-11-01"), To: day(t, "2023-12-31"), PlanID: "p1"}, all[1:]},
		{"a key", Filter{From: day(t, "2023-11-01"), To: day(t, "2023-12-31"), KeyID: "k1"}, all[1:2]},
	} {
		got, err := Read(t.Context(), db, c.f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if got := all[1].Served(); got != 2 {
		t.Errorf("served %d", got)
	}
}

func TestWhenNumbersAreDue(t *testing.T) {
	now := day(t, "2023-11-30")
	r := NewRecorder(nil, func() time.Time { return now }, nil)
	if r.Due() {
		t.Error("nothing is due")
	}
	r.Record(Entry{Time: now, Path: "/"})
	if now = now.Add(longest - 1); r.Due() {
		t.Error("one request does not pay for its writes before a minute")
	}
	if now = now.Add(1); !r.Due() {
		t.Error("a minute has passed")
	}
	now = day(t, "2023-11-30").Add(shortest)
	for range cheap * numbersPerGroup {
		r.Record(Entry{Time: now, Path: "/"})
	}
	if !r.Due() {
		t.Error("many requests pay for their writes")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	now := day(t, "2023-11-30")
	r := NewRecorder(nil, func() time.Time { return now }, nil)
	for i := range 3 * maxGroups {
		r.Record(Entry{Time: now, PlanID: "p", KeyID: "k", Path: "/" + string(rune('a'+i%26)) + time.Duration(i).String()})
	}
	if len(r.groups) != maxGroups+1 {
		t.Errorf("%d groups", len(r.groups))
	}
	if !r.Due() {
		t.Error("a full memory is due")
	}
}
