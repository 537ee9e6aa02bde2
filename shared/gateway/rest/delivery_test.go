package rest

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/postern-gateway/postern/shared/snapshot"
)

func overTCP(t *testing.T, server *httptest.Server, method, path string) answer {
	t.Helper()
	r, err := http.NewRequest(method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: res.StatusCode, header: res.Header, body: string(b)}
}

// The first bytes of an answer arrive while the backend has not ended it.
func TestResponsesStream(t *testing.T) {
	for _, length := range []string{"", "10"} {
		goOn := make(chan struct{})
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			_, _ = io.WriteString(w, "first")
			_ = http.NewResponseController(w).Flush()
			<-goOn
			_, _ = io.WriteString(w, "-last")
		})
		server := fixture{methods: []snapshot.Method{streamed(httpMethod("HTTP_PROXY", "/a", "GET", b.URL))}}.server(t)
		res, err := server.Client().Get(server.URL + "/a")
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, 5)
		if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "first" {
			t.Errorf("length %q: %q, %v", length, first, err)
		}
		goOn <- struct{}{} // would hang above if the bytes waited for this
		rest, err := io.ReadAll(res.Body)
		if err != nil || string(rest) != "-last" {
			t.Errorf("length %q: %q, %v", length, rest, err)
		}
		_ = res.Body.Close()
	}
}

// Bytes of a request reach the backend while the client has not ended it, and answers go back
// meanwhile.
func TestRequestsStream(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.EnableFullDuplex()
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			_, _ = fmt.Fprintln(w, strings.ToUpper(lines.Text()))
			_ = control.Flush()
		}
	}))
	defer echo.Close()
	server := fixture{methods: []snapshot.Method{streamed(httpMethod("HTTP_PROXY", "/a", "POST", echo.URL))}}.server(t)
	read, write := io.Pipe()
	r, err := http.NewRequest("POST", server.URL+"/a", read)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(write, "one\n") }()
	res, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewReader(res.Body)
	for _, word := range []string{"one", "two", "three"} {
		if word != "one" {
			if _, err := io.WriteString(write, word+"\n"); err != nil {
				t.Fatal(err)
			}
		}
		got, err := lines.ReadString('\n')
		if err != nil || got != strings.ToUpper(word)+"\n" {
			t.Fatalf("%s came back as %q, %v", word, got, err)
		}
	}
	_ = write.Close()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) != 0 {
		t.Errorf("%q, %v", rest, err)
	}
}

// A backend that breaks off must not look like one that has ended.
func TestBrokenBodiesAreNotCompleted(t *testing.T) {
	for _, length := range []string{"", "100"} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request) {
			if length != "" {
				w.Header().Set("Content-Length", length)
			}
			_, _ = io.WriteString(w, "part")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
		records := make(chan *Record, 1)
		server := fixture{methods: []snapshot.Method{streamed(httpMethod("HTTP_PROXY", "/a", "GET", b.URL))}, observe: func(r *Record) { records <- r }}.server(t)
		res, err := server.Client().Get(server.URL + "/a")
		if err == nil {
			_, err = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
		if err == nil {
			t.Errorf("length %q: the client saw a complete answer", length)
		}
		if rec := <-records; rec.Err == nil {
			t.Errorf("length %q: the record has no error", length)
		}
	}
}

func TestLargeBodiesSurvive(t *testing.T) {
	// The backend answers while it is still being sent to, and so has to ask for full duplex:
	// otherwise its own server would swallow the rest of the request.
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		_, _ = io.Copy(w, r.Body)
	}))
	defer b.Close()
	server := fixture{methods: []snapshot.Method{httpMethod("HTTP_PROXY", "/a", "POST", b.URL)}}.server(t)
	payload := strings.Repeat("0123456789abcdef", 1<<16)
	res, err := server.Client().Post(server.URL+"/a", "text/plain", strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil || string(got) != payload {
		t.Errorf("%d bytes came back of %d, %v", len(got), len(payload), err)
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s|%s|%s", r.URL.Path, r.Header.Get("X-Id"), body)
	}))
	defer b.Close()
	server := fixture{methods: []snapshot.Method{
		httpMethod("HTTP_PROXY", "/p/{id}", "POST", b.URL+"/{id}", "integration.request.path.id", "method.request.path.id", "integration.request.header.X-Id", "method.request.querystring.id"),
		mock("/m/{id}", "GET"),
	}}.server(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 25 {
				id := fmt.Sprintf("%d-%d", i, j)
				res, err := server.Client().Post(server.URL+"/p/"+id+"?id="+id, "text/plain", strings.NewReader(id))
				if err != nil {
					t.Error(err)
					return
				}
				got, _ := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if want := "/" + id + "|" + id + "|" + id; string(got) != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if m, err := server.Client().Get(server.URL + "/m/" + id); err != nil || m.StatusCode != 200 {
					t.Errorf("%v, %v", m, err)
				} else {
					_ = m.Body.Close()
				}
			}
		})
	}
	wg.Wait()
}
