package usageplan

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/postern-gateway/postern/shared/metering"
)

// The limits that stages have by default, which are those of an account in AWS's larger regions
// (REST data plane spec, 12): a stage that shows them sets none of its own.
const (
	defaultRate  = 10_000.0
	defaultBurst = 5_000
)

// Route is a method of a REST API, or a route of another API, on a stage. One is made for each
// when the stage is loaded.
type Route struct {
	APIID, Stage string
	// Path and Method are the resource path and the HTTP method, "/pets/{id}" and "GET"; of a route
	// that has none of both, Path is its key and Method empty.
	Path, Method string

	throttleKey string
	throttle    *handle // the stage's; nil if it sets none
}

// NewRoute returns a Route with what the stage sets for it: rate in requests per second, burst in
// requests. Nil and negative members limit nothing, nor do the defaults; where only one of both is
// set, the other is the default.
func NewRoute(apiID, stage, path, method string, rate *float64, burst *int) *Route {
	r := &Route{APIID: apiID, Stage: stage, Path: path, Method: method, throttleKey: path}
	if method != "" {
		r.throttleKey = path + "/" + method
	}
	limit := metering.Limit{Rate: defaultRate, Burst: defaultBurst}
	if rate != nil && *rate >= 0 {
		limit.Rate = *rate
	}
	if burst != nil && *burst >= 0 {
		limit.Burst = int64(*burst)
	}
	if limit.Rate != defaultRate || limit.Burst != defaultBurst {
		r.throttle = &handle{name: "stage#" + apiID + "#" + stage + "#" + r.throttleKey, limit: limit}
	}
	return r
}

// SplitRouteKey takes the key of a route apart as NewRoute wants it, so that the throttle of a plan
// for "/pets/GET" is also that of an HTTP API's route "GET /pets". Other keys, such as "$default"
// and those of WebSocket APIs, stay whole.
func SplitRouteKey(key string) (path, method string) {
	if method, path, ok := strings.Cut(key, " "); ok && strings.HasPrefix(path, "/") {
		return path, method
	}
	return key, ""
}

// Scope is whose limit it is.
type Scope uint8

// The scopes, in the order in which they are asked; a quota comes last, since a request that is
// throttled does not count against it (REST data plane spec, 12).
const (
	PlanMethod Scope = iota + 1 // a key's throttle for one method, which takes the place of Plan
	PlanKey                     // a key's throttle
	StageRoute
	Account
	PlanQuota
)

// Use is a request that is about to be admitted.
type Use struct {
	Route *Route
	// Key is nil for a request that needs none; what it sends then is not metered.
	Key *Key
	// KeyOnly leaves the limits of stage and account out, which were asked before.
	KeyOnly bool
}

// Verdict is what became of a Use.
type Verdict struct {
	Admitted bool
	// By is which limit refused.
	By Scope
	// Limit is the throttle that refused.
	Limit metering.Limit
	// RetryAfter is when another try may help, from now; 0 is never.
	RetryAfter time.Duration
	// Degraded says that the store did not answer and a fallback decided.
	Degraded bool
}

// maxThrottles is how many buckets one request can meet: key, route and account.
const maxThrottles = 3

// Admit asks the limits of a request in their order, and counts it if all admit it.
func (l *Limiter) Admit(ctx context.Context, u Use) Verdict {
	var throttles [maxThrottles]metering.Throttle
	var scopes [maxThrottles]Scope
	n := 0
	now := l.now()
	add := func(h *handle, s Scope) {
		throttles[n], scopes[n] = h.throttle(l.meter, now), s
		n++
	}
	var r metering.Request
	var quota metering.Allowance
	var book *ledger
	if k := u.Key; k != nil {
		if h := k.methods[u.Route.throttleKey]; h != nil {
			add(h, PlanMethod)
		} else if k.throttle != nil {
			add(k.throttle, PlanKey)
		}
		book = l.book(ctx, k, now)
		if q := k.Plan.Quota; q != nil {
			quota = metering.Allowance{Quota: book.quota, Limit: l.allowed(ctx, book), Exact: q.Exact, Open: q.Open}
			r.Quota = &quota
		}
	}
	if !u.KeyOnly {
		if h := u.Route.throttle; h != nil {
			add(h, StageRoute)
		}
		if l.account != nil {
			add(l.account, Account)
		}
	}
	v := Verdict{Admitted: true}
	if n > 0 || r.Quota != nil {
		r.Throttles = throttles[:n]
		d := l.meter.Admit(ctx, &r)
		v.Admitted, v.RetryAfter, v.Degraded = d.Admitted, d.RetryAfter, d.Degraded
		switch {
		case d.Admitted:
		case d.By == metering.ByQuota:
			v.By = PlanQuota
			v.RetryAfter = max(v.RetryAfter, 0)
		default:
			v.By, v.Limit = scopes[d.By], throttles[d.By].Limit
		}
	}
	if v.Admitted && u.Key != nil && u.Key.countsApart() {
		l.meter.Count(ctx, book.day, 1, book.dayExpires)
	}
	return v
}

// Reason is the line of the execution log about a refusal (REST data plane spec, 12).
func (v Verdict) Reason(u Use) string {
	r := u.Route
	limit := "Limit: " + strconv.FormatFloat(v.Limit.Rate, 'f', 2, 64) + " Burst: " + strconv.FormatInt(v.Limit.Burst, 10)
	switch v.By {
	case PlanQuota:
		return "Key quota exhausted for Usage Plan ID " + u.Key.Plan.ID + "."
	case PlanKey, PlanMethod:
		return fmt.Sprintf("Key throttle limit exceeded for Usage Plan ID %s, RestApi %s, Stage %s, Resource %s, HttpMethod %s. %s",
			u.Key.Plan.ID, r.APIID, r.Stage, r.Path, r.Method, limit)
	case StageRoute:
		return fmt.Sprintf("Method throttle limit exceeded for RestApi %s, Stage %s, Resource %s, HttpMethod %s. %s", r.APIID, r.Stage, r.Path, r.Method, limit)
	}
	return "Account throttle limit exceeded. " + limit
}
