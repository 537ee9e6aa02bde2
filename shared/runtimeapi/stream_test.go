package runtimeapi

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, s *Server, payload string) *Stream {
	t.Helper()
	stream, err := s.InvokeStream(t.Context(), Invocation{Function: "orders", Payload: []byte(payload), LogType: LogTail})
	if err != nil {
		t.Fatalf("invoke %s: %v", payload, err)
	}
	t.Cleanup(func() { _ = stream.Body.Close() })
	return stream
}

func TestStream(t *testing.T) {
	s, _ := serve(t, nil)
	stream := open(t, s, `{"do":"stream","text":"one two three","ms":100}`)
	want := &Prelude{StatusCode: 201, Headers: map[string]string{"Content-Type": "text/plain"}, Cookies: []string{"a=1", "b=2"}}
	if diff := cmp.Diff(want, stream.Prelude); diff != "" {
		t.Error(diff)
	}
	if stream.Status != 200 || stream.ContentType != ContentTypeHTTP || stream.ExecutedVersion != "$LATEST" {
		t.Errorf("status %d, content type %q, version %q", stream.Status, stream.ContentType, stream.ExecutedVersion)
	}
	// What the function has written arrives before it has written the rest.
	var pieces []string
	buffer := make([]byte, 64)
	for {
		n, err := stream.Body.Read(buffer)
		if n > 0 {
			pieces = append(pieces, string(buffer[:n]))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(pieces, "") != "onetwothree" || len(pieces) < 2 {
		t.Errorf("pieces %q", pieces)
	}
	if tail := string(stream.LogTail()); !strings.HasPrefix(tail, "START RequestId: "+stream.RequestID) {
		t.Errorf("log tail %q", tail)
	}
}

func TestStreamOfAFunctionThatDoesNotStream(t *testing.T) {
	s, _ := serve(t, nil)
	stream := open(t, s, `{"n":1}`)
	body, err := io.ReadAll(stream.Body)
	if err != nil || string(body) != `{"n":1}` || stream.Prelude != nil {
		t.Errorf("body %s, %v, prelude %v", body, err, stream.Prelude)
	}
}

func TestInvokeOfAFunctionThatStreams(t *testing.T) {
	s, _ := serve(t, nil)
	result := invoke(t, s, `{"do":"stream","text":"one two"}`)
	want := `{"statusCode":201,"headers":{"Content-Type":"text/plain"},"cookies":["a=1","b=2"]}` + nul8 + "onetwo"
	if string(result.Payload) != want || result.ContentType != ContentTypeHTTP {
		t.Errorf("payload %q of type %s", result.Payload, result.ContentType)
	}
	if errorType, _ := failure(t, invoke(t, s, `{"do":"stream-error","text":"one"}`)); errorType != "errorString" {
		t.Errorf("error type %s", errorType)
	}
}

func TestStreamThatBreaks(t *testing.T) {
	s, _ := serve(t, func(f *Function) { f.Timeout = time.Second })
	tests := []struct{ do, errorType, payload string }{
		{"stream-error", "errorString", `"errorMessage":"broke while streaming"`},
		{"stream-exit", "Runtime.ExitError", "Runtime exited with error: exit status 3"},
		{"stream-hang", "Sandbox.Timedout", "Task timed out after 1.00 seconds"},
	}
	for _, test := range tests {
		t.Run(test.do, func(t *testing.T) {
			stream := open(t, s, `{"do":"`+test.do+`","text":"one two"}`)
			body, err := io.ReadAll(stream.Body)
			var failed *FunctionError
			if !errors.As(err, &failed) || failed.Type != test.errorType || !strings.Contains(string(failed.Payload), test.payload) {
				t.Errorf("error %v", err)
			}
			if string(body) != "onetwo" {
				t.Errorf("body before the error: %q", body)
			}
			if failed != nil && failed.RequestID != stream.RequestID {
				t.Errorf("request id %q, want %q", failed.RequestID, stream.RequestID)
			}
		})
	}
}

func TestStreamThatDoesNotBegin(t *testing.T) {
	s, _ := serve(t, func(f *Function) { f.Timeout = time.Second })
	for payload, errorType := range map[string]string{
		`{"do":"error","text":"no"}`:  "errorString",
		`{"do":"panic","text":"no"}`:  "string",
		`{"do":"exit","size":2}`:      "Runtime.ExitError",
		`{"do":"sleep","ms":30000}`:   "Sandbox.Timedout",
		`{"do":"stream-raw","ms":-1}`: "",
	} {
		_, err := s.InvokeStream(t.Context(), Invocation{Function: "orders", Payload: []byte(payload)})
		var failed *FunctionError
		switch {
		case errorType == "":
			if !errors.Is(err, ErrPrelude) {
				t.Errorf("%s: %v", payload, err)
			}
		case !errors.As(err, &failed) || failed.Type != errorType:
			t.Errorf("%s: %v", payload, err)
		}
	}
	_, err := s.InvokeStream(t.Context(), Invocation{Function: "orders", Type: Event})
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Code != "InvalidParameterValueException" {
		t.Errorf("event: %v", err)
	}
}

// A caller that closes the body, or goes away before the prelude, leaves the
// function running and its environment usable.
func TestStreamCallerGoesAway(t *testing.T) {
	s, _ := serve(t, func(f *Function) { f.Concurrency = 1 })
	pid := string(invoke(t, s, `{"do":"pid"}`).Payload)
	stream := open(t, s, `{"do":"stream","text":"one two three","ms":20,"size":1000000}`)
	if err := stream.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if after := string(invoke(t, s, `{"do":"pid"}`).Payload); after != pid {
		t.Errorf("environment %s, want %s", after, pid)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.InvokeStream(ctx, Invocation{Function: "orders", Payload: []byte(`{"do":"sleep","ms":200}`)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if after := string(invoke(t, s, `{"do":"pid"}`).Payload); after != pid {
		t.Errorf("environment %s, want %s", after, pid)
	}
}

func TestLargeStream(t *testing.T) {
	s, _ := serve(t, nil)
	stream := open(t, s, `{"do":"stream","size":50000000}`)
	n, err := io.Copy(io.Discard, stream.Body)
	if err != nil || n != 50000000 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestPreludeWithoutEnd(t *testing.T) {
	s, _ := serve(t, nil)
	_, err := s.InvokeStream(t.Context(), Invocation{Function: "orders", Payload: []byte(`{"do":"stream-endless"}`)})
	if !errors.Is(err, ErrPrelude) {
		t.Errorf("error %v", err)
	}
}
