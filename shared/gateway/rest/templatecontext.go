package rest

import (
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
)

// Property returns a variable, a part, or one of the two maps of overrides.
func (c templateContext) Property(name string) (vtl.Value, error) {
	if c.prefix == "" {
		switch name {
		case "requestOverride":
			return c.inv.override().request, nil
		case "responseOverride":
			return c.inv.override().response, nil
		case "identity":
			return templateContext{inv: c.inv, prefix: "identity."}, nil
		case "requestTimeEpoch":
			return c.inv.Arrival.Time.UnixMilli(), nil
		}
	}
	if v, ok := c.inv.ContextVariable(c.prefix + name); ok {
		return v, nil
	}
	return nil, nil
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

func (c templateContext) keys() []string {
	if c.prefix == "" {
		return contextKeys
	}
	return identityKeys
}
