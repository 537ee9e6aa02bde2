package httpapi

import "github.com/postern-gateway/postern/shared/gateway/exchange"

// observe reports a finished request: to the stage's access log, and to whoever listens.
func (p *Pipeline) observe(inv *Invocation) {
	a := &inv.Arrival
	inv.Delivery.Latency = p.c.Now().Sub(a.Time)
	p.logAccess(inv)
	if p.c.Observe == nil {
		return
	}
	z, in, d := &inv.Authorization, &inv.Integration, &inv.Delivery
	rec := &exchange.Record{
		RequestID: a.RequestID, ExtendedRequestID: a.RequestID, TraceID: a.TraceID,
		HTTPMethod: inv.Request.Method, Path: inv.Target.ContextPath, Protocol: a.Protocol,
		DomainName: inv.Target.DomainName, SourceIP: a.SourceIP, UserAgent: inv.Request.UserAgent(),
		Start: a.Time, ResponseLatency: d.Latency, IntegrationLatency: in.Latency, IntegrationStatus: in.Status,
		FunctionRequestID: in.FunctionRequestID, RequestBytes: inv.received(), ResponseBytes: d.Bytes,
		Status: d.Status, Statement: z.Statement, Principal: z.principal(), APIKeyID: inv.Metering.APIKeyID, Cache: inv.Cache.Status,
		UsagePlanID: inv.Metering.UsagePlanID, Err: d.Err,
	}
	if s := inv.Stage; s != nil {
		rec.AccountID, rec.APIID, rec.Stage, rec.DeploymentID = s.doc.AccountID, s.doc.APIID, s.doc.Name, s.doc.DeploymentID
	}
	if r := inv.Route.route; r != nil {
		rec.DetailedMetrics = r.setting.Metrics
		rec.ResourceID, rec.ResourcePath, rec.OperationName = r.doc.ID, r.doc.Key, r.doc.OperationName
	}
	if e := inv.Refusal.Err; e != nil {
		rec.ResponseType, rec.Reason = e.Type, e.Reason
		if inv.phase != nil {
			rec.Phase = inv.phase.name
		}
		if rec.Err == nil {
			rec.Err = e
		}
	}
	p.c.Observe(rec)
}

// logAccess writes the stage's access log line. A line that cannot be written is lost: nobody waits
// for it.
func (p *Pipeline) logAccess(inv *Invocation) {
	if p.c.AccessLog == nil || inv.Stage == nil || inv.Stage.accessLog == nil {
		return
	}
	space := exchange.GetBuffer()
	defer exchange.PutBuffer(space)
	*space = inv.Stage.accessLog.Append((*space)[:0], inv)
	_, _ = p.c.AccessLog.Write(*space)
}

// principal is the name of who was authorized, or refused after it was known.
func (z *Authorization) principal() string {
	switch {
	case z.Caller != nil:
		return z.Caller.UserARN
	case z.Token != nil:
		return z.Token.Subject()
	case z.Lambda != nil:
		return z.Lambda.PrincipalID
	}
	return ""
}
