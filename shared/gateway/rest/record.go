package rest

import "time"

// Record is the summary of a finished request.
type Record struct {
	RequestID, ExtendedRequestID, TraceID string

	AccountID, APIID, Stage, DeploymentID string
	// ResourceID, ResourcePath and OperationName are empty if no resource matched.
	ResourceID, ResourcePath, OperationName string

	HTTPMethod, Path, Protocol    string
	DomainName                    string
	SourceIP, UserAgent           string
	Start                         time.Time
	ResponseLatency               time.Duration // from arrival to the last byte
	IntegrationLatency            time.Duration // from the call to the response's header
	IntegrationStatus             int           // 0 if no backend answered
	FunctionRequestID             string
	RequestBytes, ResponseBytes   int64 // of the bodies
	Status                        int   // 0 if the client went away before an answer
	ResponseType                  ResponseType
	Phase, Reason, ValidationText string // of a refusal: which phase, and why
	// Statement tells which statement of which policy decided about the request and why; empty if
	// no policy was asked.
	Statement string
	// Principal is who was let in or refused, as far as access control found out: the ARN of a
	// caller, what a Lambda authorizer or a user pool's token says, or empty.
	Principal string
	// APIKeyID identifies the API key, whose value no record shows.
	APIKeyID string
	// Err is the cause of a refusal, or what broke a delivery off; nil if all went well.
	Err error
}

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
	}
	if m := inv.Resource.method; m != nil {
		rec.ResourceID, rec.ResourcePath, rec.OperationName = m.doc.ResourceID, m.doc.ResourcePath, m.doc.OperationName
	}
	rec.Statement, rec.Principal, rec.APIKeyID = inv.Authorization.Statement, inv.Authorization.principal(), inv.Metering.APIKeyID
	if inv.body != nil {
		rec.RequestBytes = inv.body.read.Load()
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
