package websocket

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Record is the summary of a finished event of a connection.
type Record struct {
	RequestID, MessageID, ConnectionID    string
	AccountID, APIID, Stage, DeploymentID string
	// EventType is CONNECT, MESSAGE or DISCONNECT; RouteKey is empty for a message that no route took.
	EventType, RouteKey string
	DomainName          string
	SourceIP, UserAgent string
	Start               time.Time
	Latency             time.Duration
	IntegrationLatency  time.Duration
	IntegrationStatus   int // 0 if no backend answered
	FunctionRequestID   string
	// Status is that of a handshake's answer; for other events that of the integration or the
	// refusal. It is 0 if the client went away.
	Status int
	// ResponseType, Phase and Reason tell of a refusal, Statement which policy statement decided.
	ResponseType, Phase, Reason, Statement string
	// Principal is who was let in or refused, as far as access control found out.
	Principal, APIKeyID string
	// RequestBytes is the length of the message.
	RequestBytes int
	Err          error
}

// observe reports a finished event to whoever listens, and to the access log.
func (p *Pipeline) observe(inv *Invocation, status int) {
	p.logAccess(inv)
	if p.c.Observe == nil {
		return
	}
	a, c, in, doc := &inv.Arrival, inv.Connection, &inv.Integration, &inv.Stage.doc
	rec := &Record{
		RequestID: a.RequestID, MessageID: a.MessageID, ConnectionID: c.ID,
		AccountID: doc.AccountID, APIID: doc.APIID, Stage: doc.Name, DeploymentID: doc.DeploymentID,
		EventType: string(inv.Event), RouteKey: inv.routeKey, DomainName: c.DomainName,
		SourceIP: c.Identity.SourceIP, UserAgent: c.Identity.UserAgent,
		Start: a.Time, Latency: p.c.Now().Sub(a.Time), IntegrationLatency: in.Latency, IntegrationStatus: in.Status,
		FunctionRequestID: in.FunctionRequestID, Status: status, Statement: inv.Authorization.Statement,
		APIKeyID: c.Identity.APIKeyID, RequestBytes: len(inv.body.text),
	}
	switch {
	case c.Identity.Caller != nil:
		rec.Principal = c.Identity.Caller.UserARN
	case c.Authorizer != nil:
		rec.Principal = c.Authorizer.PrincipalID
	}
	if e := inv.Refusal.Err; e != nil {
		rec.ResponseType, rec.Reason, rec.Err = e.Type, e.Reason, e
		if inv.phase != nil {
			rec.Phase = inv.phase.name
		}
	}
	p.c.Observe(rec)
}

var lines = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// logAccess writes the stage's access log line. A line that cannot be written is lost: nobody waits
// for it.
func (p *Pipeline) logAccess(inv *Invocation) {
	if p.c.AccessLog == nil || inv.Stage.accessLog == nil {
		return
	}
	space := lines.Get().(*[]byte)
	defer lines.Put(space)
	*space = inv.Stage.accessLog.Append((*space)[:0], inv)
	_, _ = p.c.AccessLog.Write(*space)
}

// ContextVariable returns a $context variable as access logs see it (WebSocket API spec, 12).
func (inv *Invocation) ContextVariable(name string) (string, bool) {
	if v, ok := inv.dataVariable(name); ok {
		return v, true
	}
	switch name {
	case "integrationLatency":
		return inv.integrationVariable("latency")
	case "integrationErrorMessage":
		return inv.integrationVariable("error")
	case "integrationStatus":
		return inv.integrationVariable("integrationStatus")
	}
	group, rest, _ := strings.Cut(name, ".")
	switch group {
	case "integration":
		return inv.integrationVariable(rest)
	case "authenticate", "authorize", "authorizer":
		return inv.accessVariable(group, rest)
	}
	return "", false
}

func (inv *Invocation) integrationVariable(name string) (string, bool) {
	in := &inv.Integration
	switch name {
	case "latency":
		return milliseconds(in.Latency), in.Called
	case "status":
		return strconv.Itoa(in.Status), in.Status != 0
	case "integrationStatus":
		status := in.ServiceStatus
		if status == 0 {
			status = in.Status
		}
		return strconv.Itoa(status), status != 0
	case "requestId":
		return present(in.FunctionRequestID)
	case "error":
		if e := inv.Refusal.Err; e != nil && strings.HasPrefix(e.Type, "INTEGRATION_") {
			return present(e.Reason)
		}
	}
	return "", false
}

// accessVariable returns what access control did at a handshake: authenticate is the check of a
// signature, authorizer the call of a function, authorize the decision of policies.
func (inv *Invocation) accessVariable(group, name string) (string, bool) {
	if inv.Event != connectEvent || inv.route == nil {
		return "", false
	}
	z, kind := &inv.Authorization, inv.route.doc.AuthorizationType
	refused := inv.Refusal.Err != nil && inv.phase != nil && inv.phase.name == "authorization"
	denied := refused && inv.Refusal.Err.Type == "ACCESS_DENIED"
	status, latency := http.StatusOK, time.Duration(0)
	switch group {
	case "authenticate":
		if kind != "AWS_IAM" {
			return "", false
		}
		latency, refused = z.Latency, refused && !denied
	case "authorizer":
		if kind != "CUSTOM" || !z.Called && !refused {
			return "", false
		}
		latency, refused = z.Latency, refused && !denied
		switch name {
		case "requestId":
			return present(z.RequestID)
		case "integrationStatus":
			return strconv.Itoa(z.Status), z.Status != 0
		case "integrationLatency":
			return milliseconds(z.Latency), z.Called
		}
	default:
		if kind == "" || kind == "NONE" || refused && !denied {
			return "", false
		}
		refused = denied
	}
	if refused {
		status = inv.Refusal.Err.Status
	}
	switch name {
	case "status":
		return strconv.Itoa(status), true
	case "latency":
		return milliseconds(latency), true
	case "error":
		if refused {
			return present(inv.Refusal.Err.Reason)
		}
	}
	return "", false
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
