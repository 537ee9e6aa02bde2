package rest

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// requestTimeLayout is the form of $context.requestTime.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// ContextVariable returns a $context variable by its name without "$context." (REST data plane
// spec, 8.5), and false if the request has no such value. It is a view of the phases' parts, so
// what a later phase writes is there only after that phase.
func (inv *Invocation) ContextVariable(name string) (string, bool) {
	a := &inv.Arrival
	switch name {
	case "requestId":
		return a.RequestID, true
	case "extendedRequestId":
		return a.ExtendedRequestID, true
	case "accountId":
		return inv.Stage.doc.AccountID, true
	case "apiId":
		return inv.Stage.doc.APIID, true
	case "deploymentId":
		return inv.Stage.doc.DeploymentID, true
	case "stage":
		return inv.Stage.doc.Name, true
	case "domainName":
		return inv.Target.DomainName, true
	case "domainPrefix":
		return domainPrefix(inv.Target.DomainName), true
	case "httpMethod":
		return inv.httpMethod(), true
	case "path":
		return inv.Target.ContextPath, true
	case "protocol":
		return a.Protocol, true
	case "requestTime":
		return a.Time.UTC().Format(requestTimeLayout), true
	case "requestTimeEpoch":
		return strconv.FormatInt(a.Time.UnixMilli(), 10), true
	case "xrayTraceId":
		return a.TraceID, true
	case "isCanaryRequest":
		return inv.Stage.canaryRequest, inv.Stage.canaryRequest != ""
	case "identity.sourceIp":
		return a.SourceIP, true
	case "identity.userAgent":
		return inv.Request.UserAgent(), inv.Request.UserAgent() != ""
	}
	if v, ok := strings.CutPrefix(name, "error."); ok {
		return inv.errorVariable(v)
	}
	if v, ok := inv.responseVariable(name); ok {
		return v, true
	}
	return inv.routeVariable(name)
}

// routeVariable returns what is known once the resource has matched, or once the backend has
// answered.
func (inv *Invocation) routeVariable(name string) (string, bool) {
	m := inv.Resource.method
	if m == nil {
		return "", false
	}
	switch name {
	case "resourceId":
		return m.doc.ResourceID, true
	case "resourcePath":
		return m.doc.ResourcePath, true
	}
	return inv.integrationVariable(name)
}

// responseVariable returns what is known once the answer is on its way, for access logs.
func (inv *Invocation) responseVariable(name string) (string, bool) {
	d := &inv.Delivery
	switch name {
	case "status":
		return strconv.Itoa(d.Status), d.Status != 0
	case "responseLength":
		return strconv.FormatInt(d.Bytes, 10), d.Status != 0
	case "responseLatency":
		return strconv.FormatInt(d.Latency.Milliseconds(), 10), d.Status != 0
	}
	return "", false
}

func (inv *Invocation) integrationVariable(name string) (string, bool) {
	in := &inv.Integration
	switch name {
	case "integration.error", "integrationErrorMessage":
		return inv.integrationError()
	case "integrationLatency", "integration.latency":
		return strconv.FormatInt(in.Latency.Milliseconds(), 10), in.Latency > 0
	case "integrationStatus", "integration.integrationStatus":
		status := in.ServiceStatus
		if status == 0 {
			status = in.Status
		}
		return strconv.Itoa(status), status != 0
	case "integration.status":
		return strconv.Itoa(in.Status), in.Status != 0
	case "integration.requestId", "awsEndpointRequestId":
		id := in.FunctionRequestID
		if id == "" {
			id = in.Headers.Get("X-Amzn-Requestid")
		}
		if id == "" {
			id = in.Headers.Get("X-Amz-Request-Id")
		}
		return id, id != ""
	}
	return "", false
}

// integrationError returns why the backend could not be called or what it failed with.
func (inv *Invocation) integrationError() (string, bool) {
	e := inv.Refusal.Err
	if e == nil || e.Type != IntegrationFailure && e.Type != IntegrationTimeout {
		return "", false
	}
	return e.Reason, e.Reason != ""
}

// errorVariable returns $context.error.NAME, which exists once a request was refused.
func (inv *Invocation) errorVariable(name string) (string, bool) {
	r := &inv.Refusal
	if r.Err == nil {
		return "", false
	}
	switch name {
	case "message":
		return r.Message, r.Message != ""
	case "messageString":
		if r.Message == "" {
			return "null", true
		}
		return string(jsontext.AppendString(nil, r.Message)), true
	case "responseType":
		return string(r.Err.Type), true
	case "validationErrorString":
		return r.Err.ValidationErrors, r.Err.ValidationErrors != ""
	}
	return "", false
}

// httpMethod is the effective method, or the client's before resource matching has run.
func (inv *Invocation) httpMethod() string {
	if inv.Resource.HTTPMethod != "" {
		return inv.Resource.HTTPMethod
	}
	return inv.Request.Method
}

func domainPrefix(domain string) string {
	prefix, _, _ := strings.Cut(domain, ".")
	return prefix
}
