package exchange

import (
	"net/http"
	"strconv"
	"time"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/policy"
)

// ConditionKey returns the condition keys that every request has, whoever makes it (REST data
// plane spec, 2.2); key is in lower case. The caller's address is aws:VpcSourceIp, and not aws:SourceIp, if the request
// came through a VPC endpoint. aws:SourceArn is there for calls by AWS services only, of which no
// front door tells.
func ConditionKey(r *http.Request, at time.Time, sourceIP, key string) (policy.Value, bool) {
	info := edge.FromContext(r.Context())
	private := info != nil && info.VPCEndpointID != ""
	switch key {
	case "aws:currenttime":
		return policy.One(at.UTC().Format(time.RFC3339)), true
	case "aws:epochtime":
		return policy.One(strconv.FormatInt(at.Unix(), 10)), true
	case "aws:referer":
		return headerKey(r.Header["Referer"])
	case "aws:useragent":
		return headerKey(r.Header["User-Agent"])
	case "aws:securetransport":
		return policy.One(strconv.FormatBool(secureTransport(r, info))), true
	case "aws:sourceip":
		return policy.One(sourceIP), !private && sourceIP != ""
	case "aws:vpcsourceip":
		return policy.One(sourceIP), private && sourceIP != ""
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
func secureTransport(r *http.Request, info *edge.Info) bool {
	if info == nil || info.Source != edge.SourceALB {
		return true
	}
	proto := r.Header["X-Forwarded-Proto"]
	return len(proto) > 0 && proto[len(proto)-1] == "https"
}
