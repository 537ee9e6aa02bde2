package rest

import (
	"cmp"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// Record is the summary of a finished request.
type Record = exchange.Record

// observe reports a finished request to whoever listens.
func (p *Pipeline) observe(inv *Invocation) {
	a := &inv.Arrival
	inv.Delivery.Latency = p.c.Now().Sub(a.Time)
	p.logAccess(inv)
	p.logExecution(inv)
	if p.c.Observe == nil {
		return
	}
	rec := &Record{
		RequestID: a.RequestID, ExtendedRequestID: a.ExtendedRequestID, TraceID: a.TraceID,
		HTTPMethod: inv.httpMethod(), Path: inv.Target.ContextPath, Protocol: a.Protocol,
		DomainName: inv.Target.DomainName, SourceIP: a.SourceIP, UserAgent: inv.Request.UserAgent(),
		Start: a.Time, ResponseLatency: inv.Delivery.Latency,
		IntegrationLatency: inv.Integration.Latency, IntegrationStatus: inv.Integration.Status,
		FunctionRequestID: inv.Integration.FunctionRequestID,
		ResponseBytes:     inv.Delivery.Bytes, Status: inv.Delivery.Status, Err: inv.Delivery.Err,
	}
	if s := inv.Stage; s != nil {
		rec.AccountID, rec.APIID, rec.Stage, rec.DeploymentID = s.doc.AccountID, s.doc.APIID, s.doc.Name, s.doc.DeploymentID
		rec.RESTName = cmp.Or(s.snapshot.API.Name, s.doc.APIID)
	}
	if m := inv.Resource.method; m != nil {
		rec.DetailedMetrics = m.detailedMetrics
		rec.ResourceID, rec.ResourcePath, rec.OperationName = m.doc.ResourceID, m.doc.ResourcePath, m.doc.OperationName
	}
	rec.Statement, rec.Principal, rec.APIKeyID = inv.Authorization.Statement, inv.Authorization.principal(), inv.Metering.APIKeyID
	rec.UsagePlanID = inv.Metering.planID()
	rec.Cache = inv.Cache.Status
	if inv.body != nil {
		rec.RequestBytes = inv.body.Count()
	}
	if e := inv.Refusal.Err; e != nil {
		rec.ResponseType, rec.Reason, rec.ValidationText = e.Type, e.Reason, e.ValidationErrors
		if inv.phase != nil {
			rec.Phase = inv.phase.name
		}
		if rec.Err == nil {
			rec.Err = e
		}
		if inv.Refusal.definitionErr != nil {
			rec.Reason += "; the gateway response's definition is unusable: " + inv.Refusal.definitionErr.Error()
		}
	}
	p.c.Observe(rec)
}

// principal is the name of who was authorized, or refused after it was known.
func (z *Authorization) principal() string {
	switch {
	case z.Caller != nil:
		return z.Caller.UserARN
	case z.PrincipalID != "":
		return z.PrincipalID
	}
	return z.Claims["sub"]
}
