package httpapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/policy"
)

// invokeAction is what a request to a route does, as policies call it.
const invokeAction = "execute-api:Invoke"

// routeARN names what a request wants, for Lambda authorizers and their policies (HTTP API spec,
// 12).
func (inv *Invocation) routeARN() string {
	if inv.Route.route.path == "" {
		return inv.Stage.invokeARN + defaultStage
	}
	return inv.requestARN()
}

// requestARN names what a request wants by method and real path.
func (inv *Invocation) requestARN() string {
	return inv.Stage.invokeARN + inv.Request.Method + "/" + strings.TrimPrefix(inv.Arrival.Path, "/")
}

// policyRequest is the request as policies see it. The keys of the principal itself come from extra,
// which may be nil and is asked in lower case.
func (inv *Invocation) policyRequest(arn string, who policy.Principal, extra policy.Lookup) policy.Request {
	return policy.Request{Principal: who, Action: invokeAction, Resource: arn, Context: func(key string) (policy.Value, bool) {
		if v, ok := exchange.ConditionKey(inv.Request, inv.Arrival.Time, inv.Arrival.SourceIP, key); ok || extra == nil {
			return v, ok
		}
		return extra(key)
	}}
}

// checkResourcePolicy is the resource policy's part ahead of the authorizer, an extension of Postern
// by the rules of REST APIs (REST data plane spec, 2.1): callers that nobody authenticates need an
// allow, and an explicit deny spares a Lambda authorizer the call.
func (inv *Invocation) checkResourcePolicy() error {
	s := inv.Stage
	if s.policyErr != nil {
		return internal(apiConfiguration, "the resource policy cannot be read", s.policyErr)
	}
	if s.policy == nil {
		return nil
	}
	switch inv.Route.route.doc.AuthorizationType {
	case "NONE", "":
		return inv.requireResourceAllow()
	case "CUSTOM":
		if d := inv.evaluateResourcePolicy(); d.Effect == policy.ExplicitDeny {
			return forbidden(inv.Authorization.Statement, nil)
		}
	}
	return nil
}

// requireResourceAllow refuses a request that the resource policy alone does not allow. Without one
// there is nothing to refuse.
func (inv *Invocation) requireResourceAllow() error {
	if inv.Stage.policy == nil {
		return nil
	}
	if d := inv.evaluateResourcePolicy(); d.Effect != policy.Allow {
		return forbidden(inv.Authorization.Statement, nil)
	}
	return nil
}

// evaluateResourcePolicy asks the resource policy about the anonymous caller.
func (inv *Invocation) evaluateResourcePolicy() policy.Decision {
	r := inv.policyRequest(inv.requestARN(), policy.Principal{}, nil)
	d := inv.Stage.policy.Evaluate(&r)
	inv.Authorization.resource, inv.Authorization.Statement = d, "resource policy: "+d.Reason()
	return d
}
