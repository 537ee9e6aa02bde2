package rest

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/postern-gateway/postern/tests/conformance/harness"
)

const mapped = "method.request.header."

// invisible are headers that are removed on arrival.
func invisible() []fact {
	var all []fact
	for _, line := range []string{"Connection: keep-alive", "Content-Length: 2", "Content-MD5: x", "Expect: 100-continue", "Max-Forwards: 1", "Proxy-Authenticate: x",
		"Server: x", "TE: trailers", "Trailer: x", "Upgrade: x", "WWW-Authenticate: x"} {
		name, _, _ := strings.Cut(line, ":")
		all = append(all, fact{name: name + " is invisible to mappings", section: "3.1", in: httpCustom(maps("header.X-Seen", mapped+name)), do: "POST {}", head: []string{line}, body: "{}",
			want: ok, seen: got("X-Seen", harness.Absent)},
			fact{name: name + " is invisible to functions", section: "3.1", in: lambdaProxy(), do: "POST {}", head: []string{line}, body: "{}",
				want: ok, event: obj{"headers/" + name: harness.Absent, "multiValueHeaders/" + name: harness.Absent}})
	}
	for _, line := range []string{"Accept: text/x", "Age: 1", "Content-Encoding: x", "Content-Type: application/json", "Date: x", "Pragma: x", "Range: bytes=0-1", "Referer: x", "User-Agent: me",
		"Via: x", "Warn: x", "X-Custom: x", "Authorization: Basic eDp5"} {
		name, value, _ := strings.Cut(line, ": ")
		all = append(all, fact{name: name + " is visible", section: "3.1", in: httpCustom(maps("header.X-Seen", mapped+name)), do: "POST {}", head: []string{line}, body: "{}", want: ok, seen: got("X-Seen", value)})
	}
	return append(all,
		fact{name: "Host is visible", section: "3.1", in: httpCustom(maps("header.X-Seen", mapped+"Host")), do: "POST {}", want: ok, seen: got("X-Seen", "{{domain}}")},
		fact{name: "Transfer-Encoding is invisible to functions", section: "3.1", in: lambdaProxy(), sent: &harness.Request{Method: "POST", Target: "{}", Body: "{}", Chunked: true}, want: ok, event: obj{"headers/Transfer-Encoding": harness.Absent, "body": "{}"}},
		fact{name: "a signature is dropped", section: "3.1", in: httpProxy(), head: []string{"Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0", "X-Amz-Date: 20260101T000000Z"},
			want: ok, seen: got("Authorization", harness.Absent)})
}

