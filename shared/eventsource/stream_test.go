package eventsource_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/postern-gateway/postern/shared/eventsource"
)

// open starts an invocation and returns its streamed answer.
func open(t testing.TB, ctx context.Context, handler http.HandlerFunc) io.ReadCloser {
	t.Helper()
	answer, err := eventsource.Lambda(handler, quiet(eventsource.Options{}))(ctx, mustJSON(t, get("/stream", "").functionURL(false)))
	if err != nil {
		t.Fatal(err)
	}
	stream, ok := answer.(io.ReadCloser)
	if !ok {
		t.Fatalf("%T is no stream", answer)
	}
	return stream
}

func TestFirstChunkArrivesWhileHandlerRuns(t *testing.T) {
	release := make(chan struct{})
	stream := open(t, context.Background(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: 1\n")
		<-release
		fmt.Fprint(w, "data: 2\n")
	})
	defer stream.Close()
	in := bufio.NewReader(stream)
	line, err := in.ReadString('\n')
	if err != nil || !strings.HasSuffix(line, "\x00data: 1\n") {
		t.Fatalf("first chunk %q, %v", line, err)
	}
	close(release)
	rest, err := io.ReadAll(in)
	if err != nil || string(rest) != "data: 2\n" {
		t.Fatalf("rest %q, %v", rest, err)
	}
}

func TestFlushSendsHead(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stream := open(t, context.Background(), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(202)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
		<-release
	})
	defer stream.Close()
	if status := stream.(*events.LambdaFunctionURLStreamingResponse).StatusCode; status != 202 {
		t.Errorf("status %d", status)
	}
}

func TestPanicAfterHeadBreaksStream(t *testing.T) {
	for _, value := range []any{"broken", http.ErrAbortHandler} {
		stream := open(t, context.Background(), func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "part")
			panic(value)
		})
		all, err := io.ReadAll(stream)
		if err == nil || !bytes.HasSuffix(all, []byte("part")) {
			t.Errorf("panic %v: read %q, %v", value, all, err)
		}
	}
}

func TestHandlerEndsItsGoroutine(t *testing.T) {
	got := respond(t, eventsource.Options{}, get("/", "").functionURL(false), func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
	if got.Status != 500 {
		t.Errorf("status %d", got.Status)
	}
}

func TestShortBodyBreaksStream(t *testing.T) {
	stream := open(t, context.Background(), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		fmt.Fprint(w, "part")
	})
	if _, err := io.ReadAll(stream); err == nil {
		t.Error("the answer looks complete")
	}
}

func TestPanicIsLoggedWithStack(t *testing.T) {
	var log bytes.Buffer
	opts := eventsource.Options{Logger: slog.New(slog.NewJSONHandler(&log, nil)), Buffered: true}
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })
	if _, err := eventsource.Lambda(handler, opts)(context.Background(), mustJSON(t, get("/p", "").functionURL(false))); err != nil {
		t.Fatal(err)
	}
	var entry struct{ Panic, Stack, Path string }
	if err := json.Unmarshal(log.Bytes(), &entry); err != nil {
		t.Fatal(err)
	}
	if entry.Panic != "broken" || entry.Path != "/p" || !strings.Contains(entry.Stack, "stream_test.go") {
		t.Errorf("log entry %+v", entry)
	}
}

// When the event source stops reading, the handler sees it twice: its context ends, and its
// next write fails. So it cannot outlive its invocation unnoticed.
func TestEarlyCloseEndsHandler(t *testing.T) {
	ended := make(chan error)
	stream := open(t, context.Background(), func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "part")
		<-r.Context().Done()
		_, err := fmt.Fprint(w, "more")
		ended <- err
	})
	if _, err := io.ReadFull(stream, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("a write after the close succeeded")
	}
}

func TestEarlyCloseUnblocksWrite(t *testing.T) {
	ended := make(chan error)
	stream := open(t, context.Background(), func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for err == nil {
			_, err = w.Write(make([]byte, 1<<10))
		}
		ended <- err
	})
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	<-ended
}

