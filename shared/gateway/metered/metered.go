package metered

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/metering"
	"github.com/postern-gateway/postern/shared/metering/usage"
	"github.com/postern-gateway/postern/shared/metering/usageplan"
)

// Store is what metering needs of a store.
type Store interface {
	metering.Counters
	usageplan.Reader
}

// Config is what a Metering works with.
type Config struct {
	Store Store
	// Counters takes the additions; nil is Store.
	Counters metering.Counters
	// Timeout bounds one addition; 0 is the default of metering.Config.
	Timeout time.Duration
	// Account limits all requests together; nil does not.
	Account *metering.Limit
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
	// OnEvent is told of failures besides the log, for metrics; nil is not.
	OnEvent func(metering.Event)
}

// Metering is one environment's part in all limits. It is safe for concurrent use.
type Metering struct {
	// Limiter decides about requests of REST APIs, as rest.Limits.
	*usageplan.Limiter
	meter    *metering.Meter
	recorder *usage.Recorder
	now      func() time.Time
	routes   sync.Map // routeKey to *usageplan.Route

	mu      sync.Mutex
	tended  time.Time
	tending bool
}

// New returns a Metering that holds nothing yet.
func New(c Config) *Metering {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Counters == nil {
		c.Counters = c.Store
	}
	m := &Metering{now: c.Now}
	m.meter = metering.New(metering.Config{Counters: c.Counters, Timeout: c.Timeout, Now: c.Now, OnEvent: func(e metering.Event) {
		report(c.Log, e)
		if c.OnEvent != nil {
			c.OnEvent(e)
		}
	}})
	m.Limiter = usageplan.New(usageplan.Config{Store: c.Store, Meter: m.meter, Now: c.Now, Log: c.Log, Account: c.Account})
	m.recorder = usage.NewRecorder(c.Counters, c.Now, c.Log)
	m.tended = c.Now()
	return m
}

// events names the kinds of metering.Event in logs.
var events = map[metering.Kind]string{
	metering.StoreFailed:      "metering: the store failed",
	metering.ThrottledLocally: "metering: requests were throttled by this environment alone",
	metering.QuotaUnchecked:   "metering: requests were admitted without their quota",
	metering.QuotaClosed:      "metering: requests were refused because their quota could not be checked",
	metering.UsageLost:        "metering: counts may be lost",
}

func report(log *slog.Logger, e metering.Event) {
	if log != nil {
		log.Warn(events[e.Kind], "times", e.Count, "on", e.On, "error", e.Err)
	}
}

// Observe takes a finished request into the statistics: one with an API key, or one that was refused
// for want of a good one.
func (m *Metering) Observe(r *exchange.Record) {
	if r.UsagePlanID == "" && r.ResponseType != "INVALID_API_KEY" {
		return
	}
	m.recorder.Record(usage.Entry{
		Time: r.Start, PlanID: r.UsagePlanID, KeyID: r.APIKeyID, APIID: r.APIID, Stage: r.Stage,
		Method: r.HTTPMethod, Path: r.ResourcePath, Refused: string(r.ResponseType),
		RequestBytes: r.RequestBytes, ResponseBytes: r.ResponseBytes, ResponseLatency: r.ResponseLatency,
	})
}

// tendEvery is how often counts are written and old reservations returned.
const tendEvery = time.Second

// due tells, to one caller at a time, that Tend should run.
func (m *Metering) due() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tending || m.now().Sub(m.tended) < tendEvery {
		return false
	}
	m.tending = true
	return true
}

// Tend writes the counts that wait, returns reservations that were not used in time, and writes the
// statistics when they are due.
func (m *Metering) Tend(ctx context.Context) {
	m.meter.Flush(ctx)
	if m.recorder.Due() {
		m.recorder.Flush(ctx)
	}
	m.mu.Lock()
	m.tended, m.tending = m.now(), false
	m.mu.Unlock()
}

// Run tends every second until ctx ends: for a process that runs between requests.
func (m *Metering) Run(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.Tend(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// Beside does work and tends meanwhile if that is due: for Lambda, where nothing runs between
// invocations. It returns when both are done, so that no write is frozen on its way.
func (m *Metering) Beside(ctx context.Context, work func()) {
	if !m.due() {
		work()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Tend(context.WithoutCancel(ctx))
	}()
	defer func() { <-done }()
	work()
}

// Handler tends beside requests (see Beside).
func (m *Metering) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.Beside(r.Context(), func() { next.ServeHTTP(w, r) })
	})
}

// FlushStatistics writes what was gathered for the usage export.
func (m *Metering) FlushStatistics(ctx context.Context) { m.recorder.Flush(ctx) }

// Close returns what is leased and writes what waits, when the environment ends.
func (m *Metering) Close(ctx context.Context) {
	m.meter.Close(ctx)
	m.recorder.Flush(ctx)
}