// sentOn are headers as mappings send them on to integrations.
func sentOn() []fact {
	var all []fact
	for _, name := range []string{"Accept", "Accept-Charset", "Age", "Authorization", "Content-Encoding", "Content-MD5", "Content-Type", "Date", "Host", "Max-Forwards", "Pragma", "Range", "Referer",
		"Server", "Trailer", "Upgrade", "User-Agent", "Warn", "WWW-Authenticate"} {
		all = append(all, fact{name: "a mapped " + name, section: "3.2", in: httpCustom(maps("header."+name, "'example.com'")), do: "POST {}", body: "{}", want: ok, seen: got(name, "example.com")})
	}
	for _, name := range []string{"Host", "Content-Encoding", "User-Agent", "Accept", "X-Custom"} {
		all = append(all, fact{name: "a proxy's mapped " + name, section: "3.2", in: httpProxy(maps("header."+name, "'x'")), do: "POST {}", head: []string{"Accept: c", "Content-Encoding: c", "User-Agent: c", "X-Custom: c"}, want: ok, seen: got(name, "x")})
	}
	for _, name := range []string{"Expect", "Proxy-Authenticate", "TE", "Via"} {
		all = append(all, fact{name: "a mapped " + name + " is dropped", section: "3.2", in: httpCustom(maps("header."+name, "'x'")), do: "POST {}", body: "{}", want: ok, seen: got(name, harness.Absent)})
	}
	for kind, in := range map[string]func(...change) obj{"HTTP": httpCustom, "HTTP proxy": httpProxy, "MOCK": mock, "Lambda": lambdaCustom, "Lambda proxy": lambdaProxy} {
		for _, name := range []string{"Content-Length", "Transfer-Encoding"} {
			all = append(all, fact{name: kind + " with a mapped " + name, section: "3.2", in: in(maps("header."+name, "'1'")), do: "POST {}", want: internal, noCall: true})
		}
	}
	for kind, in := range map[string]func(...change) obj{"Lambda": lambdaCustom, "Lambda proxy": lambdaProxy} {
		for _, name := range []string{"Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE"} {
			all = append(all, fact{name: kind + " with a mapped " + name, section: "3.2", in: in(maps("header."+name, "'x'")), do: "POST {}", want: internal, noCall: true})
		}
	}
	slices.SortFunc(all, func(a, b fact) int { return strings.Compare(a.name, b.name) })
	client := []string{"X-Custom: c", "User-Agent: client", "Accept: text/x", "Via: 1.1 x", "Content-Encoding: x", "Cookie: a=1"}
	return append(all,
		fact{name: "HTTP gets none of the client's headers", section: "3.2", in: httpCustom(), do: "POST {}", head: client, body: "{}", want: ok,
			seen: got("X-Custom", harness.Absent, "User-Agent", "AmazonAPIGateway_{{api}}", "Accept", "application/json", "Via", harness.Absent, "Content-Encoding", harness.Absent, "Cookie", harness.Absent)},
		fact{name: "HTTP gets the gateway's headers", section: "3.2", in: httpCustom(), do: "POST {}", want: ok,
			seen: got("X-Amzn-Apigateway-Api-Id", "{{api}}", "X-Amzn-Trace-Id", harness.Match("Root=1-[0-9a-f]{8}-[0-9a-f]{24}.*"), "Host", "{{host}}", "Content-Length", "0")},
		fact{name: "HTTP gets the client's content type", section: "3.2", in: httpCustom(), do: "POST {}", head: []string{"Content-Type: text/x"}, body: "x", want: ok, seen: got("Content-Type", "text/x")},
		fact{name: "no content type without a body", section: "3.2", in: httpCustom(with("httpMethod", "GET")), want: ok, seen: got("Content-Type", harness.Absent)},
		fact{name: "HTTP proxy passes the client's headers", section: "3.2", in: httpProxy(), head: client, want: ok,
			seen: got("X-Custom", "c", "User-Agent", "client", "Accept", "text/x", "Cookie", "a=1", "Via", harness.Absent, "Content-Encoding", harness.Absent, "Host", "{{host}}")},
		fact{name: "HTTP proxy gets the gateway's headers", section: "3.2", in: httpProxy(), want: ok,
			seen: got("X-Amzn-Apigateway-Api-Id", "{{api}}", "X-Amzn-Trace-Id", harness.Match("Root=1-[0-9a-f]{8}-[0-9a-f]{24}.*"), "X-Forwarded-For", harness.Match(`.*127\.0\.0\.1`), "X-Forwarded-Port", "443", "X-Forwarded-Proto", "https")},
		fact{name: "HTTP proxy has defaults where the client sent none", section: "3.2", in: httpProxy(), want: ok, seen: got("User-Agent", "AmazonAPIGateway_{{api}}", "Accept", "application/json")},
		fact{name: "AWS services get signed requests", section: "3.2", in: service("sqs:path/123456789012/q"), do: "POST {}", head: client, body: "{}", want: ok,
			seen: got("Authorization", harness.Match("AWS4-HMAC-SHA256 Credential=test/[0-9]{8}/us-east-1/sqs/aws4_request, ?SignedHeaders=.*"), "X-Amz-Date", harness.Match("[0-9]{8}T[0-9]{6}Z"), "X-Amz-Security-Token", "token",
				"Accept", "application/json", "User-Agent", "AmazonAPIGateway_{{api}}", "X-Amzn-Trace-Id", harness.Contains("Root=1-"), "X-Custom", harness.Absent)},
		fact{name: "AWS services learn the source", section: "3.2", in: service("sqs:path/123456789012/q"), do: "POST {}", body: "{}", want: ok, seen: got("X-Amz-Source-Arn", harness.Contains("arn:aws:execute-api:us-east-1:123456789012:{{api}}/prod/POST/"))},
		fact{name: "AWS services get mapped headers", section: "3.2", in: service("sqs:path/123456789012/q", maps("header.X-Custom", "method.request.header.X-Custom")), do: "POST {}", head: client, body: "{}", want: ok, seen: got("X-Custom", "c")})
}

