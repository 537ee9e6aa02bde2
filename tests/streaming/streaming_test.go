package streaming

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// kinds are the integrations that stream, as the target that reaches a stream of the backend.
var kinds = map[string]func(b *backend, id string) string{
	"HTTP_PROXY": func(_ *backend, id string) string { return "/http/" + id },
	"AWS_PROXY":  func(b *backend, id string) string { return "/lambda?from=" + url.QueryEscape(b.URL+"/"+id) },
}

// everywhere runs a test through each event source and each kind of integration.
func everywhere(t *testing.T, test func(t *testing.T, b *backend, send source, target func(*backend, string) string)) {
	t.Helper()
	b := newBackend(t)
	for name, send := range sources(t, b) {
		for kind, target := range kinds {
			t.Run(name+"/"+kind, func(t *testing.T) { test(t, b, send, target) })
		}
	}
}

// see reads the i-th piece of a stream, which the backend has just been told to write.
func see(t *testing.T, a answer, i int) {
	t.Helper()
	got := make([]byte, pieceSize)
	if _, err := io.ReadFull(a.body, got); err != nil || !bytes.Equal(got, piece(i)) {
		t.Fatalf("piece %d: %v, equal %v", i, err, bytes.Equal(got, piece(i)))
	}
}

// wait waits until a channel has something, and tells what else was to happen.
func wait[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("it never happened that %s", what)
		panic("unreachable")
	}
}

// A client sees each piece while the backend waits to be told to write the next one, and the end
// when there is one.
func TestPiecesArriveOneByOne(t *testing.T) {
	everywhere(t, func(t *testing.T, b *backend, send source, target func(*backend, string) string) {
		s := b.open("/pieces")
		a := send(t, target(b, "pieces")) // before the first piece is written
		defer func() { _ = a.body.Close() }()
		if a.status != 202 || a.header.Get("Content-Type") != "text/event-stream" || a.header.Get("Content-Length") != "" {
			t.Errorf("%d %v", a.status, a.header)
		}
		var cookies []string
		if strings.HasPrefix(target(b, ""), "/lambda") {
			cookies = []string{"a=1", "b=2"} // the function's
		}
		if !slices.Equal(a.cookies, cookies) {
			t.Errorf("cookies %q, want %q", a.cookies, cookies)
		}
		for i := range 5 {
			s.next <- struct{}{}
			wait(t, s.wrote, "the backend wrote")
			see(t, a, i)
		}
		close(s.next)
		if rest, err := io.ReadAll(a.body); err != nil || len(rest) != 0 {
			t.Errorf("%d bytes more, %v", len(rest), err)
		}
	})
}

// Streams run side by side, in any order.
func TestStreamsSideBySide(t *testing.T) {
	everywhere(t, func(t *testing.T, b *backend, send source, target func(*backend, string) string) {
		const streams = 4
		var all [streams]*stream
		var answers [streams]answer
		var wg sync.WaitGroup
		for i := range streams {
			id := fmt.Sprint("side", i)
			all[i] = b.open("/" + id)
			wg.Go(func() { answers[i] = send(t, target(b, id)) })
		}
		wg.Wait()
		for round := range 3 {
			for i := range streams {
				n := (i*3 + round) % streams
				all[n].next <- struct{}{}
				wait(t, all[n].wrote, "the backend wrote")
				see(t, answers[n], round)
			}
		}
		for i := range streams {
			close(all[i].next)
			if _, err := io.ReadAll(answers[i].body); err != nil {
				t.Error(err)
			}
			_ = answers[i].body.Close()
		}
	})
}

// A backend that breaks off leaves an answer without an end.
func TestBrokenStreamsHaveNoEnd(t *testing.T) {
	everywhere(t, func(t *testing.T, b *backend, send source, target func(*backend, string) string) {
		s := b.open("/broken")
		a := send(t, target(b, "broken"))
		defer func() { _ = a.body.Close() }()
		s.next <- struct{}{}
		wait(t, s.wrote, "the backend wrote")
		see(t, a, 0)
		close(s.abort)
		if _, err := io.ReadAll(a.body); err == nil {
			t.Error("the client saw a complete answer")
		}
	})
}

// A client that goes away lets go of an HTTP backend.
func TestClientsThatGoAway(t *testing.T) {
	b := newBackend(t)
	s := b.open("/gone")
	a := localProcess(t, b)(t, kinds["HTTP_PROXY"](b, "gone"))
	s.next <- struct{}{}
	see(t, a, 0)
	_ = a.body.Close()
	wait(t, s.gone, "the backend was let go of")
}

// Functions that fail before they answer, or do not write what streams are made of (domains and
// edge spec, 12.2 and 12.4).
func TestFunctionsThatDoNotStream(t *testing.T) {
	b := newBackend(t)
	for name, send := range sources(t, b) {
		for do, status := range map[string]int{"buffered": 500, "fail": 502, "exit": 502} {
			a := send(t, "/lambda?do="+do)
			body, err := io.ReadAll(a.body)
			_ = a.body.Close()
			if err != nil || a.status != status || string(body) != `{"message": "Internal server error"}` {
				t.Errorf("%s, %s: %d %s, %v", name, do, a.status, body, err)
			}
		}
	}
}

// firstByteBudget is what lies at most between the first byte of the backend and that of the client.
const firstByteBudget = 100 * time.Millisecond

// The first byte reaches the client soon after the backend has written it. The best of several tries
// counts: the machine may be busy with something else, but it is not always.
func TestFirstByte(t *testing.T) {
	everywhere(t, func(t *testing.T, b *backend, send source, target func(*backend, string) string) {
		best := time.Hour
		for try := range 5 {
			id := fmt.Sprint("first", try)
			s := b.open("/" + id)
			a := send(t, target(b, id))
			s.next <- struct{}{}
			if _, err := io.ReadFull(a.body, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(wait(t, s.wrote, "the backend wrote")))
			close(s.next)
			_, _ = io.Copy(io.Discard, a.body)
			_ = a.body.Close()
		}
		t.Logf("the client's first byte came %s after the backend's", best.Round(time.Microsecond))
		if best > firstByteBudget {
			t.Errorf("%s is more than %s", best, firstByteBudget)
		}
	})
}
