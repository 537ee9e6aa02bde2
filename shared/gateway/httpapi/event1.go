package httpapi

import (
	"maps"
	"slices"
	"strconv"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// appendEvent1 appends the event of payload format 1.0, all of whose members are there, null where
// they are empty (HTTP API spec, 6).
func (inv *Invocation) appendEvent1(b []byte) []byte {
	req := &inv.IntegrationRequest
	inv.addEventHeaders(req.Header, len(inv.payload))
	b = member(b, `{"version":"1.0","resource":`, inv.resource())
	path := inv.Arrival.RawEventPath
	if req.Path != "" {
		path = req.Path
	}
	b = member(b, `,"path":`, path)
	b = member(b, `,"httpMethod":`, inv.Request.Method)
	names := sortedNames(req.Header)
	b = append(b, `,"headers":`...)
	b = appendLast(b, req.Header, names)
	b = append(b, `,"multiValueHeaders":`...)
	b = appendAll(b, req.Header, names)
	b = appendQuery1(b, req.Query)
	b = append(b, `,"requestContext":`...)
	b = inv.appendContext1(b)
	b = append(b, `,"pathParameters":`...)
	b = appendPathParams1(b, inv.Route.PathParams)
	b = append(b, `,"stageVariables":`...)
	b = inv.appendVariables1(b)
	b = append(b, `,"body":`...)
	encoded := inv.encodesBody()
	if len(inv.payload) == 0 {
		b = append(b, "null"...)
	} else {
		b = inv.appendBody(b, encoded)
	}
	b = append(b, `,"isBase64Encoded":`...)
	b = strconv.AppendBool(b, encoded)
	return append(b, '}')
}

// resource is the route's path, or its key if that is "$default".
func (inv *Invocation) resource() string {
	if p := inv.Route.route.path; p != "" {
		return p
	}
	return inv.Route.route.doc.Key
}

func appendPathParams1(b []byte, params []PathParam) []byte {
	if len(params) == 0 {
		return append(b, "null"...)
	}
	return appendPathParams(b, params)
}

func (inv *Invocation) appendVariables1(b []byte) []byte {
	if inv.Stage.variablesJSON == nil {
		return append(b, "null"...)
	}
	return append(b, inv.Stage.variablesJSON...)
}

// appendQuery1 appends both views of a query: the last value of a name, and all of them.
func appendQuery1(b []byte, q exchange.Query) []byte {
	if len(q) == 0 {
		return append(b, `,"queryStringParameters":null,"multiValueQueryStringParameters":null`...)
	}
	b = append(b, `,"queryStringParameters":{`...)
	eachQuery(q, func(i int, name string, values []string) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, values[len(values)-1])
	})
	b = append(b, `},"multiValueQueryStringParameters":{`...)
	eachQuery(q, func(i int, name string, values []string) {
		b = appendName(b, i, name)
		b = appendStrings(b, values)
	})
	return append(b, '}')
}

// appendContext1 appends requestContext.
func (inv *Invocation) appendContext1(b []byte) []byte {
	doc, a := &inv.Stage.doc, &inv.Arrival
	b = member(b, `{"accountId":`, doc.AccountID)
	b = member(b, `,"apiId":`, doc.APIID)
	b = append(b, `,"authorizer":`...)
	b = inv.appendAuthorizer1(b)
	b = member(b, `,"domainName":`, inv.Target.DomainName)
	b = member(b, `,"domainPrefix":`, domainPrefix(inv.Target.DomainName))
	b = member(b, `,"extendedRequestId":`, a.RequestID)
	b = member(b, `,"httpMethod":`, inv.Request.Method)
	b = append(b, `,"identity":`...)
	b = inv.appendIdentity1(b)
	b = member(b, `,"path":`, inv.shownPath())
	b = member(b, `,"protocol":`, a.Protocol)
	b = member(b, `,"requestId":`, a.RequestID)
	b = append(b, `,"requestTime":"`...)
	b = a.Time.UTC().AppendFormat(b, eventTimeLayout)
	b = append(b, `","requestTimeEpoch":`...)
	b = strconv.AppendInt(b, a.Time.UnixMilli(), 10)
	b = member(b, `,"resourceId":`, inv.Route.route.doc.Key)
	b = member(b, `,"resourcePath":`, inv.resource())
	b = member(b, `,"stage":`, doc.Name)
	return append(b, '}')
}

// appendAuthorizer1 appends the claims of a token, or what a Lambda authorizer said with its members
// side by side; two nulls without either.
func (inv *Invocation) appendAuthorizer1(b []byte) []byte {
	z := &inv.Authorization
	switch {
	case z.Token != nil:
		b = append(b, `{"claims":`...)
		b = appendStringMap(b, z.Token.HTTPClaims())
		b = append(b, `,"scopes":`...)
		b = inv.appendScopes(b)
		return append(b, '}')
	case z.Lambda != nil:
		b = append(b, '{')
		i := 0
		for _, name := range slices.Sorted(maps.Keys(z.Lambda.Members)) {
			b = appendName(b, i, name)
			b = append(b, z.Lambda.Members[name]...)
			i++
		}
		if _, own := z.Lambda.Members["principalId"]; z.Lambda.PrincipalID != "" && !own {
			b = appendName(b, i, "principalId")
			b = jsontext.AppendString(b, z.Lambda.PrincipalID)
		}
		return append(b, '}')
	}
	return append(b, `{"claims":null,"scopes":null}`...)
}

// appendIdentity1 appends identity, whose members are null unless IAM has authenticated a caller.
func (inv *Invocation) appendIdentity1(b []byte) []byte {
	c := inv.Authorization.Caller
	if c == nil {
		c = &edge.Caller{}
	}
	b = orNull(b, `{"accessKey":`, c.AccessKey)
	b = orNull(b, `,"accountId":`, c.AccountID)
	b = orNull(b, `,"caller":`, c.CallerID)
	b = orNull(b, `,"cognitoAuthenticationProvider":`, c.CognitoAuthenticationProvider)
	b = orNull(b, `,"cognitoAuthenticationType":`, c.CognitoAuthenticationType)
	b = orNull(b, `,"cognitoIdentityId":`, c.CognitoIdentityID)
	b = orNull(b, `,"cognitoIdentityPoolId":`, c.CognitoIdentityPoolID)
	b = orNull(b, `,"principalOrgId":`, c.PrincipalOrgID)
	b = member(b, `,"sourceIp":`, inv.Arrival.SourceIP)
	b = orNull(b, `,"user":`, c.UserID)
	b = orNull(b, `,"userAgent":`, inv.Request.UserAgent())
	b = orNull(b, `,"userArn":`, c.UserARN)
	if cert := inv.clientCert(); cert != nil {
		b = append(b, `,"clientCert":`...)
		b = appendClientCert(b, cert)
	}
	return append(b, '}')
}
