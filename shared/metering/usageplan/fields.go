package usageplan

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/metering"
)

// FieldsVariable is the stage variable that asks for the header fields of limits when it is "true".
// AWS sends none (REST data plane spec, 12), so that a stage has to ask. A stage variable acts
// without a deployment, and every type of API has them.
const FieldsVariable = "posternRateLimitHeaders"

// Field is a header field of an answer.
type Field struct{ Name, Value string }

// Fields tells a client about its limits, in the fields of the IETF draft "RateLimit header fields
// for HTTP" (draft-ietf-httpapi-ratelimit-headers-06): of the quota, if there is one, the limit of
// the period, what is left as far as this environment knows, and the seconds until the period ends;
// RateLimit-Policy lists the throttle too. A request that was refused gets Retry-After in seconds
// (RFC 9110, 10.2.3) if waiting helps.
func (l *Limiter) Fields(ctx context.Context, u Use, v Verdict) []Field {
	var fields []Field
	add := func(name string, n int64) { fields = append(fields, Field{name, strconv.FormatInt(n, 10)}) }
	policy := ""
	throttle := u.throttle()
	if throttle != nil {
		policy = strconv.FormatInt(int64(math.Ceil(throttle.Rate)), 10) + ";w=1;burst=" + strconv.FormatInt(throttle.Burst, 10)
	}
	switch {
	case u.Key != nil && u.Key.Plan.Quota != nil:
		now := l.now()
		book := l.book(ctx, u.Key, now)
		a := metering.Allowance{Quota: book.quota, Limit: l.allowed(ctx, book)}
		left := a.Remaining()
		if v.By == PlanQuota {
			left = 0
		}
		add("RateLimit-Limit", a.Limit)
		add("RateLimit-Remaining", min(max(left, 0), max(a.Limit, 0)))
		add("RateLimit-Reset", seconds(time.Duration(book.end.UnixNano()-now)))
		if policy != "" {
			policy += ", "
		}
		policy += strconv.FormatInt(a.Limit, 10) + ";w=" + strconv.FormatInt(int64(book.end.Sub(book.start)/time.Second), 10)
	case throttle != nil:
		add("RateLimit-Limit", int64(math.Ceil(throttle.Rate)))
		if !v.Admitted {
			add("RateLimit-Remaining", 0)
			add("RateLimit-Reset", seconds(v.RetryAfter))
		}
	}
	if policy != "" {
		fields = append(fields, Field{"RateLimit-Policy", policy})
	}
	if !v.Admitted && v.RetryAfter > 0 {
		add("Retry-After", seconds(v.RetryAfter))
	}
	return fields
}

// throttle is the most particular limit that the request had to pass.
func (u Use) throttle() *metering.Limit {
	switch k := u.Key; {
	case k != nil && k.methods[u.Route.throttleKey] != nil:
		return &k.methods[u.Route.throttleKey].limit
	case k != nil && k.throttle != nil:
		return &k.throttle.limit
	case u.Route.throttle != nil:
		return &u.Route.throttle.limit
	}
	return nil
}

// seconds rounds up, so that nobody comes back too early.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
