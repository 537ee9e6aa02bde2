package rest

import (
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/policy"
)

// policyRequest is the request as policies see it: the invocation of its method by a principal,
// whose zero value is anonymous. The keys of the principal itself, such as aws:PrincipalArn, come
// from extra, which may be nil and is asked in lower case.
func (inv *Invocation) policyRequest(who policy.Principal, extra policy.Lookup) policy.Request {
	return policy.Request{Principal: who, Action: invokeAction, Resource: inv.methodARN(), Context: func(key string) (policy.Value, bool) {
		if v, ok := exchange.ConditionKey(inv.Request, inv.Arrival.Time, inv.Arrival.SourceIP, key); ok || extra == nil {
			return v, ok
		}
		return extra(key)
	}}
}