// sentBack are headers on their way to the client.
func sentBack() []fact {
	var all []fact
	add := func(kind, name string, in obj, f fact, action string) {
		f.name, f.section, f.in, f.do = kind+": "+name+" "+action, "3.3", in, "POST {}"
		switch action {
		case "is renamed":
			f.want = header("x-amzn-Remapped-"+name, "x")
		case "is dropped":
			f.want = header(name, harness.Absent, "x-amzn-Remapped-"+name, harness.Absent)
		default:
			f.want = header(name, "x", "x-amzn-Remapped-"+name, harness.Absent)
			if name == "TE" {
				f.known, f.knownIn = "answers to a function URL leave TE out, as a header of one connection", "proxy"
			}
		}
		all = append(all, f)
	}
	for _, name := range []string{"Connection", "Content-Length", "Date", "Server", "Authorization", "Content-MD5", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate", "Trailer", "Upgrade", "User-Agent", "WWW-Authenticate"} {
		add("mapped", name, mock(answers(gives(name, "'x'"))), fact{}, "is renamed")
	}
	add("mapped", "Transfer-Encoding", mock(answers(gives("Transfer-Encoding", "'x'"))), fact{}, "is dropped")
	for _, name := range []string{"Content-Encoding", "Via", "Accept", "Accept-Charset", "Age", "Content-Type", "Pragma", "Range", "Referer", "TE", "Warn", "X-Custom"} {
		add("mapped", name, mock(answers(gives(name, "'x'"))), fact{}, "passes")
	}
	for _, name := range []string{"WWW-Authenticate", "Authorization", "Content-MD5", "Max-Forwards", "User-Agent", "Date", "Server"} {
		add("HTTP proxy", name, httpProxy(), fact{backend: answer{Header: []string{name + ": x"}}}, "is renamed")
	}
	for _, name := range []string{"Content-Encoding", "Accept", "Age", "Content-Type", "Pragma", "Range", "Referer", "TE", "Warn", "X-Custom", "Set-Cookie"} {
		add("HTTP proxy", name, httpProxy(), fact{backend: answer{Header: []string{name + ": x"}}}, "passes")
	}
	add("HTTP proxy", "Via", httpProxy(), fact{backend: answer{Header: []string{"Via: x"}}}, "is dropped")
	for _, name := range []string{"Connection", "Content-Length", "Date", "Server", "WWW-Authenticate", "Authorization", "Content-MD5", "Max-Forwards", "User-Agent"} {
		add("Lambda proxy", name, lambdaProxy(), fact{fn: output{Payload: `{"headers":{"` + name + `":"x"}}`}}, "is renamed")
	}
	for _, name := range []string{"Accept", "Age", "Content-Type", "Pragma", "Range", "Referer", "TE", "Warn", "X-Custom", "Content-Encoding"} {
		add("Lambda proxy", name, lambdaProxy(), fact{fn: output{Payload: `{"headers":{"` + name + `":"x"}}`}}, "passes")
	}
	for _, name := range []string{"Transfer-Encoding", "Via"} {
		add("Lambda proxy", name, lambdaProxy(), fact{fn: output{Payload: `{"headers":{"` + name + `":"x"}}`}}, "is dropped")
	}
	return append(all,
		fact{name: "HTTP proxy: the backend's request id", section: "3.3", in: httpProxy(), backend: answer{Header: []string{"x-amzn-RequestId: mine"}}, want: header("x-amzn-remapped-x-amzn-requestid", "mine", "x-amzn-RequestId", harness.Match("[0-9a-f-]{36}"))},
		fact{name: "HTTP proxy: a chunked answer", section: "3.3", in: httpProxy(), backend: answer{Raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"}, want: body("ab")},
		fact{name: "the gateway writes its own Date", section: "3.3", in: httpProxy(), backend: answer{Header: []string{"Date: x"}}, want: header("Date", harness.Match("[A-Z][a-z]{2}, .* GMT")), localOnly: "a function URL writes Date itself"})
}

func packed(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text) // into memory
	_ = w.Close()
	return b.String()
}

func unpacked(coding, text string) func(*harness.Response) string {
	return func(r *harness.Response) string {
		var in io.Reader
		var err error
		switch coding {
		case "gzip":
			in, err = gzip.NewReader(strings.NewReader(r.Body))
		case "deflate":
			if in, err = zlib.NewReader(strings.NewReader(r.Body)); err != nil { // some servers send it bare
				in, err = flate.NewReader(strings.NewReader(r.Body)), nil
			}
		}
		if err != nil {
			return "the body is not in " + coding + ": " + err.Error()
		}
		b, err := io.ReadAll(in)
		if err != nil || string(b) != text {
			return "the body is not in " + coding + " or not what it should be"
		}
		return ""
	}
}

func compressed(name, accept, text string, w want, head ...string) fact {
	f := fact{name: name, section: "3.6", api: "compression", in: httpProxy(), backend: answer{Body: text, Header: append(head, "Content-Type: text/plain")}, want: w}
	if accept != "" {
		f.head = []string{"Accept-Encoding: " + accept}
	}
	return f
}

func coded(coding, text string) want {
	return want{Status: 200, Header: obj{"Content-Encoding": coding}, Check: unpacked(coding, text)}
}

var (
	long     = strings.Repeat("abcdefghij", 100)
	plain    = want{Status: 200, Header: obj{"Content-Encoding": harness.Absent}, Body: long}
	identity = []fact{
		compressed("gzip", "gzip", long, coded("gzip", long)),
		compressed("deflate", "deflate", long, coded("deflate", long)),
		compressed("gzip with a weight", "gzip;q=0.5", long, coded("gzip", long)),
		compressed("no coding named", "", long, plain),
		compressed("any coding alone", "*", long, plain),
		compressed("identity", "identity", long, plain),
		compressed("a coding that is not supported", "br", long, plain),
		compressed("below the minimum", "gzip", "short", want{Status: 200, Header: obj{"Content-Encoding": harness.Absent}, Body: "short"}),
		compressed("compressed by the integration", "gzip", long, want{Status: 200, Header: obj{"Content-Encoding": "x"}, Body: long}, "Content-Encoding: x"),
		{name: "no compression", section: "3.6", in: httpProxy(), head: []string{"Accept-Encoding: gzip"}, backend: answer{Body: long, Header: []string{"Content-Type: text/plain"}}, want: plain},
		{name: "a compressed request", section: "3.6", api: "compression", in: httpCustom(template("got $input.path('$.a')")), do: "POST {}", head: []string{"Content-Encoding: gzip", "Content-Type: application/json"}, body: packed(`{"a":"b"}`), want: ok, seen: &seen{Body: "got b"}},
		{name: "a request that is not compressed", section: "3.6", api: "compression", in: httpCustom(template("got $input.path('$.a')")), do: "POST {}", head: []string{"Content-Encoding: identity", "Content-Type: application/json"}, body: `{"a":"b"}`, want: ok, seen: &seen{Body: "got b"}},
		{name: "a broken compressed request", section: "3.6", api: "compression", in: httpCustom(), do: "POST {}", head: []string{"Content-Encoding: gzip"}, body: "no gzip", want: want{Status: 415}, noCall: true},
		{name: "a coding of the request that is not supported", section: "3.6", api: "compression", in: httpCustom(), do: "POST {}", head: []string{"Content-Encoding: br"}, body: "x", want: want{Status: 415}, noCall: true},
	}
)

// section03 is headers, methods, sizes and time-outs.
var section03 = slices.Concat(invisible(), sentOn(), sentBack(), identity, []fact{
	{name: "a whole trace id is kept", section: "3.4", in: httpProxy(), head: []string{"X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}, want: ok,
		seen: got("X-Amzn-Trace-Id", harness.Match("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1.*"))},
	{name: "a trace id with a root only", section: "3.4", in: httpProxy(), head: []string{"X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793"}, want: ok,
		seen: got("X-Amzn-Trace-Id", harness.Match("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=[0-9a-f]{16}.*"))},
	{name: "no trace id", section: "3.4", in: httpProxy(), want: ok, seen: got("X-Amzn-Trace-Id", harness.Match("Root=1-[0-9a-f]{8}-[0-9a-f]{24}.*"))},
	{name: "the address is appended", section: "3.4", in: httpProxy(), head: []string{"X-Forwarded-For: 192.0.2.7"}, want: ok, seen: got("X-Forwarded-For", harness.Match(`192\.0\.2\.7, ?127\.0\.0\.1`))},
	{name: "functions get the forwarded headers", section: "3.4", in: lambdaProxy(), want: ok, event: obj{"headers/X-Forwarded-For": "127.0.0.1", "headers/X-Forwarded-Port": "443", "headers/X-Forwarded-Proto": "https", "headers/X-Amzn-Trace-Id": harness.Contains("Root=1-")}},
	{name: "custom names keep their case", section: "3.4", in: lambdaProxy(), head: []string{"mY-heaDER: 1"}, want: ok, event: obj{"headers/mY-heaDER": "1"}, localOnly: "a function URL changes the case of names", known: canonical},

	{name: "the last query value", section: "3.5", in: httpCustom(maps("querystring.q", "method.request.querystring.q")), do: "POST {}?q=1&q=2", want: ok, seen: &seen{Target: "/b?q=2"}},
	{name: "the last header value", section: "3.5", in: httpCustom(maps("header.X-One", "method.request.header.X-Two")), do: "POST {}", head: []string{"X-Two: 1", "X-Two: 2"}, want: ok, seen: got("X-One", "2"), localOnly: "a function URL joins values"},
	{name: "all header values", section: "3.5", tag: "peer", in: httpCustom(maps("header.X-One", "method.request.multivalueheader.X-Two")), do: "POST {}", head: []string{"X-Two: 1", "X-Two: 2"}, want: ok, seen: got("X-One", "1,2")},
	{name: "the event's last query value", section: "3.5", in: lambdaProxy(), do: "GET {}?q=1&q=2", want: ok, event: obj{"queryStringParameters/q": "2", "multiValueQueryStringParameters/q": list{"1", "2"}}},
	{name: "the event's last header value", section: "3.5", tag: "unconfirmed", in: lambdaProxy(), head: []string{"X-Two: 1", "X-Two: 2"}, want: ok, event: obj{"headers/X-Two": "2", "multiValueHeaders/X-Two": list{"1", "2"}}, localOnly: "a function URL joins values"},

	{name: "a request body over 10 MB", section: "3.6", in: httpProxy(), do: "POST {}", body: strings.Repeat("a", 10485761), localOnly: "a function URL takes 6 MB",
		want: want{Status: 413, Body: "HTTP content length exceeded 10485760 bytes.", Header: obj{"Content-Type": harness.Match("text/.*")}}, noCall: true},
	{name: "a request body of 10 MB", section: "3.6", in: httpProxy(), do: "POST {}", body: strings.Repeat("a", 10485760), localOnly: "a function URL takes 6 MB", want: ok},
	{name: "an answer over 10 MB", section: "3.6", in: httpProxy(), backend: answer{Body: strings.Repeat("a", 10485761)}, want: internal},
	{name: "a chunked answer over 10 MB", section: "3.6", in: httpCustom(), do: "POST {}", backend: answer{Body: strings.Repeat("a", 10485761)}, want: internal},
	{name: "header values over 10240 bytes", section: "3.6", tag: "unconfirmed", in: httpProxy(), head: []string{"X-Long: " + strings.Repeat("a", 10241)}, want: want{Status: 431, Body: "HTTP header is larger than 10240 bytes."}, noCall: true},
	{name: "an event over 6 MB", section: "3.6", tag: "unconfirmed", in: lambdaProxy(), do: "POST {}", body: strings.Repeat("a", 6400000), localOnly: "a function URL takes 6 MB", want: refused(413, "RequestEntityTooLargeException", "Request Too Long"), noCall: true},
	{name: "an integration that takes too long", section: "3.6", in: httpProxy(with("timeoutInMillis", 100)), backend: answer{Delay: 600 * time.Millisecond}, want: timedOut},
	{name: "a custom integration that takes too long", section: "3.6", in: httpCustom(with("timeoutInMillis", 100)), do: "POST {}", backend: answer{Delay: 600 * time.Millisecond}, want: timedOut},
})
