package rest

import (
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
)

// policyRequest is the request as policies see it: the invocation of its method by a principal,
// whose zero value is anonymous. The keys of the principal itself, such as aws:PrincipalArn, come
// from extra, which may be nil and is asked in lower case.
func (inv *Invocation) policyRequest(who policy.Principal, extra policy.Lookup) policy.Request {
	return policy.Request{Principal: who, Action: invokeAction, Resource: inv.methodARN(), Context: func(key string) (policy.Value, bool) {
		if v, ok := inv.conditionKey(key); ok || extra == nil {
			return v, ok
		}
		return extra(key)
	}}
}

// conditionKey returns the condition keys that every request has, whoever makes it (REST data
// plane spec, 2.2). The caller's address is aws:VpcSourceIp, and not aws:SourceIp, if the request
// came through a VPC endpoint. aws:SourceArn is there for calls by AWS services only, of which no
// front door tells.
func (inv *Invocation) conditionKey(key string) (policy.Value, bool) {
	a, info := &inv.Arrival, edge.FromContext(inv.Request.Context())
	private := info != nil && info.VPCEndpointID != ""
	switch key {
	case "aws:currenttime":
		return policy.One(a.Time.UTC().Format(time.RFC3339)), true
	case "aws:epochtime":
		return policy.One(strconv.FormatInt(a.Time.Unix(), 10)), true
	case "aws:referer":
		return headerKey(inv.Request.Header["Referer"])
	case "aws:useragent":
		return headerKey(inv.Request.Header["User-Agent"])
	case "aws:securetransport":
		return policy.One(strconv.FormatBool(inv.secureTransport(info))), true
	case "aws:sourceip":
		return policy.One(a.SourceIP), !private && a.SourceIP != ""
	case "aws:vpcsourceip":
		return policy.One(a.SourceIP), private && a.SourceIP != ""
	case "aws:sourcevpc":
		if info != nil && info.VPCID != "" {
			return policy.One(info.VPCID), true
		}
	case "aws:sourcevpce":
		if private {
			return policy.One(info.VPCEndpointID), true
		}
	}
	return policy.Value{}, false
}

func headerKey(values []string) (policy.Value, bool) {
	if len(values) == 0 {
		return policy.Value{}, false
	}
	return policy.One(values[0]), true
}

// secureTransport tells whether the client spoke TLS. Function URLs and API Gateway take nothing
// else, and a local process stands for such an endpoint; a load balancer tells how its own
// listener was reached, in a header that it never takes from clients.
func (inv *Invocation) secureTransport(info *edge.Info) bool {
	if info == nil || info.Source != edge.SourceALB {
		return true
	}
	proto := inv.Request.Header["X-Forwarded-Proto"]
	return len(proto) > 0 && proto[len(proto)-1] == "https"
}
