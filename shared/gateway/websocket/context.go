package websocket

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// requestTimeLayout is the form of $context.requestTime.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// dataVariable returns a $context variable that mappings and templates see, by its name without
// "$context." (WebSocket API spec, 12), and false if the event has no such value.
func (inv *Invocation) dataVariable(name string) (string, bool) {
	a, c := &inv.Arrival, inv.Connection
	switch name {
	case "connectionId":
		return c.ID, true
	case "connectedAt":
		return strconv.FormatInt(c.ConnectedAt.UnixMilli(), 10), true
	case "domainName":
		return c.DomainName, true
	case "eventType":
		return string(inv.Event), true
	case "messageId":
		return a.MessageID, a.MessageID != ""
	case "messageDirection":
		return "IN", true
	case "routeKey":
		return inv.routeKey, inv.routeKey != ""
	case "requestId", "extendedRequestId":
		return a.RequestID, true
	case "apiId":
		return inv.Stage.doc.APIID, true
	case "accountId":
		return inv.Stage.doc.AccountID, true
	case "stage":
		return inv.Stage.doc.Name, true
	case "requestTime":
		return a.Time.UTC().Format(requestTimeLayout), true
	case "requestTimeEpoch":
		return strconv.FormatInt(a.Time.UnixMilli(), 10), true
	case "disconnectStatusCode":
		return strconv.Itoa(inv.Closing.Code), inv.Event == disconnectEvent
	case "disconnectReason":
		return inv.Closing.Reason, inv.Event == disconnectEvent
	case "status":
		return inv.status()
	}
	group, rest, ok := strings.Cut(name, ".")
	if !ok {
		return "", false
	}
	switch group {
	case "identity":
		return inv.identityVariable(rest)
	case "authorizer":
		return inv.authorizerVariable(rest)
	case "error":
		return inv.errorVariable(rest)
	}
	return "", false
}

// status is that of the answer: of the refusal, or of the integration.
func (inv *Invocation) status() (string, bool) {
	status := inv.Integration.Status
	if inv.Event == connectEvent && inv.Answer.Status != 0 {
		status = inv.Answer.Status
	}
	if e := inv.Refusal.Err; e != nil {
		status = e.Status
	}
	if status == 0 && inv.Refusal.Err == nil && inv.phase == nil {
		status = 200 // nothing was called, and nothing failed
	}
	return strconv.Itoa(status), status != 0
}

func (inv *Invocation) identityVariable(name string) (string, bool) {
	id := &inv.Connection.Identity
	switch name {
	case "sourceIp":
		return present(id.SourceIP)
	case "userAgent":
		return present(id.UserAgent)
	case "apiKey":
		return present(id.APIKey)
	case "apiKeyId":
		return present(id.APIKeyID)
	}
	c := id.Caller
	if c == nil {
		return "", false
	}
	for _, m := range callerMembers(c) {
		if m.name == name {
			return present(m.value)
		}
	}
	return "", false
}

// authorizerVariable returns what the authorizer said; its values are texts (WebSocket API spec, 7).
func (inv *Invocation) authorizerVariable(name string) (string, bool) {
	z := inv.Connection.Authorizer
	if z == nil {
		return "", false
	}
	if v, ok := z.Context[name]; ok {
		return v, true
	}
	switch name {
	case "principalId":
		return present(z.PrincipalID)
	case "integrationLatency":
		return strconv.FormatInt(z.LatencyMillis, 10), true
	}
	return "", false
}

func (inv *Invocation) errorVariable(name string) (string, bool) {
	e := inv.Refusal.Err
	if e == nil {
		return "", false
	}
	switch name {
	case "message":
		return present(e.Message)
	case "messageString":
		return string(jsontext.AppendString(nil, e.Message)), e.Message != ""
	case "responseType":
		return present(e.Type)
	case "validationErrorString":
		return present(e.ValidationErrors)
	}
	return "", false
}

// present returns a value that exists unless it is empty.
func present(v string) (string, bool) { return v, v != "" }
