package usage

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/store"
)

// Counters is what a Recorder needs of the store.
type Counters interface {
	Add(ctx context.Context, key store.Key, delta int64, bounds store.Bounds) (int64, error)
}

// Entry is one request.
type Entry struct {
	Time            time.Time
	PlanID, KeyID   string // empty without a good key
	APIID, Stage    string
	Method, Path    string // of the definition
	Refused         string // the type of the gateway response, empty if there was none
	RequestBytes    int64
	ResponseBytes   int64
	ResponseLatency time.Duration
}

// When numbers are written (see the package's description).
const (
	longest        = time.Minute
	shortest       = 5 * time.Second
	cheap          = 100 // requests for each write
	maxGroups      = 4096
	atOnce         = 8
	writeTimeout   = 2 * time.Second
	maxSortedBytes = 700 // leaves room for the other parts of a sort key
)

// Recorder gathers the statistics of one environment. It is safe for concurrent use.
type Recorder struct {
	counters Counters
	now      func() time.Time
	log      *slog.Logger

	mu       sync.Mutex
	groups   map[Group]*Numbers
	numbers  int // writes that the groups will cost, about
	requests int
	since    time.Time // of the oldest number
	indexed  map[store.Key]bool
	// today is the date of the second that todayAt is.
	today   string
	todayAt int64

	flushing sync.Mutex
}

// NewRecorder returns a Recorder without numbers.
func NewRecorder(counters Counters, now func() time.Time, log *slog.Logger) *Recorder {
	return &Recorder{counters: counters, now: now, log: log, groups: map[Group]*Numbers{}, indexed: map[store.Key]bool{}}
}

// numbersPerGroup is how many numbers a group has when nothing is refused.
const numbersPerGroup = 4

// Record takes up a finished request. It does not wait for the store.
func (r *Recorder) Record(e Entry) {
	g := Group{PlanID: e.PlanID, KeyID: e.KeyID, APIID: e.APIID, Stage: e.Stage, Method: e.Method, Path: e.Path}
	if g.PlanID == "" || g.KeyID == "" {
		g.PlanID, g.KeyID = none, none
	}
	if len(g.Path) > maxSortedBytes {
		g.Path = "*"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	g.Day = r.date(e.Time)
	n := r.groups[g]
	if n == nil {
		if len(r.groups) >= maxGroups {
			g.Method, g.Path = "*", "*"
			if n = r.groups[g]; n == nil && len(r.groups) >= 2*maxGroups {
				return // the store has failed for long, and memory is worth more than statistics
			}
		}
		if n == nil {
			n = &Numbers{}
			r.groups[g] = n
			r.numbers += numbersPerGroup
		}
	}
	if r.requests == 0 {
		r.since = e.Time
	}
	r.requests++
	n.Requests++
	n.RequestBytes += e.RequestBytes
	n.ResponseBytes += e.ResponseBytes
	n.Latency += e.ResponseLatency
	if e.Refused != "" {
		n.add(refusedPrefix+e.Refused, 1)
	}
}

// date formats a day once a second.
func (r *Recorder) date(t time.Time) string {
	if s := t.Unix(); s != r.todayAt {
		r.today, r.todayAt = t.UTC().Format(time.DateOnly), s
	}
	return r.today
}

// Due tells whether it is time for a Flush.
func (r *Recorder) Due() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.requests == 0 {
		return false
	}
	age := r.now().Sub(r.since)
	return age >= longest || len(r.groups) >= maxGroups || age >= shortest && r.requests >= cheap*r.numbers
}

// Flush writes what was gathered, several numbers at a time. Numbers whose write fails are lost, since
// the store may have taken them; it repeats by itself what it certainly did not take.
func (r *Recorder) Flush(ctx context.Context) {
	r.flushing.Lock()
	defer r.flushing.Unlock()
	r.mu.Lock()
	groups := r.groups
	r.groups = make(map[Group]*Numbers, len(groups))
	r.numbers, r.requests = 0, 0
	r.mu.Unlock()

	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	var mu sync.Mutex
	var lost int
	var cause error
	write := func(key store.Key, n int64, end time.Time) {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if err := r.write(ctx, key, n, end); err != nil {
				mu.Lock()
				lost++
				cause = err
				mu.Unlock()
			}
		})
	}
	for g, n := range groups {
		end := expires(g.Day)
		if index := indexKey(month(g.Day), g.PlanID, g.KeyID); r.index(index) {
			write(index, 1, end.AddDate(0, 1, 0))
		}
		n.each(func(name string, count int64) { write(g.key(name), count, end) })
	}
	wg.Wait()
	if lost > 0 && r.log != nil {
		r.log.Warn("statistics of API keys are lost", "numbers", lost, "error", cause)
	}
}

// index tells whether a key's months have to be listed, which each environment does once. What it
// remembers is bounded by beginning anew.
func (r *Recorder) index(key store.Key) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.indexed[key] {
		return false
	}
	if len(r.indexed) >= 2*maxGroups {
		clear(r.indexed)
	}
	r.indexed[key] = true
	return true
}

func (r *Recorder) write(ctx context.Context, key store.Key, n int64, end time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	_, err := r.counters.Add(ctx, key, n, store.Bounds{Expires: end})
	if errors.Is(err, store.ErrConditionFailed) {
		return nil // the count is at the end of its range
	}
	return err
}
