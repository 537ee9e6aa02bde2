package usagecsv

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/metering/usage"
)

// Path is where the file is served.
const Path = "/usage.csv"

// Config is what an Export works with.
type Config struct {
	Store  usage.Reader
	Prices Prices
	// Now tells the time; nil is time.Now.
	Now func() time.Time
	Log *slog.Logger
	// Flush, which may be nil, is called first, so that the file has what this process has gathered.
	Flush func(context.Context)
}

// Export answers GET /usage.csv, with the parameters from and to, both inclusive UTC days such as
// 2023-11-14 (by default the present month until today), plan and key, identifiers that choose
// rows.
type Export struct{ c Config }

// New returns an Export.
func New(c Config) *Export {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Export{c}
}

// maxDays is how long statistics are kept.
const maxDays = 400

// columns are those of the file. Refusals by the usage plan have columns of their own; the others of
// the gateway, such as a missing key or a request that does not validate, are refused_other.
var columns = []string{
	"day", "plan", "key", "api", "stage", "method", "path",
	"requests", "served", "throttled", "quota_exceeded", "refused_other",
	"request_bytes", "response_bytes", "latency_ms", "cost", "currency",
}

// ServeHTTP implements http.Handler.
func (e *Export) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET is possible", http.StatusMethodNotAllowed)
		return
	}
	filter, err := e.filter(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if e.c.Flush != nil {
		e.c.Flush(r.Context())
	}
	rows, err := usage.Read(r.Context(), e.c.Store, filter)
	if err != nil {
		e.c.Log.ErrorContext(r.Context(), "usage export failed", "error", err)
		http.Error(w, "the usage cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	out := csv.NewWriter(w)
	_ = out.Write(columns)
	for i := range rows {
		_ = out.Write(e.record(&rows[i]))
	}
	out.Flush() // who has gone needs no answer
}

func (e *Export) record(r *usage.Row) []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	throttled, quota := r.Refused["THROTTLED"], r.Refused["QUOTA_EXCEEDED"]
	return []string{
		r.Day, r.PlanID, r.KeyID, r.APIID, r.Stage, r.Method, r.Path,
		number(r.Requests), number(r.Served()), number(throttled), number(quota), number(r.Requests - r.Served() - throttled - quota),
		number(r.RequestBytes), number(r.ResponseBytes), number(r.Latency.Milliseconds()),
		strconv.FormatFloat(e.c.Prices.cost(r), 'f', 6, 64), e.c.Prices.Currency,
	}
}

func (e *Export) filter(r *http.Request) (usage.Filter, error) {
	today := e.c.Now().UTC().Truncate(24 * time.Hour)
	f := usage.Filter{From: today.AddDate(0, 0, 1-today.Day()), To: today}
	for name, values := range r.URL.Query() {
		if len(values) != 1 {
			return f, fmt.Errorf("%s is given more than once", name)
		}
		var err error
		switch name {
		case "from":
			f.From, err = time.Parse(time.DateOnly, values[0])
		case "to":
			f.To, err = time.Parse(time.DateOnly, values[0])
		case "plan":
			f.PlanID = values[0]
		case "key":
			f.KeyID = values[0]
		default:
			return f, fmt.Errorf("unknown parameter %q: there are from, to, plan and key", name)
		}
		if err != nil {
			return f, fmt.Errorf("%s is %q: it must be a day like 2023-11-14", name, values[0])
		}
	}
	switch {
	case f.To.Before(f.From):
		return f, fmt.Errorf("to is before from")
	case f.To.Sub(f.From) >= maxDays*24*time.Hour:
		return f, fmt.Errorf("at most %d days can be asked for", maxDays)
	}
	return f, nil
}
