package httpapi

import (
	"strconv"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// appendEvent2 appends the event of payload format 2.0, whose members come in API Gateway's order
// and are left out where they are empty (HTTP API spec, 5).
func (inv *Invocation) appendEvent2(b []byte) []byte {
	req := &inv.IntegrationRequest
	inv.addEventHeaders(req.Header, len(inv.payload))
	b = append(b, `{"version":"2.0"`...)
	b = inv.appendRequest2(b)
	b = append(b, `,"requestContext":`...)
	b = inv.appendContext2(b)
	encoded := inv.encodesBody()
	if len(inv.payload) > 0 {
		b = append(b, `,"body":`...)
		b = inv.appendBody(b, encoded)
	}
	if len(inv.Route.PathParams) > 0 {
		b = append(b, `,"pathParameters":`...)
		b = appendPathParams(b, inv.Route.PathParams)
	}
	b = append(b, `,"isBase64Encoded":`...)
	b = strconv.AppendBool(b, encoded)
	if inv.Stage.variablesJSON != nil {
		b = append(b, `,"stageVariables":`...)
		b = append(b, inv.Stage.variablesJSON...)
	}
	return append(b, '}')
}

// appendRequest2 appends route, path, query, cookies and headers.
func (inv *Invocation) appendRequest2(b []byte) []byte {
	req := &inv.IntegrationRequest
	b = member(b, `,"routeKey":`, inv.Route.route.doc.Key)
	b = member(b, `,"rawPath":`, inv.shownPath())
	b = member(b, `,"rawQueryString":`, req.RawQuery)
	if list := cookies(req.Header["Cookie"]); list != nil {
		b = append(b, `,"cookies":`...)
		b = appendStrings(b, list)
	}
	b = append(b, `,"headers":`...)
	b = appendJoinedHeaders(b, req.Header)
	if len(req.Query) > 0 {
		b = append(b, `,"queryStringParameters":`...)
		b = appendJoinedQuery(b, req.Query)
	}
	return b
}

// shownPath is the decoded path of events.
func (inv *Invocation) shownPath() string {
	if p := inv.IntegrationRequest.Path; p != "" {
		return p
	}
	return inv.Arrival.EventPath
}

// appendContext2 appends requestContext.
func (inv *Invocation) appendContext2(b []byte) []byte {
	doc, a := &inv.Stage.doc, &inv.Arrival
	b = member(b, `{"accountId":`, doc.AccountID)
	b = member(b, `,"apiId":`, doc.APIID)
	if c := inv.clientCert(); c != nil {
		b = append(b, `,"authentication":{"clientCert":`...)
		b = appendClientCert(b, c)
		b = append(b, '}')
	}
	b = inv.appendAuthorizer2(b)
	b = member(b, `,"domainName":`, inv.Target.DomainName)
	b = member(b, `,"domainPrefix":`, domainPrefix(inv.Target.DomainName))
	b = member(b, `,"http":{"method":`, inv.Request.Method)
	b = member(b, `,"path":`, inv.shownPath())
	b = member(b, `,"protocol":`, a.Protocol)
	b = member(b, `,"sourceIp":`, a.SourceIP)
	b = member(b, `,"userAgent":`, inv.Request.UserAgent())
	b = member(b, `},"requestId":`, a.RequestID)
	b = member(b, `,"routeKey":`, inv.Route.route.doc.Key)
	b = member(b, `,"stage":`, doc.Name)
	b = append(b, `,"time":"`...)
	b = a.Time.UTC().AppendFormat(b, eventTimeLayout)
	b = append(b, `","timeEpoch":`...)
	b = strconv.AppendInt(b, a.Time.UnixMilli(), 10)
	return append(b, '}')
}

// appendAuthorizer2 appends what the authorizer of the route has found out, nothing without one.
func (inv *Invocation) appendAuthorizer2(b []byte) []byte {
	z := &inv.Authorization
	switch {
	case z.Token != nil:
		b = append(b, `,"authorizer":{"jwt":{"claims":`...)
		b = appendStringMap(b, z.Token.HTTPClaims())
		b = append(b, `,"scopes":`...)
		b = inv.appendScopes(b)
		return append(b, "}}"...)
	case z.Lambda != nil:
		b = append(b, `,"authorizer":{"lambda":`...)
		if z.Lambda.Context == nil {
			b = append(b, "null"...)
		} else {
			b = append(b, z.Lambda.Context...)
		}
		return append(b, '}')
	case z.Caller != nil:
		c := z.Caller
		b = orNull(b, `,"authorizer":{"iam":{"accessKey":`, c.AccessKey)
		b = orNull(b, `,"accountId":`, c.AccountID)
		b = orNull(b, `,"callerId":`, c.CallerID)
		b = append(b, `,"cognitoIdentity":`...)
		b = appendCognitoIdentity(b, c)
		b = orNull(b, `,"principalOrgId":`, c.PrincipalOrgID)
		b = orNull(b, `,"userArn":`, c.UserARN)
		b = orNull(b, `,"userId":`, c.UserID)
		return append(b, "}}"...)
	}
	return b
}

// appendCognitoIdentity appends the identity of a caller with credentials of an identity pool, or
// null. Of how the caller has authenticated no more is known than type and provider.
func appendCognitoIdentity(b []byte, c *edge.Caller) []byte {
	if c.CognitoIdentityID == "" {
		return append(b, "null"...)
	}
	var amr []string
	for _, method := range [...]string{c.CognitoAuthenticationType, c.CognitoAuthenticationProvider} {
		if method != "" {
			amr = append(amr, method)
		}
	}
	b = append(b, `{"amr":`...)
	b = appendStrings(b, amr)
	b = member(b, `,"identityId":`, c.CognitoIdentityID)
	b = member(b, `,"identityPoolId":`, c.CognitoIdentityPoolID)
	return append(b, '}')
}

func appendClientCert(b []byte, c *edge.ClientCert) []byte {
	b = member(b, `{"clientCertPem":`, c.PEM)
	b = member(b, `,"subjectDN":`, c.SubjectDN)
	b = member(b, `,"issuerDN":`, c.IssuerDN)
	b = member(b, `,"serialNumber":`, c.SerialNumber)
	b = append(b, `,"validity":{"notBefore":`...)
	b = jsontext.AppendString(b, c.NotBefore)
	b = member(b, `,"notAfter":`, c.NotAfter)
	return append(b, "}}"...)
}

// clientCert is the certificate of a client, or nil.
func (inv *Invocation) clientCert() *edge.ClientCert {
	if info := edge.FromContext(inv.Request.Context()); info != nil {
		return info.ClientCert
	}
	return nil
}
