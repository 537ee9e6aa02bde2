package eventsource_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"github.com/postern-gateway/postern/shared/edge"
	"github.com/postern-gateway/postern/shared/eventsource"
)

// got is a request as the handler saw it.
type got struct {
	*http.Request
	body []byte
	info *edge.Info
}

func quiet(opts eventsource.Options) eventsource.Options {
	opts.Logger = slog.New(slog.DiscardHandler)
	return opts
}

// deliver sends an event through the package and returns the request that the handler saw.
func deliver(t testing.TB, event any) got {
	t.Helper()
	var g got
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read body: %v", err)
		}
		g = got{Request: r, body: body, info: edge.FromContext(r.Context())}
	})
	payload, raw := event.(json.RawMessage)
	if !raw {
		payload = mustJSON(t, event)
	}
	answer, err := eventsource.Lambda(handler, quiet(eventsource.Options{}))(context.Background(), payload)
	if err != nil {
		t.Fatalf("deliver: %v", err)
	}
	if body, ok := answer.(io.Reader); ok {
		if _, err := io.Copy(io.Discard, body); err != nil {
			t.Fatalf("read answer: %v", err)
		}
	}
	if g.Request == nil {
		t.Fatal("the handler was not called")
	}
	return g
}

// respond sends an event through the package and returns what the client gets.
func respond(t testing.TB, opts eventsource.Options, event any, handler http.HandlerFunc) clientResponse {
	t.Helper()
	answer, err := eventsource.Lambda(handler, quiet(opts))(context.Background(), mustJSON(t, event))
	if err != nil {
		t.Fatalf("respond: %v", err)
	}
	if stream, ok := answer.(io.Reader); ok {
		return readStream(t, stream)
	}
	return decodeAnswer(t, answer).send(t)
}

func decodeAnswer(t testing.TB, answer any) answerJSON {
	t.Helper()
	var a answerJSON
	dec := json.NewDecoder(bytes.NewReader(mustJSON(t, answer)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

// readStream reads a streamed answer: the head as JSON, eight NUL bytes, the body.
func readStream(t testing.TB, stream io.Reader) clientResponse {
	t.Helper()
	all, err := io.ReadAll(stream)
	if err != nil {
		t.Fatalf("read stream: %v", err)
	}
	head, body, found := bytes.Cut(all, make([]byte, 8))
	if !found {
		t.Fatalf("no prelude in %q", all)
	}
	var a answerJSON
	if err := json.Unmarshal(head, &a); err != nil {
		t.Fatalf("prelude %q: %v", head, err)
	}
	r := a.send(t)
	r.Body = body
	return r
}

func get(path, query string) clientRequest {
	return clientRequest{method: "GET", path: path, query: query, header: [][2]string{{"Host", "api.example.com"}}}
}

// sorted orders cookies, whose order single-value ALB answers do not keep, and makes an empty
// list and none the same.
func sorted(r clientResponse) clientResponse {
	r.Cookies = append([]string{}, r.Cookies...)
	slices.Sort(r.Cookies)
	r.Body = append([]byte{}, r.Body...)
	return r
}
