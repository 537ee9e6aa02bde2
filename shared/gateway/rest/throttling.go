package rest

import "github.com/postern-gateway/postern/shared/metering/usageplan"

// throttle asks the limits that a request has to pass, in the order of REST data plane spec, 12: the
// usage plan's throttle of the method or else of the key, the stage's of the method, the account's;
// and the quota of the plan after them, since a throttled request does not count against it.
func (inv *Invocation) throttle() error {
	l := inv.pipeline.c.Limits
	if l == nil {
		return nil
	}
	limits := &inv.Resource.method.limits
	use := usageplan.Use{Route: limits.route, Key: inv.Metering.key}
	verdict := l.Admit(inv.Request.Context(), use)
	if limits.fields {
		h := inv.writer.Header()
		for _, f := range l.Fields(inv.Request.Context(), use, verdict) {
			h[f.Name] = []string{f.Value}
		}
	}
	if verdict.Admitted {
		if verdict.Degraded {
			inv.logError(checkFailed)
		}
		return nil
	}
	if inv.Request.Context().Err() != nil {
		return errClientGone // who did not wait for a lease was not refused
	}
	e := &Error{Type: Throttled, Reason: verdict.Reason(use)}
	if verdict.By == usageplan.PlanQuota {
		e.Type = QuotaExceeded
	}
	return e
}
