package httpapi

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// ContextVariable returns a $context variable by its name without "$context." (HTTP API spec, 17),
// and false if the request has no such value. It is a view of the phases' parts, so what a later
// phase writes is there only after that phase.
func (inv *Invocation) ContextVariable(name string) (string, bool) {
	a, doc := &inv.Arrival, &inv.Stage.doc
	switch name {
	case "requestId", "extendedRequestId":
		return a.RequestID, true
	case "accountId":
		return present(doc.AccountID)
	case "apiId":
		return doc.APIID, true
	case "stage":
		return doc.Name, true
	case "domainName":
		return present(inv.Target.DomainName)
	case "domainPrefix":
		return present(domainPrefix(inv.Target.DomainName))
	case "httpMethod":
		return inv.Request.Method, true
	case "path":
		return a.EventPath, true
	case "protocol":
		return a.Protocol, true
	case "requestTime":
		return a.Time.UTC().Format(eventTimeLayout), true
	case "requestTimeEpoch":
		return strconv.FormatInt(a.Time.UnixMilli(), 10), true
	case "routeKey":
		if r := inv.Route.route; r != nil {
			return r.doc.Key, true
		}
		return "", false
	case "customDomain.basePathMatched":
		return present(inv.Target.MappingKey)
	}
	group, rest, _ := strings.Cut(name, ".")
	switch group {
	case "authorizer":
		return inv.authorizerVariable(rest)
	case "identity":
		return inv.identityVariable(rest)
	case "error":
		return inv.errorVariable(rest)
	}
	return inv.outcomeVariable(name)
}

// outcomeVariable returns what is known once the backend or the client was answered.
func (inv *Invocation) outcomeVariable(name string) (string, bool) {
	in, d := &inv.Integration, &inv.Delivery
	done := d.Status != 0
	switch name {
	case "status":
		return strconv.Itoa(d.Status), done
	case "responseLength":
		return strconv.FormatInt(d.Bytes, 10), done
	case "responseLatency":
		return strconv.FormatInt(d.Latency.Milliseconds(), 10), done
	case "dataProcessed":
		return strconv.FormatInt(d.Bytes+inv.received(), 10), done
	case "awsEndpointRequestId", "integration.requestId":
		if in.FunctionRequestID != "" {
			return in.FunctionRequestID, true
		}
		return present(in.Header.Get("X-Amzn-Requestid"))
	case "awsEndpointRequestId2":
		return present(in.Header.Get("X-Amz-Id-2"))
	case "integrationErrorMessage", "integration.error":
		return present(in.Error)
	case "integrationLatency", "integration.latency":
		return strconv.FormatInt(in.Latency.Milliseconds(), 10), !in.start.IsZero()
	case "integrationStatus", "integration.integrationStatus":
		status := in.ServiceStatus
		if status == 0 {
			status = in.Status
		}
		return strconv.Itoa(status), status != 0
	case "integration.status":
		return strconv.Itoa(in.Status), in.Status != 0
	}
	return "", false
}

// received is how many bytes of the request's body were read.
func (inv *Invocation) received() int64 {
	if inv.body == nil {
		return 0
	}
	return inv.body.Count()
}

// authorizerVariable returns $context.authorizer.NAME.
func (inv *Invocation) authorizerVariable(name string) (string, bool) {
	z := &inv.Authorization
	switch {
	case name == "error":
		return present(z.Error)
	case z.Token != nil:
		if claim, ok := strings.CutPrefix(name, "claims."); ok {
			v, ok := z.Token.HTTPClaims()[claim]
			return v, ok
		}
		if name == "principalId" {
			return present(z.Token.Subject())
		}
	case z.Lambda != nil:
		return z.Lambda.Variable(name)
	case z.Caller != nil && name == "principalId":
		return present(z.Caller.UserID)
	}
	return "", false
}

func (inv *Invocation) identityVariable(name string) (string, bool) {
	switch name {
	case "sourceIp":
		return present(inv.Arrival.SourceIP)
	case "userAgent":
		return present(inv.Request.UserAgent())
	}
	if field, ok := strings.CutPrefix(name, "clientCert."); ok {
		return exchange.ClientCertVariable(inv.clientCert(), field)
	}
	if c := inv.Authorization.Caller; c != nil {
		return exchange.CallerVariable(c, name)
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
		return string(e.Type), e.Type != ""
	}
	return "", false
}

func domainPrefix(domain string) string {
	prefix, _, _ := strings.Cut(domain, ".")
	return prefix
}

// present returns a value that exists unless it is empty.
func present(v string) (string, bool) { return v, v != "" }