func TestInvocationEndReachesHandler(t *testing.T) {
	t.Run("before the head", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
			close(ended)
		})
		answer, err := eventsource.Lambda(handler, quiet(eventsource.Options{}))(ctx, mustJSON(t, get("/", "").functionURL(false)))
		<-ended
		// Handler and invocation end at the same time: either the empty answer or the error is right.
		if !errors.Is(err, context.Canceled) && answer == nil {
			t.Errorf("answer %v, error %v", answer, err)
		}
	})
	t.Run("while writing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		stream := open(t, ctx, func(w http.ResponseWriter, _ *http.Request) {
			_, err := fmt.Fprint(w, "nobody reads this")
			ended <- err
		})
		cancel()
		if err := <-ended; err == nil {
			t.Error("the write succeeded")
		}
		if _, err := io.ReadAll(stream); !errors.Is(err, context.Canceled) {
			t.Errorf("read gave %v", err)
		}
	})
	t.Run("buffered", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
			w.WriteHeader(http.StatusGatewayTimeout)
		})
		answer, err := eventsource.Lambda(handler, quiet(eventsource.Options{}))(ctx, mustJSON(t, get("/", "").alb(true)))
		if err != nil || answer.(events.ALBTargetGroupResponse).StatusCode != http.StatusGatewayTimeout {
			t.Errorf("answer %v, error %v", answer, err)
		}
	})
}

func TestContextEndsWithHandler(t *testing.T) {
	for source, s := range everySource(get("/", "")) {
		t.Run(source, func(t *testing.T) {
			var ctx context.Context
			respond(t, s.opts, s.event, func(_ http.ResponseWriter, r *http.Request) { ctx = r.Context() })
			<-ctx.Done()
		})
	}
}

// aws-lambda-go decides by reflection how an answer is sent; this goes the way of lambda.Start.
func TestThroughLambdaHandler(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, r.URL.Path)
	})
	c := get("/pets", "")
	h := lambda.NewHandler(eventsource.Lambda(handler, quiet(eventsource.Options{})))
	streamed, err := h.Invoke(context.Background(), mustJSON(t, c.functionURL(false)))
	if want := `{"statusCode":200,"headers":{"Content-Type":"text/plain"}}` + "\x00\x00\x00\x00\x00\x00\x00\x00/pets"; err != nil || string(streamed) != want {
		t.Errorf("streamed %q, %v", streamed, err)
	}
	buffered, err := h.Invoke(context.Background(), mustJSON(t, c.rest()))
	if want := `{"statusCode":200,"headers":null,"multiValueHeaders":{"Content-Type":["text/plain"]},"body":"/pets"}`; err != nil || string(buffered) != want {
		t.Errorf("buffered %q, %v", buffered, err)
	}
	if _, err = h.Invoke(context.Background(), []byte(`{}`)); err == nil {
		t.Error("an empty event succeeded")
	}
}

func TestConcurrentRequests(t *testing.T) {
	const requests = 16
	var all sync.WaitGroup
	all.Add(requests)
	invoke := eventsource.Lambda(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		all.Done()
		all.Wait() // passes only when every request is being served
		w.Header().Set("X-Path", r.URL.Path)
		fmt.Fprint(w, r.URL.Path)
	}), quiet(eventsource.Options{}))

	var done sync.WaitGroup
	for i := range requests {
		c := get(fmt.Sprintf("/pets/%d", i), "")
		payload := mustJSON(t, c.functionURL(false))
		if i%2 == 1 {
			payload = mustJSON(t, c.alb(true))
		}
		done.Go(func() {
			answer, err := invoke(context.Background(), payload)
			if err != nil {
				t.Error(err)
				return
			}
			var got clientResponse
			if stream, ok := answer.(io.Reader); ok {
				got = readStream(t, stream)
			} else {
				got = decodeAnswer(t, answer).send(t)
			}
			if got.Header.Get("X-Path") != c.path || string(got.Body) != c.path {
				t.Errorf("request %s got %v %q", c.path, got.Header, got.Body)
			}
		})
	}
	done.Wait()
}
