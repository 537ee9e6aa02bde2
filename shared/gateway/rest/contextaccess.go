package rest

import (
	"net/http"
	"strconv"
	"time"
)

// refusedAt is the refusal of a request by the given phase, or nil.
func (inv *Invocation) refusedAt(phases ...string) *Error {
	if inv.Refusal.Err == nil || inv.phase == nil {
		return nil
	}
	for _, name := range phases {
		if inv.phase.name == name {
			return inv.Refusal.Err
		}
	}
	return nil
}

// passed tells whether a request came to the phases after authorization.
func (inv *Invocation) passed() bool {
	return inv.Refusal.Err == nil || inv.refusedAt("arrival", "resource matching", "resource policy", "authorization") == nil
}

// errorStatus is the status of a refusal before a gateway response changes it.
func errorStatus(e *Error) int {
	if e.Status != 0 {
		return e.Status
	}
	return builtIns[e.Type].status
}

// attempt is one step of access control, as $context shows it.
type attempt struct {
	made    bool
	status  int
	latency time.Duration
	err     string
}

func (a *attempt) variable(name string) (string, bool) {
	switch {
	case !a.made:
	case name == "status":
		return strconv.Itoa(a.status), true
	case name == "latency":
		return milliseconds(a.latency), true
	case name == "error":
		return present(a.err)
	}
	return "", false
}

func (a *attempt) refused(e *Error, reason string) {
	a.status, a.err = errorStatus(e), reason
}

// authenticateVariable returns $context.authenticate.NAME: the check of an AWS signature.
func (inv *Invocation) authenticateVariable(name string) (string, bool) {
	m := inv.Resource.method
	if m == nil || m.doc.AuthorizationType != "AWS_IAM" {
		return "", false
	}
	a := attempt{made: inv.Authorization.Caller != nil, status: http.StatusOK, latency: inv.Authorization.Latency}
	if e := inv.refusedAt("authorization"); e != nil && e.Type != AccessDenied {
		a.made = true
		a.refused(e, e.Reason)
	}
	return a.variable(name)
}

// authorizerVariable returns $context.authorizer.NAME: the work of a Lambda authorizer or of the
// check of a user pool's token.
func (inv *Invocation) authorizerVariable(name string) (string, bool) {
	m, z := inv.Resource.method, &inv.Authorization
	if m == nil || m.doc.AuthorizerID == "" {
		return "", false
	}
	switch name {
	case "integrationStatus":
		return strconv.Itoa(z.Status), inv.hasLambdaAuthorizer() && z.Status != 0
	case "requestId":
		return present(z.RequestID)
	}
	a := attempt{made: z.Called, status: http.StatusOK, latency: z.Latency}
	if e := inv.refusedAt("authorization"); e != nil && e.Type != AccessDenied {
		a.made = true
		a.refused(e, e.Reason)
	}
	return a.variable(name)
}

// authorizeVariable returns $context.authorize.NAME: the decision of policies, which takes less than
// a millisecond.
func (inv *Invocation) authorizeVariable(name string) (string, bool) {
	m := inv.Resource.method
	if m == nil || m.doc.AuthorizationType == "NONE" && !inv.Stage.resourcePolicy.attached() {
		return "", false
	}
	a := attempt{made: inv.passed(), status: http.StatusOK}
	if e := inv.refusedAt("resource policy", "authorization"); e != nil && e.Type == AccessDenied {
		reason := inv.Authorization.Statement
		if reason == "" {
			reason = e.Reason
		}
		a.made = true
		a.refused(e, reason)
	}
	return a.variable(name)
}
