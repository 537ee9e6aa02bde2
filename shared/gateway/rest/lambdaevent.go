package rest

import (
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// eventSpace is what a usual event takes without its body, in bytes.
const eventSpace = 3 << 10

// makeLambdaProxyRequest makes the event of a Lambda proxy integration (REST data plane spec,
// 4.5 and 5.1).
func (inv *Invocation) makeLambdaProxyRequest() error {
	b, req := &inv.Resource.method.backend, &inv.IntegrationRequest
	if req.HTTPMethod != "POST" {
		return integrationFailure(500, "the integration's HTTP method must be POST for a Lambda proxy integration", nil)
	}
	f, err := b.lambda.Function(inv.Stage.doc.Variables)
	if err != nil {
		return configurationError("Invalid Lambda function", err)
	}
	req.Function = f
	if err := inv.bufferRequest(); err != nil {
		return err
	}
	if len(req.Body) > integration.MaxLambdaPayload {
		return eventTooLarge() // before it takes the memory of an event
	}
	// Not from the pool: a transport may read the payload after the call has returned.
	req.Event = inv.appendLambdaEvent(make([]byte, 0, eventSpace+len(req.Body)+len(req.Body)/2))
	if len(req.Event) > integration.MaxLambdaPayload {
		return eventTooLarge()
	}
	return nil
}

func eventTooLarge() *Error {
	return &Error{Type: RequestTooLarge, Reason: "the event exceeds " + strconv.Itoa(integration.MaxLambdaPayload) + " bytes"}
}

// appendLambdaEvent appends the event, whose members come in API Gateway's order.
func (inv *Invocation) appendLambdaEvent(b []byte) []byte {
	doc := inv.Resource.method.doc
	b = append(b, `{"resource":`...)
	b = jsontext.AppendString(b, doc.ResourcePath)
	b = append(b, `,"path":`...)
	b = jsontext.AppendString(b, inv.Target.EventPath)
	b = append(b, `,"httpMethod":`...)
	b = jsontext.AppendString(b, inv.Resource.HTTPMethod)

	b = inv.appendEventHeaders(b)
	b = appendQuery(b, inv.Arrival.Query)
	b = append(b, `,"pathParameters":`...)
	b = appendPathParams(b, inv.Resource.PathParams)
	b = append(b, `,"stageVariables":`...)
	b = append(b, inv.Stage.variablesJSON...)
	b = append(b, `,"requestContext":`...)
	b = inv.appendRequestContext(b)
	return inv.appendEventBody(b)
}

// appendEventHeaders appends both views of the headers: the last value of a name, and all of
// them.
func (inv *Invocation) appendEventHeaders(b []byte) []byte {
	headers := slices.Clone(inv.Arrival.Headers)
	slices.SortFunc(headers, func(x, y Header) int { return strings.Compare(x.Name, y.Name) })
	b = append(b, `,"headers":{`...)
	for i, h := range headers {
		b = appendName(b, i, h.Name)
		b = jsontext.AppendString(b, h.Values[len(h.Values)-1])
	}
	b = append(b, `},"multiValueHeaders":{`...)
	for i, h := range headers {
		b = appendName(b, i, h.Name)
		b = append(b, '[')
		for j, v := range h.Values {
			if j > 0 {
				b = append(b, ',')
			}
			b = jsontext.AppendString(b, v)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func (inv *Invocation) appendEventBody(b []byte) []byte {
	body := inv.IntegrationRequest.Body
	b = append(b, `,"body":`...)
	switch {
	case len(body) == 0:
		b = append(b, "null"...)
	case inv.Method.Binary:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, body)
		b = append(b, '"')
	default:
		b = jsontext.AppendString(b, body)
	}
	b = append(b, `,"isBase64Encoded":`...)
	b = strconv.AppendBool(b, inv.Method.Binary)
	return append(b, '}')
}

// appendRequestContext appends requestContext, with what access control has found out by now.
func (inv *Invocation) appendRequestContext(b []byte) []byte {
	doc, stage, a := inv.Resource.method.doc, &inv.Stage.doc, &inv.Arrival
	member := func(name, value string) {
		b = append(b, name...)
		b = jsontext.AppendString(b, value)
	}
	member(`{"resourceId":`, doc.ResourceID)
	b = inv.appendEventAuthorizer(b)
	member(`,"resourcePath":`, doc.ResourcePath)
	member(`,"httpMethod":`, inv.Resource.HTTPMethod)
	member(`,"extendedRequestId":`, a.ExtendedRequestID)
	b = append(b, `,"requestTime":"`...)
	b = a.Time.UTC().AppendFormat(b, requestTimeLayout)
	member(`","path":`, inv.Target.ContextPath)
	member(`,"accountId":`, stage.AccountID)
	member(`,"protocol":`, a.Protocol)
	member(`,"stage":`, stage.Name)
	if canary := inv.Stage.canaryRequest; canary != "" {
		b = append(b, `,"isCanaryRequest":`...)
		b = append(b, canary...)
	}
	member(`,"domainPrefix":`, domainPrefix(inv.Target.DomainName))
	b = append(b, `,"requestTimeEpoch":`...)
	b = strconv.AppendInt(b, a.Time.UnixMilli(), 10)
	member(`,"requestId":`, a.RequestID)
	b = inv.appendEventIdentity(b)
	member(`,"domainName":`, inv.Target.DomainName)
	member(`,"deploymentId":`, stage.DeploymentID)
	member(`,"apiId":`, stage.APIID)
	return append(b, '}')
}

func appendName(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	b = jsontext.AppendString(b, name)
	return append(b, ':')
}

// appendQuery appends both views of the query: the last value of a name, and all of them. Names
// come in the order in which they first occur.
func appendQuery(b []byte, q exchange.Query) []byte {
	if len(q) == 0 {
		return append(b, `,"queryStringParameters":null,"multiValueQueryStringParameters":null`...)
	}
	names := make([]string, 0, len(q))
	values := make(map[string][]string, len(q))
	for _, p := range q {
		if _, seen := values[p.Name]; !seen {
			names = append(names, p.Name)
		}
		values[p.Name] = append(values[p.Name], p.Value)
	}
	b = append(b, `,"queryStringParameters":{`...)
	for i, name := range names {
		b = appendName(b, i, name)
		all := values[name]
		b = jsontext.AppendString(b, all[len(all)-1])
	}
	b = append(b, `},"multiValueQueryStringParameters":{`...)
	for i, name := range names {
		b = appendName(b, i, name)
		b = append(b, '[')
		for j, v := range values[name] {
			if j > 0 {
				b = append(b, ',')
			}
			b = jsontext.AppendString(b, v)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendPathParams(b []byte, params []PathParam) []byte {
	if len(params) == 0 {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, p := range params {
		b = appendName(b, i, p.Name)
		b = jsontext.AppendString(b, p.Value)
	}
	return append(b, '}')
}

// appendStringMap appends a map in the order of its names, or null if it is empty.
func appendStringMap(b []byte, m map[string]string) []byte {
	if len(m) == 0 {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(m)) {
		b = appendName(b, i, name)
		b = jsontext.AppendString(b, m[name])
	}
	return append(b, '}')
}
