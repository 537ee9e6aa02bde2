package eventsource_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/eventsource"
)

func TestUnsupportedEvents(t *testing.T) {
	tests := map[string]struct{ event, recognised string }{
		"warm-up":                {`{}`, "an empty object, as warm-up calls send it"},
		"console test":           {`{"key1":"value1","key2":"value2"}`, "an object without requestContext, with the members key1, key2"},
		"braces in strings":      {`{"a":"}\\\"{","b":[{"c":"]"}],"d":-1.5e3,"e":null}`, "with the members a, b, d, e"},
		"many members":           {`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1}`, "with the members a, b, c, d, e, f, g, h and more"},
		"SQS":                    {`{"Records":[{"eventSource":"aws:sqs","body":"x"}]}`, `an event of "aws:sqs"`},
		"SNS":                    {`{"Records":[{"EventSource":"aws:sns"}]}`, `an event of "aws:sns"`},
		"EventBridge":            {`{"version":"0","source":"aws.events","detail-type":"Scheduled Event","detail":{}}`, `an event of "aws.events"`},
		"source that is no text": {`{"source":{"a":1}}`, "with the members source"},
		"REQUEST authorizer 1.0": {`{"type":"REQUEST","methodArn":"arn:aws:execute-api:us-east-1:123456789012:a/b/GET/","requestContext":{"httpMethod":"GET","identity":{}}}`, "a Lambda authorizer event"},
		"REQUEST authorizer 2.0": {`{"version":"2.0","type":"REQUEST","routeArn":"arn:aws:execute-api:us-east-1:123456789012:a/b/GET/","requestContext":{"http":{"method":"GET"}}}`, "a Lambda authorizer event"},
		"WebSocket":              {`{"requestContext":{"routeKey":"$default","eventType":"MESSAGE","connectionId":"L0SM9cOFvHcCIhw=","domainName":"a.execute-api.us-east-1.amazonaws.com"}}`, "an API Gateway WebSocket event (MESSAGE on route $default)"},
		"no context":             {`{"requestContext":null}`, "an event whose requestContext is null"},
		"unknown context":        {`{"requestContext":{"serviceArn":"x"}}`, "an event whose requestContext has none of elb, http, httpMethod or identity"},
		"array":                  {`[]`, "a JSON value that is not an object"},
		"string":                 {`"ping"`, "a JSON value that is not an object"},
		"null":                   {`null`, "a JSON value that is not an object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := invokeError(t, test.event)
			var unsupported *eventsource.UnsupportedEventError
			if !errors.As(err, &unsupported) || !strings.HasSuffix(unsupported.Recognised, test.recognised) {
				t.Fatalf("error %v, want recognised %q", err, test.recognised)
			}
			for _, part := range []string{"function URL", "Application Load Balancer", "REST API", "HTTP API"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %s as expected", err, part)
				}
			}
		})
	}
}

// Members may come in any order and spelling that JSON allows.
func TestRequestContextIsFoundAnywhere(t *testing.T) {
	for _, event := range []string{
		`{"httpMethod":"GET","requestContext":{"elb":{}}}`,
		` { "a" : "\\\"}" , "b" : [ { "requestContext" : 1 } , "]" ] , "httpMethod" : "GET" , "n" : -1.5e3 , "requestContext" : { "elb" : { } } } `,
		`{"httpMethod":"GET","request\u0043ontext":{"elb":{}}}`,
	} {
		if g := deliver(t, json.RawMessage(event)); g.info.Source != edge.SourceALB {
			t.Errorf("%s: %+v", event, g.info)
		}
	}
}

func TestMalformedEvents(t *testing.T) {
	tests := map[string]struct{ event, want string }{
		"no JSON":          {`{`, "decode event"},
		"half a member":    {`{"a"`, "decode event"},
		"half a value":     {`{"a":[`, "decode event"},
		"context type":     {`{"requestContext":"x"}`, "decode event: requestContext"},
		"member type":      {`{"requestContext":{"elb":{}},"httpMethod":"GET","headers":["x"]}`, "decode ALB event"},
		"2.0 member type":  {`{"requestContext":{"http":{"method":7}}}`, "decode HTTP API 2.0 event"},
		"1.0 member type":  {`{"path":7,"requestContext":{"httpMethod":"GET"}}`, "decode API Gateway 1.0 event"},
		"trailing garbage": {`{"requestContext":{"elb":{}},"httpMethod":"GET"}}`, "decode ALB event"},
		"no method":        {`{"requestContext":{"elb":{}},"path":"/"}`, "HTTP method is missing"},
		"no token":         {`{"requestContext":{"http":{"method":"GET /"}}}`, "HTTP method is missing"},
		"no method in 1.0": {`{"requestContext":{"identity":{}}}`, "HTTP method is missing"},
		"no base64":        {`{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","body":"?","isBase64Encoded":true}`, "convert ALB event: illegal base64"},
		"no base64 in 1.0": {`{"httpMethod":"GET","requestContext":{"identity":{}},"body":"?","isBase64Encoded":true}`, "convert payload 1.0: illegal base64"},
		"no base64 in 2.0": {`{"requestContext":{"http":{"method":"GET"}},"body":"?","isBase64Encoded":true}`, "convert payload 2.0: illegal base64"},
		"in function URL":  {`{"requestContext":{"domainName":"a.lambda-url.us-east-1.on.aws","http":{"method":"GET"}},"body":"?","isBase64Encoded":true}`, "convert payload 2.0: illegal base64"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := invokeError(t, test.event); !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func invokeError(t *testing.T, event string) error {
	t.Helper()
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	_, err := eventsource.Lambda(handler, quiet(eventsource.Options{}))(context.Background(), json.RawMessage(event))
	if err == nil {
		t.Fatal("no error")
	}
	return err
}
