package integration

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/smithy-go/eventstream"
)

// message is one message of an event stream, encoded by AWS's own library. Headers are name, value
// pairs.
func message(t testing.TB, payload string, headers ...string) []byte {
	t.Helper()
	m := eventstream.Message{Payload: []byte(payload)}
	for i := 0; i < len(headers); i += 2 {
		m.Headers.Set(headers[i], eventstream.StringValue(headers[i+1]))
	}
	var b bytes.Buffer
	if err := eventstream.NewEncoder().Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func chunk(t testing.TB, payload string) []byte {
	return message(t, payload, ":message-type", "event", ":event-type", "PayloadChunk", ":content-type", "application/octet-stream")
}

func complete(t testing.TB, payload string) []byte {
	return message(t, payload, ":message-type", "event", ":event-type", "InvokeComplete", ":content-type", "application/json")
}

func readEvents(parts ...[]byte) (string, error) {
	b, err := io.ReadAll(newEventBody(io.NopCloser(bytes.NewReader(bytes.Join(parts, nil)))))
	return string(b), err
}

func TestEventStreams(t *testing.T) {
	large := strings.Repeat("x", 3*eventSpace)
	damaged := chunk(t, "abc")
	damaged[len(damaged)-5] ^= 1
	for _, c := range []struct {
		name  string
		parts [][]byte
		want  string
		err   any // nil, an error, or a *LambdaStreamError
	}{
		{"chunks", [][]byte{chunk(t, "a"), chunk(t, ""), chunk(t, "bc"), complete(t, "{}")}, "abc", nil},
		{"no chunk", [][]byte{complete(t, "")}, "", nil},
		{"large and small", [][]byte{chunk(t, large), chunk(t, "s"), chunk(t, large), complete(t, "{}")}, large + "s" + large, nil},
		{"what follows the end", [][]byte{chunk(t, "a"), complete(t, "{}"), chunk(t, "b")}, "a", nil},
		{"an unknown event", [][]byte{chunk(t, "a"), message(t, "x", ":message-type", "event", ":event-type", "News"), complete(t, "{}")}, "a", nil},
		{"a failure", [][]byte{chunk(t, "a"), complete(t, `{"ErrorCode":"Unhandled","ErrorDetails":"{}","LogResult":""}`)}, "a", &LambdaStreamError{Code: "Unhandled", Details: "{}"}},
		{"an exception", [][]byte{chunk(t, "a"), message(t, `{"message":"slow"}`, ":message-type", "exception", ":exception-type", "TooManyRequestsException")}, "a",
			&LambdaStreamError{Code: "TooManyRequestsException", Details: `{"message":"slow"}`}},
		{"an error", [][]byte{message(t, "", ":message-type", "error", ":error-code", "500", ":error-message", "no")}, "", &LambdaStreamError{Code: "500", Details: "no"}},
		{"no end", [][]byte{chunk(t, "a")}, "a", io.ErrUnexpectedEOF},
		{"half a message", [][]byte{chunk(t, "a"), chunk(t, "b")[:20]}, "a", io.ErrUnexpectedEOF},
		{"a wrong checksum", [][]byte{chunk(t, "a"), damaged}, "a", errors.New("")},
		{"no event stream", [][]byte{[]byte(`{"statusCode":200}`)}, "", errors.New("")},
		{"an unknown kind", [][]byte{message(t, "", ":message-type", "letter")}, "", errors.New("")},
		{"an end that is no JSON", [][]byte{complete(t, "[")}, "", errors.New("")},
	} {
		got, err := readEvents(c.parts...)
		if got != c.want {
			t.Errorf("%s: %d bytes, want %d", c.name, len(got), len(c.want))
		}
		switch want := c.err.(type) {
		case nil:
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		case *LambdaStreamError:
			var failed *LambdaStreamError
			if !errors.As(err, &failed) || *failed != *want {
				t.Errorf("%s: %v, want %v", c.name, err, want)
			}
		case error:
			if err == nil || want == io.ErrUnexpectedEOF && !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", c.name, err, want)
			}
		}
	}
}

