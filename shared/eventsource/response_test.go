package eventsource_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/postern-gateway/postern/shared/eventsource"
)

// everySource is one request in each form of event and answer.
func everySource(c clientRequest) map[string]struct {
	event object
	opts  eventsource.Options
} {
	type source = struct {
		event object
		opts  eventsource.Options
	}
	return map[string]source{
		"function URL, streamed": {c.functionURL(false), eventsource.Options{}},
		"function URL, buffered": {c.functionURL(false), eventsource.Options{Buffered: true}},
		"ALB, multi-value":       {c.alb(true), eventsource.Options{}},
		"ALB, single values":     {c.alb(false), eventsource.Options{}},
		"REST, streamed":         {c.rest(), eventsource.Options{StreamREST: true}},
		"REST, buffered":         {c.rest(), eventsource.Options{}},
		"HTTP API 1.0":           {c.httpV1("$default"), eventsource.Options{}},
		"HTTP API 2.0":           {c.httpV2("$default"), eventsource.Options{}},
	}
}

// The expected values are net/http's: a handler must behave alike behind every source.
func TestHandlerContract(t *testing.T) {
	head := get("/pets", "")
	head.method = "HEAD"
	tests := map[string]struct {
		request clientRequest
		handler http.HandlerFunc
		want    clientResponse
	}{
		"nothing written is an empty 200": {get("/", ""), func(http.ResponseWriter, *http.Request) {}, clientResponse{Status: 200}},
		"type is detected from the first write": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<!DOCTYPE html><p>")
			fmt.Fprint(w, "x")
		}, clientResponse{Status: 200, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte("<!DOCTYPE html><p>x")}},
		"type is detected after WriteHeader": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			fmt.Fprint(w, "gone")
		}, clientResponse{Status: 404, Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, Body: []byte("gone")}},
		"type is not detected in encoded bodies": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			fmt.Fprint(w, "\x0b\x00")
		}, clientResponse{Status: 200, Header: http.Header{"Content-Encoding": {"br"}}, Body: []byte("\x0b\x00")}},
		"the first status counts": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(201)
			w.WriteHeader(500)
		}, clientResponse{Status: 201}},
		"headers are fixed with the status": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Kept", "before")
			w.WriteHeader(200)
			w.Header().Set("X-Kept", "after")
			w.Header().Set("X-Late", "yes")
		}, clientResponse{Status: 200, Header: http.Header{"X-Kept": {"before"}}}},
		"204 has no body": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := fmt.Fprint(w, "x"); !errors.Is(err, http.ErrBodyNotAllowed) {
				t.Errorf("write to 204 gave %v", err)
			}
		}, clientResponse{Status: 204}},
		"304 has no body": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Etag", `"1"`)
			w.WriteHeader(304)
			_, _ = fmt.Fprint(w, "x")
		}, clientResponse{Status: 304, Header: http.Header{"Etag": {`"1"`}}}},
		"HEAD has no body": {head, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if n, err := fmt.Fprint(w, "{}"); n != 2 || err != nil {
				t.Errorf("write to HEAD gave %d, %v", n, err)
			}
		}, clientResponse{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}}},
		"hop-by-hop fields and trailers stay out": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			for _, name := range []string{"Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Trailer", http.TrailerPrefix + "X-Sum"} {
				w.Header().Set(name, "x")
			}
			w.Header()["Bad Name"] = []string{"x"}
			w.Header().Set("X-Text", "a\r\nX-Injected: b")
		}, clientResponse{Status: 200, Header: http.Header{"X-Text": {"a  X-Injected: b"}}}},
		"more than the declared length is refused": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", "2")
			fmt.Fprint(w, "ab")
			if _, err := fmt.Fprint(w, "c"); !errors.Is(err, http.ErrContentLength) {
				t.Errorf("write past the length gave %v", err)
			}
		}, clientResponse{Status: 200, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("ab")}},
		"a panic before the head is a 500": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Lost", "yes")
			w.WriteHeader(201)
			panic("broken")
		}, internalError(500)},
		"an invalid status is a panic": {get("/", ""), func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(7)
		}, internalError(500)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for source, s := range everySource(test.request) {
				t.Run(source, func(t *testing.T) {
					got := respond(t, s.opts, s.event, test.handler)
					got.Header.Del("Content-Length") // kept in streamed answers only
					want := test.want
					if want.Header == nil {
						want.Header = http.Header{}
					}
					if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
						t.Errorf("the client gets (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

func internalError(status int) clientResponse {
	return clientResponse{
		Status: status,
		Header: http.Header{"Content-Type": {"application/json"}, "X-Amzn-Errortype": {"InternalServerErrorException"}},
		Body:   []byte(`{"message": "Internal server error"}`),
	}
}

func TestBufferedAnswerForms(t *testing.T) {
	c := get("/", "")
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", "2")
		w.Header()["Vary"] = []string{"Accept", "Origin"}
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2", "c=3"}
		w.WriteHeader(201)
		fmt.Fprint(w, "ok")
	}
	tests := map[string]struct {
		event object
		opts  eventsource.Options
		want  any
	}{
		"function URL": {c.functionURL(false), eventsource.Options{Buffered: true}, events.LambdaFunctionURLResponse{
			StatusCode: 201, Body: "ok",
			Headers: map[string]string{"Content-Type": "text/plain", "Vary": "Accept,Origin"},
			Cookies: []string{"a=1", "b=2", "c=3"},
		}},
		"HTTP API 2.0": {c.httpV2("$default"), eventsource.Options{}, events.APIGatewayV2HTTPResponse{
			StatusCode: 201, Body: "ok",
			Headers: map[string]string{"Content-Type": "text/plain", "Vary": "Accept,Origin"},
			Cookies: []string{"a=1", "b=2", "c=3"},
		}},
		"REST": {c.rest(), eventsource.Options{}, events.APIGatewayProxyResponse{
			StatusCode: 201, Body: "ok",
			MultiValueHeaders: map[string][]string{"Content-Type": {"text/plain"}, "Vary": {"Accept", "Origin"}, "Set-Cookie": {"a=1", "b=2", "c=3"}},
		}},
		"HTTP API 1.0": {c.httpV1("$default"), eventsource.Options{}, events.APIGatewayProxyResponse{
			StatusCode: 201, Body: "ok",
			MultiValueHeaders: map[string][]string{"Content-Type": {"text/plain"}, "Vary": {"Accept", "Origin"}, "Set-Cookie": {"a=1", "b=2", "c=3"}},
		}},
		"ALB, multi-value": {c.alb(true), eventsource.Options{}, events.ALBTargetGroupResponse{
			StatusCode: 201, StatusDescription: "201 Created", Body: "ok",
			MultiValueHeaders: map[string][]string{"Content-Type": {"text/plain"}, "Vary": {"Accept", "Origin"}, "Set-Cookie": {"a=1", "b=2", "c=3"}},
		}},
		"ALB, single values": {c.alb(false), eventsource.Options{}, events.ALBTargetGroupResponse{
			StatusCode: 201, StatusDescription: "201 Created", Body: "ok",
			Headers: map[string]string{
				"Content-Type": "text/plain", "Vary": "Accept,Origin",
				"set-cookie": "a=1", "Set-cookie": "b=2", "sEt-cookie": "c=3",
			},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := eventsource.Lambda(http.HandlerFunc(handler), quiet(test.opts))(context.Background(), mustJSON(t, test.event))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// base64 is asserted per source and type: by declaration where base64 is always decoded, by need
// behind REST APIs, which decode it only under conditions that the event does not tell.
func TestBodyEncoding(t *testing.T) {
	c := get("/", "")
	tests := []struct {
		contentType, coding, body string
		base64, restBase64        bool
	}{
		{"text/plain", "", "text", false, false},
		{"application/json; charset=utf-8", "", "{}", false, false},
		{"application/problem+json", "", "{}", false, false},
		{"image/svg+xml", "", "<svg/>", false, false},
		{"application/json", "identity", "{}", false, false},
		{"application/json", "gzip", "ascii", true, false},
		{"image/png", "", "ascii", true, false},
		{"application/octet-stream", "", "\xff\x00", true, true},
		{"text/plain; charset=iso-8859-1", "", "caf\xe9", true, true},
		{"image/png", "", "", false, false},
	}
	for _, test := range tests {
		handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", test.contentType)
			if test.coding != "" {
				w.Header().Set("Content-Encoding", test.coding)
			}
			_, _ = io.WriteString(w, test.body)
		})
		for source, s := range everySource(c) {
			if strings.Contains(source, "streamed") {
				continue
			}
			want := test.base64
			if strings.HasPrefix(source, "REST") {
				want = test.restBase64
			}
			answer, err := eventsource.Lambda(handler, quiet(s.opts))(context.Background(), mustJSON(t, s.event))
			if err != nil {
				t.Fatal(err)
			}
			a := decodeAnswer(t, answer)
			if a.IsBase64Encoded != want {
				t.Errorf("%s, %q %q %q: isBase64Encoded is %t", source, test.contentType, test.coding, test.body, a.IsBase64Encoded)
			}
			if got := a.send(t).Body; string(got) != test.body {
				t.Errorf("%s: body %q, want %q", source, got, test.body)
			}
		}
	}
}

// The limits are those of Lambda (6 MB) and of ALB (1 MB), counted in the answer's JSON.
func TestTooLargeAnswers(t *testing.T) {
	c := get("/big", "")
	tests := []struct {
		source string
		event  object
		opts   eventsource.Options
		body   string
		size   int
		status int
	}{
		{"ALB below", c.alb(true), eventsource.Options{}, "a", 1_000_000, 200},
		{"ALB above", c.alb(true), eventsource.Options{}, "a", 1 << 20, 502},
		{"ALB above through escapes", c.alb(true), eventsource.Options{}, `"`, 600_000, 502},
		{"ALB above through base64", c.alb(false), eventsource.Options{}, "\xff", 800_000, 502},
		{"REST below", c.rest(), eventsource.Options{}, "a", 6_000_000, 200},
		{"REST above", c.rest(), eventsource.Options{}, "a", 6_291_556, 502},
		{"REST streamed", c.rest(), eventsource.Options{StreamREST: true}, "a", 6_291_557, 200},
		{"HTTP 2.0 above", c.httpV2("$default"), eventsource.Options{}, "\xff", 5_000_000, 502},
		{"function URL buffered above", c.functionURL(false), eventsource.Options{Buffered: true}, "a", 7_000_000, 502},
		{"function URL streamed", c.functionURL(false), eventsource.Options{}, "a", 7_000_000, 200},
	}
	for _, test := range tests {
		t.Run(test.source, func(t *testing.T) {
			var log bytes.Buffer
			test.opts.Logger = slog.New(slog.NewTextHandler(&log, nil))
			handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				chunk := []byte(strings.Repeat(test.body, 100_000))
				for left := test.size; left > 0; left -= len(chunk) {
					if _, err := w.Write(chunk[:min(left, len(chunk))]); err != nil {
						panic(http.ErrAbortHandler) // as a proxy does
					}
				}
			})
			answer, err := eventsource.Lambda(handler, test.opts)(context.Background(), mustJSON(t, test.event))
			if err != nil {
				t.Fatal(err)
			}
			var got clientResponse
			if stream, ok := answer.(io.Reader); ok {
				got = readStream(t, stream)
			} else {
				got = decodeAnswer(t, answer).send(t)
			}
			if got.Status != test.status {
				t.Fatalf("status %d, want %d; log: %s", got.Status, test.status, log.String())
			}
			if test.status == 200 {
				if len(got.Body) != test.size {
					t.Errorf("%d bytes, want %d", len(got.Body), test.size)
				}
				return
			}
			if diff := cmp.Diff(sorted(internalError(502)), sorted(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(log.String(), "larger than the event source accepts") || !strings.Contains(log.String(), "path=/big") {
				t.Errorf("log: %q", log.String())
			}
		})
	}
}
