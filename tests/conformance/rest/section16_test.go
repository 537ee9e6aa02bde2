package rest

import (
	"strings"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

var longURL = strings.Repeat("a", 10300)

// section16 is the headers of answers, and quotas.
var section16 = []fact{
	{name: "request ids", section: "16", in: mock(), want: header("x-amzn-RequestId", uuid, "x-amz-apigw-id", harness.Match(".{15}="))},
	{name: "request ids of errors", section: "16", api: "unrouted", do: "GET /nowhere", want: want{Status: 403, Header: obj{"x-amzn-RequestId": uuid, "x-amz-apigw-id": harness.Match(".{15}="), "X-Amzn-Trace-Id": harness.Absent}}},
	{name: "the request id is that of the context", section: "16", in: mock(answers(renders("$context.requestId $context.extendedRequestId"))), want: want{Status: 200, Check: sameIDs}},
	{name: "the trace id of HTTP", section: "16", in: httpCustom(), do: "POST {}", want: header("X-Amzn-Trace-Id", harness.Contains("Root=1-"))},
	{name: "the trace id of Lambda", section: "16", in: lambdaCustom(), do: "POST {}", want: header("X-Amzn-Trace-Id", harness.Contains("Root=1-"))},
	{name: "the trace id of a Lambda proxy", section: "16", in: lambdaProxy(), want: header("X-Amzn-Trace-Id", harness.Contains("Root=1-"))},
	{name: "no trace id of a MOCK", section: "16", in: mock(), want: header("X-Amzn-Trace-Id", harness.Absent)},
	{name: "no trace id of an HTTP proxy", section: "16", in: httpProxy(), want: header("X-Amzn-Trace-Id", harness.Absent)},
	{name: "the backend's trace id", section: "16", in: httpProxy(), backend: answer{Header: []string{"X-Amzn-Trace-Id: mine"}}, want: header("X-Amzn-Trace-Id", "mine")},
	{name: "no trace id of errors", section: "16", in: lambdaProxy(), fn: output{Error: "x"}, want: want{Status: 502, Header: obj{"X-Amzn-Trace-Id": harness.Absent}}},
	{name: "no error type on success", section: "16", in: mock(), want: header("x-amzn-ErrorType", harness.Absent)},
	{name: "the default content type", section: "16", in: mock(), want: header("Content-Type", "application/json")},
	{name: "the default content type of a proxy", section: "16", in: httpProxy(), backend: answer{Body: "x"}, want: header("Content-Type", "application/json")},
	{name: "the connection is kept", section: "16", in: mock(), want: header("Connection", "keep-alive"), localOnly: "a function URL has a connection of its own"},
	{name: "the connection is closed", section: "16", in: mock(), head: []string{"Connection: close"}, want: header("Connection", "close"), localOnly: "a function URL has a connection of its own"},
	{name: "date and length", section: "16", in: mock(), want: header("Date", harness.Match(".* GMT"), "Content-Length", "0"), localOnly: "a function URL frames bodies itself"},
	{name: "the case of names", section: "16", in: mock(), want: want{Status: 200, Check: func(r *harness.Response) string {
		for _, name := range []string{"x-amzn-RequestId", "x-amz-apigw-id", "Content-Type"} {
			found := false
			for _, l := range r.Lines {
				found = found || l[0] == name
			}
			if !found {
				return "no header is written " + name
			}
		}
		return ""
	}}},
	{name: "a URL that is too long", section: "16", in: mock(), do: "GET {}?q=" + longURL, want: want{Status: 414}},
}

const uuid = harness.Match("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

func sameIDs(r *harness.Response) string {
	id, _ := r.Header("x-amzn-RequestId")
	extended, _ := r.Header("x-amz-apigw-id")
	return harness.Problem("the body", r.Body, true, id+" "+extended)
}
