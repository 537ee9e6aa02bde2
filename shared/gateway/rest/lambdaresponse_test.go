package rest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/postern-gateway/postern/shared/gateway/exchange"
	"github.com/postern-gateway/postern/shared/integration"
	"github.com/postern-gateway/postern/shared/snapshot"
)

func TestLambdaProxyResponses(t *testing.T) {
	for _, c := range []struct {
		payload string
		status  int
		body    string
	}{
		{`{}`, 200, ""},
		{` {"statusCode":200} `, 200, ""},
		{`{"headers":{"X-A":"b"}}`, 200, ""},
		{`{"statusCode":"201"}`, 201, ""},
		{`{"statusCode":"test"}`, 502, ""},
		{`{"statusCode":200,"extra":1}`, 502, ""},
		{`"text"`, 502, ""},
		{`[1]`, 502, ""},
		{`null`, 502, ""},
		{``, 502, ""},
		{`{"statusCode":200`, 502, ""},
		{`{"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null,"statusCode":null}`, 200, ""},
		{`{"headers":{"X-A":true,"X-B":1.50}}`, 200, ""},
		{`{"headers":{"X-A":{}}}`, 502, ""},
		{`{"headers":{"X-A":["b"]}}`, 502, ""},
		{`{"headers":["a"]}`, 502, ""},
		{`{"multiValueHeaders":{"X-A":"b"}}`, 502, ""},
		{`{"errorMessage":"x","errorType":"y"}`, 502, ""},
		{`{"body":{}}`, 502, ""},
		{`{"body":1}`, 502, ""},
		{`{"isBase64Encoded":"yes"}`, 502, ""},
		{`{"statusCode":101}`, 502, ""},
		{`{"statusCode":1000}`, 502, ""},
		{`{"headers":{"a b":"c"}}`, 502, ""},
		{manyHeaders(1000), 200, ""},
		{manyHeaders(1001), 502, ""},
		{`{"statusCode":404,"body":"n\u00f6"}`, 404, "nö"},
	} {
		got := fixture{methods: []snapshot.Method{lambdaMethod("/a", "GET")}, lambda: returning(c.payload)}.do(t, "GET /a", "")
		if c.status == 502 {
			c.body = `{"message": "Internal server error"}`
		}
		if got.status != c.status || got.body != c.body || got.get("Content-Type") != "application/json" || got.get("Content-Length") != fmt.Sprint(len(c.body)) {
			t.Errorf("%s: %d %q %v", c.payload, got.status, got.body, got.header)
		}
		if c.status == 502 && got.get("x-amzn-ErrorType") != "InternalServerErrorException" {
			t.Errorf("%s: x-amzn-ErrorType %q", c.payload, got.get("x-amzn-ErrorType"))
		}
	}
}

