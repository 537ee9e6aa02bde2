package rest

import (
	"bytes"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping"
	"github.com/postern-gateway/postern/shared/mapping/jsontext"
)

// methodARN names what a request wants, by its real path (REST data plane spec, 11.1).
func (inv *Invocation) methodARN() string {
	return "arn:aws:execute-api:" + inv.Stage.region + ":" + inv.Stage.doc.AccountID + ":" + inv.Stage.doc.APIID + "/" +
		inv.Stage.doc.Name + "/" + inv.Resource.HTTPMethod + "/" + strings.TrimLeft(inv.Target.Path, "/")
}

// appendTokenEvent appends the event of a TOKEN authorizer.
func (inv *Invocation) appendTokenEvent(b []byte, token string) []byte {
	b = append(b, `{"type":"TOKEN","methodArn":`...)
	b = jsontext.AppendString(b, inv.methodARN())
	b = append(b, `,"authorizationToken":`...)
	b = jsontext.AppendString(b, token)
	return append(b, '}')
}

// appendRequestEvent appends the event of a REQUEST authorizer: that of a Lambda proxy
// integration without a body, and with empty maps in place of null.
func (inv *Invocation) appendRequestEvent(b []byte) []byte {
	b = append(b, `{"type":"REQUEST","methodArn":`...)
	b = jsontext.AppendString(b, inv.methodARN())
	b = append(b, `,"resource":`...)
	b = jsontext.AppendString(b, inv.Resource.method.doc.ResourcePath)
	b = append(b, `,"path":`...)
	b = jsontext.AppendString(b, inv.Target.EventPath)
	b = append(b, `,"httpMethod":`...)
	b = jsontext.AppendString(b, inv.Resource.HTTPMethod)
	b = inv.appendEventHeaders(b)
	if len(inv.Arrival.Query) == 0 {
		b = append(b, `,"queryStringParameters":{},"multiValueQueryStringParameters":{}`...)
	} else {
		b = appendQuery(b, inv.Arrival.Query)
	}
	b = append(b, `,"pathParameters":`...)
	b = orEmpty(appendPathParams(b, inv.Resource.PathParams))
	b = append(b, `,"stageVariables":`...)
	b = orEmpty(append(b, inv.Stage.variablesJSON...))
	b = append(b, `,"requestContext":`...)
	b = inv.appendRequestContext(b)
	return append(b, '}')
}

// orEmpty puts an empty object in the place of a null at the end.
func orEmpty(b []byte) []byte {
	if bytes.HasSuffix(b, []byte("null")) {
		return append(b[:len(b)-4], "{}"...)
	}
	return b
}

// identityValue evaluates an identity source; what cannot be one is absent.
func (inv *Invocation) identityValue(source string) string {
	e, err := mapping.Parse(source)
	if err != nil {
		return ""
	}
	switch e.Kind {
	case mapping.RequestHeader, mapping.RequestQuery, mapping.StageVariable, mapping.Context:
		v, err := inv.source(&e)
		if err != nil {
			return ""
		}
		return v
	}
	return ""
}
