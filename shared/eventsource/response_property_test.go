package eventsource_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/postern-gateway/postern/shared/eventsource"
	"pgregory.net/rapid"
)

// handlerResponse is what a handler does with its ResponseWriter.
type handlerResponse struct {
	status  int
	header  http.Header // without Set-Cookie
	cookies []string
	chunks  [][]byte
}

func (h handlerResponse) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, values := range h.header {
		w.Header()[name] = values
	}
	for _, cookie := range h.cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(h.status)
	for _, chunk := range h.chunks {
		if _, err := w.Write(chunk); err != nil {
			panic(err)
		}
	}
}

func drawResponse(t *rapid.T) handlerResponse {
	h := handlerResponse{
		status: rapid.SampledFrom([]int{200, 201, 202, 301, 400, 403, 404, 418, 500, 503}).Draw(t, "status"),
		header: http.Header{},
	}
	for range rapid.IntRange(0, 5).Draw(t, "headers") {
		value := rapid.OneOf(
			rapid.SampledFrom([]string{"Tue, 15 Nov 1994 08:12:31 GMT", `{"a":1,"b":[2,3]}`, "a, b", ""}),
			rapid.StringMatching(`[!-~]([ -~]{0,20}[!-~])?`),
		).Draw(t, "value")
		name := rapid.SampledFrom([]string{"X-Multi", "Vary", "Expires", "Etag", "X-Json"}).Draw(t, "name")
		h.header.Add(name, value)
	}
	// "-" stands for a type suppressed by the handler, as net/http allows it.
	switch contentType := rapid.SampledFrom([]string{"-", "text/html", "application/json", "image/png", "application/problem+json"}).Draw(t, "type"); contentType {
	case "-":
		h.header["Content-Type"] = nil
	default:
		h.header.Set("Content-Type", contentType)
	}
	h.cookies = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,5}=[a-z]{0,5}; Expires=Tue, 15 Nov 1994 08:12:31 GMT`), 0, 4).Draw(t, "cookies")
	h.chunks = rapid.SliceOfN(rapid.OneOf(
		rapid.SliceOfN(rapid.Byte(), 0, 32),
		rapid.Map(rapid.String(), func(s string) []byte { return []byte(s) }),
	), 0, 4).Draw(t, "chunks")
	return h
}

func TestAnswersCarryResponse(t *testing.T) {
	request := get("/pets", "")
	tests := map[string]struct {
		event  object
		opts   eventsource.Options
		joined bool // repeated headers arrive as one line
	}{
		"function URL, streamed":   {request.functionURL(false), eventsource.Options{}, true},
		"function URL, buffered":   {request.functionURL(false), eventsource.Options{Buffered: true}, true},
		"ALB, multi-value headers": {request.alb(true), eventsource.Options{}, false},
		"ALB, single values":       {request.alb(false), eventsource.Options{}, true},
		"REST, streamed":           {request.rest(), eventsource.Options{StreamREST: true}, false},
		"REST, buffered":           {request.rest(), eventsource.Options{}, false},
		"HTTP API 1.0":             {request.httpV1("$default"), eventsource.Options{StreamREST: true}, false},
		"HTTP API 2.0":             {request.httpV2("$default"), eventsource.Options{}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				h := drawResponse(rt)
				got := respond(t, test.opts, test.event, h.ServeHTTP)

				want := clientResponse{Status: h.status, Header: http.Header{}, Cookies: h.cookies, Body: []byte{}}
				for _, chunk := range h.chunks {
					want.Body = append(want.Body, chunk...)
				}
				for name, values := range h.header {
					switch {
					case len(values) == 0:
					case test.joined:
						want.Header.Set(name, strings.Join(values, ","))
					default:
						want.Header[name] = values
					}
				}
				if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
					rt.Fatalf("the client gets (-want +got):\n%s", diff)
				}
			})
		})
	}
}
