package websocket

import (
	"maps"
	"slices"

	"github.com/postern-gateway/postern/shared/mapping/vtl"
)

// templateContext is $context, or a part of it such as $context.identity, as templates see it
// (WebSocket API spec, 12). Printed whole it is the empty text.
type templateContext struct {
	inv *Invocation
	// prefix is "" or the part's name with a dot.
	prefix string
}

var (
	contextKeys  = []string{"routeKey", "eventType", "extendedRequestId", "requestTime", "messageDirection", "stage", "connectedAt", "requestTimeEpoch", "identity", "requestId", "domainName", "connectionId", "apiId"}
	identityKeys = []string{"accountId", "apiKey", "apiKeyId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType", "cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "sourceIp", "user", "userAgent", "userArn"}
)

// Property returns a variable or a part.
func (c templateContext) Property(name string) (vtl.Value, error) {
	full := c.prefix + name
	switch full {
	case "identity", "error":
		return templateContext{c.inv, full + "."}, nil
	case "authorizer":
		if c.inv.Connection.Authorizer == nil {
			return nil, nil
		}
		return templateContext{c.inv, full + "."}, nil
	case "requestTimeEpoch":
		return c.inv.Arrival.Time.UnixMilli(), nil
	case "connectedAt":
		return c.inv.Connection.ConnectedAt.UnixMilli(), nil
	}
	if v, ok := c.inv.dataVariable(full); ok {
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
		name, _ := args[0].(string)
		return slices.Contains(c.keys(), name), nil
	}
	return nil, vtl.ErrNoMethod
}

func (c templateContext) keys() []string {
	inv := c.inv
	switch c.prefix {
	case "":
		keys := slices.Clip(contextKeys)
		if inv.Arrival.MessageID != "" {
			keys = append(keys, "messageId")
		}
		if inv.Connection.Authorizer != nil {
			keys = append(keys, "authorizer")
		}
		return keys
	case "identity.":
		return slices.DeleteFunc(slices.Clone(identityKeys), func(k string) bool {
			_, ok := inv.identityVariable(k)
			return !ok
		})
	case "authorizer.":
		a := inv.Connection.Authorizer
		return append([]string{"principalId"}, slices.Sorted(maps.Keys(a.Context))...)
	}
	return nil
}
