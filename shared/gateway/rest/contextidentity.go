package rest

import (
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
)

// identityVariable returns $context.identity.NAME (REST data plane spec, 5.1 and 8.5).
func (inv *Invocation) identityVariable(name string) (string, bool) {
	switch name {
	case "sourceIp":
		return inv.Arrival.SourceIP, true
	case "userAgent":
		return present(inv.Request.UserAgent())
	case "apiKey":
		return present(inv.Metering.APIKey)
	case "apiKeyId":
		return present(inv.Metering.APIKeyID)
	case "vpcId", "vpceId":
		info := edge.FromContext(inv.Request.Context())
		switch {
		case info == nil:
			return "", false
		case name == "vpcId":
			return present(info.VPCID)
		}
		return present(info.VPCEndpointID)
	}
	if field, ok := strings.CutPrefix(name, "clientCert."); ok {
		return exchange.ClientCertVariable(inv.clientCert(), field)
	}
	if c := inv.Authorization.Caller; c != nil {
		return exchange.CallerVariable(c, name)
	}
	return "", false
}

// clientCert is the certificate of a client, or nil.
func (inv *Invocation) clientCert() *edge.ClientCert {
	if info := edge.FromContext(inv.Request.Context()); info != nil {
		return info.ClientCert
	}
	return nil
}

// authorizerData returns $context.authorizer.NAME as far as an authorizer has said it: the
// principal, the claims, or a member of its context. That wins over the names that access logs
// have for the authorizer's own work.
func (inv *Invocation) authorizerData(name string) (string, bool) {
	z := &inv.Authorization
	if claim, ok := strings.CutPrefix(name, "claims."); ok {
		v, ok := z.Claims[claim]
		return v, ok
	}
	if v, ok := z.Context[name]; ok {
		return v, true
	}
	switch {
	case name == "principalId":
		return present(z.PrincipalID)
	case name == "integrationLatency" && inv.hasLambdaAuthorizer():
		return strconv.FormatInt(z.Latency.Milliseconds(), 10), true
	}
	return "", false
}

// hasLambdaAuthorizer tells whether a Lambda authorizer was asked about the request.
func (inv *Invocation) hasLambdaAuthorizer() bool {
	return inv.Authorization.Called && inv.Resource.method != nil && inv.Resource.method.doc.AuthorizationType == "CUSTOM"
}