func TestLambdaProxyHeaders(t *testing.T) {
	payload := `{"headers":{"x-a":"single","X-Only":true,"X-Num":1.50,"content-type":"text/plain","Date":"d","Server":"s","Connection":"c","Content-Length":"9",
		"Transfer-Encoding":"chunked","Via":"v","X-Amzn-ErrorType":"Mine","Content-Encoding":"br","X-Same":"1"},
		"multiValueHeaders":{"X-A":["one","two"],"Set-Cookie":["a=1","b=2"],"X-Same":["1"]}}`
	got := fixture{methods: []snapshot.Method{lambdaMethod("/a", "GET")}, lambda: returning(payload)}.do(t, "GET /a", "")
	for name, want := range map[string][]string{
		"X-A": {"one", "two", "single"}, "Set-Cookie": {"a=1", "b=2"}, "X-Only": {"true"}, "X-Num": {"1.50"}, "Content-Type": {"text/plain"},
		"x-amzn-Remapped-Date": {"d"}, "x-amzn-Remapped-Server": {"s"}, "x-amzn-Remapped-Connection": {"c"}, "x-amzn-Remapped-Content-Length": {"9"},
		"Content-Length": {"0"}, "X-Amzn-ErrorType": {"Mine"}, "Content-Encoding": {"br"}, "X-Same": {"1"},
	} {
		if diff := cmp.Diff(want, got.header[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, name := range []string{"Transfer-Encoding", "Via", "x-a", "content-type"} {
		if v, ok := got.header[name]; ok {
			t.Errorf("%s is there: %v", name, v)
		}
	}
	if !strings.HasPrefix(got.get("X-Amzn-Trace-Id"), "Root=1-") {
		t.Error("a successful Lambda proxy answer has no trace id")
	}
}

func TestLambdaProxyBase64(t *testing.T) {
	const encoded = "iVBORw=="
	for _, c := range []struct {
		entries      []string
		accept       string
		base64       bool
		body, want   string
		wantedStatus int
	}{
		{[]string{"image/png"}, "image/png", true, encoded, "\x89PNG", 200},
		{[]string{"image/png"}, "image/png, text/html", true, encoded, "\x89PNG", 200},
		{[]string{"image/png"}, "text/html, image/png", true, encoded, encoded, 200},
		{[]string{"image/png"}, "", true, encoded, encoded, 200},
		{[]string{"image/png"}, "image/*", true, encoded, encoded, 200},
		{[]string{"image/png"}, "*/*", true, encoded, encoded, 200},
		{[]string{"*/*"}, "*/*", true, encoded, "\x89PNG", 200},
		{[]string{"application/*"}, "application/*", true, encoded, "\x89PNG", 200},
		{[]string{"image/png"}, "image/png", false, encoded, encoded, 200},
		{nil, "image/png", true, encoded, encoded, 200},
		{[]string{"image/png"}, "image/png", true, "not base64!", `{"message": "Internal server error"}`, 500},
	} {
		payload, err := json.Marshal(map[string]any{"body": c.body, "isBase64Encoded": c.base64, "headers": map[string]string{"Content-Type": "text/html"}})
		if err != nil {
			t.Fatal(err)
		}
		var headers []string
		if c.accept != "" {
			headers = []string{"Accept", c.accept}
		}
		got := fixture{api: snapshot.API{BinaryMediaTypes: c.entries}, methods: []snapshot.Method{lambdaMethod("/a", "GET")}, lambda: returning(string(payload))}.do(t, "GET /a", "", headers...)
		if got.status != c.wantedStatus || got.body != c.want {
			t.Errorf("%v, Accept %q, base64 %t: %d %q, want %q", c.entries, c.accept, c.base64, got.status, got.body, c.want)
		}
	}
}

func TestLambdaFailures(t *testing.T) {
	for _, c := range []struct {
		name   string
		lambda *fakeLambda
		status int
		kind   ResponseType
		reason string
	}{
		{"function error", &fakeLambda{answer: integration.LambdaResponse{StatusCode: 200, FunctionError: "Unhandled", Payload: []byte(`{"errorMessage":"boom"}`), RequestID: "r1"}},
			502, IntegrationFailure, "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: r1"},
		{"malformed", returning(`[]`), 502, Default5XX, "Execution failed due to configuration error: Malformed Lambda proxy response"},
		{"not found", &fakeLambda{err: &integration.FunctionNotFoundError{Function: "arn:x"}}, 500, IntegrationFailure, "function not found: arn:x"},
		{"throttled", &fakeLambda{err: &integration.LambdaServiceError{StatusCode: 429, Code: "TooManyRequestsException", Message: "Rate Exceeded."}}, 500, IntegrationFailure, ""},
		{"denied", &fakeLambda{err: &integration.LambdaServiceError{StatusCode: 403, Code: "AccessDeniedException"}}, 500, IntegrationFailure, ""},
		{"network", &fakeLambda{err: errors.New("broken")}, 500, IntegrationFailure, ""},
		{"too slow", &fakeLambda{wait: true}, 504, IntegrationTimeout, ""},
		{"too long", returning(`{"body":"` + strings.Repeat("x", integration.MaxLambdaPayload) + `"}`), 502, IntegrationFailure, ""},
	} {
		m := lambdaMethod("/a", "GET")
		if c.lambda.wait {
			m.Integration.TimeoutMillis = 50
		}
		var rec *Record
		got := fixture{methods: []snapshot.Method{m}, lambda: c.lambda, observe: func(r *Record) { rec = r }}.do(t, "GET /a", "")
		if got.status != c.status || rec.ResponseType != c.kind || c.reason != "" && rec.Reason != c.reason || got.get("x-amzn-ErrorType") != "InternalServerErrorException" {
			t.Errorf("%s: %d %s %q", c.name, got.status, rec.ResponseType, rec.Reason)
		}
		if got.get("X-Amzn-Trace-Id") != "" {
			t.Errorf("%s: an error has a trace id", c.name)
		}
	}
}

func FuzzLambdaResult(f *testing.F) {
	f.Add([]byte(`{"statusCode":"200","headers":{"a":"b"},"multiValueHeaders":{"A":["c",1]},"body":"x","isBase64Encoded":true}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := decodeLambdaResult(payload)
		if err != nil {
			return
		}
		var loose map[string]any
		if json.Unmarshal(payload, &loose) != nil {
			t.Fatalf("%q was accepted and is no JSON object", payload)
		}
		if out.status < 200 || out.status > 599 {
			t.Fatalf("%q gave status %d", payload, out.status)
		}
		for _, h := range out.headers {
			if !exchange.ValidHeaderName(h.Name) || strings.ContainsAny(strings.Join(h.Values, ""), "\r\n\x00") {
				t.Fatalf("%q gave header %q", payload, h)
			}
		}
	})
}

// manyHeaders is a result with so many headers.
func manyHeaders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x-%d":"v"`, i)
	}
	return `{"headers":{` + strings.TrimPrefix(b.String(), ",") + `}}`
}