// However the network cuts the stream, its payload is the same.
func TestEventStreamsInPieces(t *testing.T) {
	stream := bytes.Join([][]byte{chunk(t, "hello "), chunk(t, "world"), complete(t, "{}")}, nil)
	for name, r := range map[string]io.Reader{"one byte": iotest.OneByteReader(bytes.NewReader(stream)), "data and end": iotest.DataErrReader(bytes.NewReader(stream))} {
		b, err := io.ReadAll(newEventBody(io.NopCloser(r)))
		if err != nil || string(b) != "hello world" {
			t.Errorf("%s: %q, %v", name, b, err)
		}
	}
}

func FuzzEventStream(f *testing.F) {
	f.Add(bytes.Join([][]byte{chunk(f, "a"), complete(f, "{}")}, nil))
	f.Add(complete(f, `{"ErrorCode":"Unhandled"}`))
	f.Add([]byte{0, 0, 0, 16, 0, 0, 0, 0})
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = readEvents(data) // neither panics nor runs for ever
	})
}

// A chunk arrives while the function has not written the next one.
func TestInvokeStream(t *testing.T) {
	var asked *http.Request
	goOn := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
		w.Header().Set("x-amzn-RequestId", "req-1")
		_, _ = w.Write(chunk(t, "first"))
		_ = http.NewResponseController(w).Flush()
		<-goOn
		_, _ = w.Write(append(chunk(t, "last"), complete(t, "{}")...))
	}))
	defer service.Close()
	s, err := newAPI(service.URL).InvokeStream(t.Context(), LambdaRequest{LambdaFunction: pets, InvocationType: RequestResponse, Payload: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Body.Close() }()
	if s.StatusCode != 200 || s.RequestID != "req-1" {
		t.Errorf("%+v", s)
	}
	first := make([]byte, 5)
	if _, err := io.ReadFull(s.Body, first); err != nil || string(first) != "first" {
		t.Fatalf("%q, %v", first, err)
	}
	close(goOn)
	if rest, err := io.ReadAll(s.Body); err != nil || string(rest) != "last" {
		t.Errorf("%q, %v", rest, err)
	}
	if want := "/2021-11-15/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Apets/response-streaming-invocations?Qualifier=live"; asked.RequestURI != want {
		t.Errorf("asked for %s, want %s", asked.RequestURI, want)
	}
	if a := asked.Header.Get("Authorization"); !strings.HasPrefix(a, "AWS4-HMAC-SHA256 Credential=AKID/20240102/eu-west-1/lambda/aws4_request, SignedHeaders=") {
		t.Errorf("signed as %q", a)
	}
}

func TestInvokeStreamRefusals(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("x-amzn-ErrorType", "TooManyRequestsException")
		w.WriteHeader(429)
		_, _ = io.WriteString(w, `{"message":"Rate Exceeded."}`)
	}))
	defer service.Close()
	var refused *LambdaServiceError
	if _, err := newAPI(service.URL).InvokeStream(t.Context(), LambdaRequest{LambdaFunction: pets}); !errors.As(err, &refused) || refused.Message != "Rate Exceeded." {
		t.Errorf("%v", err)
	}
	var missing *FunctionNotFoundError
	if _, err := NewLambdaAPI(LambdaAPIConfig{}).InvokeStream(t.Context(), LambdaRequest{LambdaFunction: pets}); !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
}

// The context ends the reading of an answer whose function has fallen silent.
func TestInvokeStreamEndsWithItsContext(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(chunk(t, "first"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer service.Close()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := newAPI(service.URL).InvokeStream(ctx, LambdaRequest{LambdaFunction: pets})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Body.Close() }()
	if _, err := io.ReadFull(s.Body, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Body.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
