package httpapi

import (
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// eventSpace is what a usual event takes without its body, in bytes.
const eventSpace = 3 << 10

// authorizerEvent makes the event of a Lambda authorizer, which has no body (HTTP API spec, 12).
func (inv *Invocation) authorizerEvent(a *lambdaAuthorizer, values []string) []byte {
	req := &inv.IntegrationRequest
	req.Header, req.Query, req.RawQuery = inv.clientHeader(), inv.Arrival.Query, inv.Request.URL.RawQuery
	inv.addEventHeaders(req.Header, int(max(inv.length(), 0)))
	b := make([]byte, 0, eventSpace)
	if a.version1 {
		b = inv.appendAuthorizerEvent1(b, values)
	} else {
		b = inv.appendAuthorizerEvent2(b, values)
	}
	*req = IntegrationRequest{} // parameter mapping makes its own
	return b
}

func (inv *Invocation) appendAuthorizerEvent2(b []byte, values []string) []byte {
	b = member(b, `{"version":"2.0","type":"REQUEST","routeArn":`, inv.routeARN())
	b = append(b, `,"identitySource":`...)
	if len(values) == 0 {
		b = append(b, "null"...)
	} else {
		b = appendStrings(b, values)
	}
	b = inv.appendRequest2(b)
	b = append(b, `,"requestContext":`...)
	b = inv.appendContext2(b)
	if len(inv.Route.PathParams) > 0 {
		b = append(b, `,"pathParameters":`...)
		b = appendPathParams(b, inv.Route.PathParams)
	}
	if inv.Stage.variablesJSON != nil {
		b = append(b, `,"stageVariables":`...)
		b = append(b, inv.Stage.variablesJSON...)
	}
	return append(b, '}')
}

func (inv *Invocation) appendAuthorizerEvent1(b []byte, values []string) []byte {
	doc, h := &inv.Stage.doc, inv.IntegrationRequest.Header
	identity := strings.Join(values, ",")
	b = member(b, `{"version":"1.0","type":"REQUEST","methodArn":`, inv.routeARN())
	b = member(b, `,"identitySource":`, identity)
	b = member(b, `,"authorizationToken":`, identity)
	b = member(b, `,"resource":`, inv.resource())
	b = member(b, `,"path":`, inv.Arrival.RawEventPath)
	b = member(b, `,"httpMethod":`, inv.Request.Method)
	b = append(b, `,"headers":`...)
	b = appendLast(b, h, sortedNames(h))
	b = append(b, `,"queryStringParameters":{`...)
	eachQuery(inv.Arrival.Query, func(i int, name string, values []string) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, values[len(values)-1])
	})
	b = append(b, `},"pathParameters":`...)
	b = appendPathParams(b, inv.Route.PathParams)
	b = append(b, `,"stageVariables":`...)
	if inv.Stage.variablesJSON == nil {
		b = append(b, "{}"...)
	}
	b = append(b, inv.Stage.variablesJSON...)
	b = member(b, `,"requestContext":{"path":`, inv.Arrival.EventPath)
	b = member(b, `,"accountId":`, doc.AccountID)
	b = member(b, `,"resourceId":`, inv.Route.route.doc.Key)
	b = member(b, `,"stage":`, doc.Name)
	b = member(b, `,"requestId":`, inv.Arrival.RequestID)
	b = append(b, `,"identity":`...)
	b = inv.appendIdentity1(b)
	b = member(b, `,"resourcePath":`, inv.resource())
	b = member(b, `,"httpMethod":`, inv.Request.Method)
	b = member(b, `,"apiId":`, doc.APIID)
	return append(b, "}}"...)
}
