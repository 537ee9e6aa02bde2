package rest

import (
	"bytes"
	"strings"

	"github.com/postern-gateway/postern/shared/mapping/jsontext"
	"github.com/postern-gateway/postern/shared/snapshot"
)

// invokeARN begins the ARN of every request to a stage.
func invokeARN(region string, doc *snapshot.Stage) string {
	partition := "aws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition = "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	}
	return "arn:" + partition + ":execute-api:" + region + ":" + doc.AccountID + ":" + doc.APIID + "/" + doc.Name + "/"
}

// methodARN names what a request wants, by its real path (REST data plane spec, 11.1) as far as
// that counts for matching: a slash at the end, which leads to the same method, must not lead
// around a policy.
func (inv *Invocation) methodARN() string {
	return inv.Stage.invokeARN + inv.Resource.HTTPMethod + "/" + matchedPath(inv.Target.Path)
}

// methodARNLength is the length of methodARN in bytes.
func (inv *Invocation) methodARNLength() int {
	return len(inv.Stage.invokeARN) + len(inv.Resource.HTTPMethod) + 1 + len(matchedPath(inv.Target.Path))
}

// appendTokenEvent appends the event of a TOKEN authorizer.
func (inv *Invocation) appendTokenEvent(b []byte, token string) []byte {
	b = append(b, `{"type":"TOKEN","authorizationToken":`...)
	b = jsontext.AppendString(b, token)
	b = append(b, `,"methodArn":`...)
	b = jsontext.AppendString(b, inv.methodARN())
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
