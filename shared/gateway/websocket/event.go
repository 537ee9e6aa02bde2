package websocket

import (
	"maps"
	"slices"
	"strconv"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// appendEvent appends the event of a Lambda proxy integration (WebSocket API spec, 3): the envelope
// of REST APIs without resource, path, method and path parameters.
func (inv *Invocation) appendEvent(b []byte) []byte {
	b = append(b, '{')
	switch inv.Event {
	case connectEvent:
		b = appendHeaders(b, inv.eventHeaders(false))
		b = append(b, ',')
		if len(inv.Arrival.Query) > 0 {
			b = appendQuery(b, inv.Arrival.Query)
			b = append(b, ',')
		}
	case disconnectEvent:
		b = appendHeaders(b, inv.disconnectHeaders())
		b = append(b, ',')
	}
	if v := inv.Stage.doc.Variables; len(v) > 0 {
		b = append(b, `"stageVariables":`...)
		b = appendStringMap(b, v)
		b = append(b, ',')
	}
	b = append(b, `"requestContext":`...)
	b = inv.appendRequestContext(b)
	if inv.Event == messageEvent {
		b = append(b, `,"body":`...)
		b = jsontext.AppendString(b, inv.body.text)
	}
	return append(b, `,"isBase64Encoded":false}`...)
}

// eventHeaders are those of the handshake. Only authorizers see Connection and Upgrade, and a length.
func (inv *Invocation) eventHeaders(authorizer bool) headers {
	out := make(headers, 0, len(inv.Arrival.Headers)+1)
	for _, h := range inv.Arrival.Headers {
		if !authorizer && (h.name == "Connection" || h.name == "Upgrade") {
			continue
		}
		out = append(out, h)
	}
	if authorizer && out.all("content-length") == nil {
		out = append(out, field{"content-length", []string{"0"}})
	}
	return out
}

func (inv *Invocation) disconnectHeaders() headers {
	empty := []string{""}
	return headers{{"Host", []string{inv.Connection.Host}}, {"x-api-key", empty}, {"X-Forwarded-For", empty}, {"x-restapi", empty}}
}

func appendHeaders(b []byte, h headers) []byte {
	b = append(b, `"headers":`...)
	b = appendLast(b, h)
	b = append(b, `,"multiValueHeaders":`...)
	return appendAll(b, h)
}

func appendQuery(b []byte, q query) []byte {
	b = append(b, `"queryStringParameters":`...)
	b = appendLast(b, q)
	b = append(b, `,"multiValueQueryStringParameters":`...)
	return appendAll(b, q)
}

// appendLast appends the last value of each name, appendAll all of them.
func appendLast[T ~[]field](b []byte, f T) []byte {
	b = append(b, '{')
	for i := range f {
		b = appendName(b, i, f[i].name)
		b = jsontext.AppendString(b, lastOf(f[i].values))
	}
	return append(b, '}')
}

func appendAll[T ~[]field](b []byte, f T) []byte {
	b = append(b, '{')
	for i := range f {
		b = appendName(b, i, f[i].name)
		b = append(b, '[')
		for j, v := range f[i].values {
			if j > 0 {
				b = append(b, ',')
			}
			b = jsontext.AppendString(b, v)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendName(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = jsontext.AppendString(b, name)
	return append(b, ':')
}

func appendStringMap(b []byte, m map[string]string) []byte {
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, m[name])
	}
	return append(b, '}')
}

// appendRequestContext appends requestContext, in the order of the captures.
func (inv *Invocation) appendRequestContext(b []byte) []byte {
	a, c := &inv.Arrival, inv.Connection
	member := func(name, value string) {
		b = append(b, name...)
		b = jsontext.AppendString(b, value)
	}
	number := func(name string, value int64) {
		b = append(b, name...)
		b = strconv.AppendInt(b, value, 10)
	}
	member(`{"routeKey":`, inv.routeKey)
	b = inv.appendAuthorizer(b)
	if a.MessageID != "" {
		member(`,"messageId":`, a.MessageID)
	}
	if inv.Event == disconnectEvent {
		number(`,"disconnectStatusCode":`, int64(inv.Closing.Code))
	}
	member(`,"eventType":`, string(inv.Event))
	member(`,"extendedRequestId":`, a.RequestID)
	member(`,"requestTime":`, a.Time.UTC().Format(requestTimeLayout))
	member(`,"messageDirection":`, "IN")
	if inv.Event == disconnectEvent {
		member(`,"disconnectReason":`, inv.Closing.Reason)
	}
	member(`,"stage":`, inv.Stage.doc.Name)
	number(`,"connectedAt":`, c.ConnectedAt.UnixMilli())
	number(`,"requestTimeEpoch":`, a.Time.UnixMilli())
	b = inv.appendIdentity(b)
	member(`,"requestId":`, a.RequestID)
	member(`,"domainName":`, c.DomainName)
	member(`,"connectionId":`, c.ID)
	member(`,"apiId":`, inv.Stage.doc.APIID)
	return append(b, '}')
}

func (inv *Invocation) appendAuthorizer(b []byte) []byte {
	z := inv.Connection.Authorizer
	if z == nil {
		return b
	}
	b = append(b, `,"authorizer":{`...)
	b = appendName(b, 0, "principalId")
	b = jsontext.AppendString(b, z.PrincipalID)
	for _, name := range slices.Sorted(maps.Keys(z.Context)) {
		if name != "principalId" && name != "integrationLatency" {
			b = appendName(b, 1, name)
			b = jsontext.AppendString(b, z.Context[name])
		}
	}
	if inv.Event == connectEvent {
		b = append(b, `,"integrationLatency":`...)
		b = strconv.AppendInt(b, z.LatencyMillis, 10)
	}
	return append(b, '}')
}

// identityMember is a member of requestContext.identity.
type identityMember struct{ name, value string }

func callerMembers(c *edge.Caller) []identityMember {
	return []identityMember{
		{"cognitoIdentityPoolId", c.CognitoIdentityPoolID}, {"accountId", c.AccountID}, {"cognitoIdentityId", c.CognitoIdentityID},
		{"caller", c.CallerID}, {"principalOrgId", c.PrincipalOrgID}, {"accessKey", c.AccessKey},
		{"cognitoAuthenticationType", c.CognitoAuthenticationType}, {"cognitoAuthenticationProvider", c.CognitoAuthenticationProvider},
		{"userArn", c.UserARN}, {"user", c.UserID},
	}
}

// appendIdentity appends the members that have a value.
func (inv *Invocation) appendIdentity(b []byte) []byte {
	id := &inv.Connection.Identity
	b = append(b, `,"identity":{`...)
	n := 0
	member := func(name, value string) {
		if value != "" {
			b = appendName(b, n, name)
			b = jsontext.AppendString(b, value)
			n++
		}
	}
	if id.Caller != nil {
		for _, m := range callerMembers(id.Caller) {
			member(m.name, m.value)
		}
	}
	member("apiKey", id.APIKey)
	member("apiKeyId", id.APIKeyID)
	member("userAgent", id.UserAgent)
	member("sourceIp", id.SourceIP)
	return append(b, '}')
}
