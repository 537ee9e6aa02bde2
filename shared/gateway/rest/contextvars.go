package rest

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// requestTimeLayout is the form of $context.requestTime.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// ContextVariable returns a $context variable as access logs see it, by its name without
// "$context." (REST data plane spec, 8.5; security and operations spec, 6.1 and 6.2), and false if
// the request has no such value. It is a view of the phases' parts, so what a later phase writes
// is there only after that phase.
func (inv *Invocation) ContextVariable(name string) (string, bool) {
	if v, ok := inv.dataVariable(name); ok {
		return v, true
	}
	return inv.logVariable(name)
}

// dataVariable returns one of the variables that mappings, templates and gateway responses see
// too.
func (inv *Invocation) dataVariable(name string) (string, bool) {
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
	case "isCanaryRequest":
		return inv.Stage.canaryRequest, inv.Stage.canaryRequest != ""
	case "awsEndpointRequestId":
		return inv.endpointRequestID()
	case "cacheStatus": // Postern's own
		return present(inv.Cache.Status)
	}
	if m := inv.Resource.method; m != nil {
		switch name {
		case "resourceId":
			return m.doc.ResourceID, true
		case "resourcePath":
			return m.doc.ResourcePath, true
		}
	}
	group, rest, ok := strings.Cut(name, ".")
	if !ok {
		return "", false
	}
	switch group {
	case "identity":
		return inv.identityVariable(rest)
	case "authorizer":
		return inv.authorizerData(rest)
	case "error":
		return inv.errorVariable(rest)
	case "requestOverride", "responseOverride":
		return inv.overrideVariable(group, rest)
	}
	return "", false
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

// present returns a value that exists unless it is empty.
func present(v string) (string, bool) { return v, v != "" }
