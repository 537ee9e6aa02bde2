package main

import "regexp"

// ObservabilityOptions configure the dashboard and the alarms.
type ObservabilityOptions struct {
	Enabled bool
	// Emails receive the alarms.
	Emails []string
	// FaultPercent is the share of answers with a 5xx status that is an alarm.
	FaultPercent int
	// LatencyMillis is the p99 of Latency that is an alarm, in milliseconds.
	LatencyMillis int
}

var emailPattern = regexp.MustCompile(`^[^\s@,]+@[^\s@,]+\.[^\s@,]+$`)

func readObservability(r *contextReader) ObservabilityOptions {
	const on = "postern:observability"
	o := ObservabilityOptions{
		Enabled:       r.flag(on, true),
		Emails:        r.list(on+".emails", emailPattern, "addresses of e-mail"),
		FaultPercent:  r.integer(on+".faultPercent", 1, 1, 100),
		LatencyMillis: r.integer(on+".latencyMillis", 3000, 1, 900000),
	}
	for _, name := range []string{".emails", ".faultPercent", ".latencyMillis"} {
		r.needs(o.Enabled, on+name, on+"=true")
	}
	return o
}
