package rest

import (
	"strconv"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// appendEventIdentity appends requestContext.identity: twelve members, null unless IAM has
// authenticated a caller, and more for API keys, VPC endpoints and client certificates (REST data
// plane spec, 5.1).
func (inv *Invocation) appendEventIdentity(b []byte) []byte {
	caller := inv.Authorization.Caller
	if caller == nil {
		caller = &edge.Caller{}
	}
	member := func(name, value string) {
		b = append(b, name...)
		if value == "" {
			b = append(b, "null"...)
		} else {
			b = jsontext.AppendString(b, value)
		}
	}
	// optional is a member that is there only with a value.
	optional := func(name, value string) {
		if value != "" {
			member(name, value)
		}
	}
	member(`,"identity":{"cognitoIdentityPoolId":`, caller.CognitoIdentityPoolID)
	member(`,"accountId":`, caller.AccountID)
	member(`,"cognitoIdentityId":`, caller.CognitoIdentityID)
	member(`,"caller":`, caller.CallerID)
	optional(`,"apiKey":`, inv.Metering.APIKey)
	member(`,"sourceIp":`, inv.Arrival.SourceIP)
	member(`,"principalOrgId":`, caller.PrincipalOrgID)
	member(`,"accessKey":`, caller.AccessKey)
	member(`,"cognitoAuthenticationType":`, caller.CognitoAuthenticationType)
	member(`,"cognitoAuthenticationProvider":`, caller.CognitoAuthenticationProvider)
	member(`,"userArn":`, caller.UserARN)
	optional(`,"apiKeyId":`, inv.Metering.APIKeyID)
	member(`,"userAgent":`, inv.Request.UserAgent())
	member(`,"user":`, caller.UserID)
	if info := edge.FromContext(inv.Request.Context()); info != nil {
		optional(`,"vpcId":`, info.VPCID)
		optional(`,"vpceId":`, info.VPCEndpointID)
		if c := info.ClientCert; c != nil {
			member(`,"clientCert":{"clientCertPem":`, c.PEM)
			member(`,"subjectDN":`, c.SubjectDN)
			member(`,"issuerDN":`, c.IssuerDN)
			member(`,"serialNumber":`, c.SerialNumber)
			member(`,"validity":{"notBefore":`, c.NotBefore)
			member(`,"notAfter":`, c.NotAfter)
			b = append(b, "}}"...)
		}
	}
	return append(b, '}')
}

// appendEventAuthorizer appends requestContext.authorizer if an authorizer has said something: the
// claims of a user pool's token, or the principal and the context of a Lambda authorizer, whose
// members are all text, with the time that it took (REST data plane spec, 5.1).
func (inv *Invocation) appendEventAuthorizer(b []byte) []byte {
	z := &inv.Authorization
	keys := inv.authorizerKeys()
	if keys == nil {
		return b
	}
	b = append(b, `,"authorizer":{`...)
	for i, name := range keys {
		b = appendName(b, i, name)
		switch {
		case z.Claims != nil:
			b = appendStringMap(b, z.Claims)
		case name == "principalId":
			b = jsontext.AppendString(b, z.PrincipalID)
		case name == "integrationLatency":
			b = strconv.AppendInt(b, z.Latency.Milliseconds(), 10)
		default:
			b = jsontext.AppendString(b, z.Context[name])
		}
	}
	return append(b, '}')
}
