package rest

import (
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// templateContext is $context, or a part of it such as $context.identity, as templates see it
// (REST data plane spec, 8.2 and 8.5). Printed whole it is the empty text.
type templateContext struct {
	inv *Invocation
	// prefix is "" or the part's name with a dot.
	prefix string
}

// What keySet returns, as recorded for a method without authorization.
var (
	contextKeys = []string{
		"resourceId", "resourcePath", "httpMethod", "extendedRequestId", "requestTime", "path", "accountId", "protocol",
		"requestOverride", "stage", "domainPrefix", "requestTimeEpoch", "requestId", "identity", "domainName",
		"deploymentId", "responseOverride", "apiId",
	}
	identityKeys = []string{
		"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "sourceIp", "principalOrgId", "accessKey",
		"cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user",
	}
	clientCertKeys = []string{"clientCertPem", "subjectDN", "issuerDN", "serialNumber", "validity"}
	validityKeys   = []string{"notBefore", "notAfter"}
)

// What keySet returns in addition where a request has it, in the order of the Lambda proxy event
// (REST data plane spec, 5.1).
const (
	keyAuthorizer = "authorizer"
	keyCanary     = "isCanaryRequest"
	keyClientCert = "clientCert"
)

// Property returns a variable, a part, or one of the two maps of overrides.
func (c templateContext) Property(name string) (vtl.Value, error) {
	full := c.prefix + name
	switch full {
	case "requestOverride":
		return c.inv.override().request, nil
	case "responseOverride":
		return c.inv.override().response, nil
	case "requestTimeEpoch":
		return c.inv.Arrival.Time.UnixMilli(), nil
	}
	if c.inv.hasPart(full) {
		return templateContext{inv: c.inv, prefix: full + "."}, nil
	}
	if v, ok := c.inv.dataVariable(full); ok {
		return v, nil
	}
	return nil, nil
}

// hasPart tells whether a name stands for a part.
func (inv *Invocation) hasPart(name string) bool {
	switch name {
	case "identity":
		return true
	case "identity.clientCert", "identity.clientCert.validity":
		return inv.clientCert() != nil
	case "authorizer":
		return inv.hasAuthorizerData()
	case "authorizer.claims":
		return inv.Authorization.Claims != nil
	}
	return false
}

// Call runs the methods that $context has as a map.
func (c templateContext) Call(method string, args []vtl.Value) (vtl.Value, error) {
	switch {
	case method == "get" && len(args) == 1:
		name, _ := args[0].(string)
		return c.Property(name)
	case method == "keySet" && len(args) == 0:
		keys := vtl.NewSet()
		for _, k := range c.keys() {
			keys.Items = append(keys.Items, k)
		}
		return keys, nil
	case method == "containsKey" && len(args) == 1:
		for _, k := range c.keys() {
			if args[0] == vtl.Value(k) {
				return true, nil
			}
		}
		return false, nil
	}
	return nil, vtl.ErrNoMethod
}

// keys lists the members of a part.
func (c templateContext) keys() []string {
	inv := c.inv
	switch c.prefix {
	case "":
		keys := slices.Clip(contextKeys)
		if inv.hasAuthorizerData() {
			keys = append(keys, keyAuthorizer)
		}
		if inv.Stage.canaryRequest != "" {
			keys = append(keys, keyCanary)
		}
		return keys
	case "identity.":
		keys := slices.Clip(identityKeys)
		for _, name := range [...]string{"apiKey", "apiKeyId", "vpcId", "vpceId"} {
			if _, ok := inv.identityVariable(name); ok {
				keys = append(keys, name)
			}
		}
		if inv.clientCert() != nil {
			keys = append(keys, keyClientCert)
		}
		return keys
	case "identity.clientCert.":
		return clientCertKeys
	case "identity.clientCert.validity.":
		return validityKeys
	case "authorizer.claims.":
		return slices.Sorted(maps.Keys(inv.Authorization.Claims))
	}
	return inv.authorizerKeys()
}

// hasAuthorizerData tells whether an authorizer has said something about the request.
func (inv *Invocation) hasAuthorizerData() bool {
	z := &inv.Authorization
	return z.PrincipalID != "" || z.Context != nil || z.Claims != nil
}

// authorizerKeys lists the members of $context.authorizer and of the event's authorizer, nil if
// there is none (REST data plane spec, 5.1).
func (inv *Invocation) authorizerKeys() []string {
	z := &inv.Authorization
	switch {
	case !inv.hasAuthorizerData():
		return nil
	case z.Claims != nil:
		return []string{"claims"}
	}
	keys := []string{"principalId", "integrationLatency"}
	for _, name := range slices.Sorted(maps.Keys(z.Context)) {
		if name != keys[0] && name != keys[1] {
			keys = append(keys, name)
		}
	}
	return keys
}
