package httpapi

import (
	"strings"
	"time"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

func section04() []fact {
	fails := func(name string, fn output, w want) fact {
		return fact{name: name, section: "4", in: function(), fn: fn, want: w}
	}
	never := with(refused(404, "Not Found"), "x-amzn-RequestId", harness.Absent, "x-amzn-ErrorType", harness.Absent, "Server", harness.Absent)
	equalIDs := func(r *harness.Response) string {
		own, _ := r.Header("Apigw-Requestid")
		mapped, _ := r.Header("X-Id")
		return harness.Problem("the mapped identifier", mapped, true, own)
	}
	return []fact{
		{name: "no route", section: "4", do: "GET /nothing", want: notFound},
		{name: "no headers of REST APIs", section: "4", do: "GET /nothing", want: never},
		{name: "casing on HTTP 1", section: "4", do: "GET /nothing", want: want{Status: 404, Lines: []string{"Content-Type: application/json", "Content-Length: 23"}}, localOnly: onlyHTTP1},
		{name: "a date", section: "4", do: "GET /nothing", want: with(notFound, "Date", harness.Present), localOnly: onlyHTTP1},
		{name: "an identifier on an answer of a function", section: "4", in: function(), want: header("Apigw-Requestid", requestID)},
		{name: "an identifier on an answer of a backend", section: "4", in: backend(), want: header("Apigw-Requestid", requestID)},
		{name: "the identifier is that of the context", section: "4", in: backend(gives("200", "overwrite:header.x-id", "$context.requestId")), want: want{Status: 200, Check: equalIDs}},
		{name: "the extended identifier is the same", section: "4", in: backend(gives("200", "overwrite:header.x-id", "$context.extendedRequestId")), want: want{Status: 200, Check: equalIDs}},
		{name: "no headers of REST APIs on success", section: "4", in: function(), want: header("x-amzn-RequestId", harness.Absent, "x-amz-apigw-id", harness.Absent, "X-Amzn-Trace-Id", harness.Absent)},
		{name: "a refusal of HEAD has no body", section: "4", do: "HEAD /nothing", want: want{Status: 404, Body: ""}},
		fails("a function that fails", output{Error: "no"}, internal),
		fails("a function that ends", output{Exit: true}, internal),
		fails("an invalid response of a function", output{Payload: `{"statusCode":"x"}`}, internal),
		{name: "a function that may not be called", section: "4", in: function(to("{{elsewhere}}")), backend: answer{Status: 403, Body: `{"Message":"no"}`}, want: internal},
		{name: "a function that gives up", section: "4", in: function(to("{{slow}}")), want: internal},
		{name: "a function that takes longer than the integration", section: "4", in: function(to("{{slow}}"), within(100)), want: unavailable},
		{name: "a backend that takes longer than the integration", section: "4", in: backend(within(100)), backend: answer{Delay: time.Second}, want: unavailable},
		{name: "a backend that nobody listens at", section: "4", in: backend(to("http://127.0.0.1:1/")), want: unavailable},
		{name: "a backend that closes the connection", section: "4", do: "POST <>", body: "x", in: backend(), backend: answer{Reset: true}, want: unavailable},
		{name: "a backend that does not speak HTTP", section: "4", in: backend(), backend: answer{Raw: "220 mail.example.com ESMTP\r\n\r\n"}, want: unavailable},
		{name: "headers beyond the limit", section: "4", tag: "unconfirmed", in: backend(), head: []string{"X-Long: " + strings.Repeat("x", 10240)}, want: headersTooLarge, noCall: true},
		{name: "headers within the limit", section: "4", in: backend(), head: []string{"X-Long: " + strings.Repeat("x", 9000)}, want: ok},
		{name: "a request line beyond the limit", section: "4", tag: "unconfirmed", in: backend(), do: "GET <>?" + strings.Repeat("x", 10240), want: headersTooLarge, noCall: true},
		{name: "a payload beyond 10 MB", section: "4", in: backend(), do: "POST <>", body: strings.Repeat("x", 10<<20+1), want: entityTooLarge, noCall: true,
			localOnly: "a function takes no event of that length"},
		{name: "a payload of 10 MB", section: "4", in: backend(), do: "POST <>", body: strings.Repeat("x", 10<<20), want: ok, localOnly: "a function takes no event of that length"},
		{name: "a payload beyond the limit of functions", section: "4", in: function(), do: "POST <>", body: strings.Repeat("x", 6<<20+1), want: entityTooLarge, noCall: true,
			localOnly: "a function takes no event of that length"},
		{name: "a long payload in chunks", section: "4", in: backend(), do: "POST <>", body: strings.Repeat("x", 10<<20+1), want: entityTooLarge, localOnly: "a function takes no event of that length"},
	}
}
