package metrics

import (
	"strings"
	"time"
)

// Request is a finished request as far as metrics are about it.
type Request struct {
	// RESTName is the name of a REST API and empty for an HTTP API: the former's metrics go by
	// name, the latter's by id. Both are empty for a request that reached no API.
	RESTName, APIID, Stage string
	// Detailed asks for the metrics once more by Method and Resource, which is the route's path or
	// key.
	Detailed         bool
	Method, Resource string

	// Status is that of the answer; 0 if the client went away first.
	Status int
	// Latency is the time from arrival to the last byte.
	Latency time.Duration
	// IntegrationLatency is the time that the backend took; it counts if Integrated.
	IntegrationLatency time.Duration
	Integrated         bool
	// Bytes is the length of request and answer, of the bodies.
	Bytes int64
	// Cache is what the stage's cache did, "hit", "miss" or "refresh"; empty if it was not asked.
	Cache string
	// Refusal is the response type of a refusal, such as "THROTTLED"; empty if there was none.
	Refusal string

	// RequestID and TraceID join the line with the other logs of the request and its trace.
	RequestID, TraceID string
}

// value is one metric of a line.
type value struct {
	name, unit string
	number     float64
}

const (
	count        = "Count"
	milliseconds = "Milliseconds"
	bytesUnit    = "Bytes"
)

// appendValues lists what a request counts. 4XXError and 5XXError are there with 0 as well, so that
// their average is the rate of errors.
func (r *Request) appendValues(to []value) []value {
	clientError, serverError := 0.0, 0.0
	switch {
	case r.Status >= 500:
		serverError = 1
	case r.Status >= 400:
		clientError = 1
	}
	names := [2]string{"4XXError", "5XXError"}
	if r.RESTName == "" {
		names = [2]string{"4xx", "5xx"}
	}
	to = append(to, value{count, count, 1}, value{names[0], count, clientError}, value{names[1], count, serverError},
		value{"Latency", milliseconds, millis(r.Latency)})
	if r.Integrated {
		to = append(to, value{"IntegrationLatency", milliseconds, millis(r.IntegrationLatency)})
	}
	if r.RESTName == "" {
		to = append(to, value{"DataProcessed", bytesUnit, float64(r.Bytes)})
	}
	switch r.Cache {
	case "hit":
		to = append(to, value{"CacheHitCount", count, 1})
	case "miss", "refresh":
		to = append(to, value{"CacheMissCount", count, 1})
	}
	if name := refusalMetric(r.Refusal); name != "" {
		to = append(to, value{name, count, 1})
	}
	return to
}

// refusalMetric names the metric of a refusal's kind; "" for those that only the status counts.
func refusalMetric(kind string) string {
	switch kind {
	case "THROTTLED":
		return "ThrottledCount"
	case "QUOTA_EXCEEDED":
		return "QuotaExceededCount"
	case "UNAUTHORIZED", "MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN", "INVALID_API_KEY":
		return "UnauthorizedCount"
	case "ACCESS_DENIED":
		return "AccessDeniedCount"
	case "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR":
		return "AuthorizerErrorCount"
	}
	return ""
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// maxDimension is the greatest length of a dimension's value, in characters.
const maxDimension = 255

// dimensionValue makes text fit for a dimension: ASCII without control characters and not too
// long. A value of which nothing is left becomes the fallback.
func dimensionValue(text, fallback string) string {
	plain := true
	for i := 0; i < len(text); i++ {
		if text[i] < 0x20 || text[i] > 0x7e {
			plain = false
			break
		}
	}
	if !plain {
		text = strings.Map(func(c rune) rune {
			if c < 0x20 || c > 0x7e {
				return -1
			}
			return c
		}, text)
	}
	if strings.TrimSpace(text) == "" {
		text = fallback
	}
	if len(text) > maxDimension {
		text = text[:maxDimension]
	}
	return text
}
